// Command mailshot sends a personal notice to everyone in a spreadsheet.
//
// It reads a job file, which names the recipients and the letter, checks
// everything, asks, sends each message in an SMTP session of its own, and
// writes down what became of each row.
package main

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"
)

func main() {
	// A reader of our output that goes away is no reason to stop sending.
	signal.Ignore(syscall.SIGPIPE)
	hostname, _ := os.Hostname() // without it EHLO gives the address
	p := &program{
		stdin: os.Stdin, stdout: &printer{w: os.Stdout}, stderr: &printer{w: os.Stderr},
		screen: os.Stderr, lookup: os.LookupEnv, environ: os.Environ(), hostname: hostname, pid: os.Getpid(), columns: columns,
		askable: term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd())),
		drawn:   term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb",
	}
	status := p.main(os.Args[1:])
	p.stdout.close()
	p.stderr.close()
	os.Exit(status)
}

// columns returns those of the terminal that stdout goes to; 0: it goes elsewhere.
func columns() int {
	n, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		return 0
	}
	return n
}
