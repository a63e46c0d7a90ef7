// Package state keeps what a worker has of the rows that it was handed, in a file of its state
// directory, so that it can say what became of each after a crash or a power cut.
//
// The file has a line for each step, with a sum before it: a piece was kept, a row was begun, it
// came to something, it is dropped. Kept pieces are synced, and all that was written before with
// them; the other lines survive the end of the process, and what they may have lost at a power cut
// is in doubt. Each start writes the file anew, with what is still needed.
package state

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sync"

	"mailshot/job/fleet/piece"
	"mailshot/job/fleet/protocol"
	"mailshot/job/private"
)

// An FS has the files of a state directory.
type FS interface {
	Read(name string) ([]byte, error)
	Create(name string) (File, error) // for its owner only, in place of what is there
	Rename(old, new string) error
	SyncDir(name string) error
	// System names this start of the operating system and this mount of a directory: while it is
	// the same, what was written is there. "" says nothing.
	System(dir string) string
	// Place names a directory, so that a copy of it is told; "" says nothing.
	Place(dir string) string
}

// A File is one that is written.
type File interface {
	io.WriteCloser
	Sync() error
}

// A State is an open state directory. Its methods are safe for concurrent use.
type State struct {
	fsys FS
	dir  string
	lock *private.Lock

	mu         sync.Mutex // guards what follows; held while the file is written, which has one order
	f          File
	size       int
	head       head
	system     string // now
	lastSystem string // in which the lines that are read or written are written
	runs       []*run // in the order in which they came
	failed     error  // of a write: what the file has from there on is not known
}

// A head is the beginning of the file.
type head struct {
	ID     string `json:"id"`
	Place  string `json:"place,omitempty"`
	Boots  uint64 `json:"boots"`
	Nonce  string `json:"nonce"`
	System string `json:"system"`
}

// A run is what the file has of one.
type run struct {
	id     string
	got    uint64
	pieces []*kept
}

// A kept is a piece.
type kept struct {
	protocol.Saved
	system string // in which it was kept
}

const (
	fileName = "rows"
	aside    = "rows.new"
	maxRuns  = 256     // that are remembered
	maxSize  = 8 << 20 // of the file, until it is written anew
)

// Open opens a state directory, and makes it. It is for one process at a time, and belongs to the
// disk that it was made on: a copy, and one that was brought back from a backup, would let rows be
// sent twice.
func Open(fsys FS, dir, holder string) (*State, error) {
	lock, err := private.TryLock(filepath.Join(dir, "worker"), holder)
	if err != nil {
		return nil, err
	}
	s := &State{fsys: fsys, dir: dir, lock: lock, system: fsys.System(dir)}
	if err := s.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("the worker's state in %s: %w", dir, err), lock.Unlock())
	}
	return s, nil
}

func (s *State) open() error {
	text, err := s.fsys.Read(filepath.Join(s.dir, fileName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.head = head{ID: rand.Text(), Place: s.fsys.Place(s.dir)}
	case err != nil:
		return err
	default:
		if err := s.replay(text); err != nil {
			return err
		}
	}
	if at := s.fsys.Place(s.dir); at != s.head.Place {
		return errors.New("this is a copy of another directory, or was brought back from a backup: make a new one")
	}
	s.head.Boots++
	s.head.Nonce = rand.Text()
	return s.rewrite()
}

// Close closes the directory.
func (s *State) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.f.Close(), s.lock.Unlock())
}

// ID returns the worker's id.
func (s *State) ID() string { return s.head.ID }

// Boot returns this start of the worker.
func (s *State) Boot() piece.Boot { return piece.Boot{Count: s.head.Boots, Nonce: s.head.Nonce} }

// Runs returns the runs of which something is still to be told.
func (s *State) Runs() (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.runs {
		if len(r.pieces) > 0 {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// Of returns the last piece of a run that was kept, and the pieces that are not dropped.
func (s *State) Of(id string) (got uint64, all []protocol.Saved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.run(id)
	for _, p := range r.pieces {
		x := p.Saved
		x.Certain = p.system == s.system && s.system != ""
		x.Rows = append([]protocol.SavedRow(nil), p.Rows...)
		all = append(all, x)
	}
	return r.got, all
}

func (s *State) run(id string) *run {
	for _, r := range s.runs {
		if r.id == id {
			return r
		}
	}
	r := &run{id: id}
	s.runs = append(s.runs, r)
	return r
}

// Keep makes the rows of a piece durable. After an error the process has to end: it is not known
// whether the file has them.
func (s *State) Keep(id string, p *piece.Piece) error {
	l := line{Run: id, Keep: &keepLine{Piece: p.Number}}
	for _, r := range p.Rows {
		l.Keep.Rows = append(l.Keep.Rows, [2]int{r.Number, r.Attempt})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.size > maxSize {
		if err := s.compact(); err != nil {
			return err
		}
	}
	return s.write(&l, true)
}

// Begin notes that the end of a row's message may leave.
func (s *State) Begin(id string, number uint64, place int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(&line{Run: id, Begin: &spot{number, place}}, false)
}

// End notes what became of a row.
func (s *State) End(id string, word piece.Word) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(&line{Run: id, End: &word}, false)
}

// Drop notes that rows are acknowledged.
func (s *State) Drop(id string, rows []piece.Held, durable bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(&line{Run: id, Drop: rows}, durable)
}

// write applies and appends a line. s.mu is held.
func (s *State) write(l *line, durable bool) error {
	if s.failed != nil {
		return s.failed
	}
	text, err := l.encode()
	if err != nil {
		return err
	}
	n, err := s.f.Write(text)
	s.size += n
	if err == nil && durable {
		err = s.f.Sync()
	}
	if err != nil {
		s.failed = fmt.Errorf("writing the worker's state: %w", err)
		return s.failed
	}
	s.apply(l)
	return nil
}
