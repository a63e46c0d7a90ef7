package result

import (
	"bytes"
	"errors"
	"iter"
)

// EachOf is Each for the records of these statuses only. The lines of others,
// which were read before, are passed over without being taken apart, where
// their columns stand as AppendLine writes them.
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

// Narrow reads log and journal once more and makes the Fold that of one run. It
// knows nothing of other runs then, so nothing may be written after it.
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

// Pending reads the journal once more and gives the intents of which the log has
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

// PassOverPending keeps these intents out of everything that is read again. The
// Fold still has them.
func (h *History) PassOverPending() { h.pending = nil }

// want makes d give only the records of these statuses; of all if there are
// none.
func (d *decoder) want(only []Status) {
	d.wanted, d.fixed = 0, d.found == ours()
	for _, s := range only {
		d.wanted |= statusCode(s).bit()
	}
}

func (d *decoder) wants(s Status) bool { return d.wanted == 0 || d.wanted&statusCode(s).bit() != 0 }

// passesOver tells whether a line is certainly a record of a status that is not
// wanted.
func (d *decoder) passesOver(line []byte) bool {
	if d.wanted == 0 || !d.fixed {
		return false
	}
	for range colStatus {
		i := bytes.IndexByte(line, ',')
		if i < 0 || bytes.IndexByte(line[:i], '"') >= 0 { // a comma may be in quotes
			return false
		}
		line = line[i+1:]
	}
	for _, s := range [...]Status{Sent, Failed, Unknown, Skipped} {
		if n := len(s); len(line) > n && line[n] == ',' && string(line[:n]) == string(s) {
			return !d.wants(s)
		}
	}
	return false
}
