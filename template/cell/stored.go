package cell

import (
	"fmt"
	"time"

	"mailshot/template/words"
)

// A Stored is the value that a spreadsheet keeps behind the text that a cell shows: a number, a date
// or a time of day. It is what the cell is, whatever it looks like, so that no form of writing
// applies to it. The zero Stored is that of a cell which is nothing but its text.
type Stored string

// The first octet of a Stored says what it is.
const (
	storedNumber = 'n' // as ReadConstant reads it
	storedDate   = 'd' // as storedTime has it
	storedClock  = 'c' // as ReadClock reads it
)

const storedTime = "2006-01-02T15:04:05"

// StoredNumber returns a number that is written as Go writes it, without an exponent.
func StoredNumber(s string) Stored { return Stored(storedNumber) + Stored(s) }

// StoredDate returns a date and the time of its day.
func StoredDate(t time.Time) Stored { return Stored(storedDate) + Stored(t.Format(storedTime)) }

// StoredClock returns a time of day, to the second.
func StoredClock(d time.Duration) Stored {
	return Stored(storedClock) + Stored(time.Time{}.Add(d).Format(time.TimeOnly))
}

// value returns what is behind the first octet, where this is kind.
func (s Stored) value(kind byte) (string, bool) {
	if s == "" || s[0] != kind {
		return "", false
	}
	return string(s[1:]), true
}

// Number returns the number, and false where it is none.
func (s Stored) Number() (Decimal, bool) {
	v, ok := s.value(storedNumber)
	if !ok {
		return Decimal{}, false
	}
	return ParseConstant(v)
}

// Date returns the date, and false where it is none.
func (s Stored) Date() (time.Time, bool) {
	v, ok := s.value(storedDate)
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(storedTime, v)
	return t, err == nil
}

// Clock returns the time of day, and false where it is none.
func (s Stored) Clock() (time.Duration, bool) {
	v, ok := s.value(storedClock)
	if !ok {
		return 0, false
	}
	return ReadClock(v)
}

// ReadNumber returns the number of a cell that shows a text. The error is a *Fault.
func (s Stored) ReadNumber(shown string) (Decimal, error) {
	d, ok := s.Number()
	if !ok {
		return d, s.unlike(shown, "no number", "where a number is needed")
	}
	return d, nil
}

// ReadDate returns the date of a cell that shows a text. The error is a *Fault.
func (s Stored) ReadDate(shown string) (time.Time, error) {
	t, ok := s.Date()
	if ok {
		return t, nil
	}
	f := s.unlike(shown, "no date", "where a date is needed")
	if _, isNumber := s.value(storedNumber); isNumber {
		f.Hint = "give the cells the format of a date in the spreadsheet"
	}
	return t, f
}

func (s Stored) unlike(shown, no, where string) *Fault {
	is, plural := "date", "dates"
	switch {
	case s != "" && s[0] == storedNumber:
		is, plural = "number", "numbers"
	case s != "" && s[0] == storedClock:
		is, plural = "time of day", "times of day"
	}
	return &Fault{
		Text: fmt.Sprintf("%s is a %s in the spreadsheet, and %s", words.Quote(shown), is, no),
		What: fmt.Sprintf("cells that are %s in the spreadsheet, %s", plural, where),
	}
}
