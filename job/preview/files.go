package preview

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"mailshot/job/problem"
)

// fileName returns the name that a letter's file has in a directory. A sandbox names files the same way.
func fileName(row int) string { return fmt.Sprintf("%06d.eml", row) }

// MakeDir makes a directory for letters, unless it is there.
func MakeDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return problem.Fail(problem.Exists, "%w", err)
	}
	return nil
}

// WriteIn writes the letter to a file of its own in a directory. No file is replaced.
func (l *Letter) WriteIn(dir string) error {
	f, err := newFile(filepath.Join(dir, fileName(l.Row)))
	if err != nil {
		return err
	}
	_, err = l.WriteTo(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return problem.Fail(problem.CantWrite, "writing the letter of row %d: %w", l.Row, err)
	}
	return nil
}

func newFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, problem.Fail(problem.Exists, "%s is there already", path).WithHint("give a new name: nothing is replaced")
	}
	if err != nil {
		return nil, problem.Fail(problem.Exists, "%w", err)
	}
	return f, nil
}

// An Mbox is a file with many messages (RFC 4155), in which lines that begin with From are quoted by
// a > whether others did so before or not, so that the quoting can be undone.
type Mbox struct {
	file *os.File
	w    *bufio.Writer
}

// NewMbox makes a new file. None is replaced.
func NewMbox(path string) (*Mbox, error) {
	f, err := newFile(path)
	if err != nil {
		return nil, err
	}
	return &Mbox{f, bufio.NewWriterSize(f, 64<<10)}, nil
}

// Add appends a letter.
func (m *Mbox) Add(l *Letter) error {
	fmt.Fprintf(m.w, "From MAILER-DAEMON %s\n", l.Date.UTC().Format(time.ANSIC)) // an error stays with m.w
	q := &fromQuoter{w: m.w}
	if _, err := l.WriteTo(q); err != nil {
		return problem.Fail(problem.CantWrite, "writing the letter of row %d: %w", l.Row, err)
	}
	_, err := io.WriteString(m.w, "\n")
	return m.told(err)
}

// Close ends the file.
func (m *Mbox) Close() error { return m.told(errors.Join(m.w.Flush(), m.file.Close())) }

func (m *Mbox) told(err error) error {
	if err != nil {
		return problem.Fail(problem.CantWrite, "writing letters: %w", err)
	}
	return nil
}

// A fromQuoter passes on the octets of a message with plain line ends, and quotes lines as an mbox file
// wants it.
type fromQuoter struct {
	w    io.Writer
	line []byte // begun, and not ended yet
}

// Write implements io.Writer.
func (q *fromQuoter) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			q.line = append(q.line, b...)
			break
		}
		q.line = append(q.line, b[:end]...)
		b = b[end+1:]
		q.line = append(bytes.TrimSuffix(q.line, []byte("\r")), '\n')
		if bytes.HasPrefix(bytes.TrimLeft(q.line, ">"), []byte("From ")) {
			if _, err := q.w.Write([]byte(">")); err != nil {
				return 0, err
			}
		}
		if _, err := q.w.Write(q.line); err != nil {
			return 0, err
		}
		q.line = q.line[:0]
	}
	return n, nil
}
