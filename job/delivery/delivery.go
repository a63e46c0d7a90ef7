// Package delivery is the engine of a run: it takes tasks from a Source, has a
// Composer make the message of each, a Deliverer hand it to the server and a
// Recorder keep what became of it, with a bounded number of workers, in passes.
// It knows neither letters nor recipients.
//
// # Whose failure
//
// What the table of replies in package advice says of a reply decides. A limit of
// the server, of sessions or of rate, is nobody's failure: the row is put back,
// nothing is recorded, and package pace says when the next session begins. So is a
// session that ended before MAIL without a word. A quota of the sender's account
// ends the run. A refusal of the login, the sender, the client or this machine is
// the job's, and stops the run after three rows, ten where others were accepted
// before. A row that is to come later forms the next pass, alone at
// the time that the server names, while the others go on. Everything else is the
// row's; but the run stops after as many rows in a row with the same refusal for
// good as Config.GiveUpAfter says, of which none was accepted between, unless the
// table knows the reply for one about an address or a letter. A certificate that
// does not hold, a missing STARTTLS or a refused AUTH closes admission at once.
// Sessions in flight finish.
//
// # Several messages in a session
//
// Package sessions keeps sessions for further messages where Config.Several says so.
// The commands of a message can leave with the content of the one before (RFC 2920):
// such a task is admitted ahead, by the pace, the rate and the admission, and offered
// to the sessions that are open. Offers are taken back when starts have to wait and
// when the run stops. One that a session took counts as begun from then on; if that
// session ends before the task's content, the row is put back and loses no attempt.
package delivery

import (
	"context"
	"time"

	"mailshot/job/delivery/pace"
	"mailshot/job/delivery/sessions"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport"
)

// A Task is one row on its way, with what its attempt needs.
type Task struct {
	Row       int    // its number
	Line      int    // in the recipients file
	Key       string // of its records
	Recipient string // likewise
	Attempt   int    // over all runs of the mailing, from 1
	MessageID string
	Date      time.Time // of the message; a Source sets it for rows that are tried again
	Unknown   bool      // the log has the row as unknown, and so it stays unless it is sent
	After     time.Time // the time of its records has to be later, whatever the clock says
	Letter    any       // what the Source gives the Composer

	Recipients int // at most, copies included; 0: one
	start      pace.Start
	permit     Permit // nil: there is none
	intent     Intent // nil: it is not armed

	// Greylisted is when the row was first told to come later; zero: it was not. A
	// Source sets it for rows that are tried again.
	Greylisted time.Time
	notBefore  time.Time // when the server asked it to come again, at the earliest; zero: it did not
	fresh      bool      // it has a new session: the one that it met was at its end
	last       bool      // no task is known to come behind it
	putBacks   int       // how often it was put back with others accepted between
	sentBefore int       // how many were sent when it was put back last
}

// A Retry is a row that waits for the next pass.
type Retry struct {
	Row        uint32 // its number
	Second     uint32 // of the run, in which its first attempt was made
	Greylisted uint32 // 1 and the second in which it was first told to come later; 0: it was not
	notBefore  uint32 // 1 and the second before which it is not to come again; 0: the server named no time
}

// A Source gives the tasks of a run. Its methods are called from one goroutine.
type Source interface {
	// Next returns the next task of the pass, or io.EOF.
	Next() (*Task, error)
	// Done is told that a task is over: what its Letter has may be used again.
	Done(*Task)
	// NextPass begins a further pass, the n-th attempt, over these rows, which are
	// in the order of their numbers. It is called once more with the same n for rows
	// that the server asked to come later than the others.
	NextPass(n int, rows []Retry)
}

// A Composer makes the messages of tasks, one after the other. Each worker has
// its own. A message is valid until the composer's next one.
type Composer interface {
	// Compose makes the message of a task. An error that may pass is a
	// *TemporaryError; others would be the same once more.
	Compose(*Task) (Message, error)
}

// A Message is what goes to the server.
type Message struct {
	Envelope transport.Envelope // the row's own address is the first one
	Cc       int                // how many of the others are named in Cc; they come first
	Content  transport.Message
	SHA256   string // of Content, in hexadecimal
}

// A TemporaryError is the error of a message that can't be made just now.
type TemporaryError struct{ Err error }

func (e *TemporaryError) Error() string { return e.Err.Error() }
func (e *TemporaryError) Unwrap() error { return e.Err }

// A Deliverer hands messages to the server; *transport.Dialer is one. It is safe
// for concurrent use.
type Deliverer interface {
	Deliver(context.Context, transport.Delivery) (transport.Receipt, error)
}

// A Recorder keeps what becomes of each attempt. Its methods are called by
// several goroutines at once.
type Recorder interface {
	// Arm is told what is intended: the record that an attempt gets if nothing more
	// becomes known. It must not wait.
	Arm(*result.Record) Intent
	// Marked reports whether an attempt that is armed and not begun counts as not
	// tried, should the program be killed, so that many may be armed ahead. If not, each
	// is armed when its MAIL flight is about to leave.
	Marked() bool
	// Sync makes the outcomes durable that are kept so far. After an error nothing more
	// may be sent.
	Sync() error
	// Record keeps outcomes. After an error nothing more may be sent, and it is
	// not known which of them are kept.
	Record(...*result.Record) error
}

// An Intent is a promise to keep what was intended.
type Intent interface {
	// Begin waits until the intent would survive a power cut, and marks that its message
	// may be accepted from now on. After an error the message must not be committed.
	Begin() error
	// Disarm takes the intent back: the message was not sent or was refused, and the row
	// is put back. It does not wait.
	Disarm()
}

// A Config is what a run of the engine needs. Fields without a word about nil or
// zero must be given.
type Config struct {
	Run       string // its id, for the records
	Total     int    // rows that are to be sent
	Source    Source
	Composers []Composer // one for each worker
	Deliverer Deliverer
	Recorder  Recorder
	Canary    func() // ends the session that tried the server; nil: there is none
	Several   sessions.Config
	Ahead     []Composer // a second one of each worker, for messages that overlap; nil: none do

	Admission Admission                            // says when messages may go; nil: always
	Wait      bool                                 // a run that is held goes on by itself, and does not end
	Renew     func(context.Context) *problem.Error // reads secrets again after it was held for long; nil: there are none

	Retry       Retries
	Rate        Rate          // zero: no limit
	GiveUpAfter int           // equal failures in a row that stop the run; 0: never
	Grace       time.Duration // how long sessions in flight may go on after an interrupt
	ReplyGrace  time.Duration // the end of it, in which only final replies are waited for

	Begun time.Time        // the run's start
	Now   func() time.Time // the clock
	Event func(Event)      // is called from one goroutine, and must not block; nil: nobody listens

	// ServerError makes a session's error the end of the run.
	ServerError func(error) *problem.Error
	// Before reports whether an earlier run of the mailing got the same refusal for
	// the row, which then says nothing about others; nil: never.
	Before func(row int, rec *result.Record) bool
	// Transcripts is the directory for the protocols of sessions that did not send
	// their message; "": they are not kept.
	Transcripts string
}

// Retries say how often and when a row is tried again after a temporary failure.
type Retries struct {
	Attempts int           // in all
	Wait     time.Duration // before the second attempt; doubled with each further one
	MaxWait  time.Duration
}

// A Rate is a number of attempts begun per time, evenly spaced. The zero Rate is
// no limit.
type Rate struct {
	Count int
	Per   time.Duration
}

// A Summary is what became of the rows.
type Summary struct {
	Counts Counts
	Lost   []string // rows that may have been accepted, and are in the journal alone: "row 34 (user@club.example)"

	Sessions int // how many the server took at once, where it took fewer than there are workers; 0: it took all
	Pauses   int // for the server's sake
	Messages int // in a session, where the server took fewer than it was to; 0: it took all

	Transcripts      bool  // some were kept
	TranscriptsError error // why some were not kept, the first reason; nil: none
}

// Run makes passes until no row is left to try, or until it has to stop, and
// tells why; nil is the end of the last pass. ctx is the user's: when it is done
// no more rows are begun, and sessions in flight may go on for Config.Grace.
func Run(ctx context.Context, c Config) (Summary, *problem.Error) {
	r := newRunner(c)
	stopped := r.run(ctx)
	s := Summary{Counts: r.counts, Lost: r.lost, Sessions: r.sessions, Pauses: r.pauses, Messages: r.sender.pool.Limit()}
	s.Transcripts, s.TranscriptsError = r.sender.transcripts.kept > 0, r.sender.transcripts.failed
	return s, stopped
}
