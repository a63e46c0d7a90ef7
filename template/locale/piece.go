package locale

import (
	"strings"
	"unicode/utf8"
)

// A part is what a piece of a layout shows of a time.
type part int

const (
	literal part = iota // the text itself
	year
	month
	monthName
	weekday
	day
	yearDay
	hour
	hour12
	minute
	second // also a fraction of one
	zone
	half // of the day: AM or PM
)

// A piece is a part of a layout that package time replaces, or the text between two of these.
type piece struct {
	text string
	part part
}

func (p piece) isNumber() bool {
	switch p.part {
	case literal, monthName, weekday, zone, half:
		return false
	}
	return p.text[0] >= '0' && p.text[0] <= '9'
}

// isShort reports whether a piece is a number of one digit, which is written with as many as it needs.
func (p piece) isShort() bool { return p.isNumber() && len(p.text) == 1 }

// cut cuts a layout as package time does.
func cut(layout string) (pieces []piece) {
	begin := 0
	for i := 0; i < len(layout); {
		p := pieceAt(layout, i)
		if p.text == "" {
			_, size := utf8.DecodeRuneInString(layout[i:])
			i += size
			continue
		}
		if begin < i {
			pieces = append(pieces, piece{text: layout[begin:i]})
		}
		pieces = append(pieces, p)
		i += len(p.text)
		begin = i
	}
	if begin < len(layout) {
		pieces = append(pieces, piece{text: layout[begin:]})
	}
	return pieces
}

// elements are what package time replaces, but for names and fractions; longer ones before those that
// they begin with. "_2006" is a text and a year.
var elements = [...]piece{
	{"-07:00:00", zone}, {"-070000", zone}, {"-07:00", zone}, {"-0700", zone}, {"-07", zone},
	{"Z07:00:00", zone}, {"Z070000", zone}, {"Z07:00", zone}, {"Z0700", zone}, {"Z07", zone}, {"MST", zone},
	{"2006", year}, {"002", yearDay}, {"__2", yearDay}, {"_2", day}, {"PM", half}, {"pm", half}, {"15", hour},
	{"01", month}, {"02", day}, {"03", hour12}, {"04", minute}, {"05", second}, {"06", year},
	{"1", month}, {"2", day}, {"3", hour12}, {"4", minute}, {"5", second},
}

// pieceAt returns what a layout shows at an octet; its text is empty if that is the text itself.
func pieceAt(layout string, i int) piece {
	rest := layout[i:]
	switch name := nameAt(rest); name {
	case "":
	case "January", "Jan":
		return piece{name, monthName}
	default:
		return piece{name, weekday}
	}
	if strings.HasPrefix(rest, "_2006") {
		return piece{}
	}
	for _, e := range elements {
		if strings.HasPrefix(rest, e.text) {
			return e
		}
	}
	return piece{fraction(rest), second}
}

// fraction returns the fraction of a second that a text begins with: a point or comma with zeros or
// nines, which no other digit follows.
func fraction(s string) string {
	if len(s) < 2 || s[0] != '.' && s[0] != ',' || s[1] != '0' && s[1] != '9' {
		return ""
	}
	rest := strings.TrimLeft(s[1:], s[1:2])
	if rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		return ""
	}
	return s[:len(s)-len(rest)]
}
