package manual

import (
	"slices"
	"testing"
)

// A topic with a heading about a word comes before those that only use it.
func TestSearch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		word string
		want []string // the first of them
		most int
	}{
		{"quota", []string{"limits"}, mostFound},
		{"Greylisting", []string{"replies"}, mostFound},
		{" password ", []string{"server"}, mostFound},
		{"message", nil, mostFound},
		{"uota", nil, 0},
		{"frobnicate", nil, 0},
		{"a", nil, 0},
		{"", nil, 0},
	} {
		var got []string
		for _, topic := range search(tt.word) {
			got = append(got, topic.Name)
		}
		if len(got) > tt.most || len(got) < len(tt.want) || tt.most > 0 && len(got) == 0 || !slices.Equal(got[:len(tt.want)], tt.want) {
			t.Errorf("%q is found in %q; want %q first, and %d at most", tt.word, got, tt.want, tt.most)
		}
	}
}

func TestHasWord(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, word string
		want       bool
	}{
		{"A Quota counts", "quota", true},
		{"two quotas", "quota", true},
		{"generate, then rate", "rate", true},
		{"generate", "rate", false},
		{"Ünrate", "rate", false},
		{"a rate limit", "rate limit", true},
		{"", "rate", false},
	} {
		if got := hasWord(tt.text, tt.word); got != tt.want {
			t.Errorf("hasWord(%q, %q) = %t", tt.text, tt.word, got)
		}
	}
}

func TestScore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       int
	}{
		{"a heading and a line", "## Rate\n\na rate\n", 11},
		{"a table", "| rate |\n|---|\n| none |\n| rate |\n", 1},
		{"two tables", "| rate |\n\n| rate |\n", 2},
		{"a table after a line", "a rate:\n| rate |\nrate\n", 3},
	} {
		if got := score(Topic{text: tt.text}, "rate"); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
