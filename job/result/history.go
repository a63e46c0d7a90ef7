package result

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"path/filepath"
	"strings"
	"time"
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
	if err := h.readLog(log); err != nil || journal == nil {
		return err
	}
	return h.readJournal(log, journal)
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
	f, err := h.fsys.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, errors.Join(fmt.Errorf("%s is no file", path), f.Close())
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
	batches, stop := log.ahead()
	defer stop()
	for {
		b := <-batches
		for _, e := range b.entries {
			h.lines = e.Line
			if err := h.Fold.Add(e); err != nil {
				return h.repeated(err, e)
			}
		}
		switch {
		case b.err == nil:
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
	if openErr != nil || other.header() != nil {
		return err
	}
	defer other.close()
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
		case e.Status != Unknown || e.Run != h.head.run || e.Attempt == 0:
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

// Recover brings the log to what h says: it is cut where it is torn, the intents
// without a record are appended as they are, and the journal goes. The caller
// holds the lock of the log. It may be cut off at any point, and done again by
// another History.
func (h *History) Recover() error {
	if h.head == nil {
		return nil
	}
	log, err := openLog(h.fsys, h.path, h.cut)
	if err != nil {
		return err
	}
	if err := h.recover(log); err != nil {
		return errors.Join(err, log.close())
	}
	h.head, h.pending, h.cut, h.lines = nil, nil, -1, math.MaxInt // nobody else writes to it
	return log.close()
}

func (h *History) recover(log *logFile) error {
	var err error
	var lines []byte
	if len(h.pending) > 0 {
		err = h.eachPending(func(_ Entry, line []byte) bool {
			lines = append(lines, line...)
			if len(lines) > 1<<16 {
				err = log.append(lines)
				lines = lines[:0]
			}
			return err == nil
		})
	}
	if err == nil && len(lines) > 0 {
		err = log.append(lines)
	}
	if err == nil {
		err = log.sync()
	}
	if err == nil {
		err = log.hold()
	}
	if err == nil {
		err = h.fsys.Remove(h.path + journalSuffix)
	}
	return err
}

// Begin makes the log if there is none, and the journal of a run, and gives
// what writes to both. The caller holds the lock of the log and has recovered
// it. Nothing is written to h.
func (h *History) Begin(run string) (*Writer, error) {
	if h.head != nil {
		return nil, errors.New("beginning a run: the journal of another is still there")
	}
	if !h.Exists {
		if err := createLog(h.fsys, h.path); err != nil {
			return nil, err
		}
	}
	log, err := openLog(h.fsys, h.path, -1)
	if err != nil {
		return nil, err
	}
	return newWriter(log, run, h.Fold.Records())
}

// PutAside renames the log to path, and its journal if there is one to path and
// ".journal", so that both can be made anew; h is then without records. Nothing
// may stand under the new names. They are durable when Begin has made a log.
func (h *History) PutAside(path string) error {
	for _, suffix := range []string{"", journalSuffix} {
		if err := h.fsys.Rename(h.path+suffix, path+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("renaming the old results log: %w", err)
		}
	}
	h.Fold.Free()
	*h = *NewHistory(h.fsys, h.path, h.options, h.Fold.Compare)
	return nil
}

// AsideName gives a name for a log that is put aside: beside it, with the time
// in it, and still with its extension. Neither it nor the name of its journal
// is taken.
func (h *History) AsideName(now time.Time) (string, error) {
	ext := filepath.Ext(h.path)
	stem := strings.TrimSuffix(h.path, ext) + now.UTC().Format(".until-20060102T150405Z")
	for n := 1; ; n++ {
		path := stem + ext
		if n > 1 {
			path = fmt.Sprintf("%s-%d%s", stem, n, ext)
		}
		free := true
		for _, suffix := range []string{"", journalSuffix} {
			switch _, err := h.fsys.Stat(path + suffix); {
			case err == nil:
				free = false
			case !errors.Is(err, fs.ErrNotExist):
				return "", fmt.Errorf("naming the old results log: %w", err)
			}
		}
		if free {
			return path, nil
		}
	}
}
