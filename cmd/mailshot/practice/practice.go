// Package practice has the command sandbox: a mail server to practise with, which can misbehave.
package practice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/web"
	"mailshot/cmd/mailshot/wording"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/transport/sandbox"
)

// options are those of the command line.
type options struct {
	listen string
	dir    string
	faults []string
	seed   uint64
	web    bool
}

// Command returns the command sandbox. args judges the arguments; holder returns the line by which
// the lock of the directory names who holds it.
func Command(args cobra.PositionalArgs, holder func() string) *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "sandbox [flags]",
		Short: "a mail server to practise with, on this machine alone",
		Long: `Sandbox is a mail server that passes nothing on: it writes each message to a
file in a directory, where it can be opened with a mail program. It listens on
this machine alone, tells the lines to put into a job, and ends with Ctrl-C.
Jobs are run with it as with any server: run, status, rerun and settle.
Messages that are in the directory stay. With --web a page for a browser on this
machine shows them as they come.

With --fault it misbehaves as real servers do:

` + table() + `
A profile is given by its name, or with another value; several with commas. Whom
a share meets depends on the address and on --seed, and is the same each time.

EXIT STATUS
  0   ended by a signal
  2   the command line is wrong
  11  another run or server uses the directory
  69  the address can't be listened on
  73  the directory can't be used
`,
		Example: `  mailshot sandbox
  mailshot sandbox --web
  mailshot sandbox --fault greylisting,reject=20%
  mailshot sandbox --listen 127.0.0.1:2525 --dir inbox --fault quota=3/1m`,
		Args: args,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("fault") && len(o.faults) == 0 {
				return problem.Fail(problem.Usage, "--fault is given and says nothing")
			}
			return o.serve(c.Context(), c.OutOrStdout(), holder())
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&o.listen, "listen", "127.0.0.1:0", "the `address` to listen on; port 0 is one that is free")
	fs.StringVar(&o.dir, "dir", "practice.sandbox", "the `directory` for the messages")
	fs.StringSliceVar(&o.faults, "fault", nil, "misbehave by these `profiles`: P,…")
	fs.Uint64Var(&o.seed, "seed", 1, "another `number` has shares meet others")
	fs.BoolVar(&o.web, "web", false, "show the messages on a page for a browser on this machine")
	return c
}

// serve serves until ctx is done.
func (o *options) serve(ctx context.Context, w io.Writer, holder string) error {
	faults, err := parse(o.faults)
	if err != nil {
		return err
	}
	faults.Seed = o.seed
	if err := web.Loopback(o.listen); err != nil {
		return err
	}
	if strings.TrimSpace(o.dir) == "" {
		return problem.Fail(problem.Usage, "--dir is given and says nothing")
	}
	dir, err := mailing.OpenPractice(o.dir, "--dir", holder)
	if err != nil {
		return err
	}
	s := &sandbox.Server{Dir: o.dir, Making: dir.Add, Listen: o.listen, Faults: faults}
	addr, err := s.Start()
	if err != nil {
		return &problem.Error{Kind: problem.Unreachable, Err: errors.Join(err, dir.Close())}
	}
	err = o.wait(ctx, w, s, addr)
	err = errors.Join(err, s.Close(), dir.Close())
	_, _ = io.WriteString(w, o.ended(s.Counts()))
	return err
}

// wait tells what there is, and shows the messages where that is asked for, until ctx is done.
func (o *options) wait(ctx context.Context, w io.Writer, s *sandbox.Server, addr string) error {
	if !o.web {
		_, _ = io.WriteString(w, o.begun(addr)) // who does not read it can serve all the same
		<-ctx.Done()
		return nil
	}
	in, err := newInbox(o.dir)
	if err != nil {
		return problem.Fail(problem.Exists, "%w", err)
	}
	defer in.dir.Close()                  // read only: nothing is lost
	host, _, _ := net.SplitHostPort(addr) // of a listener
	page, err := web.Listen(net.JoinHostPort(host, "0"))
	if err != nil {
		return err
	}
	_, _ = io.WriteString(w, o.begun(addr)+"open     "+page.URL()+"\n")
	return page.Serve(ctx, &web.Site{
		Title: "Messages in " + o.dir, Noun: "message", Source: in,
		State: func() string { return fmt.Sprintf("%d kept", s.Counts().Kept) },
	})
}

// begun tells what to put into a job.
func (o *options) begun(addr string) string {
	host, port, _ := net.SplitHostPort(addr) // of a listener
	if strings.Contains(host, ":") {
		host = `"` + host + `"`
	}
	text := "a server to practise with, until Ctrl-C; nothing leaves this machine\n" +
		"put this into a copy of the job; username and password may stay, any will do:\n\n" +
		fmt.Sprintf("server:\n  host: %s\n  port: %s\n  tls: none\n\n", host, port) +
		"messages " + wording.Clean(o.dir) + "\n"
	if len(o.faults) > 0 {
		text += fmt.Sprintf("faults   %s, seed %d\n", wording.Clean(strings.Join(o.faults, ", ")), o.seed)
	}
	return text
}

// ended tells what was done.
func (o *options) ended(n sandbox.Counts) string {
	text := wording.Plural(n.Kept, "message") + " in " + wording.Clean(o.dir)
	for _, k := range []struct {
		n    int
		what string
	}{
		{n.Greylisted, "greylisted"}, {n.Rejected, "rejected"}, {n.OverQuota, "over the quota"},
		{n.Busy, "refused as busy"}, {n.Dropped, "without a reply after the dot"},
	} {
		if k.n > 0 {
			text += fmt.Sprintf(", %d %s", k.n, k.what)
		}
	}
	return text + "\n"
}
