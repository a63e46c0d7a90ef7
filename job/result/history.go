package result

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// A History is what a log says, together with the journal of a run that has not
// come to its end: one that goes on, or one that was killed. It is not safe for
// concurrent use.
type History struct {
	Fold   Fold
	Exists bool // the log is there, with a record or without

	fsys    FS
	path    string
	options ReadOptions
	read    *extent      // of the log; nil if it was not read
	cut     int64        // where the log is torn; -1 if it is whole
	torn    error        // what is wrong there
	lines   int          // of the log that are read, up to the cut
	head    *journalHead // nil: there is no journal
	pending []span       // of the journal: intents of which the log has no record
}

// A span is where a line lies in a file, in octets.
type span struct {
	start int64
	size  int
}

// NewHistory gives the History of a log that is not read yet: one without
// records. Compare is the form in which recipients are compared, as in Fold.
func NewHistory(fsys FS, path string, o ReadOptions, compare func(string) string) *History {
	return &History{fsys: fsys, path: path, options: o, cut: -1, Fold: Fold{Name: o.Name, Compare: compare}}
}

// Read reads the log and its journal, if there are any, and writes nothing.
// Intents without a record count as unknown. It is called once.
//
// The log may be torn where it was not yet durable when the run of the journal
// began; it then ends there. Everything else that is wrong is an *Error, or one
// of the file system.
func (h *History) Read() error {
	journal, err := h.openJournal()
	if err != nil {
		return err
	}
	if journal != nil {
		defer journal.close()
	}
	log, err := h.openLog()
	if err != nil || !h.Exists {
		return err
	}
	defer log.close()
	err = h.readLog(log)
	if err == nil && journal != nil {
		err = h.readJournal(log, journal)
	}
	if err == nil {
		h.read, err = extentOf(log.file, log.lines.end)
	}
	return err
}

// An extent is which file was read or written, and how far, in octets.
type extent struct {
	info fs.FileInfo
	size int64
}

func extentOf(f File, size int64) (*extent, error) {
	info, err := f.Stat()
	return &extent{info, size}, err
}

// A source is a file that is read line by line.
type source struct {
	*decoder
	file File
}

func (s *source) close() { _ = s.file.Close() } // it was only read

// at reads one line again.
func (s *source) at(where span) (Entry, error) {
	line := make([]byte, where.size)
	if _, err := s.file.ReadAt(line, where.start); err != nil && err != io.EOF {
		return Entry{}, err
	}
	e, _, err := s.entry(line)
	return e, err
}

func (h *History) open(path, name string) (*source, error) {
	info, err := h.fsys.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening it might wait for ever
		return nil, fmt.Errorf("%s is no file", path)
	}
	f, err := h.fsys.Open(path)
	if err != nil {
		return nil, err
	}
	o := h.options
	o.Name = name
	return &source{newDecoder(f, o), f}, nil
}

// journalName is how errors name the journal.
func (h *History) journalName() string {
	if h.options.Name == "" {
		return ""
	}
	return h.options.Name + journalSuffix
}

// openJournal opens the journal and reads its head; nil if there is none.
func (h *History) openJournal() (*source, error) {
	j, err := h.open(h.path+journalSuffix, h.journalName())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	j.lines.r.Reset(&content{file: j.file})
	j.opts.AcceptEdited = false // it is nobody's to edit
	line, err := j.lines.next()
	if err == nil {
		var head journalHead
		if head, err = parseHead(string(line)); err == nil {
			h.head, j.found = &head, ours()
			return j, nil
		}
	}
	if err == io.EOF {
		j.lines.number, err = 1, ErrJournal
	}
	j.close()
	return nil, j.fail(err)
}

// openLog opens the log. If it is not there, a journal must not be there
// either.
func (h *History) openLog() (*source, error) {
	log, err := h.open(h.path, h.options.Name)
	switch {
	case err == nil:
		h.Exists = true
	case errors.Is(err, fs.ErrNotExist) && h.head != nil:
		return nil, &Error{Name: h.journalName(), Line: 1, Err: fmt.Errorf("%w: it has %d records", ErrNoLog, h.head.records)}
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	}
	return log, err
}

// readLog folds the log, up to where it is torn.
func (h *History) readLog(log *source) error {
	if err := log.header(); err != nil {
		return err
	}
	h.lines = log.lines.number
	if info, err := log.file.Stat(); err == nil {
		h.Fold.keys.Expect(int(min(info.Size()/usualLine, 1<<23)))
	}
	if err := h.foldOn(log); err != nil {
		return err
	}
	if h.head != nil && h.Fold.Records() < h.head.records && !h.options.AcceptEdited {
		return &Error{Name: h.options.Name, Line: h.lines, Err: fmt.Errorf("%w: it has %d records, and had %d when run %s began",
			ErrLost, h.Fold.Records(), h.head.records, h.head.run)}
	}
	return nil
}

// usualLine is how many octets the line of a record mostly has.
const usualLine = 280

// foldOn folds what is left to read of the log.
func (h *History) foldOn(log *source) error {
	if h.cut >= 0 {
		return nil
	}
	ahead := log.ahead()
	defer ahead.stop()
	for {
		b := ahead.next()
		for i := range b.entries {
			e := &b.entries[i]
			h.lines = e.Line
			if err := h.Fold.Add(*e); err != nil {
				return h.repeated(err, *e)
			}
		}
		switch {
		case b.err == nil:
			ahead.give(b)
		case b.err == io.EOF:
			return nil
		case errors.Is(b.err, ErrBroken) && h.head != nil && log.lines.start >= h.head.length:
			h.cut, h.torn = log.lines.start, b.err
			return nil
		default:
			return b.err
		}
	}
}

// repeated names the other record of a repeated one.
func (h *History) repeated(err error, e Entry) error {
	other, openErr := h.open(h.path, h.options.Name)
	if openErr != nil {
		return err
	}
	defer other.close()
	if other.header() != nil {
		return err
	}
	settles := func(e *Entry) bool { return e.Stage == StageSettle }
	for {
		o, readErr := other.next()
		if readErr != nil || o.Line >= e.Line {
			return err
		}
		if o.Key == e.Key && o.Attempt == e.Attempt && settles(&o) == settles(&e) {
			return &Error{Name: h.options.Name, Line: e.Line, Err: fmt.Errorf("%w: it is attempt %d of key %q, as is line %d", ErrRepeated, e.Attempt, e.Key, o.Line)}
		}
	}
}

// readJournal finds the intents of which the log has no record, and folds them
// as unknown.
func (h *History) readJournal(log, journal *source) error {
	missing, err := h.intents(journal)
	if err != nil {
		return err
	}
	if err := h.foldOn(log); err != nil { // what a run that goes on wrote meanwhile
		return err
	}
	for _, s := range missing {
		e, err := journal.at(s)
		if err != nil {
			return err
		}
		if h.Fold.Has(e.Key, e.Attempt) {
			continue
		}
		h.pending = append(h.pending, s)
		e.Line, e.Number = h.lines+len(h.pending), h.Fold.Records()+1
		if err := h.Fold.Add(e); err != nil {
			return err
		}
	}
	return h.covered(log)
}

// intents reads the journal to its end, and gives the places of the intents of
// which the log has no record so far.
func (h *History) intents(journal *source) ([]span, error) {
	var missing []span
	var torn error
	for {
		e, err := journal.next()
		if torn != nil && journal.blanks > 0 {
			return nil, torn // what is before an empty line was durable
		}
		switch {
		case err == io.EOF:
			return missing, nil
		case errors.Is(err, ErrBroken):
			if torn == nil {
				torn = err
			}
			continue
		case err != nil:
			return nil, err
		case e.Status != Unknown || e.Run != h.head.run:
			return nil, journal.fail(fmt.Errorf("%w: it is no intent of run %s", ErrBroken, h.head.run))
		}
		if !h.Fold.Has(e.Key, e.Attempt) {
			missing = append(missing, span{journal.lines.start, int(journal.lines.end - journal.lines.start)})
		}
	}
}

// covered refuses a torn log of which more would be lost by cutting it than the
// journal knows: records of another run, or of messages that went out. A row
// whose failure is forgotten is tried again; what a settle that was cut off
// wrote is to be said again.
func (h *History) covered(log *source) error {
	if h.cut < 0 {
		return nil
	}
	for {
		e, err := log.next()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, ErrBroken):
			continue
		case err != nil:
			return err
		}
		wentOut := (e.Status == Sent || e.Status == Unknown) && e.Stage != StageSettle
		if e.Run != h.head.run || wentOut && !h.Fold.Has(e.Key, e.Attempt) {
			return h.torn
		}
	}
}

// Left gives the run of the journal and the number of intents of which the log
// has no record; "" if there is no journal.
func (h *History) Left() (run string, pending int) {
	if h.head == nil {
		return "", 0
	}
	return h.head.run, len(h.pending)
}

// Torn tells whether the log ends in the middle of a record. While a run goes on
// that may only mean that it was read while it was written.
func (h *History) Torn() bool { return h.cut >= 0 }

// Ended tells whether the journal, which was there, is gone: its run has come to
// its end since.
func (h *History) Ended() (bool, error) {
	_, err := h.fsys.Stat(h.path + journalSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return h.head != nil, nil
	}
	return false, err
}
