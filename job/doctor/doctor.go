package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"strconv"
	"time"

	"mailshot/job/advice"
	"mailshot/job/delivery/quota"
	"mailshot/job/doctor/domain"
	"mailshot/job/fleet"
	"mailshot/job/jobfile"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/server"
	"mailshot/transport"
)

// patience is how long a reply is waited for at most where somebody
// waits for the answer.
const patience = 30 * time.Second

// Options say what to examine. The zero value but for Path examines all
// that a run needs.
type Options struct {
	Path   string        // the job file
	Server string        // a file in the place of its section server; "": there is none
	NoAuth bool          // leave the password and AUTH out
	Domain bool          // ask the DNS what receivers will make of the sender's domain
	State  string        // directory of the ledgers of quotas; "": nobody says where that is
	Fleet  fleet.Address // of which to look for workers; without a URL: none
}

// An Env is what the program lends to an examination. Nil fields are what their
// comments say.
type Env struct {
	server.Env
	// LookupTXT returns the TXT records of a name; nil: the system's resolver.
	LookupTXT func(ctx context.Context, name string) ([]string, error)
	// DNS is asked for Options.Domain; nil: the system's resolver.
	DNS domain.Resolver
	// Trying is told the address of the server before it is talked to; nil: nobody
	// listens.
	Trying func(addr string)
}

// A Report is what an examination of the server saw, step by step.
type Report struct {
	Job      string
	Addr     string // host:port
	TLS      string // starttls, implicit or none
	Username string // "" if the job has none
	Untried  bool   // NoAuth left the job's password out
	Ledger   string // of the job's quota, or that there is no place for it; "" if it has none
	Steps    []Step // in the order in which a session goes through them
	Probe    *transport.Probe

	Certificate *x509.Certificate // that the server showed, also if it was refused; nil: none
	Err         *problem.Error    // why a run could not send; nil: it could
}

// A Step is one part of the way to the server.
type Step struct {
	Name   string // resolve, connect, greeting, ehlo, tls, auth or quit; behind them messages, provider, if it is known, dkim, if the job signs, spf, dmarc and receivers of Options.Domain, and fleet
	State  StepState
	Detail []string      // what was seen, or why it failed; a line each, the first one is never missing
	Advice string        // what to do; "" if there is nothing to do
	Took   time.Duration // zero: not known, or not reached
}

// A StepState says how a step went.
type StepState uint8

// The states of a step.
const (
	StepNotReached StepState = iota
	StepNotAsked             // the job does not want it
	StepPassed
	StepDoubtful // passed, or left out, but something about it should be known
	StepFailed
)

// String returns the state in words.
func (s StepState) String() string {
	switch s {
	case StepNotAsked:
		return "not asked for"
	case StepPassed:
		return "pass"
	case StepDoubtful:
		return "note"
	case StepFailed:
		return "fail"
	}
	return "not reached"
}

// Examine finds out whether this machine can talk to the job's server: by one
// session up to AUTH, with no message; and whether the key that signs is the one
// that receivers find. It locks and writes nothing, and looks at nothing of the
// job but the file and what its server section and its dkim name. The
// error is for jobs that can't be examined, and interrupts; what is wrong with
// the server is in the report.
func Examine(ctx context.Context, o Options, env Env) (*Report, error) {
	if env.Now == nil {
		env.Now = time.Now
	}
	j, err := mailing.LoadWith(o.Path, jobfile.Outside{Server: o.Server, Lookup: env.Settings})
	if err != nil {
		return nil, err
	}
	if err := j.CheckServer(); err != nil {
		return nil, &problem.Error{Kind: problem.BadJob, Err: err}
	}
	d, err := server.Dialer(j, env.Env)
	if err != nil {
		return nil, err
	}
	d.Timeouts.Greeting, d.Timeouts.Reply = min(d.Timeouts.Greeting, patience), min(d.Timeouts.Reply, patience)
	d.Timeouts.TLS = min(d.Timeouts.TLS, patience)
	x := &examination{job: j, now: env.Now, noAuth: o.NoAuth}
	if !o.NoAuth {
		x.secret = server.Authenticate(ctx, d, j, env.Env)
		x.signedIn = server.SignedIn(j, env.Env)
	}
	var je *problem.Error
	if errors.As(x.secret, &je) && je.Kind == problem.Interrupted {
		return nil, je
	}
	if env.Trying != nil {
		env.Trying(d.Addr)
	}
	x.probe, err = d.Probe(ctx)
	if ctx.Err() != nil {
		return nil, problem.InterruptedBy(ctx)
	}
	if err != nil {
		x.failure = advice.SessionError(err)
	}
	r := &Report{
		Job: j.Name, Addr: d.Addr, TLS: j.Server.TLS.String(), Username: j.Server.Username, Untried: o.NoAuth && j.Server.HasAuth,
		Steps: x.steps(), Probe: x.probe, Certificate: x.leaf(), Err: x.verdict(d.Addr),
	}
	if len(j.Delivery.Quotas) > 0 {
		r.Ledger = ledgerOf(j, o.State)
	}
	if s, ok := x.messages(); ok {
		r.Steps = append(r.Steps, s)
	}
	if s, known := examineProvider(j, x.probe.Auth.Code == 235); known {
		r.Steps = append(r.Steps, s)
	}
	signed := StepNotAsked
	if !j.Message.DKIM.IsZero() {
		s, unsigned := examineDKIM(ctx, j, env)
		r.add(s, unsigned)
		signed = s.State
	}
	if o.Domain {
		examineDomain(ctx, r, j, env, signed)
	}
	if o.Fleet.URL != "" {
		r.add(examineFleet(ctx, o.Fleet, j, env.Now))
	}
	if ctx.Err() != nil {
		return nil, problem.InterruptedBy(ctx)
	}
	return r, nil
}

// add adds a step. err is why letters must not be sent like this; nil: they may.
func (r *Report) add(s Step, err *problem.Error) {
	r.Steps = append(r.Steps, s)
	if r.Err == nil {
		r.Err = err
	}
}

// ledgerOf says where the ledger of the job's quota is.
func ledgerOf(j *jobfile.Job, state string) string {
	if state == "" {
		return "nowhere: set STATE_DIRECTORY, XDG_STATE_HOME or HOME, or name a directory with --state DIR"
	}
	account, _ := j.Account()
	return quota.Path(state, account)
}

// An examination makes steps of what a session saw.
type examination struct {
	job      *jobfile.Job
	now      func() time.Time
	noAuth   bool
	secret   error            // why there is no password
	signedIn []string         // what is known of the account's sign-in; nil: nothing
	probe    *transport.Probe // what the session saw
	failure  *transport.Error // how it ended; nil: well
}

// verdict returns the end that a run would come to. A password that is not there
// goes before all else, as it does in a run.
func (x *examination) verdict(addr string) *problem.Error {
	var je *problem.Error
	switch {
	case errors.As(x.secret, &je):
		return je
	case x.failure != nil:
		return advice.ServerError(addr, x.job, x.failure)
	}
	return nil
}

// steps returns all steps, in the order of the session.
func (x *examination) steps() []Step {
	var all []Step
	switch x.job.Server.TLS {
	case jobfile.Implicit:
		all = []Step{x.resolve(), x.connect(), x.tls(), x.greeting(), x.hello(0)}
	case jobfile.StartTLS:
		all = []Step{x.resolve(), x.connect(), x.greeting(), x.hello(0), x.tls(), x.hello(1)}
	default:
		all = []Step{x.resolve(), x.connect(), x.greeting(), x.hello(0), x.tls()}
	}
	all = append(all, x.auth(), x.quit())
	for i := range all {
		if len(all[i].Detail) == 0 {
			all[i].Detail = []string{all[i].State.String()}
		}
	}
	return all
}

// step makes a step of what was seen. It passed, failed or was not reached as
// the session tells; seen is empty unless it passed.
func (x *examination) step(name string, took time.Duration, seen ...string) Step {
	s := Step{Name: name, Took: took}
	switch {
	case x.failedAt(name, len(seen) > 0):
		s.State, s.Detail, s.Advice = StepFailed, []string{x.reason()}, advice.Advise(x.job, x.failure)
	case len(seen) > 0:
		s.State, s.Detail = StepPassed, seen
	default:
		s.Took = 0
	}
	return s
}

// failedAt reports whether the session ended in a step. done tells that the step
// had succeeded: then a failure in its stage belongs to a later step of the
// same name.
func (x *examination) failedAt(name string, done bool) bool {
	if x.failure == nil {
		return false
	}
	at := ""
	switch x.failure.Stage {
	case transport.StageDial:
		at = "connect"
		if x.unresolved() {
			at = "resolve"
		}
	case transport.StageGreeting:
		at = "greeting"
	case transport.StageEhlo:
		at = "ehlo"
	case transport.StageTLS, transport.StageStartTLS:
		at = "tls"
	case transport.StageAuth:
		at = "auth"
	}
	// With TLS 1.3 the server says late that it wants another certificate.
	var op *net.OpError
	if x.probe.Receipt.TLS != nil && errors.As(x.failure, &op) && op.Op == "remote error" && at != "auth" {
		return name == "tls"
	}
	return name == at && !done
}

// reason returns why the session ended, without the name of the step.
func (x *examination) reason() string {
	if x.failure.Stage == transport.StageDial {
		return advice.Unreached(x.job, net.JoinHostPort(x.job.Server.Host, strconv.Itoa(x.job.Server.Port)), x.failure).Error()
	}
	return unstaged(x.failure)
}
