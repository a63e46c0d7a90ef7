package result

import (
	"bytes"
	"errors"
	"io"

	"mailshot/job/index"
)

// A Finder gives records by their keys. It keeps their places, in some 11
// octets a record, and reads each again when it is asked for. It is not safe
// for concurrent use.
type Finder struct {
	history *History
	log     *source
	journal *source     // nil if there are no intents in it
	index   index.Index // of places: twice that of a line in the log, or twice the number of an intent, plus one
	window  []byte      // of the log, from start
	start   int64
}

// Finder reads log and journal once more and makes a Finder for the records of
// these statuses, of all if there are none, that want says yes to.
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

// Len is the number of records.
func (f *Finder) Len() int { return f.index.Len() }

// Find gives the last of a key's records; one that says sent goes before all
// others.
func (f *Finder) Find(key string) (found Entry, ok bool, err error) {
	f.index.Find(key, func(place uint64) bool {
		var e Entry
		if e, err = f.at(place); err != nil {
			return true
		}
		if e.Key == key && (!ok || e.outlasts(&found)) {
			found, ok = e, true
		}
		return false // there may be more
	})
	return found, ok && err == nil, err
}

// outlasts tells whether e, and not o, says what became of their key.
func (e *Entry) outlasts(o *Entry) bool {
	if sent := e.Status == Sent; sent != (o.Status == Sent) {
		return sent
	}
	of := func(e *Entry) when {
		number := uint32(e.Number)
		if e.Pending { // the journal's come after all of the log
			number |= 1 << 31
		}
		return when{e.Time.UnixMilli(), uint32(e.Attempt), number, e.Stage == StageSettle}
	}
	return of(e).after(of(o))
}

// at reads the record at a place. Its Line is not known, and Number only tells
// which one comes later.
func (f *Finder) at(place uint64) (Entry, error) {
	n := int64(place >> 1)
	if place&1 == 1 {
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

// line gives the line of the log that begins at an offset. Rows are mostly asked
// for in the order of the log, so what lies behind is read with it.
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

// Close gives files and memory back.
func (f *Finder) Close() {
	f.log.close()
	if f.journal != nil {
		f.journal.close()
	}
	f.index.Free()
}
