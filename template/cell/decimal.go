package cell

import (
	"cmp"
	"strconv"
	"strings"
)

// A Decimal is a number as it is written. Nothing is lost to binary fractions.
type Decimal struct {
	Negative bool
	Whole    string // digits, no leading zeros; "" is zero
	Fraction string // digits as written
}

// decimal returns the number of a sign, which may be "", and of digits.
func decimal(sign, whole, fraction string) Decimal {
	d := Decimal{Whole: strings.TrimLeft(whole, "0"), Fraction: fraction}
	d.Negative = sign != "" && sign != "+" && !d.IsZero()
	return d
}

// IsZero reports whether d is 0.
func (d Decimal) IsZero() bool { return d.Whole == "" && strings.Trim(d.Fraction, "0") == "" }

// Float returns the nearest binary number.
func (d Decimal) Float() float64 {
	f, _ := strconv.ParseFloat("0"+d.Whole+"."+d.Fraction+"0", 64) // digits only; too many of them give infinity
	if d.Negative {
		return -f
	}
	return f
}

// Compare returns -1, 0 or 1 as d is less than, equal to or greater than e.
func (d Decimal) Compare(e Decimal) int {
	if d.Negative != e.Negative {
		if d.Negative {
			return -1
		}
		return 1
	}
	c := cmp.Or(
		cmp.Compare(len(d.Whole), len(e.Whole)),
		cmp.Compare(d.Whole, e.Whole),
		cmp.Compare(strings.TrimRight(d.Fraction, "0"), strings.TrimRight(e.Fraction, "0")),
	)
	if d.Negative {
		return -c
	}
	return c
}

// Round returns the number with n decimals. Halves are rounded away from zero.
func (d Decimal) Round(n int) Decimal {
	if len(d.Fraction) <= n {
		d.Fraction += strings.Repeat("0", n-len(d.Fraction))
		return d
	}
	up := d.Fraction[n] >= '5'
	digits := []byte("0" + d.Whole + d.Fraction[:n])
	for i := len(digits) - 1; up && i >= 0; i-- {
		if up = digits[i] == '9'; up {
			digits[i] = '0'
		} else {
			digits[i]++
		}
	}
	d.Whole = strings.TrimLeft(string(digits[:len(digits)-n]), "0")
	d.Fraction = string(digits[len(digits)-n:])
	d.Negative = d.Negative && !d.IsZero()
	return d
}

// String returns the number as Go writes it, without zeros at the end of the fraction.
func (d Decimal) String() string {
	s := cmp.Or(d.Whole, "0")
	if f := strings.TrimRight(d.Fraction, "0"); f != "" {
		s += "." + f
	}
	if d.Negative {
		return "-" + s
	}
	return s
}
