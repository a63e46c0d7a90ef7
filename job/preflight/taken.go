package preflight

// Taken says by their numbers which branches of the templates letters take. The zero Taken is none.
type Taken []bool

// add takes in the branches of a letter.
func (t *Taken) add(branches []int) {
	for _, n := range branches {
		for len(*t) <= n {
			*t = append(*t, false)
		}
		(*t)[n] = true
	}
}

// take adds those of other letters.
func (t *Taken) take(of Taken) {
	for len(*t) < len(of) {
		*t = append(*t, false)
	}
	for n, taken := range of {
		(*t)[n] = (*t)[n] || taken
	}
}

// Has reports whether a letter takes the branch with a number.
func (t Taken) Has(n int) bool { return n < len(t) && t[n] }
