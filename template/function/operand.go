package function

import (
	"time"

	"mailshot/template/cell"
)

// A quantity is what can be compared.
type quantity uint8

const (
	noQuantity quantity = iota
	aNumber
	aDate
	aClock
)

// String returns the quantity as a sentence has it.
func (q quantity) String() string {
	return [...]string{"nothing but text", "a number", "a date", "a time of day"}[q]
}

// An operand is a value that is compared, with what it can be read as. A value of a known quantity,
// such as a number, now or a cell of a declared column, is nothing else, whatever it looks like.
type operand struct {
	value  any
	text   string
	known  quantity // noQuantity where it has to be found out
	is     [aClock + 1]bool
	number cell.Decimal
	date   time.Time
	clock  time.Duration
}

// operandOf returns a value as an operand that is not read yet.
func operandOf(function string, v any) (operand, error) {
	s, err := text(function, v)
	return operand{value: v, text: s, known: knownQuantity(v)}, err
}

// knownQuantity returns what a value is, if that is known without reading it.
func knownQuantity(v any) quantity {
	if c := cellOf(v); c != nil {
		switch c.column.Kind {
		case cell.Number:
			return aNumber
		case cell.Date:
			return aDate
		}
		return noQuantity
	}
	switch v.(type) {
	case time.Time:
		return aDate
	case string, bool:
		return noQuantity
	}
	return aNumber // of text/template, or of a method of time.Time
}

// declared reports whether the operand is a cell of a column of numbers or dates.
func (o *operand) declared() bool { return cellOf(o.value) != nil && o.known != noQuantity }

// readNumber finds out whether the operand can be read as a number.
func (o *operand) readNumber() {
	if o.known == noQuantity || o.known == aNumber {
		o.number, o.is[aNumber] = parseNumber(o.text, o.value)
	}
}

// readTimes finds out whether the operand can be read as a date, or as a time of day.
func (o *operand) readTimes() {
	if o.known == noQuantity || o.known == aDate {
		o.date, o.is[aDate] = parseDate(o.text, o.value)
	}
	if o.known == noQuantity {
		o.clock, o.is[aClock] = parseClock(o.text, o.value)
	}
}

// quantity returns the first that the operand can be read as.
func (o *operand) quantity() quantity {
	for q := aNumber; q <= aClock; q++ {
		if o.is[q] {
			return q
		}
	}
	return noQuantity
}

// fault returns why the operand can't be read as a number or a date, or nil if it can.
func (o *operand) fault(q quantity) *cell.Fault {
	var err error
	switch {
	case o.is[q]:
	case q == aNumber:
		_, err = numberIn(o.text, o.value)
	case q == aDate:
		_, err = dateIn(o.text, o.value)
	}
	f, _ := err.(*cell.Fault) // there is no other error
	return f
}

// declarable returns why the operand can't be read as a number or a date which it would be if
// somebody said how it is written, or nil.
func (o *operand) declarable(of ...quantity) *cell.Fault {
	for _, q := range of {
		if f := o.fault(q); f != nil && len(f.Forms) > 0 {
			return f
		}
	}
	return nil
}
