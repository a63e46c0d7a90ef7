package result

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"mailshot/job/result/marks"
)

// An FS is what this package does to files, except for locks. Errors are as in
// package io/fs: that of a missing file wraps fs.ErrNotExist,
// and that of Create for a file that exists fs.ErrExist.
type FS interface {
	Open(name string) (File, error)       // opens an existing file for reading
	OpenAppend(name string) (File, error) // opens an existing file with O_APPEND
	OpenWrite(name string) (File, error)  // opens an existing file to write at offsets
	Create(name string) (File, error)     // creates a file with mode 0600 for appending
	Stat(name string) (fs.FileInfo, error)
	Rename(old, new string) error // replaces new if it exists; atomic
	Remove(name string) error
	SyncDir(name string) error  // makes creations, renames and removals in a directory durable
	Same(a, b fs.FileInfo) bool // reports whether both describe one file

	CreateMarks(log, journal string) Marks                  // of a new journal, by its id; nil: there is no place for them
	ReadMarks(log, journal string, intents int) marks.Begun // as they were left; nil: they tell nothing for certain
	RemoveMarks(log string)                                 // of whatever journal
}

// Marks say which intents of a journal were begun, by their numbers from 1; see package marks.
type Marks interface {
	Grow(intents int) error // makes room for so many
	Begin(number int) error // does nothing where there is no room
	Disarm(number int)
	Close() error
}

// A File is an open file of an FS. It is open for reading or for writing, not both.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.WriterAt // of a file from OpenWrite
	io.Closer
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error // of a file that is open for writing
	Sync() error               // makes what was written durable, and the size
}

// OS is the FS of the operating system. It opens no file through a symbolic link as
// the last element of its name. It is safe for concurrent use.
type OS struct{}

var _ FS = OS{}

// Open opens a file for reading.
func (OS) Open(name string) (File, error) {
	return file(os.OpenFile(name, os.O_RDONLY|noFollow, 0))
}

// OpenAppend opens an existing file to append to it.
func (OS) OpenAppend(name string) (File, error) {
	return dataSynced(os.OpenFile(name, os.O_WRONLY|os.O_APPEND|noFollow, 0))
}

// OpenWrite opens an existing file to write at offsets.
func (OS) OpenWrite(name string) (File, error) {
	return dataSynced(os.OpenFile(name, os.O_WRONLY|noFollow, 0))
}

// Create creates a file that only its owner may read and write.
func (OS) Create(name string) (File, error) {
	return file(os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600))
}

// file returns f as a File, and a nil *os.File as a nil File.
func file(f *os.File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Stat returns a description of the file, following symbolic links.
func (OS) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

// Rename renames a file, and replaces one that has the new name.
func (OS) Rename(old, new string) error { return os.Rename(old, new) }

// Remove removes a file.
func (OS) Remove(name string) error { return os.Remove(name) }

// Same reports whether both describe one file.
func (OS) Same(a, b fs.FileInfo) bool { return os.SameFile(a, b) }

// CreateMarks makes the marks of a journal.
func (OS) CreateMarks(log, journal string) Marks {
	if m := marks.Create(log, journal); m != nil {
		return m
	}
	return nil
}

// ReadMarks reads the marks of a journal.
func (OS) ReadMarks(log, journal string, intents int) marks.Begun {
	return marks.Read(log, journal, intents)
}

// RemoveMarks removes the marks of a log's journal.
func (OS) RemoveMarks(log string) { marks.Remove(log) }

// SyncDir syncs a directory. If the file system has no such operation, it returns
// nil: nothing more can be done.
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
