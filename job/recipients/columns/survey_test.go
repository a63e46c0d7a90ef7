package columns

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestSurvey(t *testing.T) {
	for _, tt := range []struct {
		name  string
		cells []string
		want  Column
	}{
		{"none", nil, Column{}},
		{"blank", []string{"", " ", "\u00a0"}, Column{}},
		{"one", []string{"", " de "}, Column{Filled: 1, Distinct: 1, Shortest: "de", Longest: "de"}},
		{"several", []string{"de", "fra", "en", "de", "", "ita"}, Column{Filled: 5, Distinct: 4, Shortest: "de", Longest: "fra"}},
		{"characters, not octets", []string{"ab", "ü", "üüü", "abcd"}, Column{Filled: 4, Distinct: 4, Shortest: "ü", Longest: "abcd"}},
		{"spaces do not tell cells apart", []string{"a", " a", "A"}, Column{Filled: 3, Distinct: 2, Shortest: "a", Longest: "a"}},
		{"long", []string{strings.Repeat("é", 41), strings.Repeat("é", 42)},
			Column{Filled: 2, Distinct: 2, Shortest: strings.Repeat("é", 40) + "…", Longest: strings.Repeat("é", 40) + "…"}},
	} {
		s := NewSurvey(maphash.MakeSeed(), []int{1})
		for i, cell := range tt.cells {
			s.Add(i+1, []string{"x", cell})
		}
		if got := s.Of(1, ""); got != tt.want {
			t.Errorf("%s: %+v; want %+v", tt.name, got, tt.want)
		}
	}
}

// A cell that was cut to be shown still has its length.
func TestSurveyLongest(t *testing.T) {
	s := NewSurvey(maphash.MakeSeed(), []int{0})
	for i, n := range []int{50, 60, 45} {
		s.Add(i+1, []string{fmt.Sprint(n) + strings.Repeat("x", n)})
	}
	if got := s.Of(0, ""); !strings.HasPrefix(got.Longest, "60") || !strings.HasPrefix(got.Shortest, "45") {
		t.Errorf("%+v; want 45 and 60", got)
	}
}

// However the rows are shared out, they are counted alike.
func TestSurveyMerge(t *testing.T) {
	for _, distinct := range []int{1, 7, MaxDistinct, MaxDistinct + 1, 3 * MaxDistinct} {
		seed := maphash.MakeSeed()
		whole := NewSurvey(seed, []int{0})
		parts := []*Survey{NewSurvey(seed, []int{0}), NewSurvey(seed, []int{0}), NewSurvey(seed, []int{0})}
		for row := range 4 * MaxDistinct {
			cell := []string{fmt.Sprint(row%distinct) + strings.Repeat("x", row%distinct%30)}
			whole.Add(row, cell)
			parts[rand.IntN(3)].Add(row, cell)
		}
		for _, p := range parts[1:] {
			parts[0].Merge(p)
		}
		got, want := parts[0].Of(0, ""), whole.Of(0, "")
		if got != want || want.Distinct != min(distinct, MaxDistinct+1) {
			t.Errorf("%d different cells: %+v; want %+v", distinct, got, want)
		}
	}
}

// A nil Survey costs nothing and takes everything.
func TestNoSurvey(t *testing.T) {
	var s *Survey
	s.Add(1, []string{"a"})
	s.Merge(NewSurvey(maphash.MakeSeed(), []int{0}))
}
