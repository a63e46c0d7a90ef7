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

// tmpSuffix is appended to the name of a file until its content is durable.
const tmpSuffix = ".new"

// A logFile is a results log that is open for appending. It is safe for
// concurrent use. After its first error it writes nothing more: which lines the
// file then has is for the next History to find out.
type logFile struct {
	fsys FS
	path string

	f File

	mu   sync.Mutex // guards all below; held during a write, so that size matches
	size int64      // in octets, after our last write
	err  error      // the first error
}

// createLog creates a log with a header, durable, or leaves nothing behind. If the
// file exists, the error wraps fs.ErrExist.
func createLog(fsys FS, path string) error {
	_, err := fsys.Stat(path)
	if err == nil {
		err = &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("creating the results log: %w", err)
	}
	if err := createAtomic(fsys, path, Header()); err != nil {
		return fmt.Errorf("creating the results log: %w", err)
	}
	return nil
}

// createAtomic creates or replaces a file with this text, durable, or leaves the
// directory as it was.
func createAtomic(fsys FS, path, text string) error {
	newFile := path + tmpSuffix
	if err := fsys.Remove(newFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := writeSynced(fsys, newFile, text)
	if err == nil {
		err = fsys.Rename(newFile, path)
	}
	if err != nil {
		if undo := fsys.Remove(newFile); !errors.Is(undo, fs.ErrNotExist) {
			err = errors.Join(err, undo)
		}
		return err
	}
	if err := fsys.SyncDir(filepath.Dir(path)); err != nil {
		return fmt.Errorf("syncing its directory: %w", err)
	}
	return nil
}

// writeSynced creates a file with this text and syncs it, but not its directory.
func writeSynced(fsys FS, path, text string) error {
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

// write writes b in one write.
func write(w io.Writer, b []byte) error {
	n, err := w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return err
}

// openLog opens an existing log for appending, truncated to size octets if that is
// not negative, and syncs it. It returns ErrTaken unless the log is the file that
// was read, with the size that it had then; nil is for a log that was not read.
// Where the last line has no line end, openLog appends one, so that no record
// continues another.
func openLog(fsys FS, path string, size int64, read *extent) (*logFile, error) {
	f, err := fsys.OpenAppend(path)
	if err != nil {
		return nil, fmt.Errorf("opening the results log: %w", err)
	}
	l := &logFile{fsys: fsys, path: path, f: f}
	if read != nil {
		err = l.verifyExtent(read)
	}
	if err == nil {
		err = l.prepare(size)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the results log: %w", errors.Join(cause(err), f.Close()))
	}
	return l, nil
}

// An extent is which file was read or written, and up to where, in octets.
type extent struct {
	info fs.FileInfo
	size int64
}

func extentOf(f File, size int64) (*extent, error) {
	info, err := f.Stat()
	return &extent{info, size}, err
}

// verifyExtent returns ErrTaken unless the log is the file that was read, and as
// long.
func (l *logFile) verifyExtent(read *extent) error {
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
		// A power cut during this write may have left zeros.
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

// lastLine returns the offset at which the last line of a file ends, without the
// zeros behind it, and reports whether the file ends in a line end.
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

// append appends lines in one write, and does not sync.
func (l *logFile) append(lines []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		if err := write(l.f, lines); err != nil {
			l.breakOff("writing", err)
		} else {
			l.size += int64(len(lines))
		}
	}
	return l.err
}

// sync makes all that was appended durable, and lets others append meanwhile. After a
// failed sync it is not known what the disk has.
func (l *logFile) sync() error {
	if err := l.failed(); err != nil {
		return err
	}
	if err := l.f.Sync(); err != nil {
		l.fail(l.broken("syncing", err))
	}
	return l.failed()
}

// verify returns an error that wraps ErrTaken unless the path still names the open
// file, with the size after our last write.
func (l *logFile) verify() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	if err := verifyFile(l.fsys, l.path, l.f, l.size); err != nil {
		l.breakOff("writing", err)
	}
	return l.err
}

// anySize is for verifyFile: the file may have any.
const anySize = -1

// verifyFile returns an error that wraps ErrTaken unless path names the open file
// f, and it has this size in octets.
func verifyFile(fsys FS, path string, f File, size int64) error {
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
	case size != anySize && named.Size() != size:
		return fmt.Errorf("%w: it was changed", ErrTaken)
	}
	return nil
}

// fail makes err the error of l, if there is none yet.
func (l *logFile) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
	}
}

// failed returns the first error.
func (l *logFile) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// breakOff sets the error of l; mu is held.
func (l *logFile) breakOff(doing string, err error) { l.err = l.broken(doing, err) }

func (l *logFile) broken(doing string, err error) error {
	return fmt.Errorf("%s the results log %s: %w", doing, l.path, cause(err))
}

// cause returns err without its path, which our errors name themselves.
func cause(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}

// close closes the file without a sync. All later calls return an error.
func (l *logFile) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.f.Close()
	if l.err == nil {
		l.breakOff("writing", fs.ErrClosed)
	}
	return err
}
