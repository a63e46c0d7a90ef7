package index

import (
	"iter"
	"math/bits"
)

// A Bits is a set of small numbers, one bit each. The zero value is empty.
type Bits struct {
	words []uint64
	len   int
}

// Add adds a number, which is not negative.
func (b *Bits) Add(n int) {
	w := n / 64
	for len(b.words) <= w {
		b.words = append(b.words, 0)
	}
	if m := uint64(1) << (n % 64); b.words[w]&m == 0 {
		b.words[w] |= m
		b.len++
	}
}

// Remove takes a number out, if it is there.
func (b *Bits) Remove(n int) {
	if b.Has(n) {
		b.words[n/64] &^= 1 << (n % 64)
		b.len--
	}
}

// Has reports whether a number is in the set.
func (b *Bits) Has(n int) bool {
	w := n / 64
	return w < len(b.words) && b.words[w]&(1<<(n%64)) != 0
}

// All yields the numbers in the set, the least first.
func (b *Bits) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, w := range b.words {
			for ; w != 0; w &= w - 1 {
				if !yield(i*64 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}

// Len returns how many numbers are in the set.
func (b *Bits) Len() int { return b.len }
