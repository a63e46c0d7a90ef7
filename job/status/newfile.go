package status

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"mailshot/job/problem"
)

// A newFile is written under another name in its directory, and gets its own
// when it is whole. It is for its owner only, and takes the place of no file
// but of one that may be replaced.
type newFile struct {
	file     *os.File // nil: it is kept, or discarded
	path     string
	replaces bool
}

// WriteNew makes the file of that path, for its owner only, with all that is
// written to it, or else leaves what was there. It takes the place of a file
// for which may returns nil; nil is for no file. Links are not followed.
func WriteNew(path string, may func(path string) error, write func(io.Writer) error) (err error) {
	out, err := createNew(path, may)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.discard()) }()
	if err := write(out); err != nil {
		return err
	}
	return out.keep()
}

// createNew begins the file of that path, which must not be there or be one
// that may be replaced.
func createNew(path string, may func(string) error) (*newFile, error) {
	info, err := os.Lstat(path)
	there := err == nil
	switch {
	case there && may == nil:
		return nil, taken(path)
	case there && !info.Mode().IsRegular():
		return nil, problem.Fail(problem.Exists, "%s is a link or no file, and is not replaced", path).WithHint("name another file")
	case there:
		if err := may(path); err != nil {
			return nil, problem.Fail(problem.Exists, "%s is not replaced: %w", path, err).WithHint("name another file, or remove it")
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.new")
	if err != nil {
		return nil, problem.Fail(problem.Exists, "making %s: %w", path, bare(err))
	}
	return &newFile{f, path, there}, nil
}

func taken(path string) *problem.Error {
	return problem.Fail(problem.Exists, "%s is there already, and is not overwritten", path).WithHint("name another file, or remove it")
}

// bare is an error without the path, which is that of the file that is made first.
func bare(err error) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		return pe.Err
	case errors.As(err, &le):
		return le.Err
	}
	return err
}

func (a *newFile) Write(b []byte) (int, error) {
	n, err := a.file.Write(b)
	if err != nil {
		err = fmt.Errorf("%s: %w", a.path, bare(err))
	}
	return n, err
}

// keep makes the file durable and gives it its name.
func (a *newFile) keep() error {
	name := a.file.Name()
	err := errors.Join(a.file.Sync(), a.file.Close())
	a.file = nil
	switch {
	case err != nil:
	case a.replaces:
		err = os.Rename(name, a.path)
	default:
		err = os.Link(name, a.path) // unlike a renaming it fails where there is a file
		if err != nil && !errors.Is(err, fs.ErrExist) {
			err = renameNew(name, a.path) // there are no links here
		}
	}
	if gone := os.Remove(name); err == nil && !errors.Is(gone, fs.ErrNotExist) {
		err = gone
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return taken(a.path)
	case err != nil:
		return problem.Fail(problem.CantWrite, "writing %s: %w", a.path, bare(err))
	}
	return nil
}

// renameNew renames a file to a name that is free.
func renameNew(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

// discard removes what was written, unless it is kept.
func (a *newFile) discard() error {
	if a.file == nil {
		return nil
	}
	err := errors.Join(a.file.Close(), os.Remove(a.file.Name()))
	a.file = nil
	return err
}
