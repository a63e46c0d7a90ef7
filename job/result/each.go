package result

import (
	"io"
	"iter"
)

// Each reads log and journal once more and gives their records, those of the
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

// each gives the records of these statuses, of all if there are none, and stops
// when yield says no; the error is of the reading.
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

// reopenLog opens the log behind its header, to read what was read before.
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

// reopenJournal opens the journal to read intents whose places are known.
func (h *History) reopenJournal() (*source, error) {
	j, err := h.open(h.path+journalSuffix, h.journalName())
	if err != nil {
		return nil, err
	}
	j.found = ours()
	return j, nil
}

// eachPending gives the intents of which the log has no record, as they are to
// stand in it.
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
