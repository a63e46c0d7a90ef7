package message

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// run returns how many octets at the start of s mean what they are or are blank: most of most
// texts, which are looked at eight at a time.
func run(s string) int {
	n := 0
	for ; len(s)-n >= 8; n += 8 {
		w := s[n : n+8]
		v := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		// In each octet the highest bit says that it is eight-bit, a control character, DEL or "=".
		// One that follows such an octet may be marked with it; the first marked is right.
		if (v|(v-' '*ones)|zeros(v^0x7f*ones)|zeros(v^'='*ones))&highs != 0 {
			break
		}
	}
	for n < len(s) && classes[s[n]] <= blank {
		n++
	}
	return n
}

// zeros returns a mark on the octets of v that are zero, by their highest bit.
func zeros(v uint64) uint64 { return (v - ones) &^ v }
