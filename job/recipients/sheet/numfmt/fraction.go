package numfmt

import (
	"math"
	"strconv"
	"strings"

	"mailshot/template/cell"
)

// scientific shows a number with an exponent of ten.
func (s *section) scientific(v float64) string {
	whole, decimals := s.places()
	exp := 0
	if v != 0 {
		exp = int(math.Floor(math.Log10(v)))
		if whole > 1 {
			exp = int(math.Floor(float64(exp)/float64(whole))) * whole
		}
	}
	d := Decimal(v * math.Pow10(-exp)).Round(decimals)
	if len(d.Whole) > max(whole, 1) { // rounded up
		exp += max(whole, 1)
		d = Decimal(v * math.Pow10(-exp)).Round(decimals)
	}
	sign := ""
	if exp < 0 {
		sign = "-"
	} else if s.tokens[s.exponent].text[1] == '+' {
		sign = "+"
	}
	text := s.place(s.tokens[:s.exponent], d, whole, decimals) + "E" + sign
	digits := strconv.Itoa(max(exp, -exp))
	places := 0
	for _, t := range s.tokens[s.exponent+1:] {
		if t.kind == '0' || t.kind == '#' || t.kind == '?' {
			places++
		}
	}
	text += strings.Repeat("0", max(0, places-len(digits))) + digits
	for _, t := range s.tokens[s.exponent+1:] {
		if t.kind == 'l' {
			text += t.text
		}
	}
	return text
}

// fraction shows a number as a whole one and a fraction, as in # ?/?.
func (s *section) fraction(v float64) string {
	before := s.tokens[:s.slash]
	if len(before) == 0 {
		return General(v)
	}
	numerator := len(before) // where the digits of the numerator begin
	for numerator > 0 && strings.IndexByte("0#?", before[numerator-1].kind) >= 0 {
		numerator--
	}
	places, fixed, rest := 0, "", s.tokens[s.slash+1:]
	for len(rest) > 0 && (strings.IndexByte("0#?", rest[0].kind) >= 0 || rest[0].kind == 'l' && isDigit(rest[0].text)) {
		if places++; rest[0].kind == 'l' || fixed != "" {
			fixed += rest[0].text
		}
		rest = rest[1:]
	}
	hasWhole := false
	for _, t := range before[:numerator] {
		hasWhole = hasWhole || strings.IndexByte("0#?", t.kind) >= 0
	}
	whole := 0.0
	if hasWhole {
		whole, v = math.Floor(v), v-math.Floor(v)
	}
	n, d := nearest(v, int(math.Pow10(min(places, 4)))-1)
	if f, err := strconv.Atoi(fixed); err == nil && f > 0 {
		n, d = int(math.Round(v*float64(f))), f
	}
	if hasWhole && n == d {
		whole, n = whole+1, 0
	}
	text := ""
	if hasWhole {
		count, _ := (&section{tokens: before[:numerator], exponent: -1, point: -1}).places()
		shown := Decimal(whole)
		if whole == 0 && n == 0 {
			shown = cell.Decimal{Whole: "0"}
		}
		text = s.place(before[:numerator], shown, count, 0)
		if strings.TrimSpace(text) == "" && before[len(before)-1].kind != '?' {
			text = "" // nor the space behind it
		}
		if n == 0 {
			return text
		}
	}
	width := s.slash - numerator
	num, den := strconv.Itoa(n), strconv.Itoa(d)
	if before[len(before)-1].kind == '?' {
		num = strings.Repeat(" ", max(0, width-len(num))) + num
		den += strings.Repeat(" ", max(0, places-len(den)))
	}
	return text + num + "/" + den + s.literalsBefore(rest)
}

func isDigit(s string) bool { return len(s) == 1 && s[0] >= '0' && s[0] <= '9' }

// nearest returns the fraction nearest to a number, of those with so large a denominator.
func nearest(v float64, most int) (n, d int) {
	best := math.Inf(1)
	for den := 1; den <= most; den++ {
		num := math.Round(v * float64(den))
		if off := math.Abs(v - num/float64(den)); off < best-1e-12 {
			best, n, d = off, int(num), den
		}
	}
	return n, max(d, 1)
}
