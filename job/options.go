package job

import (
	"context"
	"io"
	"net"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/result"
	"mailshot/job/secret"
	"mailshot/transport"
)

// Options say what to run and how; they are what the user typed. The zero
// value but for Path runs the whole job as its file says.
type Options struct {
	Path    string // the job file
	Mailing string // "" is the mailing without a name

	Rerun          bool     // go on with a mailing that has begun
	Resume         bool     // run: go on with the mailing if it has begun
	Fresh          bool     // run: put the log aside and begin anew
	Again          []string // rerun: these keys and no others, whatever became of them; empty: none
	Only           []string // rerun: temporary, permanent, untried; empty: all three
	IncludeUnknown bool     // rerun: unknown rows too
	Changed        string   // rerun and Resume: skip or send people whose data changed; "" stops
	ChangedLetter  bool     // rerun and Resume: the letter may differ from that of an earlier run
	AcceptEdited   bool     // read a log that another program changed

	Rows        string   // "1-10,42"; "" is all
	Keys        []string // empty: all
	Limit       int      // 0: none
	SkipInvalid bool     // record bad rows as skipped instead of stopping

	To         string // a test: send to this address instead
	Sandbox    bool   // send to the embedded server
	SandboxDir string // "": NAME.sandbox beside the job file

	Yes     bool
	Workers int          // 0: as the job says
	Rate    jobfile.Rate // zero: as the job says
}

// An Env is what the program lends to a run. Nil fields are what their
// comments say.
type Env struct {
	Stdin    io.Reader // recipients of a job that reads "-"
	Secrets  secret.Env
	Hostname string           // the host's name; used for EHLO where it is fully qualified
	Holder   string           // named in the lock file: who runs, and since when
	Now      func() time.Time // nil: time.Now
	Random   io.Reader        // nil: crypto/rand
	Files    result.FS        // where the results log and its journal are; nil: the system's files

	// Confirm asks before anything is sent; nil: nobody can be asked.
	Confirm func(context.Context, Question) (bool, error)
	// Event hears how the run goes on. It is called from one goroutine at a
	// time and must not block; nil: nobody listens.
	Event func(Event)
	// Trace hears the protocol, secrets redacted; nil: no trace.
	Trace func(transport.Event)
	// Dial opens connections to the server; nil: the network.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// LookupTXT gives the TXT records of a name; nil: the system's resolver.
	LookupTXT func(ctx context.Context, name string) ([]string, error)
	// Grace is how long sessions in flight may go on after an interrupt;
	// zero: 30 s.
	Grace time.Duration
}

// A Question is what a user must know before the first message leaves.
type Question struct {
	Messages    int
	From        string
	Subject     string // of the first letter
	Server      string
	First, Last string // recipients
	With        string // who gets the first letter too: cc …; bcc …
	Rate        string // "" if there is no limit
	Estimate    time.Duration
	Left        Left   // what is left out
	Earlier     int    // recipients of an earlier, different letter
	To          string // address of a test
	Mailing     string
	Results     string // path of the log

	Again  []Copy // rows that are sent by their keys whatever became of them, and were sent before, or may have been
	Copies int    // Fresh: people who may get a second copy; this number is to be asked for
	Aside  string // Fresh: where the log is going to be put; "" if there is none to put away
	NoLog  bool   // Fresh: the log is lost, so Copies is everybody
}

// An Event is a moment of a run.
type Event struct {
	Kind   EventKind
	Total  int    // messages of this run
	Counts Counts // so far
	Until  time.Time
	Text   string

	PerSecond float64 // Started: messages per second at most; 0: no limit
	Open      int     // Finishing: sessions in flight
}

// An EventKind says what happened.
type EventKind uint8

const (
	Started   EventKind = iota // the first session is about to be opened
	RowDone                    // a row has a new record
	Waiting                    // temporary failures wait until Until for their next pass
	Paused                     // the server is not to be reached; starts wait until Until
	Resumed                    // the wait is over
	Finishing                  // no more rows are begun; sessions in flight go on
	Trying                     // Doctor is about to talk to the server that Text names
	Doubted                    // Text says what may be wrong with the job; before anything is asked or sent
)

// Counts are rows by what became of them in a run so far.
type Counts struct {
	Sent      int
	Temporary int // failed, to be had by a rerun
	Permanent int
	Unknown   int
}

// Done is the number of rows that have a state.
func (c Counts) Done() int { return c.Sent + c.Temporary + c.Permanent + c.Unknown }

// Failed is the number of rows that the server certainly does not have.
func (c Counts) Failed() int { return c.Temporary + c.Permanent }
