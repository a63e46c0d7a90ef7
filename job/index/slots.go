package index

import (
	"encoding/binary"
	"math/bits"
)

// slots is an open-addressed hash table with linear probing, at most four fifths
// full, of numbers that are not 0. Each number has a home: where the search for
// it begins, as a fraction of the table in units of 2^-64. The zero value but
// for width is empty.
type slots struct {
	width int // octets of a number: 4 or 8
	mem   memory
	n     int
}

func (s *slots) size() int { return len(s.mem.octets) / s.width }

func (s *slots) get(i int) uint64 {
	if s.width == 4 {
		return uint64(binary.LittleEndian.Uint32(s.mem.octets[i*4:]))
	}
	return binary.LittleEndian.Uint64(s.mem.octets[i*8:])
}

func (s *slots) set(i int, v uint64) {
	if s.width == 4 {
		binary.LittleEndian.PutUint32(s.mem.octets[i*4:], uint32(v))
		return
	}
	binary.LittleEndian.PutUint64(s.mem.octets[i*8:], v)
}

// find returns the number with this home for which match returns true. It calls
// match for other numbers, too.
func (s *slots) find(home uint64, match func(uint64) bool) (v uint64, ok bool) {
	if s.n == 0 {
		return 0, false
	}
	size := s.size()
	for i := scale(home, size); ; i++ {
		if i == size {
			i = 0
		}
		if v = s.get(i); v == 0 || match(v) {
			return v, v != 0
		}
	}
}

// add adds a number. If the table has to grow first, homeOf returns the homes of
// the numbers in it, and by is how much it grows, as a part of its size.
func (s *slots) add(home, v uint64, by float64, homeOf func(uint64) uint64) {
	if size := s.size(); s.n >= size-size/5-1 {
		s.grow(max(32, size+int(by*float64(size))), homeOf)
	}
	s.put(home, v)
	s.n++
}

func (s *slots) put(home, v uint64) {
	size := s.size()
	i := scale(home, size)
	for s.get(i) != 0 {
		if i++; i == size {
			i = 0
		}
	}
	s.set(i, v)
}

// grow moves all numbers to a table of that size.
func (s *slots) grow(size int, homeOf func(uint64) uint64) {
	old := *s
	s.mem = newMemory(size * s.width)
	for i := range old.size() {
		if v := old.get(i); v != 0 {
			s.put(homeOf(v), v)
		}
	}
	old.mem.free()
}

// scale returns fraction times size divided by 2^64.
func scale(fraction uint64, size int) int {
	hi, _ := bits.Mul64(fraction, uint64(size))
	return int(hi)
}
