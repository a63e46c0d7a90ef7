package plan

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestParseRanges(t *testing.T) {
	for _, tt := range []struct {
		text   string
		want   []Range
		format string // "-": an error
	}{
		{"", nil, ""},
		{"7", []Range{{7, 7}}, "7"},
		{"1-10,42", []Range{{1, 10}, {42, 42}}, "1-10,42"},
		{" 1-10 , 42 ", []Range{{1, 10}, {42, 42}}, "1-10,42"},
		{"13-", []Range{{13, 0}}, "13-"},
		{"5-5", []Range{{5, 5}}, "5"},
		{"9,1-3", []Range{{9, 9}, {1, 3}}, "9,1-3"},
		{"0", nil, "-"},
		{"-5", nil, "-"},
		{"5-4", nil, "-"},
		{"5-0", nil, "-"},
		{"1,", nil, "-"},
		{",", nil, "-"},
		{"1-2-3", nil, "-"},
		{"1.5", nil, "-"},
		{"all", nil, "-"},
		{"99999999999999999999", nil, "-"},
		{"1-99999999999999999999", nil, "-"},
	} {
		got, err := ParseRanges(tt.text)
		if (err != nil) != (tt.format == "-") || !slices.Equal(got, tt.want) {
			t.Errorf("ParseRanges(%q) = %v, %v; want %v", tt.text, got, err, tt.want)
		}
		if err != nil {
			if !strings.HasPrefix(err.Error(), tt.text+": ") {
				t.Errorf("ParseRanges(%q): %v; want the text first", tt.text, err)
			}
			continue
		}
		if got := FormatRanges(got); got != tt.format {
			t.Errorf("FormatRanges(%v) = %q; want %q", tt.want, got, tt.format)
		}
	}
}

// Ranges come back as they were.
func TestRangesRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		want := make([]Range, 1+random.IntN(5))
		for i := range want {
			first := 1 + random.IntN(1000)
			want[i] = Range{first, first + random.IntN(3)*random.IntN(1000)}
			if random.IntN(4) == 0 {
				want[i].Last = 0
			}
		}
		text := FormatRanges(want)
		if got, err := ParseRanges(text); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v become %q, and that %v, %v", want, text, got, err)
		}
	}
}

func TestSelectionTakes(t *testing.T) {
	s := Selection{Rows: []Range{{2, 3}, {7, 0}}}
	var got []int
	for n := 1; n <= 9; n++ {
		if s.takes(n, "k", nil) {
			got = append(got, n)
		}
	}
	if want := []int{2, 3, 7, 8, 9}; !slices.Equal(got, want) {
		t.Errorf("rows %v are taken, want %v", got, want)
	}
	keys := map[string]bool{"k": true}
	for _, tt := range []struct {
		s    Selection
		row  int
		key  string
		keys map[string]bool
		want bool
	}{
		{Selection{}, 1, "k", nil, true},
		{Selection{}, 1, "k", keys, true},
		{Selection{}, 1, "other", keys, false},
		{s, 2, "k", keys, true},
		{s, 4, "k", keys, false},
		{s, 2, "other", keys, false},
	} {
		if got := tt.s.takes(tt.row, tt.key, tt.keys); got != tt.want {
			t.Errorf("%+v takes row %d, %q of the keys %v: %t; want %t", tt.s, tt.row, tt.key, tt.keys, got, tt.want)
		}
	}
}
