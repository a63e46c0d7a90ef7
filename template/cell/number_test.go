package cell

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestReadNumber(t *testing.T) {
	for _, tt := range []struct {
		form, in, want string // want is the number as Go writes it, or else the fault and the forms that are offered
	}{
		{"", "1234", "1234"},
		{"", "-3", "-3"},
		{"", "−3", "-3"},
		{"", "+3", "3"},
		{"", " 12.50 ", "12.5"},
		{"", "12,50", "12.5"},
		{"", "0.125", "0.125"},
		{"", "0,125", "0.125"},
		{"", "1234.567", "1234.567"},
		{"", "1234,567", "1234.567"},
		{"", "1.2345", "1.2345"},
		{"", "007", "7"},
		{"", "-0", "0"},
		{"", "1.200", `"1.200" may be 1200 or 1.2 | 1.234,50 1,234.50`},
		{"", "1,200", `"1,200" may be 1.2 or 1200 | 1.234,50 1,234.50`},
		{"", "-12.000", `"-12.000" may be -12000 or -12 | 1.234,50 1,234.50`},
		{"", "123.456", `"123.456" may be 123456 or 123.456 | 1.234,50 1,234.50`},
		{"", "1.234,50", `"1.234,50" is no number | 1.234,50`},
		{"", "1,234.50", `"1,234.50" is no number | 1,234.50`},
		{"", "1 234,50", `"1 234,50" is no number | 1 234,50`},
		{"", "1'234.50", `"1'234.50" is no number | 1'234.50`},
		{"", "1.234.567", `"1.234.567" is no number | 1.234,50`},
		{"", "", `the value is empty, no number`},
		{"", "€ 12.50", `"€ 12.50" has € beside the number`},
		{"", "12.50 EUR", `"12.50 EUR" has EUR beside the number`},
		{"", "12%", `"12%" is no number`},
		{"", "1e5", `"1e5" is no number`},
		{"", ".5", `".5" is no number`},
		{"", "5.", `"5." is no number`},
		{"", "١٢", `"١٢" is no number`},
		{"1.234,50", "1.200", "1200"},
		{"1.234,50", "1,200", "1.2"},
		{"1.234,50", "1200", "1200"},
		{"1.234,50", "-1.234.567,891", "-1234567.891"},
		{"1.234,50", "12.50", `"12.50" is not written as 1.234,50 is | 1,234.50`},
		{"1.234,50", "1.2345", `"1.2345" is not written as 1.234,50 is | 1,234.50`},
		{"1.234,50", "0.125", `"0.125" is not written as 1.234,50 is | 1,234.50`},
		{"1.234,50", "1,234,567", `"1,234,567" is not written as 1.234,50 is | 1,234.50`},
		{"1.234,50", "12.34.567", `"12.34.567" is no number`},
		{"1,234.50", "1,234.50", "1234.5"},
		{"1,234.50", "1.200", "1.2"},
		{"1,234.50", "12,50", `"12,50" is not written as 1,234.50 is | 1.234,50`},
		{"1 234,50", "1\u00a0234,5", "1234.5"},
		{"1 234,50", "1\u202f234\u202f567", "1234567"},
		{"1 234,50", "1.234", `"1.234" is not written as 1 234,50 is | 1.234,50 1,234.50`},
		{"1'234.50", "1’234.50", "1234.5"},
		{"1234,50", "1,200", "1.2"},
		{"1234.50", "1,200", `"1,200" is not written as 1234.50 is | 1.234,50 1,234.50`},
	} {
		var f NumberForm
		if tt.form != "" {
			var err error
			if f, err = ParseNumberForm(tt.form); err != nil || f.String() != tt.form {
				t.Fatalf("ParseNumberForm(%q) = %q, %v", tt.form, f, err)
			}
		}
		d, err := f.Read(tt.in)
		if got := told(d.String(), err); got != tt.want {
			t.Errorf("%q reads %q as %s; want %s", tt.form, tt.in, got, tt.want)
		}
	}
}

// told returns a value, or the fault with the forms that it offers.
func told(value string, err error) string {
	f, ok := err.(*Fault)
	switch {
	case err == nil:
		return value
	case !ok:
		return "another error: " + err.Error()
	case len(f.Forms) > 0:
		return f.Text + " | " + strings.Join(f.Forms, " ")
	}
	return f.Text
}

func TestNumberFormErrors(t *testing.T) {
	for _, s := range []string{"", "1.200", "1234", "1.234.50", "1,234,50", "1_234.50", "1.234,5", "2.345,60", "€ 1.234,50"} {
		if f, err := ParseNumberForm(s); err == nil {
			t.Errorf("ParseNumberForm(%q) = %q; want an error", s, f)
		}
	}
}

func TestCurrency(t *testing.T) {
	for _, tt := range []struct{ in, sign, amount string }{
		{"€12.50", "€", "12.50"},
		{"€ -12.50", "€", "-12.50"},
		{"-$12.50", "$", "-12.50"},
		{"12,50\u00a0€", "€", "12,50"},
		{"US$ 5", "US$", "5"},
		{"CHF 1'234.50", "CHF", "1'234.50"},
		{"120 kr", "kr", "120"},
		{"12.50", "", "12.50"},
		{"€", "", "€"},
		{"A1", "", "A1"},
		{"12 Euro", "", "12 Euro"},
	} {
		sign, amount, found := Currency(tt.in)
		if sign != tt.sign || amount != tt.amount || found != (tt.sign != "") {
			t.Errorf("Currency(%q) = %q, %q, %t; want %q, %q", tt.in, sign, amount, found, tt.sign, tt.amount)
		}
	}
}

// numberForms are all forms that can be declared.
func numberForms(t testing.TB) []NumberForm {
	var forms []NumberForm
	for _, s := range []string{"1.234,50", "1,234.50", "1 234,50", "1 234.50", "1'234.50", "1'234,50", "1234.50", "1234,50"} {
		f, err := ParseNumberForm(s)
		if err != nil {
			t.Fatal(err)
		}
		forms = append(forms, f)
	}
	return forms
}

// write writes a number in a form, with or without separators of thousands.
func write(d Decimal, f NumberForm, grouped bool) string {
	s := d.Whole
	if s == "" {
		s = "0"
	}
	if grouped && f.thousands != 0 {
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + string(f.thousands) + s[i:]
		}
	}
	if d.Fraction != "" {
		s += string(f.point) + d.Fraction
	}
	if d.Negative {
		s = "-" + s
	}
	return s
}

// A number is read as it was meant by the form in which it was written. Without a declaration it is
// read so, or refused.
func TestNumberIsReadAsMeant(t *testing.T) {
	forms := numberForms(t)
	rapid.Check(t, func(t *rapid.T) {
		d := decimal(rapid.SampledFrom([]string{"", "-"}).Draw(t, "sign"),
			rapid.StringMatching(`0|[1-9][0-9]{0,8}`).Draw(t, "whole"), rapid.StringMatching(`|[0-9]{1,4}`).Draw(t, "fraction"))
		f := rapid.SampledFrom(forms).Draw(t, "form")
		s := write(d, f, rapid.Bool().Draw(t, "grouped"))
		if got, err := f.Read(s); err != nil || got.Compare(d) != 0 {
			t.Fatalf("%s reads %q as %v, %v; want %v", f, s, got, err, d)
		}
		if got, err := (NumberForm{}).Read(s); err == nil && got.Compare(d) != 0 {
			t.Fatalf("%q is %v in %s, and read as %v", s, d, f, got)
		}
	})
}

// Whatever a cell has in it: what two forms read as two numbers is refused if neither is declared.
func FuzzNumberInTwoWays(f *testing.F) {
	for _, s := range []string{"1.200", "1,200", "1.234,50", "12.50", "0.125", "-1 234", "1’234", "1.234.567", "€5", "٣", "−1,000"} {
		f.Add(s)
	}
	forms := numberForms(f)
	f.Fuzz(func(t *testing.T, s string) {
		undeclared, err := NumberForm{}.Read(s)
		if err != nil {
			return
		}
		for _, form := range forms {
			if d, err := form.Read(s); err == nil && d.Compare(undeclared) != 0 {
				t.Errorf("%q is read as %v, and may be %v (%s)", s, undeclared, d, form)
			}
		}
	})
}
