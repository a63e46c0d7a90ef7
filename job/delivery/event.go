package delivery

import (
	"time"

	"mailshot/job/result"
)

// An Event is a moment of a run.
type Event struct {
	Kind   EventKind
	Total  int    // messages of this run
	Counts Counts // so far
	Until  time.Time
	Text   string

	PerSecond float64   // messages per second so far, which the rate bounds; Started: at most; 0: no limit, or not known yet
	Ends      time.Time // when the last message goes at that pace, within quotas and windows; zero: not known yet

	Open     int  // Finishing: sessions in flight
	Asked    bool // Finishing: the user interrupted the run, and may do so once more
	Sessions int  // Narrowed: how many the server takes at once
	Workers  int  // Narrowed: how many there are
	Messages int  // Shortened: how many a session takes

	Record *result.Record // RowDone: the new one, which must not be changed
	Again  bool           // RowDone: the next pass takes the row
	Stays  bool           // RowDone: the row stays unknown although this attempt failed
	Pass   int            // NextPass, RowDone: its number; the first pass, 1, begins with Started
	Rows   int            // NextPass: how many it has
}

// An EventKind says what happened.
type EventKind uint8

const (
	Started    EventKind = iota // the first row is about to be sent
	RowDone                     // a row has a new record
	Waiting                     // temporary failures wait until Until for their next pass
	Paused                      // the server is not to be reached; starts wait until Until
	Resumed                     // the wait is over
	Holding                     // a quota or a window holds the run until Until, as Text says
	Narrowed                    // the server takes fewer sessions at once than there are workers
	Shortened                   // the server takes fewer messages in a session than it was to
	NextPass                    // there will be a further pass, which begins at Until
	Connecting                  // the server, which Text names, is tried by a first session
	Silent                      // it has not let that in for a while; Text says what that may be
	Finishing                   // no more rows are begun; sessions in flight go on
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
