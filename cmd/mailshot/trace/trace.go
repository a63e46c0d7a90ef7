// Package trace writes the protocol of sessions to a file.
package trace

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"mailshot/job/private"
	"mailshot/job/problem"
	"mailshot/template/lazyregexp"
	"mailshot/transport"
)

// A Trace writes the protocol down, a line for each line of it. It is safe for
// concurrent use.
type Trace struct {
	mu   sync.Mutex // guards what follows
	w    io.Writer
	buf  *bufio.Writer
	file *os.File
	err  error // the first
}

// traceLine is how a line of a trace begins.
var traceLine = lazyregexp.New(`^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3} #[0-9]`)

// Open makes the trace file (0600), or takes stderr for "-". An older trace is
// replaced, and no other file. No name, no trace: then it is nil.
func Open(name string, stderr io.Writer) (*Trace, error) {
	switch name {
	case "":
		return nil, nil
	case "-":
		return &Trace{w: stderr}, nil
	}
	f, err := openFile(name)
	if err != nil {
		return nil, &problem.Error{Kind: problem.Exists, Err: fmt.Errorf("making the trace: %w", err), Hint: "name another file with --trace; - is stderr"}
	}
	if err := clearFile(f); err != nil {
		return nil, &problem.Error{Kind: problem.Exists, Err: errors.Join(fmt.Errorf("making the trace: %s %w", name, err), f.Close()), Hint: "name another file with --trace"}
	}
	b := bufio.NewWriter(f)
	return &Trace{w: b, buf: b, file: f}, nil
}

// openFile opens or makes the file of that name in its directory, to which links
// may lead, but not through a link of that name.
func openFile(name string) (*os.File, error) {
	dir, err := filepath.EvalSymlinks(filepath.Dir(name))
	if err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = &os.PathError{Op: "open", Path: name, Err: pe.Err}
		}
		return nil, err
	}
	return private.Open(filepath.Join(dir, filepath.Base(name)))
}

// clearFile empties a file if it is a trace.
func clearFile(f *os.File) error {
	var head [16]byte
	n, _ := io.ReadFull(f, head[:])
	if n > 0 && !traceLine().Match(head[:n]) {
		return errors.New("is a file of another kind")
	}
	_, err := f.Seek(0, io.SeekStart)
	return errors.Join(f.Truncate(0), err)
}

// Event writes a line of the protocol.
func (t *Trace) Event(e transport.Event) {
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

// Close ends the trace, and returns the first error of it. A file with nothing in it is
// removed: it may have the name of a results log by mistake, which is refused if it is empty.
func (t *Trace) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil {
		return nil
	}
	if err := t.buf.Flush(); t.err == nil && err != nil {
		t.err = fmt.Errorf("writing the trace: %w", err)
	}
	return errors.Join(t.err, t.removeEmpty(), t.file.Close())
}

func (t *Trace) removeEmpty() error {
	opened, err := t.file.Stat()
	if err != nil || opened.Size() > 0 {
		return err
	}
	named, err := os.Lstat(t.file.Name())
	if err != nil || !os.SameFile(opened, named) {
		return nil // it is not there any more
	}
	return os.Remove(t.file.Name())
}
