package result

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sync"
)

// aside is what a log is called until its header is durable.
const aside = ".new"

// A Log is a results log that is open to append to. It is safe for concurrent
// use. After one write or sync that went wrong it writes nothing more: what
// the file then holds is for the next reader to find out.
type Log struct {
	path string

	mu  sync.Mutex // guards all below; held while writing, since the order of lines is that of writes
	f   File
	err error // the first failure
}

// Create makes the log of that path whole, its header durable under its name,
// or not at all, and opens it. If there is one, the error is fs.ErrExist. The
// caller holds the lock of the log.
func Create(fsys FS, path string) (*Log, error) {
	if err := absent(fsys, path); err != nil {
		return nil, err
	}
	tmp := path + aside
	if err := fsys.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("creating the results log: %w", err)
	}
	if err := writeNew(fsys, tmp, Header()); err != nil {
		return nil, fmt.Errorf("creating the results log: %w", errors.Join(err, cleared(fsys, tmp)))
	}
	if err := fsys.Rename(tmp, path); err != nil {
		return nil, fmt.Errorf("creating the results log: %w", errors.Join(err, cleared(fsys, tmp)))
	}
	if err := fsys.SyncDir(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("creating the results log: syncing its directory: %w", err)
	}
	return OpenLog(fsys, path)
}

// absent fails if there is something at path.
func absent(fsys FS, path string) error {
	_, err := fsys.Stat(path)
	switch {
	case err == nil:
		return fmt.Errorf("creating the results log: %w", &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist})
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("creating the results log: %w", err)
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

// cleared removes a file that may not be there.
func cleared(fsys FS, path string) error {
	if err := fsys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// write is one write of all of b.
func write(w io.Writer, b []byte) error {
	n, err := w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return err
}

// OpenLog opens an existing log to append to it. If its last line has no line
// end, it gets one, so that a record never continues another. The caller holds
// the lock of the log and has read it.
func OpenLog(fsys FS, path string) (*Log, error) {
	ended, err := endsWithLine(fsys, path)
	if err != nil {
		return nil, fmt.Errorf("opening the results log: %w", err)
	}
	f, err := fsys.OpenAppend(path)
	if err != nil {
		return nil, fmt.Errorf("opening the results log: %w", err)
	}
	if !ended {
		if err := write(f, []byte("\n")); err != nil {
			return nil, fmt.Errorf("ending the last line of the results log: %w", errors.Join(err, f.Close()))
		}
	}
	return &Log{path: path, f: f}, nil
}

// endsWithLine tells whether the last line of a file has its line end.
func endsWithLine(fsys FS, path string) (ended bool, err error) {
	f, err := fsys.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	if info.Size() == 0 {
		return false, fmt.Errorf("%s is empty: it has no header", path)
	}
	var last [1]byte
	if _, err := f.ReadAt(last[:], info.Size()-1); err != nil && err != io.EOF {
		return false, err
	}
	return last[0] == '\n', nil
}

// Append writes a record as one line in one write. An error about the record
// itself writes nothing and leaves the log usable; any other is given by every
// call from then on.
func (l *Log) Append(rec *Record) error {
	line, err := rec.AppendLine(make([]byte, 0, 512))
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		if err := l.line(line); err != nil {
			l.err = fmt.Errorf("writing the results log %s: %w", l.path, cause(err))
		}
	}
	return l.err
}

// cause is err without the path, which our errors name themselves.
func cause(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}

// line writes a line whole. What went of it where the disk is full is taken
// back, so that the log can be read on.
func (l *Log) line(b []byte) error {
	n, err := l.f.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err == nil || n <= 0 {
		return err
	}
	info, statErr := l.f.Stat()
	if statErr != nil {
		return errors.Join(cause(err), statErr)
	}
	return errors.Join(cause(err), l.f.Truncate(info.Size()-int64(n)))
}

// Sync makes all records that were appended durable. After an error nothing
// more is written: what a failed sync leaves on the disk nobody knows.
func (l *Log) Sync() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		if err := l.f.Sync(); err != nil {
			l.err = fmt.Errorf("syncing the results log %s: %w", l.path, err)
		}
	}
	return l.err
}

// Close closes the file without a sync. Whatever is called afterwards fails.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.f.Close()
	if l.err == nil {
		l.err = fmt.Errorf("writing the results log %s: %w", l.path, fs.ErrClosed)
	}
	return err
}
