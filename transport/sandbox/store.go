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
	f, err := s.incoming()
	if err != nil {
		return err
	}
	defer s.names.release(f.Name())
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
		done, err := s.renameNew(temp, file)
		s.names.release(file)
		if done || err != nil {
			return err
		}
	}
}

// renameNew renames temp to file, or does nothing (false) if that is there.
func (s *Server) renameNew(temp, file string) (done bool, err error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if err := s.making(file); err != nil {
		return true, err
	}
	return true, os.Rename(temp, file)
}

// incoming makes a file for a message that is not whole yet. No other session has its name, which
// the caller releases.
func (s *Server) incoming() (*os.File, error) {
	for n := 1; ; n++ {
		file := filepath.Join(s.Dir, fmt.Sprintf(".incoming-%d", n))
		if !s.names.take(file) {
			continue
		}
		f, err := s.create(file)
		if err == nil {
			return f, nil
		}
		s.names.release(file)
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
}

func (s *Server) create(file string) (*os.File, error) {
	if _, err := os.Lstat(file); err == nil {
		return nil, fs.ErrExist
	}
	if !s.names.told(file) {
		if err := s.making(file); err != nil {
			return nil, err
		}
		s.names.tell(file)
	}
	return os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// making tells that a file is about to be made.
func (s *Server) making(file string) error {
	if s.Making == nil {
		return nil
	}
	return s.Making(filepath.Base(file))
}

// names are the files that sessions are about to make. It keeps two sessions from taking one name;
// the directory itself remembers those that are made.
type names struct {
	taken  map[string]bool
	listed map[string]bool // those that Making was called with and that are made again and again
	lock   sync.Mutex
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

func (n *names) told(file string) bool {
	n.lock.Lock()
	defer n.lock.Unlock()
	return n.listed[file]
}

func (n *names) tell(file string) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.listed == nil {
		n.listed = make(map[string]bool)
	}
	n.listed[file] = true
}
