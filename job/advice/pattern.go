package advice

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxPattern is the greatest length of a pattern in octets. What differs only
// beyond is one group.
const MaxPattern = 200

// gap stands in a pattern for what differs from one reply to the next.
const gap = "…"

// Pattern returns what replies of one kind have in common: words that speak of
// one recipient, message or host are gaps. These are what stands in quotation
// marks or angle brackets, addresses, host names, URLs, and whatever has a
// digit in it or mixes its letters as no word does. Enhanced status codes stay.
func Pattern(text string) string {
	var b strings.Builder
	b.Grow(min(len(text), MaxPattern))
	text = Clip(text, 10*MaxPattern)
	for rest := text; ; {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if rest == "" || b.Len() > MaxPattern {
			break
		}
		var word string
		word, rest = cutWord(rest)
		if !isLetters(word) {
			word = patternWord(word)
		}
		if word == gap && strings.HasSuffix(b.String(), gap) {
			continue // one gap for a list of whatever length
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	s := b.String()
	if short := Clip(s, MaxPattern); short != s {
		return short + gap
	}
	return s
}

// Clip returns the first octets of a text, at most so many, and no half of a
// character.
func Clip(text string, octets int) string {
	if len(text) <= octets {
		return text
	}
	for octets > 0 && !utf8.RuneStart(text[octets]) {
		octets--
	}
	return text[:octets]
}

// isLetters reports whether a word is in small letters of ASCII, as most are.
func isLetters(word string) bool {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return false
		}
	}
	return true
}

// cutWord cuts the first word off a text that does not begin with a space. What
// begins with a quotation mark or an angle bracket and ends with its like is
// one word, together with what follows up to the next space.
func cutWord(text string) (word, rest string) {
	n := strings.IndexFunc(text, func(r rune) bool {
		return quotes(r) || unicode.IsSpace(r) || unicode.IsLetter(r) || unicode.IsDigit(r)
	})
	if n < 0 {
		n = 0
	}
	if quotes(rune(text[n])) {
		n += quotedLength(text[n:])
	}
	if i := strings.IndexFunc(text[n:], unicode.IsSpace); i >= 0 {
		return text[:n+i], text[n+i:]
	}
	return text, ""
}

// quotedLength returns the length of the quotation that text begins with; 0 if it is
// none.
func quotedLength(text string) int {
	closing := text[:1]
	switch closing {
	case "<":
		closing = ">"
	case "`":
		closing = "`'"
	}
	for end := 1; ; {
		i := strings.IndexAny(text[end:], closing)
		if i < 0 {
			return 0
		}
		end += i + 1
		if r, _ := utf8.DecodeRuneInString(text[end:]); text[0] != '\'' || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return end // else it is an apostrophe
		}
	}
}

// quotes reports whether a rune opens a quotation.
func quotes(r rune) bool { return strings.ContainsRune("\"'`<", r) }

// patternWord returns the word, or a gap for what stands between its punctuation.
func patternWord(word string) string {
	const opening, closing = "([{", ")]}.,;:!?-"
	core := strings.TrimLeft(word, opening)
	before := word[:len(word)-len(core)]
	core = strings.TrimRight(core, closing)
	after := word[len(before)+len(core):]
	if core == "" {
		return word
	}
	if n := 0; quotes(rune(core[0])) {
		if n = quotedLength(core); n > 0 {
			tail := core[n:]
			if tail != "" {
				tail = patternWord(tail)
			}
			return before + core[:1] + gap + core[n-1:n] + tail + after
		}
	}
	if name, value, ok := strings.Cut(core, "="); ok && value != "" && !varies(name) { // "code=42"
		return before + name + "=" + patternWord(value) + after
	}
	if varies(core) {
		return before + gap + strings.TrimRight(after, ".,;!?-") // so that a list is one gap
	}
	return word
}

// varies reports whether a word speaks of one case only.
func varies(word string) bool {
	if enhanced(word) {
		return false
	}
	switches, dots := 0, 0
	var last rune
	for _, r := range word {
		switch {
		case unicode.IsDigit(r), r == '@':
			return true
		case unicode.IsUpper(r) && unicode.IsLower(last):
			switches++
		case r == '.' && unicode.IsLetter(last):
			dots++
		}
		last = r
	}
	return switches > 2 || dots > 0 && unicode.IsLetter(last) || strings.Contains(word, "://")
}

// enhanced reports whether a word is an enhanced status code (RFC 3463).
func enhanced(word string) bool {
	if len(word) < len("5.1.1") || strings.IndexByte("245", word[0]) < 0 || word[1] != '.' {
		return false
	}
	parts := strings.Split(word, ".")
	if len(parts) != 3 {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) < 1 || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return true
}

// Sameness returns what two refusals have in common that mean the same: stage,
// codes and the pattern of the text.
func Sameness(stage string, code int, enhanced, text string) string {
	return strings.Join([]string{stage, strconv.Itoa(code), enhanced, Pattern(text)}, " ")
}
