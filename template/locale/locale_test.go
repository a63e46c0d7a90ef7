package locale

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// testdata/cldr.jsonl has the names as another implementation has them, ICU 78 with CLDR 48: of each
// language the months beside a day, alone where that is another form, and the weekdays before a date.
func TestNames(t *testing.T) {
	data, err := os.ReadFile("testdata/cldr.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var tags []string
	for line := range strings.Lines(string(data)) {
		var want struct {
			L       string
			F, S, W []string
		}
		if err := json.Unmarshal([]byte(line), &want); err != nil {
			t.Fatal(err)
		}
		tags = append(tags, want.L)
		n, err := Of(want.L)
		if err != nil {
			t.Error(err)
			continue
		}
		if want.S == nil {
			want.S = want.F
		}
		if got := n.months[1:]; !slices.Equal(got, want.F) {
			t.Errorf("%s: months %q; want %q", want.L, got, want.F)
		}
		if got := n.alone[1:]; !slices.Equal(got, want.S) {
			t.Errorf("%s: months alone %q; want %q", want.L, got, want.S)
		}
		if got := n.weekdays[:]; !slices.Equal(got, want.W) {
			t.Errorf("%s: weekdays %q; want %q", want.L, got, want.W)
		}
		if slices.Contains(n.short[1:], "") || slices.Contains(n.shortDays[:], "") {
			t.Errorf("%s: a short name is empty: %q, %q", want.L, n.short, n.shortDays)
		}
	}
	slices.Sort(tags)
	if !slices.Equal(tags, Languages()) {
		t.Errorf("the languages are %q; tested are %q", Languages(), tags)
	}
}

func TestOf(t *testing.T) {
	due := time.Date(2027, time.January, 4, 18, 5, 0, 0, time.UTC)
	for _, tt := range []struct{ tag, layout, want string }{
		{"de", "Monday, 2. January 2006", "Montag, 4. Januar 2027"},
		{" DE ", "Mon 2. Jan 06 15:04", "Mo. 4. Jan. 27 18:05"},
		{"de", "Mon., 2. Jan. 2006", "Mo., 4. Jan. 2027"}, // one point, where the name has its own
		{"de", "2 Jan..", "4 Jan.."},
		{"it", "2 Jan. 2006", "4 gen. 2027"},
		{"de-AT", "2. January", "4. Jänner"},
		{"de_ch", "2. January", "4. Januar"},
		{"pt-BR", "2 de January de 2006", "4 de janeiro de 2027"},
		{"en-GB", "Monday 2 January", "Monday 4 January"},
		{"pl", "_2 January 2006", " 4 stycznia 2027"},
		{"pl", "January 2006", "styczeń 2027"},
		{"pl", "Monday, January", "poniedziałek, styczeń"},
		{"fi", "Monday", "maanantai"},
		{"fi", "Monday 2. January", "maanantaina 4. tammikuuta"},
		{"ca", "2 January", "4 de gener"},
		{"no", "Monday", "mandag"},
		{"fr", "le Monday 02/01", "le lundi 04/01"},
		{"nl", "Janet Money 2006", "Janet Money 2027"}, // no names in package time either
		{"nl", "MonJan2", "majan.4"},
	} {
		n, err := Of(tt.tag)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := n.Format(tt.layout, due); got != tt.want {
			t.Errorf("%s: Format(%q) = %q; want %q", tt.tag, tt.layout, got, tt.want)
		}
	}
	for _, tag := range []string{"", "xx", "deutsch", "de-", "de AT", "d", "german", "zh", "{{.lang}}"} {
		if _, err := Of(tag); err == nil {
			t.Errorf("Of(%q) gave no error", tag)
		}
	}
}

// In English every layout is what package time makes of it.
func FuzzFormat(f *testing.F) {
	f.Add("Monday, Jan _2 2006 15:04:05.000 MST", int64(1))
	f.Add("JanuaryJanMonMonday", int64(1<<31))
	f.Fuzz(func(t *testing.T, layout string, unix int64) {
		n, err := Of("en")
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(unix%(1<<33), 0).UTC()
		if got, want := n.Format(layout, at), at.Format(layout); got != want {
			t.Errorf("Format(%q) = %q; want %q", layout, got, want)
		}
	})
}
