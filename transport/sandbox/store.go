package sandbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// extension is that of a message's file.
const extension = ".eml"

// bufferSize is how much of a message is held in memory, and searched for the Message-ID.
const bufferSize = 64 << 10

// buffer returns a buffer from, and for, s.buffers.
func (s *Server) buffer() *[]byte {
	if b, ok := s.buffers.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, bufferSize)
	return &b
}

// save writes head, and rest if it is not nil, to a new file, and then gives that its name. With
// name "" it is the next number.
func (s *Server) save(name string, head []byte, rest io.Reader) error {
	// CreateTemp takes mode 0600.
	f, err := os.CreateTemp(s.Dir, ".incoming-*")
	if err != nil {
		return err
	}
	_, err = f.Write(head)
	if err == nil && rest != nil {
		_, err = io.Copy(f, rest)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = s.publish(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// publish renames temp to the first free file name that name gives.
func (s *Server) publish(temp, name string) error {
	if name != filepath.Base(name) && name != "" || name == "." || name == ".." {
		return fmt.Errorf("%q is not a file's base name", name)
	}
	for n := 1; ; n++ {
		base := name
		switch {
		case name == "":
			base = fmt.Sprintf("%06d", s.number.Add(1))
		case n > 1:
			base = fmt.Sprintf("%s-%d", name, n)
		}
		file := filepath.Join(s.Dir, base+extension)
		if !s.names.take(file) {
			continue
		}
		done, err := renameNew(temp, file)
		s.names.release(file)
		if done || err != nil {
			return err
		}
	}
}

// renameNew renames temp to file, or does nothing (false) if that is there.
func renameNew(temp, file string) (done bool, err error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	return true, os.Rename(temp, file)
}

// names are the files that sessions are about to make. It keeps two sessions from taking one name;
// the directory itself remembers those that are made.
type names struct {
	taken map[string]bool
	lock  sync.Mutex
}

func (n *names) take(file string) bool {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.taken[file] {
		return false
	}
	if n.taken == nil {
		n.taken = make(map[string]bool)
	}
	n.taken[file] = true
	return true
}

func (n *names) release(file string) {
	n.lock.Lock()
	defer n.lock.Unlock()
	delete(n.taken, file)
}
