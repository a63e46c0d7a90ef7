package result

import "errors"

// A keyID stands for a key: 88 bits of hashes that nobody can foretell.
type keyID struct {
	high uint64
	low  uint32 // 24 bits: 16 that the item has, and 8 that its slot has
}

// A keyTable holds items by the ids of their keys, in 24 octets each and some 5
// to find them. The zero value is empty and ready.
type keyTable struct {
	parts [keyParts]keyPart
	n     int
}

const (
	keyParts     = 16 // each grows alone, so that growing takes little room
	keyPartBits  = 4
	keySlotSize  = 4
	keyPlaceBits = 24 // of a place within a part
	maxLocal     = 1<<keyPlaceBits - 1
)

// A keyPart has items in the order in which they came.
type keyPart struct {
	slots  slots    // of 8 bits of an id and a place plus one
	chunks []memory // of items
	n      uint32
}

// A place is where an item is: the part and the place within it.
type place uint64

func (p place) part() int     { return int(p % keyParts) }
func (p place) local() uint32 { return uint32(p / keyParts) }

// len is the number of items.
func (t *keyTable) len() int { return t.n }

// find gives the place of a key's item.
func (t *keyTable) find(id keyID) (place, bool) {
	part := int(id.high >> (64 - keyPartBits))
	local, ok := t.parts[part].find(id)
	return place(local)*keyParts + place(part), ok
}

// add adds the item of a key that has none. There is room for more than two
// hundred million.
func (t *keyTable) add(it item) (place, error) {
	part := int(it.id.high >> (64 - keyPartBits))
	if t.parts[part].n == maxLocal {
		return 0, errors.New("is one too many: the log has more keys than can be told apart")
	}
	t.n++
	return place(t.parts[part].add(it))*keyParts + place(part), nil
}

// expect makes room for so many items at once.
func (t *keyTable) expect(n int) {
	for i := range t.parts {
		p := &t.parts[i]
		p.slots.width = keySlotSize
		if size := n / keyParts * 5 / 4; size > p.slots.size() {
			p.slots.grow(size, p.home)
		}
	}
}

func (t *keyTable) get(p place) item     { return parseItem(t.parts[p.part()].at(p.local())) }
func (t *keyTable) put(p place, it item) { it.write(t.parts[p.part()].at(p.local())) }

// all gives every item's place.
func (t *keyTable) all(yield func(place) bool) {
	for part := range t.parts {
		for local := range t.parts[part].n {
			if !yield(place(local)*keyParts + place(part)) {
				return
			}
		}
	}
}

func (t *keyTable) free() {
	for i := range t.parts {
		p := &t.parts[i]
		p.slots.mem.free()
		for j := range p.chunks {
			p.chunks[j].free()
		}
	}
	*t = keyTable{}
}

// chunkItems is how many items have their memory together.
const chunkItems = 2048

func (p *keyPart) at(local uint32) []byte {
	return p.chunks[local/chunkItems].octets[local%chunkItems*itemSize:][:itemSize]
}

// home is that of a slot's item.
func (p *keyPart) home(slot uint64) uint64 { return itemID(p.at(localOf(slot))).home() }

// home is where the search for an id begins.
func (id keyID) home() uint64 { return id.high << keyPartBits }

func localOf(slot uint64) uint32 { return uint32(slot&maxLocal) - 1 }

func (p *keyPart) find(id keyID) (local uint32, ok bool) {
	slot, ok := p.slots.find(id.home(), func(slot uint64) bool {
		if uint32(slot>>keyPlaceBits) != id.low&0xff {
			return false
		}
		is := itemID(p.at(localOf(slot)))
		return is.high == id.high && is.low == id.low>>8
	})
	return localOf(slot), ok
}

func (p *keyPart) add(it item) (local uint32) {
	if int(p.n) == len(p.chunks)*chunkItems {
		p.chunks = append(p.chunks, newMemory(chunkItems*itemSize))
	}
	local = p.n
	p.n++
	it.id.write(p.at(local))
	it.write(p.at(local))
	p.slots.width = keySlotSize
	p.slots.add(it.id.home(), uint64(it.id.low&0xff)<<keyPlaceBits|uint64(local+1), 0.25, p.home)
	return local
}
