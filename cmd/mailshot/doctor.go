package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/fleet"
	"mailshot/cmd/mailshot/screen"
	"mailshot/cmd/mailshot/trace"
	"mailshot/job/delivery/quota"
	"mailshot/job/doctor"
	"mailshot/job/doctor/domain"
	"mailshot/job/mailing"
)

// doctorFlags are the options of doctor.
type doctorFlags struct {
	doctor.Options
	state string
	trace string
	dns   string
	json  bool
}

func (p *program) doctorCommand() *cobra.Command {
	f := &doctorFlags{}
	c := &cobra.Command{
		Use:   "doctor [flags] JOB",
		Short: "can this machine talk to the server?",
		Long: `Doctor opens one session with the job's server and tells, step by step, how it
goes: the addresses of its name, the connection, the greeting, what it offers, TLS
and its certificate, and whether it takes the password. If the job signs its letters,
the key is compared with the one that is published in the DNS; the record to publish
is told where it is another. With --domain the DNS is asked for SPF and DMARC of the
sender too, and what receivers make of all of them is told. What fails is told with the reason and with what to do.
No message is sent, nothing is written, and of the job only the job file and what its
server section and its dkim name is looked at.

For each reply it waits 30 seconds, where a run has more patience.

EXIT STATUS
  0   all well: a run can begin
  2   the command line is wrong
  66  the job file, or a file that its server section names, is missing
  69  the server can't be reached, or TLS failed
  73  the file of --trace can't be made
  77  authentication refused
  78  bad job file, the password or the DKIM key can't be read, another key is published,
      or with --domain: receivers refuse the letters, or can't read a record
  129, 130, 143  interrupted
`,
		Example: `  mailshot doctor renewal.yaml
  mailshot doctor --no-auth renewal.yaml         without the password
  mailshot doctor --domain renewal.yaml          SPF, DKIM and DMARC too
  mailshot doctor --trace - renewal.yaml         with the protocol`,
		Args: one("job file"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := noneEmpty(c); err != nil {
				return err
			}
			f.Path, f.State = args[0], quota.Dir(p.lookup, f.state)
			return p.doctor(c, f)
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.BoolVar(&f.Domain, "domain", false, "ask the DNS what receivers make of the sender's domain: SPF, DKIM, DMARC")
	fs.StringVar(&f.dns, "dns", "", "ask the name server at this `address` for --domain, as 192.0.2.53 or 127.0.0.1:5353")
	fs.BoolVar(&f.NoAuth, "no-auth", false, "leave the password and authentication out")
	stateFlag(c, &f.state)
	serverFlag(c, &f.Server)
	fleet.Doctor(fs, &f.Fleet)
	fs.StringVar(&f.trace, "trace", "", "write the protocol to a `file`, without secrets; - is stderr")
	fs.BoolVar(&f.json, "json", false, "one JSON object, for programs")
	return c
}

// doctor examines the server and tells what was found.
func (p *program) doctor(c *cobra.Command, f *doctorFlags) error {
	env := doctor.Env{Env: p.serverEnv(c.Context(), f.state)}
	if f.dns != "" {
		addr, err := domain.Address(f.dns)
		if err != nil {
			return usageError{fmt.Errorf("--dns %s: %w", f.dns, err)}
		}
		if !f.Domain {
			return usageError{errors.New("--dns goes with --domain")}
		}
		env.DNS = domain.At(addr)
	}
	protocol, err := trace.Open(f.trace, p.stderr)
	if err != nil {
		return err
	}
	if protocol != nil {
		env.Trace = protocol.Event
	}
	env.Trying = func(addr string) {
		if p.drawn && protocol == nil {
			p.warn(fmt.Sprintf("talking to %s …", addr))
		}
	}
	r, err := doctor.Examine(c.Context(), f.Options, env)
	if protocol != nil {
		if err := protocol.Close(); err != nil {
			p.warn(err.Error())
		}
	}
	if err != nil {
		return err
	}
	if f.json {
		if err := printJSON(p.stdout.w, doctorJSON(r)); err != nil {
			return err
		}
	} else {
		p.stdout.print(screen.Doctor(r))
	}
	if r.Err == nil {
		return nil
	}
	o := mailing.Ref{Path: f.Path, Server: f.Server}
	p.warn(fmt.Sprintf("%s: %s failed. Next: %s", screen.Consequence(r), strings.Join(screen.FailedSteps(r), " and "), o.Command("doctor")))
	return &finished{exitStatus(r.Err)}
}
