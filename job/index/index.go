// Package index provides two hash tables for millions of keys that are stored
// elsewhere: an Index maps keys to offsets, and a Table maps keys to items of a
// few octets. Both store hashes instead of keys, and allocate outside of the Go
// heap where the operating system allows it.
//
// The hash functions are seeded at random, so that nobody who supplies keys can
// choose ones that collide.
package index

import (
	"errors"
	"hash/maphash"
)

// An Index is a hash multimap from keys to numbers below 2^40 - 1, such as the
// offsets of records in a file. It takes about 12 octets for each number.
//
// It stores 30 bits of a key's hash, and not the key. So Find calls a function
// of the caller to learn whether what a number refers to has the key.
//
// The zero value is empty and ready to use. An Index is not safe for concurrent
// use.
type Index struct {
	seed  maphash.Seed
	parts [indexParts]slots // of a tag and a number plus one
	n     int
}

const (
	indexParts = 64 // each grows alone, so that growing takes little memory
	partBits   = 6
	tagBits    = 24
	valueBits  = 40
	// MaxValue is the largest number that an Index can store.
	MaxValue = 1<<valueBits - 2
)

// Len returns how many numbers were added.
func (x *Index) Len() int { return x.n }

// Find returns the number that was added under key and for which match returns
// true. It calls match for few numbers of other keys.
func (x *Index) Find(key string, match func(value uint64) bool) (value uint64, ok bool) {
	if x.n == 0 {
		return 0, false
	}
	part, tag := x.split(x.hash(key))
	v, ok := x.parts[part].find(tag<<(64-tagBits), func(v uint64) bool {
		return v>>valueBits == tag && match(v&(1<<valueBits-1)-1)
	})
	return v&(1<<valueBits-1) - 1, ok
}

// Add adds a number under key, in addition to those that the key already has.
// It returns an error if the number is greater than MaxValue.
func (x *Index) Add(key string, value uint64) error {
	if value > MaxValue {
		return errors.New("there is more than an index can hold")
	}
	part, tag := x.split(x.hash(key))
	p := &x.parts[part]
	p.width = 8
	home := func(v uint64) uint64 { return v >> valueBits << (64 - tagBits) }
	p.add(tag<<(64-tagBits), tag<<valueBits|(value+1), 0.5, home)
	x.n++
	return nil
}

func (x *Index) hash(key string) uint64 {
	if x.seed == (maphash.Seed{}) {
		x.seed = maphash.MakeSeed()
	}
	return maphash.String(x.seed, key)
}

// split returns the bits of a hash that are stored: the number of the part, and
// the tag within it.
func (x *Index) split(hash uint64) (part int, tag uint64) {
	return int(hash >> (64 - partBits)), hash >> (64 - partBits - tagBits) & (1<<tagBits - 1)
}

// Free releases the memory and leaves x empty.
func (x *Index) Free() {
	for i := range x.parts {
		x.parts[i].mem.free()
	}
	*x = Index{}
}
