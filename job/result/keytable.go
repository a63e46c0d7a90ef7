package result

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

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

// A keyPart is an open-addressed table, at most four fifths full, of items that
// stand in the order in which they came. A slot is 8 bits of an id and a place
// plus one, or 0.
type keyPart struct {
	slots  memory
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
		if size := n / keyParts * 5 / 4; size > t.parts[i].size() {
			t.parts[i].grow(size)
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
		p.slots.free()
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

func (p *keyPart) size() int { return len(p.slots.octets) / keySlotSize }

func (p *keyPart) slot(i int) uint32 {
	return binary.LittleEndian.Uint32(p.slots.octets[i*keySlotSize:])
}

// home is where the search for an id begins.
func (p *keyPart) home(high uint64) int {
	h, _ := bits.Mul64(high<<keyPartBits, uint64(p.size()))
	return int(h)
}

func (p *keyPart) find(id keyID) (local uint32, ok bool) {
	size := p.size()
	if size == 0 {
		return 0, false
	}
	tag := id.low & 0xff
	for i := p.home(id.high); ; i++ {
		if i == size {
			i = 0
		}
		s := p.slot(i)
		if s == 0 {
			return 0, false
		}
		if s>>keyPlaceBits != tag {
			continue
		}
		local = s&maxLocal - 1
		if is := itemID(p.at(local)); is.high == id.high && is.low == id.low>>8 {
			return local, true
		}
	}
}

func (p *keyPart) add(it item) (local uint32) {
	if size := p.size(); int(p.n) >= size-size/5-1 {
		p.grow(max(32, size+size/4))
	}
	if int(p.n) == len(p.chunks)*chunkItems {
		p.chunks = append(p.chunks, newMemory(chunkItems*itemSize))
	}
	local = p.n
	p.n++
	it.id.write(p.at(local))
	it.write(p.at(local))
	p.put(it.id.high, it.id.low&0xff<<keyPlaceBits|(local+1))
	return local
}

func (p *keyPart) put(high uint64, slot uint32) {
	size := p.size()
	i := p.home(high)
	for p.slot(i) != 0 {
		if i++; i == size {
			i = 0
		}
	}
	binary.LittleEndian.PutUint32(p.slots.octets[i*keySlotSize:], slot)
}

// grow moves everything to a table with so many slots.
func (p *keyPart) grow(size int) {
	old := *p
	p.slots = newMemory(size * keySlotSize)
	for i := range old.size() {
		if s := old.slot(i); s != 0 {
			p.put(itemID(p.at(s&maxLocal-1)).high, s)
		}
	}
	old.slots.free()
}
