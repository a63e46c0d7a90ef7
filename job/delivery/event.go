package delivery

import "time"

// An Event is a moment of a run.
type Event struct {
	Kind   EventKind
	Total  int    // messages of this run
	Counts Counts // so far
	Until  time.Time
	Text   string

	PerSecond float64 // Started: messages per second at most; 0: no limit
	Open      int     // Finishing: sessions in flight
	Sessions  int     // Narrowed: how many the server takes at once
	Workers   int     // Narrowed: how many there are
}

// An EventKind says what happened.
type EventKind uint8

const (
	Started   EventKind = iota // the first session is about to be opened
	RowDone                    // a row has a new record
	Waiting                    // temporary failures wait until Until for their next pass
	Paused                     // the server is not to be reached; starts wait until Until
	Resumed                    // the wait is over
	Holding                    // a quota or a window holds the run until Until, as Text says
	Narrowed                   // the server takes fewer sessions at once than there are workers
	Finishing                  // no more rows are begun; sessions in flight go on
)

// Counts are rows by what became of them in a run so far.
type Counts struct {
	Sent      int
	Temporary int // failed, to be had by a rerun
	Permanent int
	Unknown   int
}

// Done returns the number of rows that have a state.
func (c Counts) Done() int { return c.Sent + c.Temporary + c.Permanent + c.Unknown }

// Failed returns the number of rows that the server certainly does not have.
func (c Counts) Failed() int { return c.Temporary + c.Permanent }
