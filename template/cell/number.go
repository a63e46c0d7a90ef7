package cell

import (
	"fmt"
	"strings"

	"mailshot/template/lazyregexp"
	"mailshot/template/words"
)

// A NumberForm is a way of writing numbers. The zero NumberForm is that of a file of which nobody
// has said it: it reads what can be read in one way, without separators of thousands.
type NumberForm struct {
	thousands byte // '.', ',', '\'' or ' '; 0 if there are none
	point     byte // '.' or ','; 0 is the zero form
}

var numberForm = lazyregexp.New("^1([.,'’ \u00a0\u202f]?)234([.,])50$")

// ParseNumberForm reads how somebody writes 1234.50: "1.234,50", "1,234.50", "1 234,50",
// "1'234.50", or without a separator of thousands.
func ParseNumberForm(s string) (NumberForm, error) {
	m := numberForm().FindStringSubmatch(s)
	if m == nil || m[1] == m[2] {
		return NumberForm{}, fmt.Errorf(`%s does not show how the number 1234.50 is written, as "1.234,50" and "1,234.50" do`, words.Quote(s))
	}
	f := NumberForm{point: m[2][0]}
	if m[1] != "" {
		f.thousands = plainSeparator(m[1])[0]
	}
	return f, nil
}

// plainSeparator returns s with the plain form of spaces and apostrophes that separate thousands.
func plainSeparator(s string) string {
	return strings.NewReplacer("’", "'", "\u00a0", " ", "\u202f", " ", "\u2009", " ").Replace(s)
}

// String returns how the form writes 1234.50, or "" for the zero form.
func (f NumberForm) String() string {
	switch {
	case f.point == 0:
		return ""
	case f.thousands == 0:
		return fmt.Sprintf("1234%c50", f.point)
	}
	return fmt.Sprintf("1%c234%c50", f.thousands, f.point)
}

// commonForms are the forms that are offered where a number can't be read.
func commonForms() []NumberForm {
	return []NumberForm{{'.', ','}, {',', '.'}, {' ', ','}, {'\'', '.'}}
}

// Read reads a number. White space around it does not matter. The error is a *Fault.
func (f NumberForm) Read(s string) (Decimal, error) {
	d, ok := f.Parse(s)
	if !ok {
		return Decimal{}, f.fault(strings.TrimSpace(s))
	}
	return d, nil
}

// Parse reads a number as Read does, and reports false in place of an error: to find out why a number
// can't be read takes its time.
func (f NumberForm) Parse(s string) (Decimal, bool) {
	if s = strings.TrimSpace(s); !beginsNumber(s) {
		return Decimal{}, false
	}
	return f.read(s)
}

// beginsNumber reports whether a text begins as a number does.
func beginsNumber(s string) bool {
	return s != "" && (s[0] >= '0' && s[0] <= '9' || s[0] == '+' || s[0] == '-' || strings.HasPrefix(s, "−"))
}

// A plain number has digits, and may have a sign, and one point with digits behind it.
type plain struct {
	sign, whole, fraction string
	point                 byte // '.', ',' or 0
}

func plainNumber(s string) (p plain, ok bool) {
	p.sign, s = cutSign(s)
	p.whole = s
	if i := strings.IndexAny(s, ".,"); i >= 0 {
		p.whole, p.point, p.fraction = s[:i], s[i], s[i+1:]
	}
	return p, isDigits(p.whole) && (p.point == 0 || isDigits(p.fraction))
}

// isAmbiguous reports whether the point may as well separate thousands.
func (p *plain) isAmbiguous() bool {
	return p.point != 0 && len(p.fraction) == 3 && len(p.whole) <= 3 && p.whole[0] != '0'
}

// read reads a number without white space around it.
func (f NumberForm) read(s string) (Decimal, bool) {
	if f.point == 0 {
		p, ok := plainNumber(s)
		if !ok || p.isAmbiguous() {
			return Decimal{}, false
		}
		return decimal(p.sign, p.whole, p.fraction), true
	}
	sign, rest := cutSign(s)
	whole, fraction, hasFraction := strings.Cut(rest, string(f.point))
	if hasFraction && !isDigits(fraction) {
		return Decimal{}, false
	}
	if f.thousands != 0 {
		whole = f.ungrouped(plainSeparator(whole))
	}
	if !isDigits(whole) {
		return Decimal{}, false
	}
	return decimal(sign, whole, fraction), true
}

func cutSign(s string) (sign, rest string) {
	for _, sign := range []string{"+", "-", "−"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			return sign, rest
		}
	}
	return "", s
}

// ungrouped returns the digits of a number without its separators of thousands. What is not
// separated as it should be comes back with a separator.
func (f NumberForm) ungrouped(s string) string {
	first, rest, grouped := strings.Cut(s, string(f.thousands))
	if !grouped || len(first) == 0 || len(first) > 3 || first[0] == '0' {
		return s
	}
	digits := first
	for group := range strings.SplitSeq(rest, string(f.thousands)) {
		if len(group) != 3 {
			return s
		}
		digits += group
	}
	return digits
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// ReadConstant reads a number that an author wrote into a template. 1.200 is what it is in Go; a
// decimal comma may stand in a text, but not where it could be a separator of thousands.
func ReadConstant(s string) (Decimal, error) {
	d, ok := ParseConstant(s)
	if !ok {
		return d, notANumber(strings.TrimSpace(s), nil)
	}
	return d, nil
}

// ParseConstant reads a number as ReadConstant does, and reports false in place of an error.
func ParseConstant(s string) (Decimal, bool) {
	if s = strings.TrimSpace(s); !beginsNumber(s) {
		return Decimal{}, false
	}
	p, ok := plainNumber(s)
	if !ok || p.point == ',' && p.isAmbiguous() {
		return Decimal{}, false
	}
	return decimal(p.sign, p.whole, p.fraction), true
}

// fault says why a number can't be read.
func (f NumberForm) fault(s string) *Fault {
	var forms []string
	var values []Decimal
	for _, c := range commonForms() {
		if d, ok := c.read(s); ok && !isOne(values, d) {
			forms, values = append(forms, c.String()), append(values, d)
		}
	}
	switch {
	case f.point != 0 && len(forms) > 0:
		return &Fault{
			Text: fmt.Sprintf("%s is not written as %s is", words.Quote(s), f), What: fmt.Sprintf("numbers that are not written as %s is", f),
			Forms: forms, Key: "numbers",
		}
	case len(forms) > 1:
		return &Fault{
			Text: fmt.Sprintf("%s may be %s or %s", words.Quote(s), values[0], values[1]), What: "numbers that can be read in two ways",
			Forms: forms, Key: "numbers",
		}
	}
	return notANumber(s, forms)
}

func isOne(all []Decimal, d Decimal) bool {
	for _, e := range all {
		if d.Compare(e) == 0 {
			return true
		}
	}
	return false
}

func notANumber(s string, forms []string) *Fault {
	if s == "" {
		return &Fault{
			Text: "the value is empty, no number", What: "empty cells, where a number is needed",
			Hint: "(default 0 .column) takes an empty one for 0, and {{with .column}}…{{end}} leaves it out",
		}
	}
	f := &Fault{Text: words.Quote(s) + " is no number", What: "cells that are no numbers", Forms: forms, Key: "numbers"}
	switch sign, _, found := Currency(s); {
	case found:
		f.Text = fmt.Sprintf("%s has %s beside the number", words.Quote(s), sign)
		f.What = "numbers with a sign of a currency"
		f.Hint = fmt.Sprintf(`money and number read %s where their layout has it: {{money "1,234.50 %s" .column}}; elsewhere {{replace %q "" .column}} leaves it out`, sign, sign, sign)
	case strings.ContainsAny(s, ".,'’ "):
		f.Hint = "a number is written without thousands separators: 1234.50 or 1234,50"
	}
	return f
}
