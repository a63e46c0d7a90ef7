package result

import (
	"encoding/binary"
	"math/bits"
)

// An item is what a Fold keeps of a key in 24 octets: the record that decides,
// and which attempts there are. That is all of it where the key has one record,
// or only failed ones and one that says sent, and no attempt beyond 32; of
// other keys the Fold keeps a trace of every record.
type item struct {
	id      uint64 // of the key, by a hash that is not the index's
	milli   int64  // 48 bits
	mark    uint32
	seen    uint32 // bit n-1 for attempt n; the sum of a record with attempt 0
	attempt uint8
	status  code
	class   code
	full    bool // the Fold has its traces
}

const (
	itemSize   = 24
	maxCompact = 32 // the greatest attempt that an item can tell of
)

// itemOf is the item of a key with one record, if that fits in.
func itemOf(id uint64, t *trace) (it item, ok bool) {
	it = item{id: id, milli: t.milli, mark: t.mark, seen: t.sum, status: t.status, class: t.class}
	if t.settles || t.attempt > maxCompact || t.milli != t.milli<<16>>16 {
		return it, false
	}
	it.attempt = uint8(t.attempt)
	if t.attempt > 0 {
		it.seen = 1 << (t.attempt - 1)
	}
	return it, true
}

// trace is that of the record that decides.
func (it *item) trace() trace {
	t := trace{when: when{milli: it.milli, attempt: uint32(it.attempt)}, mark: it.mark, status: it.status, class: it.class}
	if it.attempt == 0 {
		t.sum = it.seen
	}
	return t
}

// traces are those of all its records. What is not known of the ones that do
// not decide, decides nothing.
func (it *item) traces() []trace {
	all := []trace{it.trace()}
	if it.attempt == 0 {
		return all
	}
	for n := uint32(1); n <= maxCompact; n++ {
		if it.has(n) && n != uint32(it.attempt) {
			all = append(all, trace{when: when{milli: it.milli - 1, attempt: n}, status: codeFailed, class: it.class})
		}
	}
	return all
}

// has tells whether there is a record of that attempt.
func (it *item) has(attempt uint32) bool {
	return it.attempt > 0 && attempt >= 1 && attempt <= maxCompact && it.seen>>(attempt-1)&1 == 1
}

// attempts is the greatest attempt.
func (it *item) attempts() int {
	if it.attempt == 0 {
		return 0
	}
	return bits.Len32(it.seen)
}

// merge takes in another record, if that fits in.
func (it *item) merge(t *trace) bool {
	fits := func(s code) bool { return s == codeSent || s == codeFailed }
	switch {
	case t.loose() || t.attempt > maxCompact || it.attempt == 0 || t.milli != t.milli<<16>>16:
		return false
	case !fits(t.status) || !fits(it.status) || t.status == codeSent && it.status == codeSent:
		return false
	}
	seen := it.seen | 1<<(t.attempt-1)
	own := it.trace()
	if sent := t.status == codeSent; sent || it.status != codeSent && t.after(own.when) {
		*it, _ = itemOf(it.id, t)
	}
	it.seen = seen
	return true
}

// items are the items of a Fold by their places.
type items struct {
	chunks []memory
	n      uint64
}

const chunkItems = 4096

func (m *items) at(place uint64) []byte {
	return m.chunks[place/chunkItems].octets[place%chunkItems*itemSize:][:itemSize]
}

func (m *items) id(place uint64) uint64 { return binary.LittleEndian.Uint64(m.at(place)) }

func (m *items) get(place uint64) item {
	b := m.at(place)
	packed := binary.LittleEndian.Uint64(b[8:])
	return item{
		id:      binary.LittleEndian.Uint64(b),
		milli:   int64(packed) >> 16,
		attempt: uint8(packed & 0x3f), status: code(packed >> 6 & 7), class: code(packed >> 9 & 3), full: packed>>11&1 == 1,
		mark: binary.LittleEndian.Uint32(b[16:]),
		seen: binary.LittleEndian.Uint32(b[20:]),
	}
}

func (m *items) put(place uint64, it item) {
	packed := uint64(it.milli)<<16 | uint64(it.attempt) | uint64(it.status)<<6 | uint64(it.class)<<9
	if it.full {
		packed |= 1 << 11
	}
	b := m.at(place)
	binary.LittleEndian.PutUint64(b, it.id)
	binary.LittleEndian.PutUint64(b[8:], packed)
	binary.LittleEndian.PutUint32(b[16:], it.mark)
	binary.LittleEndian.PutUint32(b[20:], it.seen)
}

func (m *items) add(it item) (place uint64) {
	if m.n == uint64(len(m.chunks))*chunkItems {
		m.chunks = append(m.chunks, newMemory(chunkItems*itemSize))
	}
	m.n++
	m.put(m.n-1, it)
	return m.n - 1
}

func (m *items) free() {
	for i := range m.chunks {
		m.chunks[i].free()
	}
	*m = items{}
}
