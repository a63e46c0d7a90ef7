package disktest

import (
	"bytes"
	"errors"
	"slices"
	"sync"

	"mailshot/job/result"
	"mailshot/job/result/marks"
)

// ErrFault is the error of a mark whose memory is gone.
var ErrFault = errors.New("the memory of a mark is gone")

// A marking is the memory of a machine: marks outlive a process that is killed, and no power cut.
type marking struct {
	mu     sync.Mutex // guards all below
	id     string     // of the journal; "": there are none
	octets []byte
	none   bool // there is no place for marks
	room   int  // for so many at most; 0: for all
	fault  bool
}

// What may happen to marks.
type Harm int

const (
	NoPlace Harm = iota // there is none for marks
	Lost                // the file is gone
	Short               // its end is cut off
	Torn                // an octet of it is none
	Foreign             // it is another journal's, mount's or boot's
	Fault               // to set one fails
	Full                // there is no room for more than are there
)

// Harm does something to the marks.
func (d *Disk) Harm(h Harm) {
	m := &d.marks
	m.mu.Lock()
	defer m.mu.Unlock()
	switch h {
	case NoPlace:
		m.none = true
	case Lost:
		m.id, m.octets = "", nil
	case Short:
		m.octets = m.octets[:len(m.octets)/2]
	case Torn:
		if len(m.octets) > 0 {
			m.octets[0] = 0
		}
	case Foreign:
		m.id = "another"
	case Fault:
		m.fault = true
	case Full:
		m.room = max(1, len(m.octets))
	}
}

// Marked reports whether there are marks.
func (d *Disk) Marked() bool {
	d.marks.mu.Lock()
	defer d.marks.mu.Unlock()
	return d.marks.id != ""
}

// Killed returns the disk as the next process finds it after one was killed at this moment: what
// was written is there, whether it is durable or not, and so are the marks.
func (d *Disk) Killed() *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	after := &Disk{}
	after.fill()
	for name, f := range d.names {
		after.names[name] = f.clone()
	}
	for name, f := range d.durable {
		if after.names[name] == nil || d.names[name] != f {
			after.durable[name] = f.clone()
			continue
		}
		after.durable[name] = after.names[name]
	}
	for _, c := range d.changes {
		if c.file != nil && d.names[c.made] == c.file {
			c.file = after.names[c.made]
		}
		after.changes = append(after.changes, c)
	}
	d.marks.mu.Lock()
	defer d.marks.mu.Unlock()
	after.marks.id, after.marks.octets, after.marks.none = d.marks.id, slices.Clone(d.marks.octets), d.marks.none
	return after
}

func (f *file) clone() *file {
	return &file{content: slices.Clone(f.content), durable: slices.Clone(f.durable), writes: slices.Clone(f.writes)}
}

// CreateMarks makes marks. They are no operation on the disk.
func (d *Disk) CreateMarks(_, journal string) result.Marks {
	m := &d.marks
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.none {
		return nil
	}
	m.id, m.octets = journal, nil
	return m
}

// ReadMarks returns the marks.
func (d *Disk) ReadMarks(_, journal string, intents int) marks.Begun {
	m := &d.marks
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.id != journal || len(m.octets) < intents || bytes.IndexByte(m.octets[:intents], 0) >= 0 {
		return nil
	}
	return slices.Clone(m.octets[:intents])
}

// RemoveMarks removes the marks.
func (d *Disk) RemoveMarks(string) { d.Harm(Lost) }

// Grow makes room.
func (m *marking) Grow(intents int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.room > 0 && intents > m.room {
		return errors.New("no space left on device")
	}
	for len(m.octets) < intents {
		m.octets = append(m.octets, marks.Armed)
	}
	return nil
}

// Begin sets a mark.
func (m *marking) Begin(number int) error { return m.set(number, marks.Started) }

// Disarm takes a mark back.
func (m *marking) Disarm(number int) { _ = m.set(number, marks.Armed) }

func (m *marking) set(number int, to byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault {
		return ErrFault
	}
	if number <= len(m.octets) {
		m.octets[number-1] = to
	}
	return nil
}

// Close does nothing.
func (m *marking) Close() error { return nil }
