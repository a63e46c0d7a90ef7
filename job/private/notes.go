package private

import (
	"io"
	"os"
	"strings"
)

// maxNotes is how many octets of a lock's file are read.
const maxNotes = 1 << 20

// Forget takes all notes out of the lock's file.
func (l *Lock) Forget() error {
	holder := readHolder(l.file.Path())
	return l.change(func(f *os.File) error {
		if err := f.Truncate(0); err != nil {
			return err
		}
		_, err := f.WriteAt([]byte(holder+"\n"), 0)
		return err
	})
}

// Note adds a line to the lock's file, behind that of its holder. It stays when the lock is
// released, and when another holder takes it. It is not made durable.
func (l *Lock) Note(line string) error {
	return l.change(func(f *os.File) error {
		end, err := f.Seek(0, io.SeekEnd)
		if err != nil {
			return err
		}
		_, err = f.WriteAt([]byte(escape(line)+"\n"), end)
		return err
	})
}

// change opens the lock's file for a change.
func (l *Lock) change(do func(*os.File) error) error {
	f, err := Open(l.file.Path())
	if err != nil {
		return err
	}
	defer f.Close()
	return do(f)
}

// Notes returns the lines that were noted in the lock of the log at path; none if they can't be
// read.
func Notes(path string) []string {
	path, err := Resolve(path)
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(readLock(path+lockSuffix, maxNotes), "\n")
	lines := strings.Split(rest, "\n")
	return lines[:len(lines)-1] // what has no end is not all there
}
