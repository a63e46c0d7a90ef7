package job

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/fleet"
	"mailshot/job/jobfile/when"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/job/server"
)

// Options say what to run and how; they are what the user typed, and nothing
// changes them on the way. The zero value but for Path runs the whole job as its
// file says.
type Options struct {
	mailing.Ref                  // which mailing
	plan.Selection               // which rows
	plan.Policy                  // what the log's states make of them
	To             string        // a test: send to this address instead
	Rerun          bool          // go on with a mailing that has begun
	Resume         bool          // go on with the mailing if it has begun, and else begin it
	Fresh          bool          // archive the log and begin anew
	ChangedLetter  bool          // Rerun and Resume: the letter may differ from that of an earlier run
	SameLetter     bool          // send the letter also to those to whom another mailing sent it
	Yes            bool          // do not ask
	Workers        int           // 0: as the job says
	Rate           when.Rate     // zero: as the job says
	At             time.Time     // begin then; zero: at once
	Wait           bool          // go on by itself where a quota or a window holds
	StateDir       string        // as it was given, for the commands that are told; "": it was not
	Fleet          fleet.Address // where workers on other machines are; without a URL: this one sends
	Now            bool          // try although the server said that the account is used up
}

// An Env is what the program lends to a run. Nil fields are what their
// comments say.
type Env struct {
	server.Env

	State  string    // directory of the ledgers of quotas; "": nobody says where that is
	Stdin  io.Reader // recipients of a job that reads "-"
	Holder string    // named in the lock file: who runs, and since when
	Random io.Reader // nil: crypto/rand
	Files  result.FS // where the results log and its journal are; nil: the system's files

	// Confirm asks before anything is sent; nil: nobody can be asked.
	Confirm func(context.Context, Question) (bool, error)
	// Step is told of each step before the sending. It must not block; nil:
	// nobody listens.
	Step func(Step)
	// Event is told how the run goes on. It is called from one goroutine at a
	// time and must not block; nil: nobody listens.
	Event func(delivery.Event)
	// Warn is told what may be wrong with the job, before anything is asked or
	// sent; nil: nobody listens.
	Warn func(string)
	// Note is told what is good to know of the job and is nothing to mend, before
	// anything is asked or sent; nil: nobody listens.
	Note func(string)
	// Grace is how long sessions in flight may go on after an interrupt;
	// zero: 30 s.
	Grace time.Duration
}

// defaultGrace is Env.Grace where that is zero.
const defaultGrace = 30 * time.Second

func (e Env) filled() Env {
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.Random == nil {
		e.Random = rand.Reader
	}
	if e.Warn == nil {
		e.Warn = func(string) {}
	}
	if e.Note == nil {
		e.Note = func(string) {}
	}
	if e.Grace == 0 {
		e.Grace = defaultGrace
	}
	return e
}

// checkFleet returns what is wrong with the fleet that was given.
func (o *Options) checkFleet() error {
	switch {
	case o.Fleet.URL == "":
		return nil
	case o.Sandbox:
		return problem.Fail(problem.Usage, "a sandbox has no fleet")
	}
	if err := o.Fleet.Check(); err != nil {
		return &problem.Error{Kind: problem.Usage, Err: err}
	}
	return nil
}

// fleetFlags returns the flags that say where the fleet is.
func (o *Options) fleetFlags() (flags []string) {
	for _, f := range []struct{ flag, value string }{
		{"--fleet", o.Fleet.URL}, {"--fleet-credentials", o.Fleet.Credentials}, {"--fleet-ca", o.Fleet.CA},
	} {
		if f.value != "" {
			flags = append(flags, f.flag, f.value)
		}
	}
	return flags
}
