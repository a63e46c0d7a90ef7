package problem

import (
	"errors"
	"fmt"
	"io/fs"
)

// A FileError says what is the matter with a file, without the system call.
type FileError struct {
	Path string
	Err  error
}

func (e FileError) Error() string { return FileWords(e.Path, e.Err, "reading ") }

func (e FileError) Unwrap() error { return e.Err }

// FileWords says what is the matter with a file. Where that is neither that it is
// not there nor that it is not ours to read, doing is what was done.
func FileWords(path string, err error, doing string) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no file " + path
	case errors.Is(err, fs.ErrPermission):
		return "no permission to read " + path
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Sprintf("%s%s: %v", doing, path, err)
}
