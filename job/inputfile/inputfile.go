// Package inputfile opens the files that the user or a job names, and waits for none.
package inputfile

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// What a file that a job names has to be. A pipe would be waited for, and could be read once only.
var (
	ErrDirectory  = errors.New("is a directory")
	ErrNotRegular = errors.New("it is no regular file")
)

// Open opens a file for reading that the user or the job names, to which links may lead. What
// is no regular file is an error, and is not waited for.
func Open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := regular(info); err != nil { // not all may be opened without harm
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil {
		err = regular(info)
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: errors.Join(err, f.Close())}
	}
	return f, nil
}

func regular(info os.FileInfo) error {
	switch {
	case info.IsDir():
		return ErrDirectory
	case !info.Mode().IsRegular():
		return ErrNotRegular
	}
	return nil
}

// Read returns the content of a file that Open opens and that has most octets at most.
func Read(path string, most int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = &os.PathError{Op: "read", Path: path, Err: fmt.Errorf("it has more than %d MiB", most>>20)}
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}
