package completion

import (
	"errors"
	"io"
	"io/fs"
	"time"

	"mailshot/job/result"
)

// patience is how long files are read for.
const patience = 200 * time.Millisecond

// errLate is how a file ends when the time is over.
var errLate = errors.New("it takes too long")

// A deadline reports whether the time is over.
type deadline func() bool

func (e Env) deadline() deadline {
	end := e.Now().Add(patience)
	return func() bool { return !e.Now().Before(end) }
}

// A hurried reads until the time is over.
type hurried struct {
	io.Reader
	late deadline
}

func (h hurried) Read(b []byte) (int, error) {
	if h.late() {
		return 0, errLate
	}
	return h.Reader.Read(b)
}

// A hurriedFS has regular files that can be read until the time is over.
type hurriedFS struct {
	result.OS
	late deadline
}

func (h hurriedFS) Open(name string) (result.File, error) {
	info, err := h.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // to open a pipe may block
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.ErrUnsupported}
	}
	f, err := h.OS.Open(name)
	if err != nil {
		return nil, err
	}
	return hurriedFile{f, h.late}, nil
}

type hurriedFile struct {
	result.File
	late deadline
}

func (h hurriedFile) Read(b []byte) (int, error) { return hurried{h.File, h.late}.Read(b) }

func (h hurriedFile) ReadAt(b []byte, offset int64) (int, error) {
	if h.late() {
		return 0, errLate
	}
	return h.File.ReadAt(b, offset)
}
