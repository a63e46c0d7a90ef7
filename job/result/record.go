package result

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// A Status is the outcome of an attempt. The zero value is the status of a row
// without records, which was never tried.
type Status string

const (
	Sent    Status = "sent"    // a reply of 2yz to the end of the message, or settled so by the user
	Failed  Status = "failed"  // the server certainly does not have it
	Unknown Status = "unknown" // the server may have it
	Skipped Status = "skipped" // not tried: suppressed, filtered, a duplicate or a bad row
)

// A Class says whether a failed attempt may succeed when it is repeated.
type Class string

const (
	Temporary Class = "temporary"
	Permanent Class = "permanent"
)

// StageSettle is the Stage of a record by which the user decides what the outcome
// of an unknown attempt was. It has that attempt's number. If it says unknown, it takes back
// what was settled before.
const StageSettle = "settle"

// MaxAttempt is the greatest number of an attempt.
const MaxAttempt = math.MaxInt32

// A Record is one line of the log. A number that is 0 is an empty cell, except for
// Attempt. Strings may have any octets, and are read as they were written.
type Record struct {
	Time      time.Time // the end of the attempt; kept in UTC, to the millisecond, years 0 to 9999
	Run       string    // as made by RunID
	Row       int       // data record of the recipients file, from 1
	Line      int       // line of the recipients file, from 1
	Key       string    // identifies the row; never empty
	Recipient string    // the address that the message was for
	Attempt   int       // from 1, over all runs of a mailing; 0 for a row that was not tried
	Status    Status
	Class     Class  // never empty if Status is Failed
	Stage     string // where in the session it ended
	Code      int    // of the deciding reply
	Enhanced  string // enhanced status code (RFC 3463) of that reply
	Reply     string // text of that reply
	Error     string // what went wrong, if no reply says it; why a row was skipped
	MessageID string
	SHA256    string        // hex, of the message as handed to the server
	Bytes     int64         // of that message
	Duration  time.Duration // of the session; kept to the millisecond
}

// check returns why r can't be a line of a log.
func (r *Record) check() error {
	switch r.Status {
	case Sent, Failed, Unknown, Skipped:
	case "":
		return errors.New("no status")
	default:
		return fmt.Errorf("status %q is none of sent, failed, unknown, skipped", r.Status)
	}
	switch r.Class {
	case "", Temporary, Permanent:
	default:
		return fmt.Errorf("class %q is neither temporary nor permanent", r.Class)
	}
	if r.Status == Failed && r.Class == "" {
		return errors.New("status failed without a class")
	}
	if r.Key == "" {
		return errors.New("no key")
	}
	if r.Attempt < 0 || r.Attempt > MaxAttempt {
		return fmt.Errorf("attempt %d is out of range", r.Attempt)
	}
	if y := r.Time.UTC().Year(); y < 0 || y > 9999 {
		return fmt.Errorf("year %d is out of range", y)
	}
	return nil
}

// An Entry is a record and its position in the log.
type Entry struct {
	Record
	Line   int // of the log, from 1; Record.Line is that of the recipients file
	Number int // among the records of the log, from 1

	Pending bool // an intent of the journal, of which the log has no record

	sum uint32 // computed from its cells
}

// Later returns now, or the first time that a log can tell from last and that follows
// it, if the clock shows less.
func Later(now, last time.Time) time.Time {
	if next := last.Truncate(time.Millisecond).Add(time.Millisecond); now.Before(next) {
		return next
	}
	return now
}
