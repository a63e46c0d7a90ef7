package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"mailshot/job/delivery/quota"
	"mailshot/job/problem"
	"mailshot/job/secret"
	"mailshot/job/server"
	"mailshot/job/work"
)

// A program is mailshot with its surroundings. What it prints follows these
// rules:
//
//   - data, such as a summary or a status, goes to stdout; everything that is
//     said on the way, asked or wrong goes to stderr;
//   - lines on stderr begin with "mailshot: ", without capital or full stop;
//   - an error is followed by the next step, as a hint; what ends nothing is called
//     a warning;
//   - nothing that is printed can hold up a run;
//   - control characters from files and servers never reach the terminal.
type program struct {
	stdin    *os.File
	stdout   *printer
	stderr   *printer
	lookup   func(string) (string, bool)
	environ  []string
	hostname string
	pid      int
	screen   *os.File   // where stderr goes, to draw on
	askable  bool       // somebody is there to answer
	drawn    bool       // stderr shows a progress line
	columns  func() int // of the terminal that stdout goes to now; nil or 0: it goes elsewhere

	drawing atomic.Pointer[progress] // what draws it now
}

// main runs the command line and gives the exit status.
func (p *program) main(args []string) int {
	ctx, stop := withSignals(context.Background(), p.answerSignal)
	defer stop()
	root := p.root()
	root.SetArgs(args)
	root.SetFlagErrorFunc(flagErrors(args))
	return p.ended(root.ExecuteContext(ctx))
}

// width returns how many columns there are for what is printed next; 0 is no bound.
func (p *program) width() int {
	if p.columns == nil {
		return 0
	}
	return p.columns()
}

// ended returns the exit status for what a command gave, and prints the error if
// it has not been said.
func (p *program) ended(err error) int {
	if err == nil {
		return 0
	}
	var done *finished
	if errors.As(err, &done) {
		return done.status
	}
	p.complain(err)
	return exitStatus(err)
}

// answerSignal says at once that the first signal was received.
func (p *program) answerSignal() {
	const text = "stopping; again to stop at once"
	if g := p.drawing.Load(); g != nil {
		g.answer(text)
		return
	}
	p.warn(text)
}

// complain prints an error and its hint.
func (p *program) complain(err error) {
	p.warn(err.Error())
	var je *problem.Error
	if errors.As(err, &je) && je.Hint != "" {
		p.hint(je.Hint)
	}
}

// warn prints each line of a text as one of ours.
func (p *program) warn(text string) {
	for line := range strings.Lines(text) {
		p.stderr.print("mailshot: " + wording.Clean(strings.TrimRight(line, "\n")) + "\n")
	}
}

// warnOf prints what may be wrong and ends nothing. It says so, to be told from an error.
func (p *program) warnOf(text string) {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "hint: ") {
			line = "warning: " + line
		}
		p.warn(line)
	}
}

// noteOf prints what is good to know. It says so, to be told from what may be wrong.
func (p *program) noteOf(text string) {
	for line := range strings.Lines(text) {
		p.warn("note: " + line)
	}
}

func (p *program) hint(text string) {
	for line := range strings.Lines(text) {
		p.warn("hint: " + strings.TrimRight(line, "\n"))
	}
}

// env returns what the program lends to a run.
func (p *program) env(ctx context.Context) job.Env {
	e := job.Env{
		Env:    server.Env{Hostname: p.hostname, Secrets: secret.Env{Lookup: p.lookup}, Settings: p.lookup, Variables: ourVariables(p.environ)},
		Stdin:  untilDone(ctx, p.stdin),
		Holder: p.holder(),
		Warn:   p.warnOf,
		Note:   p.noteOf,
	}
	if p.askable {
		e.Confirm = p.confirm
		e.Secrets.Prompt = p.promptSecret
	}
	return e
}

// serverEnv returns what the program lends to sessions. state is the directory that was given; "": none
// was.
func (p *program) serverEnv(ctx context.Context, state string) server.Env {
	e := p.env(ctx).Env
	e.OAuth.Dir, e.OAuth.State = quota.Dir(p.lookup, state), state
	return e
}

// workEnv returns what the program lends to a worker of a fleet.
func (p *program) workEnv(ctx context.Context, state string) work.Env {
	return work.Env{Env: p.serverEnv(ctx, state), Holder: p.holder(), Tell: p.noteOf, Warn: p.warnOf}
}

// holder is the line by which a lock names who holds it.
func (p *program) holder() string {
	return fmt.Sprintf("process %d on %s, since %s", p.pid, p.hostname, time.Now().Format("2006-01-02 15:04:05"))
}

// untilDone reads from r until ctx is done; a read that waits for input then is
// left behind.
func untilDone(ctx context.Context, r io.Reader) io.Reader {
	return readerFunc(func(b []byte) (int, error) {
		type result struct {
			n   int
			err error
		}
		got := make(chan result, 1)
		own := make([]byte, len(b)) // b is the caller's again when ctx is done
		go func() {
			n, err := r.Read(own)
			got <- result{n, err}
		}()
		select {
		case res := <-got:
			return copy(b, own[:res.n]), res.err
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// finished ends the program with a status after everything has been said.
type finished struct{ status int }

func (f *finished) Error() string { return fmt.Sprintf("exit status %d", f.status) }

// none takes no argument.
func none(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no argument", c.CommandPath())}
	}
	return nil
}

// one takes exactly one argument.
func one(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if f := c.Flags().Lookup("sandbox"); len(args) == 2 && f != nil && f.Changed {
			return usageError{fmt.Errorf("%s takes one %s; a directory is given as --sandbox=%s", c.CommandPath(), what, args[0])}
		}
		switch len(args) {
		case 0:
			return usageError{fmt.Errorf("%s needs a %s: %s", c.CommandPath(), what, c.UseLine())}
		case 1:
			return nil
		}
		return usageError{fmt.Errorf("%s takes one %s, not %d", c.CommandPath(), what, len(args))}
	}
}
