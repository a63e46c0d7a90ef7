package result

import (
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"time"

	"mailshot/job/index"
)

// A Fold reduces the records of a log to the state of each key. The zero value is
// ready to use. A Fold is not safe for concurrent use.
//
// Of the settle records (Stage is StageSettle) of an attempt only the last counts, and
// none if that says unknown, by which the others are taken back. A key is sent if any
// of its records says sent; else unknown if one says unknown and no later settle record
// of the same attempt follows; else what its last record says. Of two attempts, the later one is the
// greater. Of other two records it has the greater time, or else the greater attempt,
// or else is a settle record, or else is further down in the file; whoever records
// something behind a skipped or a settle record gives it a greater time, whatever the
// clock says: see Latest and LatestNote. So the states do not depend on the order of lines,
// and a log that a spreadsheet sorted has the same.
//
// An attempt has one record. It may have two where somebody removed the lock of a run
// that went on, and another one began: then the stronger of them holds, which is sent,
// else unknown, else the later one.
//
// A Fold takes about 30 octets for each key, and about a hundred more for one that
// was unknown or skipped and has further records. Keys are identified by 88 bits
// of randomly seeded hashes.
type Fold struct {
	Name    string                        // of the log, for errors
	Compare func(recipient string) string // the form that is compared; may be nil

	seed    maphash.Seed // of textHash
	keys    index.Table
	full    map[index.Slot][]mark // the marks of all records, for keys whose item is full
	runs    map[string]*foldedRun
	run     *foldedRun // of the last record
	records int
}

// Add adds the next record of the log. It returns an *Error, and adds nothing, if
// the log already has the same record. Of an attempt that is not the last one of its
// key that is not noticed, and does no harm.
func (f *Fold) Add(e Entry) error {
	t := f.markOf(&e)
	at, ok := f.keys.Find(e.Key)
	earlier := f.sameRun(&e, at, ok)
	if !ok {
		if err := f.insert(e.Key, &t); err != nil {
			return &Error{Name: f.Name, Line: e.Line, Err: err}
		}
	} else if !f.merge(at, t) {
		return &Error{Name: f.Name, Line: e.Line, Err: fmt.Errorf("%w: there is another of attempt %d of key %q", ErrRepeated, e.Attempt, e.Key)}
	}
	f.count(&e, earlier)
	return nil
}

// markOf returns what is kept of a record.
func (f *Fold) markOf(e *Entry) mark {
	if f.runs == nil {
		f.seed = maphash.MakeSeed()
		f.runs, f.full = make(map[string]*foldedRun), make(map[index.Slot][]mark)
	}
	t := mark{
		position: position{e.Time.UnixMilli(), uint32(e.Attempt), uint32(e.Number), e.Stage == StageSettle},
		sum:      uint16(e.sum),
		run:      f.ordinal(e.Run),
		status:   statusCode(e.Status),
		class:    classCode(e.Class),
	}
	switch e.Status {
	case Sent, Unknown:
		t.hash = f.textHash(f.compared(e.Recipient))
	case Skipped:
		t.hash = f.textHash(e.Error)
	}
	if t.sum == 0 && t.repeatable() { // an Entry that was not decoded
		var c cells
		c.set(&e.Record, nil)
		t.sum = uint16(sumOf(&c, nil))
	}
	return t
}

// ordinal returns the number of a run, from 1 to maxOrdinal and then from 1 again.
func (f *Fold) ordinal(run string) uint8 {
	known := f.run
	if known == nil || known.ID != run {
		known = f.runs[run]
	}
	if known == nil {
		return uint8(len(f.runs)%maxOrdinal) + 1
	}
	return known.ordinal
}

// maxOrdinal is how many runs are told apart.
const maxOrdinal = 31

func (f *Fold) textHash(text string) uint32 { return uint32(maphash.String(f.seed, text)) }

func (f *Fold) compared(recipient string) string {
	if f.Compare == nil {
		return recipient
	}
	return f.Compare(recipient)
}

func (f *Fold) insert(key string, t *mark) error {
	it, ok := itemOf(t)
	it.full = !ok
	at, err := f.keys.Add(key, it.pack())
	if err != nil {
		return errors.New("is one too many: the log has more keys than can be told apart")
	}
	if it.full {
		f.full[at] = []mark{*t}
	}
	return nil
}

// merge adds a record to those of a key, and reports false if it repeats one.
func (f *Fold) merge(at index.Slot, t mark) bool {
	it := unpackItem(f.keys.Item(at))
	all := f.full[at]
	if !it.full {
		if own := it.mark(); !t.repeatable() && t.repeats(&own) {
			return false
		}
		if it.merge(&t) {
			f.keys.SetItem(at, it.pack())
			return true
		}
		all = it.marks()
	}
	for i := range all {
		if t.repeats(&all[i]) {
			return false
		}
	}
	if !it.full {
		it.full = true
		f.keys.SetItem(at, it.pack())
	}
	f.full[at] = append(all, t)
	return true
}

// Of returns the state of a key.
func (f *Fold) Of(key string) State {
	at, ok := f.keys.Find(key)
	if !ok {
		return State{}
	}
	return f.state(at)
}

func (f *Fold) state(at index.Slot) State {
	it := unpackItem(f.keys.Item(at))
	if !it.full {
		return State{it.status.status(), it.class.class(), it.attempts()}
	}
	all := f.full[at]
	t := deciding(all)
	s := State{Status: t.status.status(), Class: t.class.class()}
	for i := range all {
		s.Attempts = max(s.Attempts, int(all[i].attempt))
	}
	return s
}

// decides returns the mark of the record that decides the state of a key.
func (f *Fold) decides(key string) (t mark, ok bool) {
	at, ok := f.keys.Find(key)
	if !ok {
		return mark{}, false
	}
	if it := unpackItem(f.keys.Item(at)); !it.full {
		return it.mark(), true
	}
	return deciding(f.full[at]), true
}

// Latest returns the greatest time of a key's records that can decide its state, which
// a skipped or a settle record has to exceed. It is zero if there is none.
func (f *Fold) Latest(key string) time.Time {
	return f.latest(key, func(*mark) bool { return true })
}

// LatestNote returns the greatest time of a key's skipped and settle records, which an
// attempt has to exceed. It is zero if there is none.
func (f *Fold) LatestNote(key string) time.Time { return f.latest(key, (*mark).repeatable) }

func (f *Fold) latest(key string, of func(*mark) bool) (latest time.Time) {
	at, ok := f.keys.Find(key)
	if !ok {
		return latest
	}
	all := f.full[at]
	if it := unpackItem(f.keys.Item(at)); !it.full {
		all = []mark{it.mark()}
	}
	for i := range all {
		if t := time.UnixMilli(all[i].milli); of(&all[i]) && t.After(latest) {
			latest = t
		}
	}
	return latest
}

// Decides reports whether a record that was added is the one that decides the
// state of its key.
func (f *Fold) Decides(e *Entry) bool {
	d, ok := f.decides(e.Key)
	if !ok || d.milli != e.Time.UnixMilli() || d.attempt != uint32(e.Attempt) || d.settles != (e.Stage == StageSettle) {
		return false
	}
	if !d.repeatable() && (d.status != statusCode(e.Status) || d.class != classCode(e.Class) || d.run != f.ordinal(e.Run)) {
		return false
	}
	return !d.repeatable() || d.sum == f.markOf(e).sum
}

// Has reports whether a record of that attempt at a key was added, other than a
// settle record.
func (f *Fold) Has(key string, attempt int) bool {
	return f.has(key, attempt, func(uint8) bool { return true })
}

// HasOf reports whether a record of that attempt at a key by that run was added, other
// than a settle record.
func (f *Fold) HasOf(key string, attempt int, run string) bool {
	own := f.ordinal(run)
	return f.has(key, attempt, func(record uint8) bool { return record == 0 || record == own })
}

func (f *Fold) has(key string, attempt int, by func(run uint8) bool) bool {
	at, ok := f.keys.Find(key)
	if !ok {
		return false
	}
	it := unpackItem(f.keys.Item(at))
	if !it.full {
		return it.has(uint32(attempt)) && by(it.run(uint32(attempt)))
	}
	for _, t := range f.full[at] {
		if t.attempt == uint32(attempt) && !t.settles && by(t.run) {
			return true
		}
	}
	return false
}

// Reached returns the state of a key, and reports whether one of its sent or
// unknown records is for the recipient, and whether all of them are. The recipient
// must be in the form that Compare returns. Recipients are compared by a hash of 32
// bits, so one in 2^32 others is mistaken for the recipient.
func (f *Fold) Reached(key, compared string) (s State, reached, alone bool) {
	at, ok := f.keys.Find(key)
	if !ok {
		return State{}, false, false
	}
	s = f.state(at)
	hash := f.textHash(compared)
	it := unpackItem(f.keys.Item(at))
	if !it.full {
		t := it.mark()
		reached = t.delivered() && t.hash == hash
		return s, reached, reached
	}
	others := false
	for _, t := range f.full[at] {
		reached = reached || t.delivered() && t.hash == hash
		others = others || t.delivered() && t.hash != hash
	}
	return s, reached, reached && !others
}

// SkippedFor reports whether the key is skipped for this reason.
func (f *Fold) SkippedFor(key, reason string) bool {
	t, ok := f.decides(key)
	return ok && t.status == codeSkipped && t.hash == f.textHash(reason)
}

// states yields the state of every key, in no particular order.
func (f *Fold) states() iter.Seq[State] {
	return func(yield func(State) bool) {
		for at := range f.keys.All {
			if !yield(f.state(at)) {
				return
			}
		}
	}
}

// Settled reports whether a settle record decides the state of a key.
func (f *Fold) Settled(key string) bool {
	t, ok := f.decides(key)
	return ok && t.settles
}

// Free releases the memory and leaves f without records.
func (f *Fold) Free() {
	f.keys.Free()
	*f = Fold{Name: f.Name, Compare: f.Compare}
}
