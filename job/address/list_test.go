package address

import (
	"slices"
	"testing"
)

func TestParseList(t *testing.T) {
	a, c := Mailbox{"", Address{"a", "b.example"}}, Mailbox{"Last, First", Address{"c", "d.example"}}
	for _, tt := range []struct {
		in   string
		want []Mailbox
		err  string
	}{
		{"a@b.example", []Mailbox{a}, ""},
		{`a@b.example, "Last, First" <c@d.example>`, []Mailbox{a, c}, ""},
		{` , a@b.example,`, []Mailbox{a}, ""},
		{"", nil, "empty address"},
		{",", nil, "empty address"},
		{"a@b.example, nobody", nil, `"nobody": no @`},
		{"Last, First <c@d.example>", nil, `"Last": no @`},
		{"a@b.example c@d.example", nil, `"a@b.example c@d.example": more than one address`},
	} {
		got, err := ParseList(tt.in)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if text != tt.err || !slices.Equal(got, tt.want) {
			t.Errorf("ParseList(%q) = %v, %q; want %v, %q", tt.in, got, text, tt.want, tt.err)
		}
	}
}
