package columns

// hashes are up to MaxDistinct + 1 different hashes: a table with open addressing, at most half
// full. The zero value is empty.
type hashes struct {
	slots []uint64 // 0 is empty
	n     int
}

// slotCount is a power of two.
const slotCount = 2048

// full reports whether there are more than MaxDistinct, so that no more are counted.
func (h *hashes) full() bool { return h.n > MaxDistinct }

// add counts a hash that is not among them. It must not be full.
func (h *hashes) add(hash uint64) {
	if h.slots == nil {
		h.slots = make([]uint64, slotCount)
	}
	hash = max(hash, 1)
	for i := hash % slotCount; ; i = (i + 1) % slotCount {
		switch h.slots[i] {
		case hash:
			return
		case 0:
			h.slots[i] = hash
			h.n++
			return
		}
	}
}

// merge counts those of another table, until it is full.
func (h *hashes) merge(of *hashes) {
	for _, hash := range of.slots {
		if h.full() {
			return
		}
		if hash != 0 {
			h.add(hash)
		}
	}
}
