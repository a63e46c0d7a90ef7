// Package private opens files that mailshot keeps under names that others can guess:
// locks, traces, transcripts. Who may write in their directory can put something else
// there; nothing of it is followed, waited for or changed.
package private

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Why a file of a name that others can guess is not taken for one of ours.
var (
	ErrLink         = errors.New("is a symbolic link, and is not followed")
	ErrNotFile      = errors.New("is no regular file")
	ErrNotDirectory = errors.New("is no directory")
	ErrManyNames    = errors.New("has another name too: it may be somebody's file")
	ErrNotOurs      = errors.New("belongs to somebody else")
)

// Open opens a file that mailshot keeps under a name that others can guess,
// to read and write it, and makes it (0600) if it is not there. Nobody can use the
// name to have another file changed: a symbolic link, what is no regular file, and a
// file that has a second name or belongs to somebody else are errors that wrap one of
// the above, and nothing of them is changed. What is there keeps its content, and is
// for its owner only from then on.
func Open(path string) (*os.File, error) {
	if err := checkNamed(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|noFollow, 0o600)
	if err != nil {
		return nil, err
	}
	if err := checkOpen(f, path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// checkOpen checks the file that was opened, whatever has the name meanwhile.
func checkOpen(f *os.File, path string) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := check(info, path); err != nil {
		return err
	}
	if info.Mode().Perm() == 0o600 {
		return nil
	}
	return f.Chmod(0o600)
}

// checkNamed checks what has a name, so that nothing is opened that waits for
// somebody, and errors are told as such.
func checkNamed(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	return check(info, path)
}

// check returns why a file is none of ours.
func check(info fs.FileInfo, path string) error {
	err := ownedOnce(info)
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		err = ErrLink
	case !info.Mode().IsRegular():
		err = ErrNotFile
	}
	if err != nil {
		return fmt.Errorf("%s %w", path, err)
	}
	return nil
}

// Directory returns the description of a directory that mailshot keeps files in.
// A symbolic link, what is no directory, and one that belongs to somebody else are
// errors.
func Directory(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	err = ownedOnce(info)
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		err = ErrLink
	case !info.IsDir():
		err = ErrNotDirectory
	}
	if err != nil {
		return nil, fmt.Errorf("%s %w", path, err)
	}
	return info, nil
}
