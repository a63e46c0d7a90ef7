// Package numfmt shows numbers as a spreadsheet does: by the code of a number format (ECMA-376 part 1,
// 18.8.31), as in #,##0.00 or dd/mm/yyyy. Where a format leaves something to the language of the
// spreadsheet program, numbers are shown as in English and dates as ISO 8601 has them.
package numfmt

import (
	"strconv"
	"strings"
)

// A Kind says what a number is that a format shows.
type Kind uint8

const (
	Number Kind = iota
	Date        // a date, with the time of the day or without
	Clock       // a time alone
)

// A Format is how a number is shown. It is safe for concurrent use.
type Format struct {
	sections []section // of numbers, one to three
	text     *section  // of texts; nil: as they are
}

// A section is one of the parts of a code between its semicolons.
type section struct {
	tokens    []token
	condition string // of the numbers that it is for, as in [>=100]; "" if it goes by its place
	bound     float64
	kind      Kind
	elapsed   bool // hours, minutes or seconds do not end at 24 or 60
	half      bool // hours go to 12
	general   bool
	percent   int // how often the number is multiplied by 100
	thousands bool
	scale     int // how often it is divided by 1000
	exponent  int // index of its token, or -1
	slash     int // of a fraction, or -1
	point     int // or -1
	lcid      int // the language, as Windows numbers them; 0 is none
}

// A token is one piece of a section.
type token struct {
	kind byte // 'l' literal, '0' '#' '?' digits, '.' ',' '/' 'E', '@' text, 'G' General, or a part of a date, of which elapsed ones are in brackets: '['
	text string
}

// maxCode is how long codes are at most, as spreadsheet programs have it.
const maxCode = 1024

// Parse reads the code of a format. What it does not know is shown as it stands.
func Parse(code string) *Format {
	f := &Format{}
	if len(code) > maxCode {
		code = "General"
	}
	for i, part := range sections(code) {
		s := parseSection(part)
		if i == 3 || i > 0 && s.has('@') || i == 0 && s.has('@') && !s.hasDigits() && s.kind == Number && !s.general {
			f.text = s
			if i > 0 {
				break
			}
			s = &section{general: true, exponent: -1, slash: -1, point: -1} // numbers in the format of a text
		}
		f.sections = append(f.sections, *s)
	}
	return f
}

// sections cuts a code at its semicolons.
func sections(code string) (all []string) {
	start, quoted, bracket := 0, false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case c == ';' && !bracket:
			all, start = append(all, code[start:i]), i+1
		}
	}
	return append(all, code[start:])
}

func (s *section) has(kind byte) bool {
	for _, t := range s.tokens {
		if t.kind == kind {
			return true
		}
	}
	return false
}

func (s *section) hasDigits() bool { return s.has('0') || s.has('#') || s.has('?') }

func parseSection(code string) *section {
	s := &section{exponent: -1, slash: -1, point: -1}
	for code != "" {
		code = s.next(code)
	}
	s.minutes()
	s.settle()
	return s
}

// next takes the next token from a code, and returns the rest.
func (s *section) next(code string) string {
	c := code[0]
	rest := code[1:]
	switch {
	case c == '"':
		text, after, _ := strings.Cut(rest, `"`)
		s.literal(text)
		return after
	case c == '\\':
		r := firstRune(rest)
		s.literal(r)
		return rest[len(r):]
	case c == '_':
		s.literal(" ")
		return rest[len(firstRune(rest)):]
	case c == '*':
		return rest[len(firstRune(rest)):]
	case c == '[':
		inner, after, ok := strings.Cut(rest, "]")
		if !ok {
			s.literal(code)
			return ""
		}
		s.bracket(inner)
		return after
	case strings.IndexByte("0#?", c) >= 0:
		s.add(c, code[:1])
		return rest
	case strings.HasPrefix(strings.ToLower(code), "general"):
		s.general = true
		s.add('G', "")
		return code[len("general"):]
	}
	return s.letter(code)
}

// letter takes a token that is a letter or a sign.
func (s *section) letter(code string) string {
	c, lower := code[0], strings.ToLower(code)
	for _, half := range []string{"am/pm", "a/p"} {
		if strings.HasPrefix(lower, half) {
			s.half = true
			s.add('a', code[:len(half)])
			return code[len(half):]
		}
	}
	switch {
	case c == 'E' && len(code) > 1 && (code[1] == '+' || code[1] == '-') && s.hasDigits():
		s.exponent = len(s.tokens)
		s.add('E', code[:2])
		return code[2:]
	case strings.IndexByte("ymdhs", lower[0]) >= 0:
		n := len(lower) - len(strings.TrimLeft(lower, lower[:1]))
		s.add(lower[0], lower[:n])
		return code[n:]
	case c == '%':
		s.percent++
	case c == '@':
		s.add('@', "")
		return code[1:]
	case c == '.' || c == ',' || c == '/':
		s.add(c, code[:1])
		return code[1:]
	}
	r := firstRune(code)
	s.literal(r)
	return code[len(r):]
}

// bracket takes what stands in brackets: a condition, a currency with its language, an elapsed time,
// or a colour.
func (s *section) bracket(inner string) {
	lower := strings.ToLower(inner)
	switch {
	case inner == "":
	case inner[0] == '$':
		sign, lang, _ := strings.Cut(inner[1:], "-")
		s.literal(sign)
		if id, err := strconv.ParseInt(lang, 16, 64); err == nil {
			s.lcid = int(id & 0xffff)
		}
	case strings.IndexByte("<>=", inner[0]) >= 0:
		sign := inner[:len(inner)-len(strings.TrimLeft(inner, "<>="))]
		if v, err := strconv.ParseFloat(inner[len(sign):], 64); err == nil {
			s.condition, s.bound = sign, v
		}
	case strings.IndexByte("hms", lower[0]) >= 0 && strings.Trim(lower, lower[:1]) == "":
		s.elapsed = true
		s.add('[', lower)
	}
}

func (s *section) add(kind byte, text string) { s.tokens = append(s.tokens, token{kind, text}) }
func (s *section) literal(text string)        { s.add('l', text) }

func firstRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// minutes makes minutes of the months that stand behind hours or before seconds.
func (s *section) minutes() {
	isTime := func(i, step int) bool {
		for i += step; i >= 0 && i < len(s.tokens); i += step {
			switch t := s.tokens[i]; {
			case t.kind == 'h' || t.kind == '[' && t.text[0] == 'h':
				return step < 0
			case t.kind == 's' || t.kind == '[' && t.text[0] == 's':
				return step > 0
			case strings.IndexByte("ymdM", t.kind) >= 0:
				return false
			}
		}
		return false
	}
	for i, t := range s.tokens {
		if t.kind == 'm' && len(t.text) <= 2 && (isTime(i, -1) || isTime(i, 1)) {
			s.tokens[i].kind = 'M'
		}
	}
}

// settle finds out what the section shows.
func (s *section) settle() {
	date, clock := false, s.elapsed
	last := -1 // digit
	for i, t := range s.tokens {
		switch t.kind {
		case 'y', 'm', 'd':
			date = true
		case 'h', 'M', 's', 'a':
			clock = true
		case '0', '#', '?':
			last = i
		case '.':
			if s.point < 0 {
				s.point = i
			}
		case '/':
			s.slash = i
		}
	}
	switch {
	case date:
		s.kind = Date
	case clock:
		s.kind = Clock
	default:
		if s.point >= 0 || s.exponent >= 0 {
			s.slash = -1 // no fraction
		}
		s.separators(last)
	}
}

// separators finds out what the commas of a number mean: behind its last digit they divide it by 1000.
func (s *section) separators(last int) {
	end := last
	if s.point >= 0 {
		for i, t := range s.tokens[:s.point] {
			if strings.IndexByte("0#?", t.kind) >= 0 {
				end = i
			}
		}
	}
	for i := range s.tokens {
		if t := &s.tokens[i]; t.kind == ',' {
			switch {
			case i < end:
				s.thousands = true
			case last >= 0:
				s.scale++
			default:
				t.kind = 'l'
			}
		}
	}
}
