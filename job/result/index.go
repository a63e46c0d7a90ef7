package result

import (
	"encoding/binary"
	"errors"
	"hash/maphash"
	"math/bits"
)

// An Index finds by their keys things that are kept elsewhere, in some 12
// octets a key. It holds 30 bits of a key's hash and a place; whether
// the thing at that place has the key is for the caller to say, so that no
// hash decides alone. Places are below 2^40 - 1.
//
// The zero value is empty and ready. It is not safe for concurrent use.
type Index struct {
	seed  maphash.Seed
	parts [indexParts]indexPart
	n     int
}

const (
	indexParts = 64 // each grows alone, so that growing takes little room
	partBits   = 6
	tagBits    = 24
	placeBits  = 40
	slotSize   = 8
	// MaxPlace is the greatest place that an Index can hold.
	MaxPlace = 1<<placeBits - 2
)

// An indexPart is an open-addressed table, at most four fifths full: a slot is
// a tag and a place plus one, or 0. A tag's home grows with the tag.
type indexPart struct {
	slots memory
	n     int
}

// Len is the number of places.
func (x *Index) Len() int { return x.n }

// Find gives the place that was added under key and for which is says yes. It
// asks for few others.
func (x *Index) Find(key string, is func(place uint64) bool) (place uint64, ok bool) {
	if x.n == 0 {
		return 0, false
	}
	part, tag := x.split(x.hash(key))
	return x.parts[part].find(tag, is)
}

// Add adds a place under key, whatever places the key has already. It fails
// if the place is beyond MaxPlace.
func (x *Index) Add(key string, place uint64) error {
	if place > MaxPlace {
		return errors.New("there is more than an index can hold")
	}
	part, tag := x.split(x.hash(key))
	x.parts[part].add(tag, place)
	x.n++
	return nil
}

func (x *Index) hash(key string) uint64 {
	if x.seed == (maphash.Seed{}) {
		x.seed = maphash.MakeSeed()
	}
	return maphash.String(x.seed, key)
}

// split takes the bits of a hash that are kept.
func (x *Index) split(hash uint64) (part int, tag uint64) {
	return int(hash >> (64 - partBits)), hash >> (64 - partBits - tagBits) & (1<<tagBits - 1)
}

func (p *indexPart) size() int { return len(p.slots.octets) / slotSize }

func (p *indexPart) slot(i int) uint64 {
	return binary.LittleEndian.Uint64(p.slots.octets[i*slotSize:])
}

func (p *indexPart) home(tag uint64) int {
	hi, _ := bits.Mul64(tag<<(64-tagBits), uint64(p.size()))
	return int(hi)
}

func (p *indexPart) find(tag uint64, is func(uint64) bool) (uint64, bool) {
	size := p.size()
	if size == 0 {
		return 0, false
	}
	for i := p.home(tag); ; i++ {
		if i == size {
			i = 0
		}
		s := p.slot(i)
		if s == 0 {
			return 0, false
		}
		if place := s&(1<<placeBits-1) - 1; s>>placeBits == tag && is(place) {
			return place, true
		}
	}
}

func (p *indexPart) add(tag, place uint64) {
	if size := p.size(); p.n >= size-size/5-1 {
		p.grow(max(32, size+size/2))
	}
	p.put(tag<<placeBits | place + 1)
	p.n++
}

func (p *indexPart) put(s uint64) {
	size := p.size()
	i := p.home(s >> placeBits)
	for p.slot(i) != 0 {
		if i++; i == size {
			i = 0
		}
	}
	binary.LittleEndian.PutUint64(p.slots.octets[i*slotSize:], s)
}

// grow moves everything to a table with so many slots.
func (p *indexPart) grow(size int) {
	old := *p
	p.slots = newMemory(size * slotSize)
	for i := range old.size() {
		if s := old.slot(i); s != 0 {
			p.put(s)
		}
	}
	old.slots.free()
}

// Free gives the memory back and leaves x empty.
func (x *Index) Free() {
	for i := range x.parts {
		x.parts[i].slots.free()
	}
	*x = Index{}
}
