package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/term"

	"mailshot/cmd/mailshot/screen"
	"mailshot/job"
	"mailshot/job/problem"
)

// confirm puts the question on the terminal.
func (p *program) confirm(ctx context.Context, q job.Question) (bool, error) {
	if q.Messages == 0 {
		return true, nil
	}
	p.stderr.print(screen.Question(q, p.width()))
	answer, err := p.readLine(ctx)
	if err != nil {
		p.stderr.print("\n")
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		return false, err
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	if n, typed := screen.TypedCount(q); typed {
		if answer != strconv.Itoa(n) && answer != "" {
			p.warn(fmt.Sprintf("%q is not %d", answer, n))
		}
		return answer == strconv.Itoa(n), nil
	}
	return answer == "y" || answer == "yes", nil
}

// readLine reads a line from the terminal. When ctx is done first, the read
// is left behind: the program is about to end.
func (p *program) readLine(ctx context.Context) (string, error) {
	type answer struct {
		text string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := bufio.NewReader(p.stdin).ReadString('\n')
		got <- answer{text, err}
	}()
	select {
	case a := <-got:
		return a.text, a.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// promptSecret asks for a password. Nothing that is typed shows, not even what
// is typed before the question stands there.
func (p *program) promptSecret(ctx context.Context, question string) (string, error) {
	fd := int(p.stdin.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return "", err
	}
	type answer struct {
		secret string
		err    error
	}
	got := make(chan answer, 1)
	go func() {
		t := term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{p.stdin, p.screen}, "")
		secret, err := t.ReadPassword(question + ": ")
		got <- answer{secret, err}
	}()
	a := answer{}
	select {
	case a = <-got:
	case <-ctx.Done():
		a.err = context.Cause(ctx)
	}
	if errors.Is(a.err, io.EOF) { // Ctrl-C and Ctrl-D, which a raw terminal makes no signal of
		a.err = problem.ErrInterrupted
	}
	return a.secret, errors.Join(a.err, term.Restore(fd, before))
}
