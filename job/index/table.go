package index

import (
	"encoding/binary"
	"errors"
	"hash/maphash"
)

// ItemSize is the size of an Item in octets.
const ItemSize = 14

// An Item is what a Table stores for a key.
type Item [ItemSize]byte

// A Slot identifies a key of a Table. Slots are small numbers from 0.
type Slot uint64

// A Table is a hash map from keys to items. It takes 24 octets for each key, and
// about 5 to find it. It stores 88 bits of a key's hash, and not the key; two
// keys with the same 88 bits are one key to it.
//
// The zero value is empty and ready to use. A Table is not safe for concurrent
// use.
type Table struct {
	seeds [2]maphash.Seed
	parts [tableParts]tablePart
	n     int
}

const (
	tableParts    = 16 // each grows alone, so that growing takes little memory
	tablePartBits = 4
	tableSlotSize = 4
	localBits     = 24 // of the number of an item within its part
	maxLocal      = 1<<localBits - 1
)

// A keyID is 88 bits of hashes of a key.
type keyID struct {
	high uint64
	low  uint32 // 24 bits: 16 that are stored with the item, and 8 in the slot
}

// A tablePart has items in the order in which they were added. Each is stored
// behind the high bits of its keyID and before 16 of the low bits.
type tablePart struct {
	slots  slots    // of 8 bits of a keyID and the local number of its item plus one
	chunks []memory // of stored items
	n      uint32
}

const (
	storedSize = 8 + ItemSize + 2 // octets
	chunkItems = 2048             // how many items are allocated together
)

func (s Slot) part() int     { return int(s % tableParts) }
func (s Slot) local() uint32 { return uint32(s / tableParts) }

func slotOf(part int, local uint32) Slot { return Slot(local)*tableParts + Slot(part) }

// Len returns how many keys were added.
func (t *Table) Len() int { return t.n }

// Find returns the slot of a key.
func (t *Table) Find(key string) (Slot, bool) {
	if t.n == 0 {
		return 0, false
	}
	return t.find(t.id(key))
}

func (t *Table) find(id keyID) (Slot, bool) {
	local, ok := t.parts[id.part()].find(id)
	return slotOf(id.part(), local), ok
}

// ErrFull is returned by Table.Add when there is no room for another key, which
// takes more than two hundred million keys.
var ErrFull = errors.New("the table is full")

// Add adds a key that the table does not have, or returns ErrFull.
func (t *Table) Add(key string, it Item) (Slot, error) {
	if t.seeds[0] == (maphash.Seed{}) {
		t.seeds = [...]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
	}
	return t.add(t.id(key), it)
}

func (t *Table) add(id keyID, it Item) (Slot, error) {
	p := &t.parts[id.part()]
	if p.n == maxLocal {
		return 0, ErrFull
	}
	t.n++
	return slotOf(id.part(), p.add(id, it)), nil
}

// Expect allocates for n keys at once, which is faster than to grow step by
// step.
func (t *Table) Expect(n int) {
	for i := range t.parts {
		p := &t.parts[i]
		p.slots.width = tableSlotSize
		if size := n / tableParts * 5 / 4; size > p.slots.size() {
			p.slots.grow(size, p.home)
		}
	}
}

// Item returns the item in a slot.
func (t *Table) Item(s Slot) Item {
	return Item(t.parts[s.part()].at(s.local())[8:])
}

// SetItem replaces the item in a slot.
func (t *Table) SetItem(s Slot, it Item) {
	copy(t.parts[s.part()].at(s.local())[8:], it[:])
}

// All yields the slot of every key, in no particular order.
func (t *Table) All(yield func(Slot) bool) {
	for part := range t.parts {
		for local := range t.parts[part].n {
			if !yield(slotOf(part, local)) {
				return
			}
		}
	}
}

// Free releases the memory and leaves t empty.
func (t *Table) Free() {
	for i := range t.parts {
		p := &t.parts[i]
		p.slots.mem.free()
		for j := range p.chunks {
			p.chunks[j].free()
		}
	}
	*t = Table{}
}

func (t *Table) id(key string) keyID {
	return keyID{maphash.String(t.seeds[0], key), uint32(maphash.String(t.seeds[1], key) >> 40)}
}

func (id keyID) part() int { return int(id.high >> (64 - tablePartBits)) }

// home is where the search for an id begins.
func (id keyID) home() uint64 { return id.high << tablePartBits }

func (p *tablePart) at(local uint32) []byte {
	return p.chunks[local/chunkItems].octets[local%chunkItems*storedSize:][:storedSize]
}

// home returns that of the item in a slot of p.
func (p *tablePart) home(slot uint64) uint64 {
	return keyID{high: binary.LittleEndian.Uint64(p.at(localOf(slot)))}.home()
}

func localOf(slot uint64) uint32 { return uint32(slot&maxLocal) - 1 }

func (p *tablePart) find(id keyID) (local uint32, ok bool) {
	slot, ok := p.slots.find(id.home(), func(slot uint64) bool {
		if uint32(slot>>localBits) != id.low&0xff {
			return false
		}
		b := p.at(localOf(slot))
		return binary.LittleEndian.Uint64(b) == id.high &&
			uint32(binary.LittleEndian.Uint16(b[8+ItemSize:])) == id.low>>8
	})
	return localOf(slot), ok
}

func (p *tablePart) add(id keyID, it Item) (local uint32) {
	if int(p.n) == len(p.chunks)*chunkItems {
		p.chunks = append(p.chunks, newMemory(chunkItems*storedSize))
	}
	local = p.n
	p.n++
	b := p.at(local)
	binary.LittleEndian.PutUint64(b, id.high)
	copy(b[8:], it[:])
	binary.LittleEndian.PutUint16(b[8+ItemSize:], uint16(id.low>>8))
	p.slots.width = tableSlotSize
	p.slots.add(id.home(), uint64(id.low&0xff)<<localBits|uint64(local+1), 0.25, p.home)
	return local
}
