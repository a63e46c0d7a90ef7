package result

import (
	"errors"
	"hash/maphash"
)

// An Index finds by their keys things that are kept elsewhere, in some 12
// octets a key. It holds 30 bits of a key's hash and a place; whether
// the thing at that place has the key is for the caller to say, so that no
// hash decides alone. Places are below 2^40 - 1.
//
// The zero value is empty and ready. It is not safe for concurrent use.
type Index struct {
	seed  maphash.Seed
	parts [indexParts]slots // of a tag and a place plus one
	n     int
}

const (
	indexParts = 64 // each grows alone, so that growing takes little room
	partBits   = 6
	tagBits    = 24
	placeBits  = 40
	// MaxPlace is the greatest place that an Index can hold.
	MaxPlace = 1<<placeBits - 2
)

// Len is the number of places.
func (x *Index) Len() int { return x.n }

// Find gives the place that was added under key and for which is says yes. It
// asks for few others.
func (x *Index) Find(key string, is func(place uint64) bool) (place uint64, ok bool) {
	if x.n == 0 {
		return 0, false
	}
	part, tag := x.split(x.hash(key))
	v, ok := x.parts[part].find(tag<<(64-tagBits), func(v uint64) bool {
		return v>>placeBits == tag && is(v&(1<<placeBits-1)-1)
	})
	return v&(1<<placeBits-1) - 1, ok
}

// Add adds a place under key, whatever places the key has already. It fails
// if the place is beyond MaxPlace.
func (x *Index) Add(key string, place uint64) error {
	if place > MaxPlace {
		return errors.New("there is more than an index can hold")
	}
	part, tag := x.split(x.hash(key))
	p := &x.parts[part]
	p.width = 8
	p.add(tag<<(64-tagBits), tag<<placeBits|(place+1), 0.5, func(v uint64) uint64 { return v >> placeBits << (64 - tagBits) })
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

// Free gives the memory back and leaves x empty.
func (x *Index) Free() {
	for i := range x.parts {
		x.parts[i].mem.free()
	}
	*x = Index{}
}
