package function

import (
	"cmp"
	"errors"
	"time"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// A cell is text, even where it says 9. text/template would find it greater than "10", and could
// not compare it with 10 at all. So values are compared as what both can be read as: numbers, dates
// or times of day. Two values of different kinds, and two that are nothing but text, have no order.

// An operand is a value that is compared, with all that it can be read as. A value whose kind is
// known, such as a number, now or a cell of a declared column, is nothing else.
type operand struct {
	value   any
	text    string
	isKnown bool // the value is of one kind, whatever its text looks like
	number  *cell.Decimal
	date    *time.Time
	clock   *time.Duration
	fault   error // why it is not read as a number; nil if that was not tried
	noDate  error // likewise, as a date
}

// read returns a value as an operand.
func read(function string, v any) (operand, error) {
	s, err := text(function, v)
	o := operand{value: v, text: s}
	if err != nil {
		return o, err
	}
	isNumber, isDate := kindOf(v)
	o.isKnown = isNumber || isDate
	if isNumber || !o.isKnown {
		o.readNumber()
	}
	if isDate || !o.isKnown {
		o.readDate()
	}
	if t, ok := cell.ReadClock(s); ok && !o.isKnown {
		o.clock = &t
	}
	return o, nil
}

// kindOf returns what a value is known to be without reading it.
func kindOf(v any) (isNumber, isDate bool) {
	if c := cellOf(v); c != nil {
		return c.column.Kind == cell.Number, c.column.Kind == cell.Date
	}
	switch v.(type) {
	case time.Time:
		return false, true
	case string, bool:
		return false, false
	}
	return true, false // of text/template, or of a method of time.Time
}

func (o *operand) readNumber() {
	d, err := numberIn(o.text, o.value)
	if err == nil {
		o.number = &d
	}
	o.fault = err
}

func (o *operand) readDate() {
	t, ok := o.value.(time.Time)
	var err error
	if !ok {
		t, err = dateIn(o.text, o.value)
	}
	if err == nil {
		o.date = &t
	}
	o.noDate = err
}

// kind returns what an operand can be read as, in words; "" is nothing but text.
func (o *operand) kind() string {
	switch {
	case o.number != nil:
		return "a number"
	case o.date != nil:
		return "a date"
	case o.clock != nil:
		return "a time of day"
	}
	return ""
}

// compared returns how two operands compare as what both are, and false where they are of no common
// kind.
func compared(a, b *operand) (int, bool) {
	switch {
	case a.number != nil && b.number != nil:
		return a.number.Compare(*b.number), true
	case a.date != nil && b.date != nil:
		return a.date.Compare(*b.date), true
	case a.clock != nil && b.clock != nil:
		return cmp.Compare(*a.clock, *b.clock), true
	}
	return 0, false
}

// ordered returns the function lt, le, gt or ge: holds reports whether a comparison is one that it
// takes.
func ordered(function string, holds func(int) bool) func(a, b any) (bool, error) {
	return func(a, b any) (bool, error) {
		c, err := order(function, a, b)
		return err == nil && holds(c), err
	}
}

func order(function string, v, w any) (int, error) {
	a, err := read(function, v)
	if err != nil {
		return 0, err
	}
	b, err := read(function, w)
	if err != nil {
		return 0, err
	}
	if c, ok := compared(&a, &b); ok {
		return c, nil
	}
	return 0, incomparable(function, &a, &b)
}

// incomparable says why two operands have no order.
func incomparable(function string, a, b *operand) error {
	if cellOf(a.value) == nil && cellOf(b.value) != nil {
		a, b = b, a // a constant is as it was meant
	}
	for _, pair := range [][2]*operand{{a, b}, {b, a}} {
		o, other := pair[0], pair[1]
		switch {
		case other.date != nil && o.date == nil && (o.kind() == "" || other.isKnown || o.fitsDate()):
			_, err := dateIn(o.text, o.value)
			return failed(function, o.value, err)
		case other.number != nil && o.kind() == "":
			_, err := numberIn(o.text, o.value)
			return failed(function, o.value, err)
		}
	}
	if a.kind() == "" || b.kind() == "" {
		return a.noOrder(function, b)
	}
	f := words.Failf("%s: %s is %s, and %s %s", function, words.Quote(a.text), a.kind(), words.Quote(b.text), b.kind())
	return notRead(a.value, "values that are compared with another kind of value", f)
}

// fitsDate reports whether an operand could be read as a date if somebody said how it is written.
func (o *operand) fitsDate() bool {
	f, ok := errors.AsType[*cell.Fault](o.noDate)
	return ok && len(f.Forms) > 0
}

// noOrder says that two operands have no order, since one of them is nothing but text. One that looks
// like a number or a date is told as such.
func (o *operand) noOrder(function string, other *operand) error {
	for _, o := range []*operand{o, other} {
		for _, err := range []error{o.fault, o.noDate} {
			f, ok := errors.AsType[*cell.Fault](err)
			if ok && o.kind() == "" && (len(f.Forms) > 0 || o.isKnown || cell.IsBlank(o.text)) {
				return unreadable(function, o.value, f)
			}
		}
	}
	if o.kind() != "" {
		o = other
	}
	f := words.Failf("%s: %s is no number, no date and no time of day", function, words.Quote(o.text)).
		WithHint("%s compares numbers with numbers and dates with dates; texts have no order", function)
	return notRead(o.value, "texts, which have no order", f)
}
