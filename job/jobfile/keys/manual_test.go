package keys

import (
	"strings"
	"testing"
	"time"
)

// What the manual says of one key.
func TestSummary(t *testing.T) {
	for _, tt := range []struct {
		key  Key
		want string
	}{
		{Key{Kind: Text}, "(text)"},
		{Key{Kind: Path, Needed: true}, "(path; needed)"},
		{Key{Kind: Path, Many: OneOrList}, "(path; one or a list)"},
		{Key{Kind: Text, Many: List}, "(list of words)"},
		{Key{Kind: Number, Min: 1, Max: 9, Default: "3"}, "(number from 1 to 9; default: 3)"},
		{Key{Kind: OneOf, Words: []string{"auto", ",", "2-b"}, Default: "auto", Otherwise: "2-b on Mondays"}, `(auto | "," | 2-b; default: auto, 2-b on Mondays)`},
		{Key{Kind: Duration, Shortest: time.Second, Otherwise: "none"}, "(time; default: none)"},
		{Key{Kind: Count}, "(number or range)"},
		{Key{Kind: Group, Short: &Key{Kind: OneOf, Words: []string{"ask"}}}, "(ask, or group of keys)"},
		{Key{Kind: Names, Each: &Key{Kind: Template}}, "(group of names, each with a template)"},
	} {
		if got := tt.key.summary(); got != tt.want {
			t.Errorf("%+v: %s; want %s", tt.key, got, tt.want)
		}
	}
}

// The manual has each key once, with its documentation.
func TestManual(t *testing.T) {
	text := "\n" + Manual()
	n := 0
	for path, k := range File().All() {
		n++
		if want := "\n" + path + "  " + k.summary() + "\n    " + k.Doc + "\n"; strings.Count(text, want) != 1 {
			t.Errorf("the manual has %q %d times; want once", want, strings.Count(text, want))
		}
	}
	if got := strings.Count(text, "\n") - 1; got != 2*n {
		t.Errorf("the manual has %d lines; want two for each of %d keys", got, n)
	}
}
