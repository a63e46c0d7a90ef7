package preview

import (
	"io"
	"os"
	"os/exec"
	"strings"

	"mailshot/job/problem"
)

// openPager returns where letters are shown, and what is to be called when all are: on a terminal what
// $PAGER names, else less, else the terminal itself.
func (p *command) openPager() (out io.Writer, end func() error) {
	plain := func() error { return nil }
	if p.Terminal == nil {
		return p.Out, plain
	}
	words, given := p.pagerWords()
	if len(words) == 0 {
		return p.Out, plain
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		if given {
			p.Warn("$PAGER: " + err.Error())
		}
		return p.Out, plain
	}
	c := exec.Command(path, words[1:]...)
	c.Stdout, c.Stderr = p.Terminal, os.Stderr
	c.Env = p.pagerEnv()
	in, err := c.StdinPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		p.Warn("showing the letters by " + path + ": " + err.Error())
		return p.Out, plain
	}
	return in, func() error {
		_ = in.Close() // it may have gone
		if err := c.Wait(); err != nil {
			return problem.Fail(problem.CantWrite, "showing the letters by %s: %w", path, err)
		}
		return nil
	}
}

// pagerWords returns the command line of the pager, and whether the user gave it. PAGER=cat and an empty
// one are none.
func (p *command) pagerWords() (words []string, given bool) {
	pager, given := p.Lookup("PAGER")
	if !given {
		if term, _ := p.Lookup("TERM"); term == "dumb" {
			return nil, false
		}
		pager = "less"
	}
	words = strings.Fields(pager)
	if len(words) == 1 && words[0] == "cat" {
		return nil, given
	}
	return words, given
}

// pagerEnv returns the environment of the pager, in which less ends at once where all is on one screen.
func (p *command) pagerEnv() []string {
	env := os.Environ()
	if _, ok := p.Lookup("LESS"); !ok {
		env = append(env, "LESS=FRX")
	}
	return env
}
