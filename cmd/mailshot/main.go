// Command mailshot sends a personal notice to everyone in a spreadsheet.
//
// It reads a job file, which names the recipients and the letter, checks
// everything, asks, sends each message in an SMTP session of its own, and
// writes down what became of each row.
package main

import (
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"golang.org/x/term"
)

// gcPercent lets the heap grow to five times what is in use before garbage is
// collected. A TLS handshake leaves 120 KB of garbage, and what is in use is a few
// megabytes whatever the number of rows: with Go's 100 a run over TLS takes a
// tenth more of the processors.
const gcPercent = 400

func main() {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(gcPercent)
	}
	// A reader of our output that goes away is no reason to stop sending.
	signal.Ignore(syscall.SIGPIPE)
	hostname, _ := os.Hostname() // without it EHLO gives the address
	p := &program{
		stdin: os.Stdin, stdout: &printer{w: os.Stdout}, stderr: &printer{w: os.Stderr},
		screen: os.Stderr, lookup: os.LookupEnv, hostname: hostname, pid: os.Getpid(),
		askable: term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd())),
		drawn:   term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb",
	}
	status := p.main(os.Args[1:])
	p.stdout.close()
	p.stderr.close()
	os.Exit(status)
}
