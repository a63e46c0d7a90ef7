package attachment

import (
	"errors"
	"io"
	"os"

	"mailshot/transport/message"
)

// ErrChanged is in the chain of the errors about a file that is not any more
// what was checked.
var ErrChanged = errors.New("it was changed since it was checked")

// An checkedFile is a regular file that was found well, and may be opened again
// as long as it stays what it was.
type checkedFile struct {
	path string
	info os.FileInfo
	open func(path string, flag int, perm os.FileMode) (*os.File, error)
}

// openRegular finds a file, and sees that it can be read.
func openRegular(path string, stat func(string) (os.FileInfo, error), open func(string, int, os.FileMode) (*os.File, error)) (*checkedFile, error) {
	info, err := stat(path)
	if err != nil {
		return nil, err
	}
	if err := regular(info); err != nil {
		return nil, err // which must not be opened: a pipe would wait
	}
	return &checkedFile{path: path, info: info, open: open}, nil
}

func regular(info os.FileInfo) error {
	switch {
	case info.IsDir():
		return errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return errors.New("it is no regular file")
	case info.Size() == 0:
		return errors.New("the file is empty") // what an export that broke off leaves
	}
	return nil
}

// file returns what a message takes.
func (o *checkedFile) file() *message.File { return &message.File{Size: o.info.Size(), Open: o.Open} }

// Open opens the file, if it is what it was.
func (o *checkedFile) Open() (io.ReadCloser, error) {
	f, err := o.open(o.path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	w := &checkedReader{File: f, was: o.info}
	if err := w.same(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return w, nil
}

// A checkedReader ends with an error instead of io.EOF where the file was changed
// while it was read.
type checkedReader struct {
	*os.File
	was os.FileInfo
}

func (w *checkedReader) Read(p []byte) (int, error) {
	n, err := w.File.Read(p)
	if errors.Is(err, io.EOF) {
		if changed := w.same(); changed != nil {
			return n, changed
		}
	}
	return n, err
}

// WriteTo hides that of the file, which would not watch.
func (w *checkedReader) WriteTo(dst io.Writer) (int64, error) {
	return io.Copy(dst, struct{ io.Reader }{w})
}

func (w *checkedReader) same() error {
	is, err := w.Stat()
	switch {
	case err != nil:
		return err
	case !sameStamp(is, w.was):
		return ErrChanged
	}
	return nil
}

func sameStamp(a, b os.FileInfo) bool { return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) }
