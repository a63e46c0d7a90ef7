package function

import (
	"errors"
	"time"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// readNumber reads a value as a number: a cell as its column is written, a constant as Go writes it.
func readNumber(function string, v any) (cell.Decimal, error) {
	s, err := text(function, v)
	if err != nil {
		return cell.Decimal{}, err
	}
	d, err := numberIn(s, v)
	return d, failed(function, v, err)
}

// numberIn reads the text of a value. The error is a *cell.Fault.
func numberIn(text string, v any) (cell.Decimal, error) {
	if c := cellOf(v); c != nil {
		if c.stored != "" {
			return c.stored.ReadNumber(text)
		}
		return c.column.Numbers.Read(text)
	}
	return cell.ReadConstant(text)
}

// readDate reads a value as a date.
func readDate(function string, v any) (time.Time, error) {
	if t, ok := v.(time.Time); ok {
		return t, nil
	}
	s, err := text(function, v)
	if err != nil {
		return time.Time{}, err
	}
	t, err := dateIn(s, v)
	return t, failed(function, v, err)
}

// dateIn reads the text of a value. The error is a *cell.Fault.
func dateIn(text string, v any) (time.Time, error) {
	if c := cellOf(v); c != nil {
		if c.stored != "" {
			return c.stored.ReadDate(text)
		}
		return c.column.Dates.Read(text)
	}
	return cell.DateForm{}.Read(text)
}

// failed returns the failure for a *cell.Fault, or nil for nil.
func failed(function string, v any, err error) error {
	if f, ok := errors.AsType[*cell.Fault](err); ok {
		return unreadable(function, v, f)
	}
	return err
}

// notRead returns a failure that a cell is told with, if it is one.
func notRead(v any, what string, f *words.Failure) *words.Failure {
	if c := cellOf(v); c != nil && c.column.Name != "" {
		return f.WithCell(words.Cell{Column: c.column.Name, Value: c.text, What: what})
	}
	return f
}

// parseNumber reads the text of a value as numberIn does, and reports false in place of an error.
func parseNumber(text string, v any) (cell.Decimal, bool) {
	if c := cellOf(v); c != nil {
		if c.stored != "" {
			return c.stored.Number()
		}
		return c.column.Numbers.Parse(text)
	}
	return cell.ParseConstant(text)
}

// parseDate reads the text of a value as dateIn does, and reports false in place of an error.
func parseDate(text string, v any) (time.Time, bool) {
	if t, ok := v.(time.Time); ok {
		return t, true
	}
	if c := cellOf(v); c != nil {
		if c.stored != "" {
			return c.stored.Date()
		}
		return c.column.Dates.Parse(text)
	}
	return cell.DateForm{}.Parse(text)
}

// parseClock reads the text of a value as a time of day.
func parseClock(text string, v any) (time.Duration, bool) {
	if c := cellOf(v); c != nil && c.stored != "" {
		return c.stored.Clock()
	}
	return cell.ReadClock(text)
}
