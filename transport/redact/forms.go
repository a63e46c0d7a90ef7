package redact

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// gramSize is how many characters in a row are enough to be struck out.
const gramSize = 8

// least is how many characters of a form that is no more than these must have in common: of fewer
// there is enough in any text.
const least = 6

// forms are the hashes of all that has gramSize characters in a row in one of the forms of a secret.
type forms map[uint64]struct{}

// formsOf returns those of a secret.
func formsOf(text string) forms {
	f := make(forms)
	b := []byte(text)
	based := aligned(b, base64.StdEncoding.EncodeToString, 6)
	for _, form := range slices.Concat(
		[]string{text, backwards(text), rot13(text), hex.EncodeToString(b), decimal(b)},
		based,
		aligned(b, base32.StdEncoding.EncodeToString, 5),
		aligned(utf16Octets(text), base64.StdEncoding.EncodeToString, 6),
	) {
		f.add(form)
	}
	for _, form := range based {
		for _, twice := range aligned([]byte(form), base64.StdEncoding.EncodeToString, 6) {
			f.add(twice)
		}
	}
	return f
}

// add adds a form as both kinds of view show it.
func (f forms) add(form string) {
	read := readable(form)
	f.addRunes(read)
	f.addRunes(slices.DeleteFunc(read, func(r rune) bool { return !isWord(r) }))
}

func (f forms) addRunes(read []rune) {
	for i := range len(read) - gramSize + 1 {
		var h rolling
		for _, r := range read[i : i+gramSize] {
			h.add(r)
		}
		f[uint64(h)] = struct{}{}
	}
}

// A rolling is the hash of gramSize characters in a row. That others have it too is so rare that
// nothing is done about it: these would be struck out.
type rolling uint64

const (
	rollingFactor = 0x9e3779b97f4a7c15
	factor2       = rollingFactor * rollingFactor % (1 << 64)
	factor4       = factor2 * factor2 % (1 << 64)
	rollingPower  = factor4 * factor4 % (1 << 64) // gramSize times rollingFactor
)

// add adds a character at the end.
func (h *rolling) add(r rune) { *h = *h*rollingFactor + rolling(r) }

// drop takes the first one away, after add.
func (h *rolling) drop(r rune) { *h -= rolling(r) * rollingPower }

// aligned returns, for every position that octets may have in a longer text, the characters of its
// encoding that depend on these octets alone. bits is how many of them a character carries.
func aligned(b []byte, encode func([]byte) string, bits int) []string {
	var list []string
	for before := range bits {
		if before > 0 && before*8%bits == 0 {
			break // as the first
		}
		from, to := (before*8+bits-1)/bits, (before+len(b))*8/bits
		if from < to {
			list = append(list, encode(append(make([]byte, before), b...))[from:to])
		}
	}
	return list
}

func backwards(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

func rot13(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return 'a' + (r-'a'+13)%26
		case 'A' <= r && r <= 'Z':
			return 'A' + (r-'A'+13)%26
		}
		return r
	}, text)
}

// decimal returns the numbers of octets, one behind the other.
func decimal(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteString(strconv.Itoa(int(c)))
	}
	return s.String()
}

// utf16Octets returns a text in UTF-16, the lower octet first.
func utf16Octets(text string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return b
}
