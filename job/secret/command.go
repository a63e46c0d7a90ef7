package secret

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// commandTime is how long a command may take.
const commandTime = 30 * time.Second

// pipeTime is how long its output may stay open after it has ended: a program
// that it left behind may hold it.
const pipeTime = time.Second

// stderrShown is how many characters of a command's error output are shown.
const stderrShown = 200

// program returns the path of a command.
func (e Env) program(name string) (string, error) {
	path := name
	if strings.ContainsRune(name, filepath.Separator) {
		// The command runs in Dir, so an absolute path is needed.
		abs, err := filepath.Abs(e.path(name))
		if err != nil {
			return "", fmt.Errorf("command %s: %w", name, err)
		}
		path = abs
	}
	found, err := exec.LookPath(path)
	if err != nil {
		var ee *exec.Error
		if errors.As(err, &ee) {
			err = ee.Err
		}
		return "", fmt.Errorf("command %s: %w", name, cause(err))
	}
	return found, nil
}

// run returns the standard output of a command. Its name is all of it that an
// error tells: an argument may be secret too.
func (e Env) run(ctx context.Context, argv []string, limit time.Duration) (string, error) {
	path, err := e.program(argv[0])
	if err != nil {
		return "", err
	}
	run, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var out, said capped
	cmd := exec.CommandContext(run, path, argv[1:]...)
	cmd.Args[0] = argv[0]
	cmd.Dir, cmd.Env = e.Dir, e.Environ
	cmd.Stdout, cmd.Stderr = &out, &said // and Stdin, being nil, is the null device
	cmd.WaitDelay = pipeTime
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("command %s: %w", argv[0], context.Cause(ctx))
	case run.Err() != nil && err != nil:
		return "", fmt.Errorf("command %s: not done within %s%s", argv[0], limit, shown(&said, &out))
	case errors.Is(err, exec.ErrWaitDelay):
		// It ended well, and what it printed is here.
	case err != nil:
		return "", fmt.Errorf("command %s: %w%s", argv[0], cause(err), shown(&said, &out))
	}
	switch {
	case out.cut:
		return "", fmt.Errorf("command %s printed more than %d octets", argv[0], MaxSize)
	case cutLineEnd(string(out.buf)) == "":
		return "", fmt.Errorf("command %s printed no secret%s", argv[0], shown(&said, &out))
	}
	return string(out.buf), nil
}

// A capped buffer keeps what is written first, up to MaxSize.
type capped struct {
	buf []byte
	cut bool
}

// Write never fails, so that a command is not stopped by it.
func (c *capped) Write(p []byte) (int, error) {
	keep := p[:min(len(p), MaxSize-len(c.buf))]
	c.cut = c.cut || len(keep) < len(p)
	c.buf = append(c.buf, keep...)
	return len(p), nil
}

// shown returns what a command said on its error output, as the end of a message:
// one line, short, and without what it also printed on its standard output.
func shown(said, out *capped) string {
	text := string(said.buf)
	for line := range strings.Lines(string(out.buf)) {
		if line = strings.TrimSpace(line); line != "" {
			text = strings.ReplaceAll(text, line, "***")
		}
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return ""
	}
	if runes := []rune(text); len(runes) > stderrShown {
		text = string(runes[:stderrShown]) + "…"
	}
	return ": " + text
}
