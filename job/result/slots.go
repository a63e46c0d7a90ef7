package result

import (
	"encoding/binary"
	"math/bits"
)

// slots is an open-addressed table, at most four fifths full, of numbers that
// are not 0. Each has a home: the place in the table, as a fraction of 2^64,
// from which it is looked for. The zero value but for width is empty.
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

// find gives the number with this home for which is says yes. It asks for
// others, too.
func (s *slots) find(home uint64, is func(uint64) bool) (v uint64, ok bool) {
	if s.n == 0 {
		return 0, false
	}
	size := s.size()
	for i := place64(home, size); ; i++ {
		if i == size {
			i = 0
		}
		if v = s.get(i); v == 0 || is(v) {
			return v, v != 0
		}
	}
}

// add adds a number. Where the table has to grow first, homeOf gives the homes
// of those that are there, and by is how much of its size it grows.
func (s *slots) add(home, v uint64, by float64, homeOf func(uint64) uint64) {
	if size := s.size(); s.n >= size-size/5-1 {
		s.grow(max(32, size+int(by*float64(size))), homeOf)
	}
	s.put(home, v)
	s.n++
}

func (s *slots) put(home, v uint64) {
	size := s.size()
	i := place64(home, size)
	for s.get(i) != 0 {
		if i++; i == size {
			i = 0
		}
	}
	s.set(i, v)
}

// grow moves everything to a table of that size.
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

// place64 is where a fraction of 2^64 falls among so many.
func place64(fraction uint64, size int) int {
	hi, _ := bits.Mul64(fraction, uint64(size))
	return int(hi)
}
