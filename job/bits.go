package job

// bits is a set of row numbers, one bit each. The zero value is empty.
type bits struct {
	words []uint64
	n     int
}

func (b *bits) add(row int) {
	w := row / 64
	for len(b.words) <= w {
		b.words = append(b.words, 0)
	}
	if m := uint64(1) << (row % 64); b.words[w]&m == 0 {
		b.words[w] |= m
		b.n++
	}
}

func (b *bits) remove(row int) {
	if b.has(row) {
		b.words[row/64] &^= 1 << (row % 64)
		b.n--
	}
}

func (b *bits) has(row int) bool {
	w := row / 64
	return w < len(b.words) && b.words[w]&(1<<(row%64)) != 0
}

// len is the number of rows in the set.
func (b *bits) len() int { return b.n }
