package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"mailshot/job"
	"mailshot/transport"
)

// A trace writes the protocol down, a line for each line of it. Safe for
// concurrent use.
type trace struct {
	mu   sync.Mutex // guards what follows
	w    io.Writer
	buf  *bufio.Writer
	file *os.File
	err  error // the first
}

// openTrace makes the trace file (0600), or takes stderr for "-". No name, no
// trace.
func (p *program) openTrace(name string) (*trace, error) {
	switch name {
	case "":
		return nil, nil
	case "-":
		return &trace{w: p.stderr}, nil
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, &job.Error{Kind: job.Exists, Err: fmt.Errorf("making the trace: %w", err)}
	}
	b := bufio.NewWriter(f)
	return &trace{w: b, buf: b, file: f}, nil
}

func (t *trace) event(e transport.Event) {
	label := ""
	if e.Label != "" {
		label = " " + e.Label
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := fmt.Fprintf(t.w, "%s #%d%s %c: %s\n", e.Time.Format("15:04:05.000"), e.Session, label, e.Dir, e.Text); err != nil && t.err == nil {
		t.err = fmt.Errorf("writing the trace: %w", err)
	}
}

func (t *trace) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil {
		return nil
	}
	return errors.Join(t.err, t.buf.Flush(), t.file.Close())
}
