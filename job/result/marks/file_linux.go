package marks

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
)

// A File is the marks of a journal that is written. Its methods are safe for concurrent use, but
// for Grow and Close. A nil File has no marks.
type File struct {
	f    *os.File
	room int // for so many intents

	mu     sync.Mutex // guards pieces; held during a store, so that none is unmapped
	pieces [][]byte   // of the file, from its beginning
}

// Create makes the marks of a journal with an id, and replaces those of an earlier journal of the
// log at this path. It returns nil where the system has no place for them.
func Create(log, journal string) *File {
	for _, d := range places(os.Geteuid()) {
		if f := create(d, log, journal); f != nil {
			return f
		}
	}
	return nil
}

// create makes the marks in a directory; nil if that can't be.
func create(d place, log, journal string) *File {
	path, err := d.path(log)
	if err != nil || d.make() != nil {
		return nil
	}
	_ = os.Remove(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil
	}
	m := &File{f: f}
	line, err := headOf(f, journal)
	if err == nil {
		err = m.grow(line)
	}
	if err != nil {
		_ = m.Close()
		_ = os.Remove(path)
		return nil
	}
	return m
}

// Grow makes room for the marks of so many intents. Without it their marks are not set, and Read
// has no word about any.
func (m *File) Grow(intents int) error {
	for m != nil && m.room < intents {
		if err := m.grow(nil); err != nil {
			return err
		}
	}
	return nil
}

// grow adds a piece that begins with these octets.
func (m *File) grow(first []byte) error {
	fresh := bytes.Repeat([]byte{Armed}, piece)
	copy(fresh, first)
	at := int64(len(m.pieces)) * piece
	if _, err := m.f.WriteAt(fresh, at); err != nil {
		return err
	}
	b, err := syscall.Mmap(int(m.f.Fd()), at, piece, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED|syscall.MAP_POPULATE)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pieces = append(m.pieces, b)
	m.room = len(m.pieces)*piece - head
	return nil
}

// Begin marks an intent as begun. It does nothing if there is no room for the mark. After an error
// the message must not be sent.
func (m *File) Begin(number int) error { return m.set(number, Started) }

// Disarm takes the mark back, of an intent whose message was certainly not accepted.
func (m *File) Disarm(number int) {
	_ = m.set(number, Armed) // else the row is unknown
}

func (m *File) set(number int, to byte) error {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	at := head + number - 1
	if at/piece >= len(m.pieces) {
		return nil
	}
	return store(&m.pieces[at/piece][at%piece], to)
}

// store stores an octet. If its memory is gone, since the file was truncated or what was swapped
// out can't be read, that is the error.
func store(to *byte, octet byte) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("marking what is on its way: %v", p)
		}
	}()
	*to = octet
	return nil
}

// Close unmaps and closes the file, and leaves it where it is.
func (m *File) Close() error {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var errs []error
	for _, b := range m.pieces {
		errs = append(errs, syscall.Munmap(b))
	}
	m.pieces = nil
	return errors.Join(append(errs, m.f.Close())...)
}

// Read returns the marks of the first intents of a journal, of the log at this path; nil if
// anything casts a doubt on them.
func Read(log, journal string, intents int) Begun {
	for _, d := range places(os.Geteuid()) {
		if b := read(d, log, journal, intents); b != nil {
			return b
		}
	}
	return nil
}

func read(d place, log, journal string, intents int) Begun {
	path, err := d.path(log)
	if err != nil || d.check() != nil {
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	defer f.Close()
	line, err := headOf(f, journal)
	if err != nil {
		return nil
	}
	octets := make([]byte, head+intents)
	if _, err := io.ReadFull(f, octets); err != nil || !bytes.HasPrefix(octets, line) {
		return nil
	}
	return all(octets[head:])
}

// Remove removes the marks of a log's journal, if there are any.
func Remove(log string) {
	for _, d := range places(os.Geteuid()) {
		if path, err := d.path(log); err == nil && d.check() == nil {
			_ = os.Remove(path)
		}
	}
}

// places returns the directories that marks may be in, for a user. They do not depend on the
// environment, so that a run of cron finds what one of a terminal left.
func places(uid int) []place {
	return []place{
		{dir: fmt.Sprintf("/dev/shm/mailshot-%d", uid), uid: uid},
		{dir: filepath.Join("/run/user", fmt.Sprint(uid), "mailshot"), uid: uid},
	}
}
