package completion

import (
	"errors"
	"io"
	"io/fs"
	"time"

	"mailshot/job/result"
)

// readTime is how long files are read for.
const readTime = 200 * time.Millisecond

// errLate is how a file ends when the time is over.
var errLate = errors.New("it takes too long")

// A deadline reports whether the time is over.
type deadline func() bool

func (e Env) deadline() deadline {
	end := e.Now().Add(readTime)
	return func() bool { return !e.Now().Before(end) }
}

// A timedReader reads until the time is over.
type timedReader struct {
	io.Reader
	late deadline
}

func (h timedReader) Read(b []byte) (int, error) {
	if h.late() {
		return 0, errLate
	}
	return h.Reader.Read(b)
}

// A timedFS has regular files that can be read until the time is over.
type timedFS struct {
	result.OS
	late deadline
}

func (h timedFS) Open(name string) (result.File, error) {
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
	return timedFile{f, h.late}, nil
}

type timedFile struct {
	result.File
	late deadline
}

func (h timedFile) Read(b []byte) (int, error) { return timedReader{h.File, h.late}.Read(b) }

func (h timedFile) ReadAt(b []byte, offset int64) (int, error) {
	if h.late() {
		return 0, errLate
	}
	return h.File.ReadAt(b, offset)
}
