// Package locale writes dates with the names of months and weekdays in the languages of Europe, as the
// Common Locale Data Repository of Unicode has them.
package locale

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Names are the names of months and weekdays in a language. nil Names are English. They are safe for
// concurrent use.
type Names struct {
	months    [13]string // by time.Month, beside a day
	alone     [13]string // without one
	short     [13]string
	weekdays  [7]string // by time.Weekday, beside a day of the month
	aloneDays [7]string
	shortDays [7]string
}

// Of returns the names of the language with a tag (BCP 47) such as de, de-AT or pt_BR. A country that
// has no names of its own has those of its language.
func Of(tag string) (*Names, error) {
	whole := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-")
	language, _, _ := strings.Cut(whole, "-")
	t := translator(whole)
	if t == nil {
		t = translator(language)
	}
	if t == nil || !isTag(whole) {
		return nil, fmt.Errorf("language %q is not known", tag)
	}
	n := &Names{}
	for m := time.January; m <= time.December; m++ {
		n.months[m], n.short[m] = t.MonthWide(m), t.MonthAbbreviated(m)
	}
	n.alone = n.months
	for i, name := range strings.Fields(alone(language)) {
		n.alone[i+1] = name
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		n.weekdays[d], n.shortDays[d] = t.WeekdayWide(d), t.WeekdayAbbreviated(d)
	}
	n.aloneDays = n.weekdays
	copy(n.aloneDays[:], strings.Fields(aloneDays(language)))
	return n, nil
}

// isTag reports whether s looks like a tag: a word of two letters, and perhaps others behind hyphens.
func isTag(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if part == "" || i == 0 && len(part) != 2 || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}

// Format writes a date in a layout of package time, with the names of the language. A point behind a
// short name that ends in one itself is not written twice: "2. Jan. 2006" and "2. Jan 2006" are the same
// in German.
func (n *Names) Format(layout string, t time.Time) string {
	if n == nil {
		return t.Format(layout)
	}
	pieces := split(layout)
	months, weekdays := n.alone, n.aloneDays
	if showDay(pieces) {
		months, weekdays = n.months, n.weekdays
	}
	var b strings.Builder
	name := ""
	for _, p := range pieces {
		before := name
		switch p {
		case "January":
			name = months[t.Month()]
		case "Jan":
			name = n.short[t.Month()]
		case "Monday":
			name = weekdays[t.Weekday()]
		case "Mon":
			name = n.shortDays[t.Weekday()]
		default:
			name = ""
			if strings.HasSuffix(before, ".") {
				p = strings.TrimPrefix(p, ".")
			}
			b.WriteString(t.Format(p))
		}
		b.WriteString(name)
	}
	return b.String()
}

// split cuts a layout into names and what is between them. As in package time, Jan and Mon are
// names only where no small letter follows.
func split(layout string) (pieces []string) {
	begin := 0
	for i := 0; i < len(layout); {
		name := nameAt(layout[i:])
		if name == "" {
			_, size := utf8.DecodeRuneInString(layout[i:])
			i += size
			continue
		}
		if begin < i {
			pieces = append(pieces, layout[begin:i])
		}
		pieces = append(pieces, name)
		i += len(name)
		begin = i
	}
	if begin < len(layout) {
		pieces = append(pieces, layout[begin:])
	}
	return pieces
}

func nameAt(s string) string {
	for _, name := range [...]string{"January", "Monday"} {
		if strings.HasPrefix(s, name) {
			return name
		}
	}
	for _, name := range [...]string{"Jan", "Mon"} {
		if rest, ok := strings.CutPrefix(s, name); ok && (rest == "" || rest[0] < 'a' || rest[0] > 'z') {
			return name
		}
	}
	return ""
}

// showDay reports whether a layout shows the day of the month.
func showDay(pieces []string) bool {
	a := time.Date(2026, time.January, 12, 1, 2, 3, 0, time.UTC)
	b := time.Date(2026, time.January, 19, 1, 2, 3, 0, time.UTC) // the same weekday
	for _, p := range pieces {
		if nameAt(p) == "" && a.Format(p) != b.Format(p) {
			return true
		}
	}
	return false
}
