package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A text is what a server said, with what of it is to be struck out.
type text struct {
	lines    []string
	octets   string // the lines, with a line feed between them
	codes    []bool // octets that are an enhanced status code at the beginning of a line
	hasCodes bool
	marked   []bool // octets to be struck out
	any      bool
}

// newText returns the text of some lines.
func newText(lines []string) *text {
	t := &text{lines: lines, octets: strings.Join(lines, "\n")}
	at := 0
	for i, line := range lines {
		if n := codeLength(line); n > 0 && i > 0 { // nothing is before the first
			if t.codes == nil {
				t.codes = make([]bool, len(t.octets))
			}
			for i := range n {
				t.codes[at+i] = true
			}
			t.hasCodes = true
		}
		at += len(line) + 1
	}
	return t
}

// codeLength returns the length of the enhanced status code at the beginning of a line (RFC 3463,
// section 2), 0 if there is none. A server repeats it in every line of a reply, and so within a
// secret that goes over several.
func codeLength(line string) int {
	word, _, _ := strings.Cut(line, " ")
	parts := strings.Split(word, ".")
	if len(parts) != 3 {
		return 0
	}
	for _, part := range parts {
		if part == "" || len(part) > 3 || strings.Trim(part, "0123456789") != "" {
			return 0
		}
	}
	return len(word)
}

// A view is one way to read a text: some characters in lower case, and where they stand.
type view struct {
	of    *text
	runes []rune
	at    []span // nil: it is only asked whether there is something to mark
}

// A span is from where to where in the octets of a text something stands.
type span struct{ from, to int }

// views returns all ways to read the text.
func (t *text) views(skipCodes bool) []view {
	plain := t.spaceless(skipCodes)
	views := []view{plain.view(t, isShown), plain.view(t, isWord)}
	if t.escapes() {
		plain = plain.resolved()
		views = append(views, plain.view(t, isShown), plain.view(t, isWord))
	}
	return views
}

// glance returns the views without escapes, and without where anything stands.
func (t *text) glance() [2]view {
	shown := make([]rune, 0, 2*len(t.octets))
	for i, r := range t.octets {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(t.octets[i:]); n == 1 {
				r = -rune(t.octets[i])
			}
		}
		if isShown(r) {
			shown = append(shown, lower(r))
		}
	}
	words := shown[len(shown):]
	for _, r := range shown {
		if isWord(r) {
			words = append(words, r)
		}
	}
	return [2]view{{of: t, runes: shown}, {of: t, runes: words}}
}

// escapes reports whether something may be an escape.
func (t *text) escapes() bool { return strings.ContainsAny(t.octets, escapeSigns) }

// spans are octets and where each of them stands.
type spans struct {
	octets []byte
	at     []span
}

func (s *spans) add(c byte, at span) {
	s.octets, s.at = append(s.octets, c), append(s.at, at)
}

// spaceless returns the octets of the text without spaces and line ends.
func (t *text) spaceless(skipCodes bool) *spans {
	s := &spans{octets: make([]byte, 0, len(t.octets)), at: make([]span, 0, len(t.octets))}
	for i := range len(t.octets) {
		c := t.octets[i]
		if c != ' ' && (c < '\t' || c > '\r') && !(skipCodes && t.codes[i]) {
			s.add(c, span{i, i + 1})
		}
	}
	return s
}

// view returns the characters that are kept.
func (s *spans) view(t *text, keep func(rune) bool) view {
	v := view{of: t, runes: make([]rune, 0, len(s.octets)), at: make([]span, 0, len(s.octets))}
	for i := 0; i < len(s.octets); {
		r, n := rune(s.octets[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(s.octets[i:])
			if r == utf8.RuneError && n == 1 {
				r = -rune(s.octets[i]) // itself, and no character
			}
		}
		if keep(r) {
			v.runes = append(v.runes, lower(r))
			v.at = append(v.at, span{s.at[i].from, s.at[i+n-1].to})
		}
		i += n
	}
	return v
}

// lower returns a character in lower case.
func lower(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	case r < utf8.RuneSelf:
		return r
	}
	return unicode.ToLower(r)
}

// isShown reports whether a character, or an octet that is none, can be seen.
func isShown(r rune) bool {
	return r < 0 || r > ' ' && r < 0x7f || unicode.IsGraphic(r) && !unicode.IsSpace(r)
}

// isWord reports whether a character is a letter or a digit, or an octet that is no character.
func isWord(r rune) bool {
	return r < 0 || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// readable returns what a view would show of a text.
func readable(s string) []rune {
	t := newText([]string{s})
	return t.spaceless(false).view(t, isShown).runes
}

// markForms marks what is in one of the forms of a secret.
func (v *view) markForms(f forms) {
	var h rolling
	for i, r := range v.runes {
		h.add(r)
		if i >= gramSize {
			h.drop(v.runes[i-gramSize])
		}
		if i < gramSize-1 {
			continue
		}
		if _, ok := f[uint64(h)]; ok {
			v.mark(i-gramSize+1, i+1)
		}
	}
}

// markWhole marks where all of something stands. Nothing is nowhere.
func (v *view) markWhole(what []rune) {
	if len(what) == 0 {
		return
	}
	for i := range len(v.runes) - len(what) + 1 {
		if common(v.runes[i:], what) == len(what) {
			v.mark(i, i+len(what))
		}
	}
}

// markBeginning marks where gramSize characters or more of the beginning of something stand, all of
// it if it has fewer, and at the end of the text also a few fewer: it may have been cut off there.
func (v *view) markBeginning(what []rune) {
	for i := range v.runes {
		n := common(v.runes[i:], what)
		if n > 0 && (n == len(what) || n >= gramSize || n >= least && i+n == len(v.runes)) {
			v.mark(i, i+n)
		}
	}
}

// common returns how many characters two texts begin with alike.
func common(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// mark marks some characters of a view in the text.
func (v *view) mark(from, to int) {
	v.of.any = true
	if v.at == nil {
		return
	}
	for _, s := range v.at[from:to] {
		for i := s.from; i < s.to; i++ {
			v.of.marked[i] = true
		}
	}
}

// struck returns the lines with one Mark for each part that is marked. What stands between two
// parts and cannot be seen belongs to them.
func (t *text) struck() []string {
	if !t.any {
		return t.lines
	}
	var lines []string
	at := 0
	for _, line := range t.lines {
		lines = append(lines, strike(line, t.marked[at:at+len(line)]))
		at += len(line) + 1
	}
	return lines
}

// strike returns a line without what is marked.
func strike(line string, marked []bool) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		if !marked[i] {
			b.WriteByte(line[i])
			i++
			continue
		}
		b.WriteString(Mark)
		i = endOfPart(line, marked, i)
	}
	return b.String()
}

// endOfPart returns where the marked part that begins at i ends.
func endOfPart(line string, marked []bool, i int) int {
	end := i
	for i < len(line) {
		r, n := utf8.DecodeRuneInString(line[i:])
		switch {
		case marked[i]:
			n = 1
			end = i + 1
		case isWord(r), r == utf8.RuneError && n == 1:
			return end
		}
		i += n
	}
	return end
}
