package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// A practiceServer is mailshot sandbox as a script started it.
type practiceServer struct {
	process *exec.Cmd
	out     *bufio.Reader
}

// practise is the script command
//
//	practice [FLAG…]
//	practice -end PATTERN
//
// The first starts mailshot sandbox and sets HOST and PORT from what it tells; the second interrupts
// it, and holds that it ends with 0 and that the rest of what it printed matches.
func practise(ts *testscript.TestScript, neg bool, args []string) {
	fix := fixtureOf(ts)
	if len(args) == 2 && args[0] == "-end" {
		p := fix.practice
		fix.practice = nil
		ts.Check(p.process.Process.Signal(os.Interrupt))
		rest, err := io.ReadAll(p.out)
		ts.Check(err)
		ts.Check(p.process.Wait())
		if !regexp.MustCompile(args[1]).Match(rest) {
			ts.Fatalf("at its end the server says %q; want %s", rest, args[1])
		}
		return
	}
	if fix.practice != nil {
		ts.Fatalf("there is a server already")
	}
	bin, _, _ := strings.Cut(ts.Getenv("PATH"), string(filepath.ListSeparator)) // where testscript puts it
	c := exec.Command(filepath.Join(bin, "mailshot"), append([]string{"sandbox"}, args...)...)
	c.Dir = ts.MkAbs(".")
	out, err := c.StdoutPipe()
	ts.Check(err)
	ts.Check(c.Start())
	p := &practiceServer{c, bufio.NewReader(out)}
	fix.practice = p
	ts.Defer(func() {
		if fix.practice == p {
			_ = c.Process.Kill() // the script failed
			_ = c.Wait()
		}
	})
	var job strings.Builder
	for !strings.Contains(job.String(), "tls: none\n") {
		line, err := p.out.ReadString('\n')
		ts.Check(err)
		job.WriteString(line)
	}
	m := regexp.MustCompile(`\nserver:\n  host: (\S+)\n  port: (\d+)\n  tls: none\n`).FindStringSubmatch(job.String())
	if m == nil {
		ts.Fatalf("it tells no server:\n%s", job.String())
	}
	ts.Setenv("HOST", m[1])
	ts.Setenv("PORT", m[2])
}
