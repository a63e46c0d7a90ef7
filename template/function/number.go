package function

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"mailshot/template/words"
)

// A decimal is a number as it is written. Nothing is lost to binary fractions.
type decimal struct {
	negative bool
	whole    string // digits, no leading zeros; "" is zero
	fraction string // digits as written
}

var decimalForm = regexp.MustCompile(`^([+\-−]?)([0-9]+)(?:([.,])([0-9]+))?$`)

// parseDecimal reads 1234, 1234.5, 1234,50 and -3. It refuses separators of thousands, and with
// them 1,234, which may be one or a thousand.
func parseDecimal(s string) (decimal, bool) {
	m := decimalForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || m[3] == "," && len(m[4]) == 3 {
		return decimal{}, false
	}
	d := decimal{whole: strings.TrimLeft(m[2], "0"), fraction: m[4]}
	d.negative = m[1] != "" && m[1] != "+" && !d.isZero()
	return d, true
}

func (d decimal) isZero() bool { return d.whole == "" && strings.Trim(d.fraction, "0") == "" }

// float returns the nearest binary number.
func (d decimal) float() float64 {
	f, _ := strconv.ParseFloat("0"+d.whole+"."+d.fraction+"0", 64) // digits only; too many of them give infinity
	if d.negative {
		return -f
	}
	return f
}

func (d decimal) compare(e decimal) int {
	if d.negative != e.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	c := cmp.Or(
		cmp.Compare(len(d.whole), len(e.whole)),
		cmp.Compare(d.whole, e.whole),
		cmp.Compare(strings.TrimRight(d.fraction, "0"), strings.TrimRight(e.fraction, "0")),
	)
	if d.negative {
		return -c
	}
	return c
}

// round returns the number with n decimals. Halves are rounded away from zero.
func (d decimal) round(n int) decimal {
	if len(d.fraction) <= n {
		d.fraction += strings.Repeat("0", n-len(d.fraction))
		return d
	}
	up := d.fraction[n] >= '5'
	digits := []byte("0" + d.whole + d.fraction[:n])
	for i := len(digits) - 1; up && i >= 0; i-- {
		if up = digits[i] == '9'; up {
			digits[i] = '0'
		} else {
			digits[i]++
		}
	}
	d.whole = strings.TrimLeft(string(digits[:len(digits)-n]), "0")
	d.fraction = string(digits[len(digits)-n:])
	d.negative = d.negative && !d.isZero()
	return d
}

// A numberLayout says how a number is written. Users show it by how they write 1234 or 1234.50.
type numberLayout struct {
	before, after string
	thousands     string
	point         string
	decimals      int
}

var layoutForm = regexp.MustCompile("1([.,'’ \u00a0\u202f]?)234(?:([.,])([0-9]+))?")

func parseLayout(function, layout string) (numberLayout, error) {
	m := layoutForm.FindStringSubmatchIndex(layout)
	if m == nil {
		return numberLayout{}, words.Failf("%s: the layout %s does not show the number 1234.50", function, words.Quote(layout)).
			WithHint(`{{%s "1,234.50 EUR" .column}}, or as it is written where your readers live: "€ 1.234,50", "1 234"`, function)
	}
	part := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return layout[m[2*i]:m[2*i+1]]
	}
	l := numberLayout{before: layout[:m[0]], after: layout[m[1]:], thousands: part(1), point: part(2), decimals: len(part(3))}
	if l.point != "" && l.point == l.thousands {
		return l, words.Failf("%s: the layout %s has one sign for thousands and decimals", function, words.Quote(layout))
	}
	return l, nil
}

// format writes a number that has the layout's decimals. A minus sign comes before everything.
func (l numberLayout) format(d decimal) string {
	var b strings.Builder
	if d.negative {
		b.WriteByte('-')
	}
	b.WriteString(l.before)
	whole := cmp.Or(d.whole, "0")
	for i, digit := range []byte(whole) {
		if left := len(whole) - i; i > 0 && left%3 == 0 {
			b.WriteString(l.thousands)
		}
		b.WriteByte(digit)
	}
	if l.decimals > 0 {
		b.WriteString(l.point)
		b.WriteString(d.fraction)
	}
	b.WriteString(l.after)
	return b.String()
}

func notANumber(function, value string) *words.Failure {
	f := words.Failf("%s: %s is no number", function, words.Quote(value))
	if strings.TrimSpace(value) == "" {
		return words.Failf("%s: the value is empty, no number", function)
	}
	if strings.ContainsAny(value, ".,'’ ") {
		return f.WithHint("a number is written without thousands separators: 1234.50 or 1234,50")
	}
	return f
}

// numeral reads the arguments of number and money. It returns the value also as it is written.
func numeral(function string, layout, value any) (numberLayout, decimal, string, error) {
	s, err := texts(function, layout, value)
	if err != nil {
		return numberLayout{}, decimal{}, "", err
	}
	l, err := parseLayout(function, s[0])
	if err != nil {
		return l, decimal{}, "", err
	}
	d, ok := parseDecimal(s[1])
	if !ok {
		return l, d, "", notANumber(function, s[1])
	}
	return l, d, s[1], nil
}

// number is the function of this name: it writes a number, rounded to the layout's decimals.
func number(layout, value any) (string, error) {
	l, d, _, err := numeral("number", layout, value)
	if err != nil {
		return "", err
	}
	return l.format(d.round(l.decimals)), nil
}

// money is the function of this name: it writes an amount. It does not round, for an amount with
// more decimals than the layout is wrong, or has a separator of thousands where it seems to have a
// decimal point.
func money(layout, value any) (string, error) {
	l, d, s, err := numeral("money", layout, value)
	if err != nil {
		return "", err
	}
	if l.decimals == 0 && len(d.fraction) <= 2 && strings.Trim(d.fraction, "0") == "" {
		d.fraction = ""
	}
	if len(d.fraction) > l.decimals {
		return "", words.Failf("money: %s has more than %d decimals", words.Quote(s), l.decimals)
	}
	return l.format(d.round(l.decimals)), nil
}

// plural is the function of this name: it chooses a word by a number.
func plural(n, one, many any) (string, error) {
	s, err := texts("plural", n, one, many)
	if err != nil {
		return "", err
	}
	d, ok := parseDecimal(s[0])
	if !ok {
		return "", notANumber("plural", s[0])
	}
	if d.whole == "1" && d.fraction == "" {
		return s[1], nil
	}
	return s[2], nil
}
