package result

import (
	"errors"
	"fmt"
	"hash/maphash"
	"iter"

	"mailshot/job/index"
)

// A Standing is the state of a key. The zero value is that of a key without
// records.
type Standing struct {
	Status   Status
	Class    Class
	Attempts int // the greatest attempt of its records: the next is one more
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
// It keeps some 30 octets a key, and some hundred more of a key that was
// unknown or skipped and has further records. Keys are told apart by 88 bits of
// hashes that nobody can foretell.
type Fold struct {
	Name    string                        // of the log, for errors
	Compare func(recipient string) string // the form in which recipients are compared; nil: as they are

	seed    maphash.Seed // of marks
	keys    index.Table
	full    map[index.Slot][]trace // of the items that say so
	runs    map[string]*RunSummary
	run     *RunSummary // of the last record
	records int
}

// Add takes the next record of the log. It fails with an *Error if the log
// holds the same attempt of the same key already, or, for a settle record or
// one with attempt 0, the same record; the fold is then as before.
func (f *Fold) Add(e Entry) error {
	t := f.trace(&e)
	at, ok := f.keys.Find(e.Key)
	if !ok {
		if err := f.insert(e.Key, &t); err != nil {
			return &Error{Name: f.Name, Line: e.Line, Err: err}
		}
	} else if !f.merge(at, t) {
		return &Error{Name: f.Name, Line: e.Line, Err: fmt.Errorf("%w: there is another of attempt %d of key %q", ErrRepeated, e.Attempt, e.Key)}
	}
	f.count(&e)
	return nil
}

// trace is what is kept of a record.
func (f *Fold) trace(e *Entry) trace {
	if f.runs == nil {
		f.seed = maphash.MakeSeed()
		f.runs, f.full = make(map[string]*RunSummary), make(map[index.Slot][]trace)
	}
	t := trace{
		when:   when{e.Time.UnixMilli(), uint32(e.Attempt), uint32(e.Number), e.Stage == StageSettle},
		sum:    uint16(e.sum),
		status: statusCode(e.Status),
		class:  classCode(e.Class),
	}
	switch e.Status {
	case Sent, Unknown:
		t.mark = f.mark(f.compared(e.Recipient))
	case Skipped:
		t.mark = f.mark(e.Error)
	}
	if t.sum == 0 && t.loose() { // an Entry that Read did not make
		var c cells
		c.set(&e.Record, nil)
		t.sum = uint16(sumOf(&c, nil))
	}
	return t
}

func (f *Fold) mark(text string) uint32 { return uint32(maphash.String(f.seed, text)) }

func (f *Fold) compared(recipient string) string {
	if f.Compare == nil {
		return recipient
	}
	return f.Compare(recipient)
}

func (f *Fold) insert(key string, t *trace) error {
	it, ok := itemOf(t)
	it.full = !ok
	at, err := f.keys.Add(key, it.pack())
	if err != nil {
		return errors.New("is one too many: the log has more keys than can be told apart")
	}
	if it.full {
		f.full[at] = []trace{*t}
	}
	return nil
}

// merge adds a record to those of a key, unless it is there already.
func (f *Fold) merge(at index.Slot, t trace) bool {
	it := unpackItem(f.keys.Item(at))
	all := f.full[at]
	if !it.full {
		if it.has(t.attempt) && !t.loose() {
			return false
		}
		if it.merge(&t) {
			f.keys.SetItem(at, it.pack())
			return true
		}
		all = it.traces()
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

// Of gives the state of a key.
func (f *Fold) Of(key string) Standing {
	at, ok := f.keys.Find(key)
	if !ok {
		return Standing{}
	}
	return f.standing(at)
}

func (f *Fold) standing(at index.Slot) Standing {
	it := unpackItem(f.keys.Item(at))
	if !it.full {
		return Standing{it.status.status(), it.class.class(), it.attempts()}
	}
	all := f.full[at]
	t := deciding(all)
	s := Standing{Status: t.status.status(), Class: t.class.class()}
	for i := range all {
		s.Attempts = max(s.Attempts, int(all[i].attempt))
	}
	return s
}

// decides gives the trace of the record that decides the state of a key.
func (f *Fold) decides(key string) (t trace, ok bool) {
	at, ok := f.keys.Find(key)
	if !ok {
		return trace{}, false
	}
	if it := unpackItem(f.keys.Item(at)); !it.full {
		return it.trace(), true
	}
	return deciding(f.full[at]), true
}

// Decides tells whether a record that was added is the one that decides the
// state of its key.
func (f *Fold) Decides(e *Entry) bool {
	d, ok := f.decides(e.Key)
	if !ok || d.milli != e.Time.UnixMilli() || d.attempt != uint32(e.Attempt) || d.settles != (e.Stage == StageSettle) {
		return false
	}
	return !d.loose() || d.sum == f.trace(e).sum
}

// Has tells whether there is a record of that attempt at a key, other than a
// settle record.
func (f *Fold) Has(key string, attempt int) bool {
	at, ok := f.keys.Find(key)
	if !ok {
		return false
	}
	it := unpackItem(f.keys.Item(at))
	if !it.full {
		return it.has(uint32(attempt))
	}
	for _, t := range f.full[at] {
		if t.attempt == uint32(attempt) && !t.settles {
			return true
		}
	}
	return false
}

// Reached gives the state of a key and tells whether one of its sent or unknown
// records is for a recipient, who is given in the compared form, and whether
// all of them are. One in four thousand million that are not is taken for one
// that is.
func (f *Fold) Reached(key, compared string) (s Standing, reached, alone bool) {
	at, ok := f.keys.Find(key)
	if !ok {
		return Standing{}, false, false
	}
	s = f.standing(at)
	mark := f.mark(compared)
	it := unpackItem(f.keys.Item(at))
	if !it.full {
		t := it.trace()
		reached = t.delivered() && t.mark == mark
		return s, reached, reached
	}
	others := false
	for _, t := range f.full[at] {
		reached = reached || t.delivered() && t.mark == mark
		others = others || t.delivered() && t.mark != mark
	}
	return s, reached, reached && !others
}

// SkippedFor tells whether the key is skipped for this reason.
func (f *Fold) SkippedFor(key, reason string) bool {
	t, ok := f.decides(key)
	return ok && t.status == codeSkipped && t.mark == f.mark(reason)
}

// All gives the state of every key, in no order.
func (f *Fold) All() iter.Seq[Standing] {
	return func(yield func(Standing) bool) {
		for at := range f.keys.All {
			if !yield(f.standing(at)) {
				return
			}
		}
	}
}

// Free gives the memory back and leaves f without records.
func (f *Fold) Free() {
	f.keys.Free()
	*f = Fold{Name: f.Name, Compare: f.Compare}
}
