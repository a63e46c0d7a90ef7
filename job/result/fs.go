package result

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// An FS is all that this package does to files, but for its lock. Errors are
// as in package io/fs: a missing file is fs.ErrNotExist.
type FS interface {
	Open(name string) (File, error)       // to read an existing file
	OpenAppend(name string) (File, error) // to write at the end of an existing file, wherever that is then
	OpenWrite(name string) (File, error)  // to write to places of an existing file
	Create(name string) (File, error)     // to write a new file, mode 0600; fs.ErrExist if there is one
	Stat(name string) (fs.FileInfo, error)
	Rename(old, new string) error // atomic
	Remove(name string) error
	SyncDir(name string) error  // makes what was created, renamed and removed in a directory durable
	Same(a, b fs.FileInfo) bool // whether both describe one file
}

// A File is an open file of an FS. One opened to read can't be written, and
// the other way round.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.WriterAt // of a file that is open to write to places
	io.Closer
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error // of a file that is open to write
	Sync() error               // makes what was written durable
}

// OS is the FS of the operating system. It is safe for concurrent use.
type OS struct{}

var _ FS = OS{}

// Open opens a file to read it.
func (OS) Open(name string) (File, error) { return file(os.Open(name)) }

// OpenAppend opens an existing file to append to it.
func (OS) OpenAppend(name string) (File, error) {
	return dataSynced(os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0))
}

// OpenWrite opens an existing file to write to places in it.
func (OS) OpenWrite(name string) (File, error) {
	return dataSynced(os.OpenFile(name, os.O_WRONLY, 0))
}

// Create makes a file that only its owner may read.
func (OS) Create(name string) (File, error) {
	return file(os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600))
}

// file keeps a nil *os.File from becoming a File that is not nil.
func file(f *os.File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Stat describes the file that a path names.
func (OS) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

// Rename replaces what stands under the new name.
func (OS) Rename(old, new string) error { return os.Rename(old, new) }

// Remove removes a file.
func (OS) Remove(name string) error { return os.Remove(name) }

// Same tells whether both describe one file.
func (OS) Same(a, b fs.FileInfo) bool { return os.SameFile(a, b) }

// SyncDir syncs a directory. A file system that knows no such thing is not an
// error: there is nothing more that could be done.
func (OS) SyncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
