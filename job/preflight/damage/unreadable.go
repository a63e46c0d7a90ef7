package damage

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// unreadable returns what is wrong with a text that has more than ASCII.
func unreadable(cell string) *Damage {
	if !strings.ContainsFunc(cell, suspicious) {
		return nil
	}
	if strings.ContainsRune(cell, utf8.RuneError) {
		return &Damage{Grave: true, What: "text that was lost, with U+FFFD in its place", Hint: "the program that wrote the file read its text in a wrong encoding; export it anew"}
	}
	if c, ok := turns(cell); ok {
		return &Damage{What: fmt.Sprintf("a character that turns the direction of the text (%U)", c), Hint: "names need none of them, and what stands behind one may be read backwards; take them out"}
	}
	for _, m := range misreadings {
		if strings.ContainsAny(cell, m.begins) {
			if meant, ok := m.undo(cell); ok {
				return &Damage{Meant: meant, What: "UTF-8 that was read as " + m.name, Hint: "export or open the file anew, with the encoding UTF-8"}
			}
		}
	}
	return nil
}

// suspicious reports whether a character is one of those that are looked for. Some of them are
// letters of names too.
func suspicious(c rune) bool {
	switch c {
	case 'Â', 'Ã', 'Ä', 'Å', 'Î', 'Ï', 'Ð', 'Ñ', 'â', 'ð', 'ï', '¬', '√', 'ƒ', '≈', '‚', '┬', '├', '─', '┼', 'Ô', 'Γ', 'Ă', 'Ĺ', utf8.RuneError:
		return true
	}
	return turning(c)
}

// turning reports whether a character sets the direction of what follows: the embeddings, overrides
// and isolates of Unicode.
func turning(c rune) bool { return c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069' }

// turns returns the first character of a text that is turning.
func turns(cell string) (rune, bool) {
	for _, c := range cell {
		if turning(c) {
			return c, true
		}
	}
	return 0, false
}

// A misreading is an encoding as which UTF-8 is read.
type misreading struct {
	name   string
	begins string // what the first octet of two or more reads as, of letters that are common
	enc    *charmap.Charmap
}

// misreadings are the encodings as which programs take UTF-8. The octets C2 to C5 begin the accented
// letters of Europe, CE to D1 Greek and Cyrillic, E2 quotation marks and dashes, F0 emoji.
var misreadings = []misreading{
	{"windows-1252", "ÂÃÄÅÎÏÐÑâðï", charmap.Windows1252},
	{"macintosh", "¬√ƒ≈‚", charmap.Macintosh},
	{"cp850", "┬├─┼Ô", charmap.CodePage850},
	{"cp437", "┬├─┼Γ", charmap.CodePage437},
	{"windows-1250", "ĂĹ", charmap.Windows1250},
}

// undo returns what a text was before it was misread. It reports false where it was not.
func (m *misreading) undo(cell string) (string, bool) {
	var b strings.Builder
	undone, wide := 0, 0
	for len(cell) > 0 {
		c, size := utf8.DecodeRuneInString(cell)
		if strings.ContainsRune(m.begins, c) {
			if was, length := m.sequence(cell); length > 0 {
				b.WriteRune(was)
				cell = cell[length:]
				if undone++; was > '\u017f' && was < '\u0800' {
					wide++
				}
				continue
			}
		}
		b.WriteString(cell[:size])
		cell = cell[size:]
	}
	// One letter of Greek or Cyrillic alone is none.
	return b.String(), undone > 1 || undone == 1 && wide == 0
}

// sequence returns the character whose octets in UTF-8 the text begins with as they were misread,
// and the length of these.
func (m *misreading) sequence(text string) (was rune, length int) {
	var octets [utf8.UTFMax]byte
	n := 0
	for _, c := range text {
		octet, ok := m.octet(c)
		if !ok {
			return 0, 0
		}
		octets[n] = octet
		n++
		length += utf8.RuneLen(c)
		if utf8.FullRune(octets[:n]) {
			break
		}
		if n == len(octets) {
			return 0, 0
		}
	}
	was, size := utf8.DecodeRune(octets[:n])
	if size != n || size < 2 || was == utf8.RuneError && string(octets[:n]) != "\ufffd" {
		return 0, 0
	}
	return was, length
}

// octet returns the octet that a character was read from.
func (m *misreading) octet(c rune) (byte, bool) {
	if m.enc == charmap.Windows1252 && c >= 0x80 && c <= 0x9f {
		return byte(c), true // what is not in it reads as a control character, and in Latin-1 all are
	}
	return m.enc.EncodeRune(c)
}
