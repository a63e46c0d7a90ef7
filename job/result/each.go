package result

import (
	"errors"
	"io"
	"iter"
)

// Each reads log and journal once more and yields their records, those of the
// journal last and with Pending set.
func (h *History) Each() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if h.Fold.Records() == 0 {
			return
		}
		if err := h.each(nil, func(e Entry) bool { return yield(e, nil) }); err != nil {
			yield(Entry{}, err)
		}
	}
}

// EachOf is Each for the records of these statuses only. It skips the lines of
// others without parsing them, where the columns are in the order of AppendLine:
// Read has checked them.
func (h *History) EachOf(only ...Status) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if h.Fold.Records() == 0 || len(only) == 0 {
			return
		}
		if err := h.each(only, func(e Entry) bool { return yield(e, nil) }); err != nil {
			yield(Entry{}, err)
		}
	}
}

// Narrow reads log and journal once more and reduces the Fold to the records of one
// run. Since it then lacks those of others, Recover and Begin must not be called.
func (h *History) Narrow(run string) error {
	h.Fold.Free()
	var err error
	readErr := h.each(nil, func(e Entry) bool {
		if e.Run == run {
			err = h.Fold.Add(e)
		}
		return err == nil
	})
	return errors.Join(readErr, err)
}

// Pending reads the journal once more and yields the intents of which the log has
// no record.
func (h *History) Pending() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if len(h.pending) == 0 {
			return
		}
		if err := h.eachPending(func(e Entry, _ []byte) bool { return yield(e, nil) }); err != nil {
			yield(Entry{}, err)
		}
	}
}

// DropPending excludes these intents from what is read once more. The Fold keeps
// them.
func (h *History) DropPending() { h.pending = nil }

// each yields the records of these statuses, of all if there are none, until yield
// returns false. The error is one of reading.
func (h *History) each(only []Status, yield func(Entry) bool) error {
	log, err := h.reopenLog()
	if err != nil {
		return err
	}
	defer log.close()
	log.want(only)
	for log.lines.number < h.lines {
		e, err := log.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if !yield(e) {
			return nil
		}
	}
	if len(h.pending) == 0 || !log.wants(Unknown) {
		return nil
	}
	return h.eachPending(func(e Entry, _ []byte) bool { return yield(e) })
}

// Damaged counts the lines of the log that are broken or were changed by another program, up to where
// a run that was cut off may have left it torn.
func (h *History) Damaged() (n int) {
	log, err := h.open(h.path, h.options.Name)
	if err != nil {
		return 0
	}
	defer log.close()
	if log.header() != nil {
		return 0
	}
	for {
		_, err := log.next()
		switch {
		case err == nil:
		case !errors.Is(err, ErrBroken) && !errors.Is(err, ErrEdited), h.head != nil && log.lines.start >= h.head.length:
			return n
		default:
			n++
		}
	}
}

// reopenLog opens the log and reads its header. The source ends where Read ended.
func (h *History) reopenLog() (*source, error) {
	log, err := h.open(h.path, h.options.Name)
	if err != nil {
		return nil, err
	}
	if err := log.header(); err != nil {
		log.close()
		return nil, err
	}
	log.until = h.lines
	return log, nil
}

// reopenJournal opens the journal to read intents whose spans are known.
func (h *History) reopenJournal() (*source, error) {
	j, err := h.open(h.path+journalSuffix, h.journalName())
	if err != nil {
		return nil, err
	}
	j.found = standardLayout()
	return j, nil
}

// eachPending yields the intents of which the log has no record, with their lines
// for the log, until yield returns false.
func (h *History) eachPending(yield func(e Entry, line []byte) bool) error {
	j, err := h.reopenJournal()
	if err != nil {
		return err
	}
	defer j.close()
	for i, s := range h.pending {
		e, err := j.at(s)
		if err != nil {
			return err
		}
		e.Line, e.Number, e.Pending = h.lines+i+1, h.Fold.Records()-len(h.pending)+i+1, true
		line, err := e.AppendLine(nil)
		if err != nil {
			return err
		}
		if !yield(e, line) {
			return nil
		}
	}
	return nil
}
