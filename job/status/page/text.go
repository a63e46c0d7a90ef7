package page

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mailshot/job/advice"
)

const (
	mostName = 100 // of a key, an address or a name, in octets
	mostSaid = 300 // of a reply
)

func clip(text string, octets int) string { return advice.Clip(text, octets) }

// short returns the beginning of a text, and says so if that is not all.
func short(text string, octets int) string {
	if s := clip(text, octets); s != text {
		return s + "…"
	}
	return text
}

// shown makes visible what does not show or turns the direction of other characters, so that no cell and
// no server can change what is read around it.
func shown(text string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case hidden(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// shownLines is shown for a text of several lines.
func shownLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = shown(strings.ReplaceAll(lines[i], "\t", "    "))
	}
	return strings.Join(lines, "\n")
}

func hidden(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// grouped returns a number with a comma between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// counted returns a number with a noun, which gets an s where the number is not 1.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

// share returns a part of a whole in percent.
func share(n, of int) string {
	switch p := 100 * float64(n) / float64(max(of, 1)); {
	case n == 0 || n == of:
		return strconv.Itoa(int(p)) + " %"
	case p < 0.1:
		return "< 0.1 %"
	case p > 99.9:
		return "> 99.9 %"
	default:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	}
}

// long returns how long something took, with two units at most.
func long(d time.Duration) string {
	switch {
	case d < time.Second:
		return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10) + " ms"
	case d < 10*time.Second:
		return strings.TrimSuffix(strconv.FormatFloat(d.Seconds(), 'f', 1, 64), ".0") + " s"
	case d < time.Minute:
		return strconv.FormatInt(int64(d.Round(time.Second)/time.Second), 10) + " s"
	case d < time.Hour:
		d = d.Round(time.Second)
		return twoUnits(d, time.Minute, "min", time.Second, "s")
	case d < 24*time.Hour:
		return twoUnits(d.Round(time.Minute), time.Hour, "h", time.Minute, "min")
	}
	return twoUnits(d.Round(time.Hour), 24*time.Hour, "d", time.Hour, "h")
}

func twoUnits(d, unit time.Duration, name string, smaller time.Duration, smallerName string) string {
	s := fmt.Sprintf("%d %s", d/unit, name)
	if rest := d % unit / smaller; rest > 0 {
		s += fmt.Sprintf(" %d %s", rest, smallerName)
	}
	return s
}

// A budget is how much a list may take of the page, in octets of HTML.
type budget int

// spend reports whether texts still have room, and takes it.
func (b *budget) spend(texts ...string) bool {
	for _, text := range texts {
		*b -= budget(len(template.HTMLEscapeString(text)))
	}
	return *b >= 0
}
