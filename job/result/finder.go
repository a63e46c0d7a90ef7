package result

import (
	"bytes"
	"errors"
	"io"

	"mailshot/job/index"
)

// A Finder finds records by their keys. It keeps their offsets, in about 11 octets
// a record, and reads a record once more when it is asked for. A Finder is made by
// History.Finder and is not safe for concurrent use.
type Finder struct {
	history *History
	log     *source
	journal *source     // nil if it has no pending intents
	index   index.Index // see at
	window  []byte      // some of the log, from offset start
	start   int64
}

// Finder reads log and journal once more and returns a Finder for the records of
// these statuses, of all if there are none, for which want returns true.
func (h *History) Finder(want func(*Entry) bool, only ...Status) (*Finder, error) {
	f := &Finder{history: h}
	var err error
	if f.log, err = h.reopenLog(); err != nil {
		return nil, err
	}
	if len(h.pending) > 0 {
		if f.journal, err = h.reopenJournal(); err != nil {
			f.log.close()
			return nil, err
		}
	}
	if err := f.fill(only, want); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *Finder) fill(only []Status, want func(*Entry) bool) error {
	f.log.want(only)
	for {
		e, err := f.log.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if !want(&e) {
			continue
		}
		if err := f.index.Add(e.Key, uint64(f.log.lines.start)<<1); err != nil {
			return err
		}
	}
	if f.journal == nil || !f.log.wants(Unknown) {
		return nil
	}
	n := uint64(0)
	var full error
	err := f.history.eachPending(func(e Entry, _ []byte) bool {
		if want(&e) {
			full = f.index.Add(e.Key, n<<1|1)
		}
		n++
		return full == nil
	})
	return errors.Join(err, full)
}

// Len returns the number of records.
func (f *Finder) Len() int { return f.index.Len() }

// Find returns the last of a key's records, or the last of those that say sent if
// there are any.
func (f *Finder) Find(key string) (found Entry, ok bool, err error) {
	f.index.Find(key, func(value uint64) bool {
		var e Entry
		if e, err = f.at(value); err != nil {
			return true
		}
		if e.Key == key && (!ok || e.supersedes(&found)) {
			found, ok = e, true
		}
		return false // look for more
	})
	return found, ok && err == nil, err
}

// supersedes reports whether e, and not o, decides the state of their key.
func (e *Entry) supersedes(o *Entry) bool {
	if sent := e.Status == Sent; sent != (o.Status == Sent) {
		return sent
	}
	of := func(e *Entry) position {
		number := uint32(e.Number)
		if e.Pending { // the journal's come after all of the log
			number |= 1 << 31
		}
		return position{e.Time.UnixMilli(), uint32(e.Attempt), number, e.Stage == StageSettle}
	}
	return of(e).after(of(o))
}

// at reads the record of a value in the index: twice the offset of a line in the
// log, or twice the number of a pending intent plus one. It does not set Line, and
// Number only so that later records have greater ones.
func (f *Finder) at(value uint64) (Entry, error) {
	n := int64(value >> 1)
	if value&1 == 1 {
		e, err := f.journal.at(f.history.pending[n])
		e.Number, e.Pending = int(n), true
		return e, err
	}
	line, err := f.line(n)
	if err != nil {
		return Entry{}, err
	}
	e, _, err := f.log.entry(line)
	e.Number = int(n / 32) // no line is shorter
	return e, err
}

// line returns the line of the log at an offset. Since most callers ask in the
// order of the log, it reads ahead.
func (f *Finder) line(start int64) ([]byte, error) {
	for size := 1 << 16; ; size *= 2 {
		if at := start - f.start; at >= 0 && at < int64(len(f.window)) {
			if end := bytes.IndexByte(f.window[at:], '\n'); end >= 0 {
				return f.window[at : at+int64(end)+1], nil
			}
		}
		if cap(f.window) < size {
			f.window = make([]byte, size)
		}
		n, err := f.log.file.ReadAt(f.window[:size], start)
		f.window, f.start = f.window[:n], start
		if err == io.EOF && bytes.IndexByte(f.window, '\n') < 0 {
			return f.window, nil // the last line may have no line end
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
	}
}

// Close closes the files and releases the memory.
func (f *Finder) Close() {
	f.log.close()
	if f.journal != nil {
		f.journal.close()
	}
	f.index.Free()
}
