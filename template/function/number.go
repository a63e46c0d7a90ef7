package function

import (
	"cmp"
	"strings"

	"mailshot/template/cell"
	"mailshot/template/lazyregexp"
	"mailshot/template/words"
)

// A numberLayout says how a number is written. Users show it by how they write 1234 or 1234.50.
type numberLayout struct {
	before, after string
	thousands     string
	point         string
	decimals      int
}

var layoutForm = lazyregexp.New("1([.,'’ \u00a0\u202f]?)234(?:([.,])([0-9]+))?")

func parseLayout(function, layout string) (numberLayout, *words.Failure) {
	m := layoutForm().FindStringSubmatchIndex(layout)
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
func (l numberLayout) format(d cell.Decimal) string {
	var b strings.Builder
	if d.Negative {
		b.WriteByte('-')
	}
	b.WriteString(l.before)
	whole := cmp.Or(d.Whole, "0")
	for i, digit := range []byte(whole) {
		if left := len(whole) - i; i > 0 && left%3 == 0 {
			b.WriteString(l.thousands)
		}
		b.WriteByte(digit)
	}
	if l.decimals > 0 {
		b.WriteString(l.point)
		b.WriteString(d.Fraction)
	}
	b.WriteString(l.after)
	return b.String()
}

// amount reads a value that may have a currency, if the layout shows the same one: a letter must not
// say € where the cell says $.
func (l numberLayout) amount(function string, v any) (cell.Decimal, error) {
	s, err := text(function, v)
	if err != nil {
		return cell.Decimal{}, err
	}
	sign, amount, found := cell.Currency(s)
	if c := cellOf(v); c != nil && c.stored != "" {
		if found && !l.shows(sign) && l.showsAny() {
			f := words.Failf("%s: the cell shows %s, and the layout another currency", function, words.Quote(s))
			return cell.Decimal{}, notRead(v, "amounts in another currency than the layout of "+function, f)
		}
	} else if found && l.shows(sign) {
		s = amount
	}
	d, err := numberIn(s, v)
	return d, failed(function, v, err)
}

func (l numberLayout) shows(sign string) bool {
	return strings.TrimSpace(l.before) == sign || strings.TrimSpace(l.after) == sign
}

// showsAny reports whether the layout has a currency.
func (l numberLayout) showsAny() bool {
	_, _, found := cell.Currency(l.before + "1" + l.after)
	return found
}

// numeral reads the arguments of number and money.
func numeral(function string, layout, value any) (l numberLayout, d cell.Decimal, err error) {
	s, err := text(function, layout)
	if err != nil {
		return l, d, err
	}
	l, failure := parseLayout(function, s)
	if failure != nil {
		return l, d, notRead(layout, "cells that are no layouts, which come first and show the number 1234.50", failure)
	}
	d, err = l.amount(function, value)
	return l, d, err
}

// number is the function of this name: it writes a number, rounded to the layout's decimals.
func number(layout, value any) (string, error) {
	l, d, err := numeral("number", layout, value)
	if err != nil {
		return "", err
	}
	return l.format(d.Round(l.decimals)), nil
}

// money is the function of this name: it writes an amount. It does not round, for an amount with
// more decimals than the layout is wrong.
func money(layout, value any) (string, error) {
	l, d, err := numeral("money", layout, value)
	if err != nil {
		return "", err
	}
	if l.decimals == 0 && len(d.Fraction) <= 2 && strings.Trim(d.Fraction, "0") == "" {
		d.Fraction = ""
	}
	if len(d.Fraction) > l.decimals {
		s, _ := text("money", value) // it was read above
		f := words.Failf("money: %s has more than %d decimals", words.Quote(s), l.decimals)
		return "", notRead(value, "amounts with more decimals than the layout of money", f)
	}
	return l.format(d.Round(l.decimals)), nil
}

// plural is the function of this name: it chooses a word by a number.
func plural(n, one, many any) (any, error) {
	for _, v := range []any{one, many} {
		if _, err := text("plural", v); err != nil {
			return nil, err
		}
	}
	d, err := readNumber("plural", n)
	switch {
	case err != nil:
		return nil, err
	case d.Whole == "1" && d.Fraction == "":
		return one, nil
	}
	return many, nil
}
