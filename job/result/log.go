package result

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sync"
)

// aside is what a file is called until it is whole and durable.
const aside = ".new"

// ErrTaken is of a log or journal that another program changed, replaced or
// removed since it was read or while it was written.
var ErrTaken = errors.New("another program took it")

// A logFile is a results log that is open to append to. It is safe for
// concurrent use. After one thing that went wrong it writes nothing more: what
// the file then holds is for the next reader to find out.
type logFile struct {
	fsys FS
	path string

	mu   sync.Mutex // guards all below; held while writing, since the order of lines is that of writes
	f    File
	size int64 // as we left it
	err  error // the first failure
}

// createLog makes the log of that path whole, its header durable under its
// name, or not at all. If there is one, the error is fs.ErrExist.
func createLog(fsys FS, path string) error {
	_, err := fsys.Stat(path)
	if err == nil {
		err = &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("creating the results log: %w", err)
	}
	if err := createWhole(fsys, path, Header()); err != nil {
		return fmt.Errorf("creating the results log: %w", err)
	}
	return nil
}

// createWhole makes a file with this text durable under its name, in place of
// what is there, or leaves things as they are.
func createWhole(fsys FS, path, text string) error {
	tmp := path + aside
	if err := fsys.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := writeNew(fsys, tmp, text)
	if err == nil {
		err = fsys.Rename(tmp, path)
	}
	if err != nil {
		if gone := fsys.Remove(tmp); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return err
	}
	if err := fsys.SyncDir(filepath.Dir(path)); err != nil {
		return fmt.Errorf("syncing its directory: %w", err)
	}
	return nil
}

// writeNew makes a file with this text durable, but for its name.
func writeNew(fsys FS, path, text string) error {
	f, err := fsys.Create(path)
	if err != nil {
		return err
	}
	err = write(f, []byte(text))
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// write is one write of all of b.
func write(w io.Writer, b []byte) error {
	n, err := w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return err
}

// openLog opens an existing log to append to it, cut to size octets if that is
// not negative. It has to be the file that was read, if that is not nil, and as
// long as then. If its last line has no line end, it gets one, so that a record
// never continues another. What the log then holds is durable.
func openLog(fsys FS, path string, size int64, read *extent) (*logFile, error) {
	f, err := fsys.OpenAppend(path)
	if err != nil {
		return nil, fmt.Errorf("opening the results log: %w", err)
	}
	l := &logFile{fsys: fsys, path: path, f: f}
	if read != nil {
		err = l.isAs(read)
	}
	if err == nil {
		err = l.prepare(size)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the results log: %w", errors.Join(cause(err), f.Close()))
	}
	return l, nil
}

// isAs tells whether the log is what was read.
func (l *logFile) isAs(read *extent) error {
	info, err := l.f.Stat()
	if err == nil && (!l.fsys.Same(info, read.info) || info.Size() != read.size) {
		err = fmt.Errorf("%w since it was read", ErrTaken)
	}
	return err
}

func (l *logFile) prepare(size int64) error {
	if size >= 0 {
		if err := l.f.Truncate(size); err != nil {
			return err
		}
	}
	end, ended, err := lastLine(l.fsys, l.path)
	if err == nil && !ended {
		// Zeros are what a power cut left of such a line end.
		err = l.f.Truncate(end)
		if err == nil {
			err = write(l.f, []byte("\n"))
		}
	}
	if err != nil {
		return err
	}
	info, err := l.f.Stat()
	if err != nil {
		return err
	}
	l.size = info.Size()
	return l.f.Sync()
}

// lastLine tells where the last line of a file ends, and whether it has its line
// end. Zeros behind it do not count.
func lastLine(fsys FS, path string) (end int64, ended bool, err error) {
	f, err := fsys.Open(path)
	if err != nil {
		return 0, false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, false, err
	}
	var last [16]byte
	n := min(info.Size(), int64(len(last)))
	if n == 0 {
		return 0, false, fmt.Errorf("%s is empty: it has no header", path)
	}
	if _, err := f.ReadAt(last[:n], info.Size()-n); err != nil && err != io.EOF {
		return 0, false, err
	}
	tail := bytes.TrimRight(last[:n], "\x00")
	end = info.Size() - n + int64(len(tail))
	return end, end == info.Size() && bytes.HasSuffix(tail, []byte("\n")), nil
}

// append writes lines in one write.
func (l *logFile) append(lines []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		if err := write(l.f, lines); err != nil {
			l.broken("writing", err)
		} else {
			l.size += int64(len(lines))
		}
	}
	return l.err
}

// sync makes all that was appended durable. What a failed sync leaves on the
// disk nobody knows.
func (l *logFile) sync() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		if err := l.f.Sync(); err != nil {
			l.broken("syncing", err)
		}
	}
	return l.err
}

// hold tells whether the path still names the open file, as long as we left
// it.
func (l *logFile) hold() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	if err := isStill(l.fsys, l.path, l.f, l.size); err != nil {
		l.broken("writing", err)
	}
	return l.err
}

// isStill tells whether a path names an open file, and that has the size at
// which we left it.
func isStill(fsys FS, path string, f File, size int64) error {
	own, err := f.Stat()
	if err != nil {
		return err
	}
	switch named, err := fsys.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: it was removed", ErrTaken)
	case err != nil:
		return err
	case !fsys.Same(own, named):
		return fmt.Errorf("%w: it was replaced", ErrTaken)
	case named.Size() != size:
		return fmt.Errorf("%w: it was changed", ErrTaken)
	}
	return nil
}

// fail makes err the first failure, if there is none yet.
func (l *logFile) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
	}
}

// failed gives the first failure.
func (l *logFile) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// broken keeps the first failure; mu is held.
func (l *logFile) broken(doing string, err error) {
	l.err = fmt.Errorf("%s the results log %s: %w", doing, l.path, cause(err))
}

// cause is err without the path, which our errors name themselves.
func cause(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}

// close closes the file without a sync. Whatever is called afterwards fails.
func (l *logFile) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.f.Close()
	if l.err == nil {
		l.broken("writing", fs.ErrClosed)
	}
	return err
}
