// Package work is the command work: a machine that sends rows of a run on another one.
package work

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"mailshot/job/advice"
	"mailshot/job/fleet"
	"mailshot/job/fleet/state"
	"mailshot/job/jobfile"
	"mailshot/job/private"
	"mailshot/job/problem"
	"mailshot/job/server"
	"mailshot/transport"
)

// Options are what the user typed.
type Options struct {
	Fleet    fleet.Address
	Name     string // as the run shows the worker
	Server   string // the file with the keys of the section server
	Sessions int
	State    string // directory; for this worker alone
}

// An Env is what the program lends to a worker.
type Env struct {
	server.Env

	Holder string       // named in the lock file
	Tell   func(string) // what is good to know
	Warn   func(string)
	Grace  time.Duration // how long sessions in flight may go on after an interrupt; zero: 30 s
}

const defaultGrace = 30 * time.Second

// Run works until ctx is done. One session is opened first, to see that the server lets this worker
// in.
func Run(ctx context.Context, o Options, env Env) error {
	if env.Now == nil {
		env.Now = time.Now
	}
	if err := o.Fleet.Check(); err != nil {
		return &problem.Error{Kind: problem.Usage, Err: err}
	}
	j, err := load(&o, &env)
	if err != nil {
		return err
	}
	st, err := open(&o, &env)
	if err != nil {
		return err
	}
	err = work(ctx, &o, &env, j, st)
	if closed := st.Close(); closed != nil && err == nil {
		err = problem.Fail(problem.CantWrite, "%w", closed)
	}
	return err
}

// load reads the server's file.
func load(o *Options, env *Env) (*jobfile.Job, error) {
	j, err := jobfile.LoadServer(o.Server, env.Settings)
	switch {
	case err == nil:
	case errors.As(err, new(*problem.Error)):
		return nil, err
	case errors.Is(err, fs.ErrNotExist):
		return nil, &problem.Error{Kind: problem.NoInput, Err: err}
	default:
		return nil, &problem.Error{Kind: problem.BadJob, Err: err}
	}
	if err := j.CheckServer(); err != nil {
		return nil, &problem.Error{Kind: problem.BadJob, Err: err}
	}
	return j, server.CheckSecret(j, env.Env)
}

// open opens the state directory, and makes it.
func open(o *Options, env *Env) (*state.State, error) {
	err := os.MkdirAll(filepath.Dir(o.State), 0o700)
	if err == nil {
		if err = os.Mkdir(o.State, 0o700); errors.Is(err, fs.ErrExist) {
			_, err = private.Directory(o.State)
		}
	}
	if err != nil {
		return nil, problem.Fail(problem.Exists, "the worker's state in %s: %w", o.State, err)
	}
	st, err := state.Open(state.OS{}, o.State, env.Holder)
	var held *private.HeldError
	switch {
	case errors.As(err, &held):
		return nil, problem.Fail(problem.Held, "another worker has the state directory %s (%s)", o.State, held.Holder).WithHint("give each worker of a machine a directory of its own: --state DIR")
	case err != nil:
		return nil, &problem.Error{Kind: problem.Exists, Err: err}
	}
	return st, nil
}

// work opens a session, connects, and works.
func work(ctx context.Context, o *Options, env *Env, j *jobfile.Job, st *state.State) error {
	d, err := server.Dialer(j, env.Env)
	if err != nil {
		return err
	}
	if err := server.Authenticate(ctx, d, j, env.Env); err != nil {
		return err
	}
	first, err := server.Canary(ctx, d, j, func(what string) { env.Tell(what + ": " + advice.Silence(&j.Server)) })
	if err != nil {
		return err
	}
	defer func() { _ = first.Close() }()
	a := o.Fleet
	a.Name = "mailshot work " + o.Name
	a.Lost = func(err error) { env.Warn(fmt.Sprintf("the connection to the fleet is lost: %v", err)) }
	a.Back = func() { env.Tell("the connection to the fleet is there again") }
	conn, err := fleet.Connect(a, true)
	if err != nil {
		return &problem.Error{Kind: problem.Unreachable, Err: err}
	}
	defer conn.Close()
	w := fleet.Worker{
		Bus: conn, State: st, Name: o.Name, Server: fleet.Server(j.Server.Host, j.Server.Username), Sessions: o.Sessions,
		Open: sessions(d), First: first, Grace: env.Grace, Elapsed: fleet.Elapsed, Tell: env.Tell,
	}
	if w.Grace == 0 {
		w.Grace = defaultGrace
	}
	if err := w.Work(ctx); err != nil {
		return problem.Fail(problem.CantWrite, "%w", err)
	}
	if ctx.Err() != nil {
		return problem.InterruptedBy(ctx)
	}
	return nil
}

func sessions(d *transport.Dialer) func(context.Context) (fleet.Session, error) {
	return func(ctx context.Context) (fleet.Session, error) {
		s, err := d.Open(ctx)
		if err != nil {
			return nil, err // not a *transport.Session that is nil
		}
		return s, nil
	}
}
