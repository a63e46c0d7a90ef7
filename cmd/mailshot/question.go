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

	"mailshot/job"
	"mailshot/job/plan"
	"mailshot/job/problem"
)

// typedAbove is the number of messages from which a plain yes is not enough.
const typedAbove = 100

// confirm puts the question on the terminal.
func (p *program) confirm(ctx context.Context, q job.Question) (bool, error) {
	if q.Messages == 0 {
		return true, nil
	}
	p.stderr.print(questionText(q))
	answer, err := p.readLine(ctx)
	if err != nil {
		p.stderr.print("\n")
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		return false, err
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	if n, typed := typedCount(q); typed {
		if answer != strconv.Itoa(n) && answer != "" {
			p.warn(fmt.Sprintf("%q is not %d", answer, n))
		}
		return answer == strconv.Itoa(n), nil
	}
	return answer == "y" || answer == "yes", nil
}

func questionText(q job.Question) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", name, clean(value))
		}
	}
	fmt.Fprintf(&b, "About to send %s%s:\n", plural(q.Messages, "message"), inMailing(q.Mailing))
	line("from", q.From)
	line("subject", q.Subject)
	switch {
	case q.To != "":
		line("to", q.To+" (a test)")
	case q.Messages == 1:
		line("to", q.First)
	default:
		line("to", q.First+" … "+q.Last)
	}
	line("copies", q.With)
	line("server", q.Server)
	line("rate", q.Rate)
	line("quota", q.Quota)
	line("full", q.Full)
	line("window", q.Window)
	line("begins", q.Begin)
	line("time", q.Takes)
	for i, c := range q.Again {
		if i == listed {
			line("again", fmt.Sprintf("… and %d more", len(q.Again)-i))
			break
		}
		line("again", before(c)+"; this is a second copy")
	}
	line("results", q.Results)
	line("old log", q.Archive)
	line("left out", leftOut(q.Left))
	if q.Earlier > 0 {
		line("letter", fmt.Sprintf("it changed: %d got the earlier letter", q.Earlier))
	}
	if q.Same.People > 0 {
		line("letter", q.Same.Words())
	}
	switch n, typed := typedCount(q); {
	case q.NoLog:
		fmt.Fprintf(&b, "The log is lost, so nobody knows who has the letter already.\nType %d, the number of all rows, to send: ", n)
	case q.Copies > 0:
		fmt.Fprintf(&b, "%s, and may get a second copy.\nType %d to send: ", have(n), n)
	case typed:
		fmt.Fprintf(&b, "Type %d to send: ", n)
	default:
		b.WriteString("Send? [y/N] ")
	}
	return b.String()
}

// typedCount returns the number that has to be typed where a yes is not enough: of
// those who may get a second copy, or of the messages.
func typedCount(q job.Question) (n int, typed bool) {
	if q.Copies > 0 {
		return q.Copies, true
	}
	return q.Messages, q.Messages > typedAbove
}

func have(n int) string {
	if n == 1 {
		return "1 has the letter already, or may have it"
	}
	return fmt.Sprintf("%d have the letter already, or may have it", n)
}

func inMailing(name string) string {
	if name == "" {
		return ""
	}
	return " of the mailing " + name
}

func leftOut(l plan.Left) string {
	return enumerate(
		number{l.Sent, "sent before"}, number{l.Unknown, "unknown"}, number{l.Skipped, "bad rows"},
		number{l.Filtered, "filtered"}, number{l.Suppressed, "suppressed"}, number{l.Duplicates, pick(l.Duplicates, "duplicate", "duplicates")},
		number{l.NoFile, "without a file"}, number{l.Later, "for later"},
	)
}

// A number is so many rows of which something is true.
type number struct {
	n    int
	word string
}

// enumerate returns the numbers that are not 0: "12 filtered, 3 suppressed".
func enumerate(numbers ...number) string {
	var parts []string
	for _, p := range numbers {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	return strings.Join(parts, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
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
