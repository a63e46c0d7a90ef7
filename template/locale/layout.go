package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Hint says how a layout is written.
const Hint = `it shows how 2 January 2006 is written: {{date "2 January 2006" .column}}, "02.01.2006", "Monday, Jan 2"`

// A Fault is what is wrong with a layout: it would print something else than its author means. Both
// texts are for the user.
type Fault struct {
	Text string // what stands behind `the layout "…"`
	Hint string
}

// CheckLayout returns what is wrong with a layout of package time that somebody wrote by hand, or nil.
// Package time prints what it does not know as it stands, and takes each digit that it knows for a part
// of the date: "Montag, 31.12.2026" has no error there, and prints nonsense. Refused are names that are
// not those of the reference time, digits that are no part of it, and parts that make no date together.
func CheckLayout(layout string) *Fault {
	if !showsDate(layout) {
		return &Fault{"shows no part of a date", Hint}
	}
	pieces := cut(layout)
	for i, p := range pieces {
		if p.part != literal {
			continue
		}
		if f := checkText(p.text, i > 0 && pieces[i-1].part == day); f != nil {
			return f
		}
	}
	if f := checkDigits(pieces); f != nil {
		return f
	}
	return checkParts(pieces)
}

// showsDate reports whether a layout has anything that changes with the time: "DD.MM.YYYY" would be
// printed as it is.
func showsDate(layout string) bool {
	a := time.Date(2001, time.February, 3, 4, 5, 6, 0, time.UTC)
	b := time.Date(2012, time.November, 13, 14, 15, 16, 0, time.UTC)
	return a.Format(layout) != b.Format(layout)
}

const anyOrder = "write Monday, 2 January 2006 in the order you want"

// checkText looks at the words of a text that a layout prints as it stands. afterDay says that it
// follows the day.
func checkText(text string, afterDay bool) *Fault {
	for rest := text; ; {
		begin := strings.IndexFunc(rest, unicode.IsLetter)
		if begin < 0 {
			return nil
		}
		end := begin + len(rest[begin:])
		for i, r := range rest[begin:] {
			if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '-' && r != 'ʼ' {
				end = begin + i
				break
			}
		}
		word := strings.TrimRight(rest[begin:end], "-")
		next, _ := utf8.DecodeRuneInString(rest[end:])
		switch tag, isName := named(word, next); {
		case isName && tag == "en":
			return &Fault{fmt.Sprintf("shows %s for every date", strconv.Quote(word)), anyOrder + ": these names become those of the date, in the language that `language` says"}
		case isName:
			return &Fault{fmt.Sprintf("shows %s for every date", strconv.Quote(word)), fmt.Sprintf("%s; `message.language: %s` translates the names", anyOrder, tag)}
		case begin > 0 && rest[begin-1] == '%':
			return &Fault{fmt.Sprintf("shows %s as it stands", strconv.Quote("%"+word)), Hint}
		case isPattern(word):
			return &Fault{fmt.Sprintf("shows %s as it stands", strconv.Quote(word)), Hint}
		case afterDay && begin == 0 && len(rest) == len(text) && isOrdinal(word):
			return &Fault{fmt.Sprintf("shows %s behind every day, as in 11%s", strconv.Quote(word), word), "leave it out: " + anyOrder}
		}
		rest = rest[end:]
	}
}

// isPattern reports whether a word is what other programs show a part of a date by.
func isPattern(word string) bool {
	switch strings.ToLower(word) {
	case "yyyy", "yy", "jjjj", "aaaa", "dd", "ddd", "dddd", "tt", "mm", "mmm", "mmmm", "hh", "ss":
		return true
	}
	return false
}

func isOrdinal(word string) bool { return word == "st" || word == "nd" || word == "rd" || word == "th" }

// checkDigits refuses digits that are no part of the reference time, and parts of one digit without
// anything between them: 31 would be the hour and the month.
func checkDigits(pieces []piece) *Fault {
	for i, p := range pieces {
		if p.part == literal {
			if at := strings.IndexAny(p.text, "0123456789"); at >= 0 {
				return notOfReference(pieces, i, at)
			}
			continue
		}
		if i+1 < len(pieces) && p.isShort() && pieces[i+1].isNumber() || i > 0 && p.isShort() && pieces[i-1].isNumber() {
			return notOfReference(pieces, i, 0)
		}
	}
	return nil
}

// notOfReference says that a number of a layout is none of the reference time: the one that has the
// octet at of piece i.
func notOfReference(pieces []piece, i, at int) *Fault {
	var layout strings.Builder
	for k, p := range pieces {
		if k == i {
			at += layout.Len()
		}
		layout.WriteString(p.text)
	}
	s := layout.String()
	isDigit := func(c byte) bool { return c >= '0' && c <= '9' }
	begin, end := at, at
	for begin > 0 && isDigit(s[begin-1]) {
		begin--
	}
	for end < len(s) && isDigit(s[end]) {
		end++
	}
	return &Fault{fmt.Sprintf("has %s, which is no part of Monday, 2 January 2006, 15:04:05", s[begin:end]), Hint}
}

// checkParts refuses parts that make no date together, where only another one can be meant: the day of
// "3. January" is an hour.
func checkParts(pieces []piece) *Fault {
	n := count(pieces)
	dated := n[day]+n[month]+n[monthName]+n[weekday]+n[year] > 0
	months := n[month] + n[monthName]
	all := 0
	for p, of := range n {
		if part(p) != literal {
			all += of
		}
	}
	fault := func(text string) *Fault { return &Fault{text, Hint} }
	switch {
	case n[minute]+n[second] > 0 && n[hour]+n[hour12] == 0 && all > 1:
		return fault("shows minutes or seconds without an hour: 4 is the minute of the time it is read by, 5 the second")
	case n[hour12] > 0 && n[minute] == 0 && n[half] == 0 && dated:
		return fault("shows an hour, which 3 is, and no minute")
	case n[day] > 0 && n[year] > 0 && months == 0:
		return fault("shows a day and a year, and no month")
	case n[hour] > 0 && n[minute] == 0 && n[day]+n[yearDay] == 0 && (months > 0 || n[year] > 0):
		return fault("shows an hour, which 15 is, and no day")
	case n[day] > 1 && months == 0:
		return fault("shows the day twice, and no month")
	case n[day]+n[yearDay] == 0 && (n[month] > 1 || monthsTogether(pieces)):
		return fault("shows the month twice, and no day")
	case n[day]+n[yearDay] == 0 && yearsDiffer(pieces):
		return fault("shows the year twice, and no day")
	}
	return nil
}

func count(pieces []piece) (n [half + 1]int) {
	for _, p := range pieces {
		n[p.part]++
	}
	return n
}

// monthsTogether reports whether a number and a name of the month stand side by side as a day and a
// month do: "1. January".
func monthsTogether(pieces []piece) bool {
	for i := 2; i < len(pieces); i++ {
		a, b := pieces[i-2].part, pieces[i].part
		if (a == month && b == monthName || a == monthName && b == month) && strings.Trim(pieces[i-1].text, ". ") == "" {
			return true
		}
	}
	return false
}

// yearsDiffer reports whether the year stands in a layout with two digits and with four.
func yearsDiffer(pieces []piece) bool {
	short, long := false, false
	for _, p := range pieces {
		short = short || p.text == "06"
		long = long || p.text == "2006"
	}
	return short && long
}
