package numfmt

import (
	"math"
	"strconv"
	"strings"

	"mailshot/template/cell"
)

// Show returns how the format shows a number. days says how many days after 1899-12-30 the dates of
// the spreadsheet begin, which is 0 or 1462.
func (f *Format) Show(v float64, days int) string {
	s, abs := f.section(v)
	if s.kind != Number {
		return s.date(v + float64(days))
	}
	if v < 0 && !abs {
		text := s.number(-v)
		if !strings.ContainsAny(text, "123456789") {
			return text // rounded to zero
		}
		return "-" + text
	}
	return s.number(max(v, -v))
}

// Kind returns what a number is that the format shows.
func (f *Format) Kind(v float64) Kind {
	s, _ := f.section(v)
	return s.kind
}

// Elapsed reports whether the format shows a time that may have more than 24 hours.
func (f *Format) Elapsed(v float64) bool {
	s, _ := f.section(v)
	return s.elapsed
}

// ShowText returns how the format shows a text.
func (f *Format) ShowText(text string) string {
	if f.text == nil {
		return text
	}
	var b strings.Builder
	for _, t := range f.text.tokens {
		switch t.kind {
		case '@', 'G':
			b.WriteString(text)
		case 'l':
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// section returns the section for a number, and whether it shows a negative one without a sign.
func (f *Format) section(v float64) (s *section, abs bool) {
	all := f.sections
	for i := range all {
		if all[i].condition != "" && all[i].holds(v) {
			return &all[i], i > 0 && v < 0 || all[i].bound < 0 && v < 0 && strings.HasPrefix(all[i].condition, "<")
		}
	}
	switch {
	case all[0].condition != "" && len(all) > 1:
		return &all[len(all)-1], false
	case v < 0 && len(all) > 1:
		return &all[1], true
	case v == 0 && len(all) > 2:
		return &all[2], false
	}
	return &all[0], false
}

func (s *section) holds(v float64) bool {
	switch s.condition {
	case "<":
		return v < s.bound
	case "<=":
		return v <= s.bound
	case ">":
		return v > s.bound
	case ">=":
		return v >= s.bound
	case "=":
		return v == s.bound
	}
	return v != s.bound
}

// Decimal returns a number with the 15 digits that spreadsheets take for right.
func Decimal(v float64) cell.Decimal {
	const exact = 1 << 53 // up to which every whole number is one
	var text string
	if v == float64(int64(v)) && max(v, -v) < exact {
		text = strconv.FormatInt(int64(v), 10)
	} else {
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 14, 64), 64)
		text = strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	d, _ := cell.ParseConstant(text) // digits
	return d
}

// General returns a number as it is shown where nobody has given it a format.
func General(v float64) string {
	a := max(v, -v)
	if a != 0 && (a >= 1e15 && a != float64(int64(a)) || a >= 1e16 || a < 1e-9) {
		text := strconv.FormatFloat(v, 'E', -1, 64)
		if len(strings.Trim(text[:strings.IndexByte(text, 'E')], "-")) > 16 {
			text = strconv.FormatFloat(v, 'E', 14, 64)
		}
		m, e, _ := strings.Cut(text, "E")
		if strings.Contains(m, ".") {
			m = strings.TrimRight(strings.TrimRight(m, "0"), ".")
		}
		return m + "E" + e
	}
	return Decimal(v).String()
}

// number shows a number that is not negative.
func (s *section) number(v float64) string {
	if s.general && !s.hasDigits() {
		return s.around(General(v))
	}
	for range s.percent {
		v *= 100
	}
	for range s.scale {
		v /= 1000
	}
	switch {
	case s.exponent >= 0:
		return s.scientific(v)
	case s.slash >= 0 && s.hasDigits():
		return s.fraction(v)
	}
	whole, decimals := s.places()
	if decimals == 0 {
		v = math.Round(v)
	}
	d := Decimal(v).Round(decimals)
	return s.place(s.tokens, d, whole, decimals)
}

// around shows the literals with a text in the place of General.
func (s *section) around(text string) string {
	if !s.has('G') {
		return text
	}
	var b strings.Builder
	for _, t := range s.tokens {
		switch t.kind {
		case 'G':
			b.WriteString(text)
		case 'l':
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// places counts the digits of the section before its point and behind it.
func (s *section) places() (whole, decimals int) {
	end := len(s.tokens)
	if s.exponent >= 0 {
		end = s.exponent
	}
	for i, t := range s.tokens[:end] {
		switch {
		case t.kind != '0' && t.kind != '#' && t.kind != '?':
		case s.point >= 0 && i > s.point:
			decimals++
		default:
			whole++
		}
	}
	return whole, decimals
}

// place puts the digits of a number where tokens have them.
func (s *section) place(tokens []token, d cell.Decimal, whole, decimals int) string {
	var b strings.Builder
	left := whole // places before the point that are not reached yet
	behind := 0
	keep := s.kept(tokens, d.Fraction)
	pointed := false
	for i, t := range tokens {
		switch {
		case t.kind == 'l':
			b.WriteString(t.text)
		case t.kind == '.' && !pointed:
			pointed = true
			if keep == 0 && !s.fixed(tokens) {
				continue
			}
			b.WriteString(".")
			if whole == 0 && d.Whole != "" {
				b.Reset()
				b.WriteString(s.literalsBefore(tokens[:i]) + s.grouped(d.Whole) + ".")
			}
		case t.kind == '.':
			b.WriteString(".")
		case strings.IndexByte("0#?", t.kind) < 0:
		case pointed:
			if behind < keep {
				b.WriteByte(d.Fraction[behind])
			} else if t.kind == '?' {
				b.WriteByte(' ')
			}
			behind++
		default:
			s.digit(&b, t.kind, d.Whole, left, left == whole)
			left--
		}
	}
	return b.String()
}

func (s *section) literalsBefore(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		if t.kind == 'l' {
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// kept returns how many digits behind the point are shown: zeros at the end only where a 0 asks for them.
func (s *section) kept(tokens []token, fraction string) int {
	least, n, pointed := 0, 0, false
	for _, t := range tokens {
		switch {
		case t.kind == '.':
			pointed = true
		case pointed && strings.IndexByte("0#?", t.kind) >= 0:
			n++
			if t.kind == '0' {
				least = n
			}
		}
	}
	return min(max(least, len(strings.TrimRight(fraction, "0"))), len(fraction))
}

// fixed reports whether a digit behind the point is always there, if only as a space.
func (s *section) fixed(tokens []token) bool {
	pointed, places := false, false
	for _, t := range tokens {
		if pointed && (t.kind == '0' || t.kind == '?') {
			return true
		}
		pointed = pointed || t.kind == '.'
		places = places || pointed && t.kind == '#'
	}
	return !places
}

// digit writes what belongs at a place before the point, counted from the point; at the first one also
// the digits that have no place of their own.
func (s *section) digit(b *strings.Builder, kind byte, digits string, place int, first bool) {
	if first && len(digits) > place {
		for i := len(digits); i > place; i-- {
			b.WriteByte(digits[len(digits)-i])
			s.group(b, i)
		}
	}
	switch {
	case place <= len(digits):
		b.WriteByte(digits[len(digits)-place])
	case kind == '0':
		b.WriteByte('0')
	case kind == '?':
		b.WriteByte(' ')
		return
	default:
		return
	}
	s.group(b, place)
}

// group writes the separator of thousands behind the digit at a place.
func (s *section) group(b *strings.Builder, place int) {
	if s.thousands && place > 1 && place%3 == 1 {
		b.WriteString(",")
	}
}

func (s *section) grouped(digits string) string {
	var b strings.Builder
	for i := len(digits); i > 0; i-- {
		b.WriteByte(digits[len(digits)-i])
		s.group(&b, i)
	}
	return b.String()
}
