package result

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
)

// A KeyID stands for a key: 128 bits of its SHA-256, so that two keys never
// share one.
type KeyID [16]byte

// IDOf gives the KeyID of a key.
func IDOf(key string) KeyID {
	h := sha256.Sum256([]byte(key))
	return KeyID(h[:16])
}

// MarkOf is the hash that a Standing's Mark is made by.
func MarkOf(text string) uint64 {
	h := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint64(h[:8])
}

// A Standing is the state of a key. The zero value is that of a key without
// records.
type Standing struct {
	Status   Status
	Class    Class
	Attempts int    // the greatest attempt of its records: the next is one more
	Number   int    // Entry.Number of the record that decides
	Mark     uint64 // MarkOf that record's compared recipient (sent, unknown) or Error (skipped), else 0
}

// A Fold collects the records of a log into the state of each key. The zero
// value is ready. It is not safe for concurrent use.
//
// A key is sent if any of its records says sent; else unknown if one says
// unknown and no later settle record (Stage is StageSettle) of the same attempt
// follows; else what its last record says. Later is what has the greater time,
// then the greater attempt, then what settles, then what stands further down
// in the file. So a file that was sorted folds to the same states, whatever
// the order of its lines.
//
// It keeps some hundred bytes a key, and half of that for every further record
// of a key.
type Fold struct {
	Name    string                        // of the log, for errors
	Compare func(recipient string) string // the form in which recipients are compared; nil: as they are

	keys    map[KeyID]standing
	lines   map[recordID]uint32 // of the records that are not the deciding ones
	marks   map[markID]struct{} // of the same, if sent or unknown
	doubts  map[KeyID][]doubt   // the unknown and the settle records
	runs    map[string]*RunSummary
	run     *RunSummary // of the last record
	records int
}

type markID struct {
	key  KeyID
	mark uint64
}

// Add takes the next record of the log. It fails with an *Error if the log
// holds the same attempt of the same key already, or, for a settle record or
// one with attempt 0, the same record; the fold is then as before.
func (f *Fold) Add(e Entry) error {
	f.ready()
	id := IDOf(e.Key)
	s := f.standing(&e)
	old, ok := f.keys[id]
	if ok {
		if line, found := f.lineOf(s.id(id), old); found {
			return f.repeated(&e, line)
		}
	}
	if s.doubtful {
		f.doubts[id] = append(f.doubts[id], doubt{s.when(), s.mark, s.class})
	}
	if ok {
		s = f.merge(id, old, s)
	}
	f.keys[id] = s
	f.count(&e)
	return nil
}

func (f *Fold) ready() {
	if f.keys != nil {
		return
	}
	f.keys = make(map[KeyID]standing)
	f.lines = make(map[recordID]uint32)
	f.marks = make(map[markID]struct{})
	f.doubts = make(map[KeyID][]doubt)
	f.runs = make(map[string]*RunSummary)
}

// standing is that of a key that has this record only.
func (f *Fold) standing(e *Entry) standing {
	s := standing{
		milli:    e.Time.UnixMilli(),
		mark:     f.markOf(e),
		attempt:  uint32(e.Attempt),
		number:   uint32(e.Number),
		sum:      e.sum,
		line:     uint32(e.Line),
		attempts: uint32(e.Attempt),
		status:   statusCode(e.Status),
		class:    classCode(e.Class),
		settles:  e.Stage == StageSettle,
		doubtful: e.Status == Unknown || e.Stage == StageSettle,
	}
	if s.sum == 0 && s.id(KeyID{}).loose { // an Entry that Read did not make
		var c cells
		c.set(&e.Record, nil)
		s.sum = sumOf(&c, nil)
	}
	return s
}

func (f *Fold) markOf(e *Entry) uint64 {
	switch e.Status {
	case Sent, Unknown:
		return MarkOf(f.compared(e.Recipient))
	case Skipped:
		return MarkOf(e.Error)
	}
	return 0
}

func (f *Fold) compared(recipient string) string {
	if f.Compare == nil {
		return recipient
	}
	return f.Compare(recipient)
}

// lineOf finds the line of a record that was added.
func (f *Fold) lineOf(id recordID, kept standing) (line uint32, found bool) {
	if kept.id(id.key) == id {
		return kept.line, true
	}
	line, found = f.lines[id]
	return line, found
}

func (f *Fold) repeated(e *Entry, line uint32) error {
	return &Error{Name: f.Name, Line: e.Line,
		Err: fmt.Errorf("%w: it is attempt %d of key %q, as is line %d", ErrRepeated, e.Attempt, e.Key, line)}
}

// merge keeps the deciding one of two standings, and what is needed of the
// other.
func (f *Fold) merge(id KeyID, old, s standing) standing {
	keep, leave := old, s
	if s.decides(old) {
		keep, leave = s, old
	}
	f.lines[leave.id(id)] = leave.line
	if leave.delivered() {
		f.marks[markID{id, leave.mark}] = struct{}{}
	}
	keep.attempts = max(old.attempts, s.attempts)
	keep.doubtful = old.doubtful || s.doubtful
	return keep
}

// Of gives the state of a key.
func (f *Fold) Of(key string) Standing {
	id := IDOf(key)
	return f.of(id, f.keys[id])
}

func (f *Fold) of(id KeyID, s standing) Standing {
	st := Standing{s.status.status(), s.class.class(), int(s.attempts), int(s.number), s.mark}
	if s.status == codeSent || !s.doubtful {
		return st
	}
	if d, ok := unsettled(f.doubts[id]); ok {
		st.Status, st.Class, st.Number, st.Mark = Unknown, d.class.class(), int(d.number), d.mark
	}
	return st
}

// All gives every key and its state, in no order.
func (f *Fold) All() iter.Seq2[KeyID, Standing] {
	return func(yield func(KeyID, Standing) bool) {
		for id, s := range f.keys {
			if !yield(id, f.of(id, s)) {
				return
			}
		}
	}
}

// Reached tells whether one of the key's sent or unknown records is for this
// recipient.
func (f *Fold) Reached(key, recipient string) bool {
	id, mark := IDOf(key), MarkOf(f.compared(recipient))
	s := f.keys[id]
	if s.mark == mark && s.delivered() {
		return true
	}
	_, ok := f.marks[markID{id, mark}]
	return ok
}

// Deliveries gives the keys that are sent or unknown with MarkOf the compared
// recipient of each of their sent or unknown records, in no order. A pair may
// come twice.
func (f *Fold) Deliveries() iter.Seq2[KeyID, uint64] {
	return func(yield func(KeyID, uint64) bool) {
		for id, s := range f.keys {
			if f.delivered(id) && s.delivered() && !yield(id, s.mark) {
				return
			}
		}
		for m := range f.marks {
			if f.delivered(m.key) && !yield(m.key, m.mark) {
				return
			}
		}
	}
}

func (f *Fold) delivered(id KeyID) bool {
	st := f.of(id, f.keys[id]).Status
	return st == Sent || st == Unknown
}
