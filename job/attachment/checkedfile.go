package attachment

import (
	"errors"
	"hash/maphash"
	"io"
	"os"
	"sync"

	"mailshot/transport/message"
)

// ErrChanged is in the chain of the errors about a file that is not any more
// what was checked.
var ErrChanged = errors.New("it was changed since it was checked")

// A changedError is the error of a file that was checked and can't be found or
// opened any more. It reads as its cause does.
type changedError struct{ cause error }

func (e changedError) Error() string { return e.cause.Error() }

func (e changedError) Unwrap() []error { return []error{e.cause, ErrChanged} }

// A checkedFile is a regular file that was found well, and may be opened again
// as long as it stays what it was: the same file, of the same size and time of
// modification, and with the same content once that is known. It is safe for
// concurrent use once made.
type checkedFile struct {
	path  string
	info  os.FileInfo // of the file as it was found
	open  func(path string, flag int, perm os.FileMode) (*os.File, error)
	rules func(os.FileInfo) error // what else must hold of the file that is opened; nil: nothing

	madeUp func(*os.File) bool // nil is inodesMadeUp

	seed    maphash.Seed // of want and content
	want    uint64       // its fingerprint; 0: its content is not known
	content uint64       // what stands for its content, once it was learned
	pieces  uint64       // what stands for pieces of it; 0: they were not read
	mu      sync.Mutex   // guards known
	known   os.FileInfo  // of the file when its content was last found to be that; nil: it was not
}

// openRegular finds a file, and sees that it is one that can be opened.
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

// Open opens the file, if it is what it was. Where its content is known it is read
// through before, unless nothing can have changed since that was last done: no
// octet of another content is handed out.
func (o *checkedFile) Open() (io.ReadCloser, error) {
	r, err := o.openChecked()
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (o *checkedFile) openChecked() (*checkedReader, error) {
	f, info, err := o.openSame()
	if err != nil {
		return nil, err
	}
	if o.want != 0 && !o.isKnown(f, info) {
		if err := o.readThrough(f, info); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	r := &checkedReader{of: o, file: f, info: info}
	if o.want != 0 {
		r.hash.SetSeed(o.seed)
	}
	return r, nil
}

// openSame opens the file that was found, and no other one.
func (o *checkedFile) openSame() (*os.File, os.FileInfo, error) {
	f, err := o.open(o.path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, nil, changedError{err}
	}
	info, err := f.Stat()
	if err == nil && !o.sameStamp(f, info) {
		err = ErrChanged
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}

// readThrough sees that the content is what it was, and goes back to its beginning.
func (o *checkedFile) readThrough(f *os.File, info os.FileInfo) error {
	if o.rules != nil {
		if err := o.rules(info); err != nil {
			return changedError{err}
		}
	}
	content, err := contentOf(o.seed, f, info)
	if err == nil && o.fingerprint(f, info, content) != o.want {
		err = ErrChanged
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err == nil {
		o.setKnown(info)
	}
	return err
}

// learn reads the content, which the file must have from now on. It is called
// before the file is shared, and with a seed.
func (o *checkedFile) learn() error {
	f, info, err := o.openSame()
	if err != nil {
		return err
	}
	defer f.Close() // read only: nothing is lost
	if o.content, err = contentOf(o.seed, f, info); err != nil {
		return err
	}
	o.want = o.fingerprint(f, info, o.content)
	o.setKnown(info)
	return nil
}

// isKnown reports whether the content can't have changed since it was last read
// through. Where a change of content may leave no trace it reports false.
func (o *checkedFile) isKnown(f *os.File, info os.FileInfo) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.known != nil && os.SameFile(info, o.known) && sameChange(info, o.known) && !o.invented(f)
}

func (o *checkedFile) setKnown(info os.FileInfo) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.known = info
}

// A checkedReader ends with an error instead of io.EOF where the file was changed
// while it was read.
type checkedReader struct {
	of   *checkedFile
	file *os.File
	info os.FileInfo  // when it was opened
	hash maphash.Hash // of what was read, if the content is known
}

func (r *checkedReader) Read(p []byte) (int, error) {
	n, err := r.file.Read(p)
	if r.of.want != 0 {
		r.hash.Write(p[:n])
	}
	if errors.Is(err, io.EOF) {
		if changed := r.verify(); changed != nil {
			return n, changed
		}
	}
	return n, err
}

// Close closes the file.
func (r *checkedReader) Close() error { return r.file.Close() }

// verify sees at the end that what was read is what was checked.
func (r *checkedReader) verify() error {
	is, err := r.file.Stat()
	switch {
	case err != nil:
		return err
	case !sameTimeAndSize(is, r.info),
		r.of.want != 0 && r.of.fingerprint(r.file, r.info, r.hash.Sum64()) != r.of.want:
		return ErrChanged
	}
	return nil
}

// sameStamp reports whether an open file is the one that was found. Where the file
// system makes its inodes up, it is for the content to tell.
func (o *checkedFile) sameStamp(f *os.File, is os.FileInfo) bool {
	return is.Mode().IsRegular() && sameTimeAndSize(is, o.info) && (os.SameFile(is, o.info) || o.invented(f))
}

// invented reports whether the file system makes its inodes up.
func (o *checkedFile) invented(f *os.File) bool {
	if o.madeUp != nil {
		return o.madeUp(f)
	}
	return inodesMadeUp(f)
}

func sameTimeAndSize(a, b os.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}
