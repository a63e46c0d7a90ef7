package result

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"mailshot/job/result/marks"
)

// A History is the content of a log together with that of its journal, which is
// there while a run is in progress and after one was killed. A History is made by
// NewHistory and is not safe for concurrent use.
type History struct {
	Fold   Fold
	Exists bool // the log exists, even if it has no records

	fsys    FS
	path    string
	options ReadOptions
	read    *extent      // of the log; nil if it was not read
	tornAt  int64        // offset of the broken line that ends the log; -1 if there is none
	tornErr error        // what is wrong with that line
	lines   int          // of the log, up to tornAt
	head    *journalHead // nil if there is no journal
	pending []span       // lines of intents of which the log has no record
}

// A span is the offset and the size of a line in a file, in octets.
type span struct {
	start int64
	size  int
}

// NewHistory returns a History without records, for the log at path; Read reads
// it. Compare is that of the Fold.
func NewHistory(fsys FS, path string, o ReadOptions, compare func(string) string) *History {
	return &History{fsys: fsys, path: path, options: o, tornAt: -1, Fold: Fold{Name: o.Name, Compare: compare}}
}

// Read reads the log and its journal, if they exist, and writes nothing. Intents
// without a record count as unknown, unless it is certain that they were not begun. It must be called at most once.
//
// Beyond the length at which the log was durable when the run of the journal
// began, the log may be torn; Read then ignores it from the first broken line.
// For everything else that is wrong Read returns an *Error or an error of the file
// system.
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

// A source is an open file and its decoder.
type source struct {
	*decoder
	file File
}

func (s *source) close() { _ = s.file.Close() } // nothing was written

// at reads one line once more.
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
	if !info.Mode().IsRegular() { // to open a pipe may block
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

// journalName returns the name of the journal for errors.
func (h *History) journalName() string {
	if h.options.Name == "" {
		return ""
	}
	return h.options.Name + journalSuffix
}

// openJournal opens the journal and reads its head. It returns nil if there is
// none.
func (h *History) openJournal() (*source, error) {
	j, err := h.open(h.path+journalSuffix, h.journalName())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	j.lines.r.Reset(&contentReader{file: j.file})
	j.opts.AcceptEdited = false // nobody has a reason to edit it
	line, err := j.lines.next()
	if err == nil {
		var head journalHead
		if head, err = parseHead(string(line)); err == nil {
			h.head, j.found = &head, standardLayout()
			if head.disarms {
				j.disarmed = make(map[int]bool)
			}
			return j, nil
		}
	}
	if err == io.EOF {
		j.lines.number, err = 1, ErrJournal
	}
	j.close()
	return nil, j.fail(err)
}

// openLog opens the log. It returns nil if there is neither log nor journal, and
// ErrNoLog if there is a journal alone.
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

// readLog adds the records of the log to the Fold, up to where it is torn.
func (h *History) readLog(log *source) error {
	if err := log.header(); err != nil {
		return err
	}
	h.lines = log.lines.number
	if info, err := log.file.Stat(); err == nil {
		h.Fold.keys.Expect(int(min(info.Size()/typicalLine, 1<<23)))
	}
	if err := h.foldRest(log); err != nil {
		return err
	}
	if h.head != nil && h.Fold.Records() < h.head.records && !h.options.AcceptEdited {
		return &Error{Name: h.options.Name, Line: h.lines, Err: fmt.Errorf("%w: it has %d records, and had %d when run %s began",
			ErrLost, h.Fold.Records(), h.head.records, h.head.run)}
	}
	return nil
}

// typicalLine is the size of most records in octets.
const typicalLine = 280

// foldRest adds the records that are left to read to the Fold.
func (h *History) foldRest(log *source) error {
	if h.tornAt >= 0 {
		return nil
	}
	ahead := log.startReadAhead()
	defer ahead.stop()
	for {
		b := ahead.next()
		for i := range b.entries {
			e := &b.entries[i]
			h.lines = e.Line
			if err := h.Fold.Add(*e); err != nil {
				return h.repeatedError(err, *e)
			}
		}
		switch {
		case b.err == nil:
			ahead.release(b)
		case b.err == io.EOF:
			return nil
		case errors.Is(b.err, ErrBroken) && h.head != nil && log.lines.start >= h.head.length:
			h.tornAt, h.tornErr = log.lines.start, b.err
			return nil
		default:
			return b.err
		}
	}
}

// repeatedError returns an error that names the line which e repeats, or err if it
// can't be found.
func (h *History) repeatedError(err error, e Entry) error {
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

// readJournal adds the intents that may have been begun, and of which the log has no
// record, to the Fold, as unknown.
func (h *History) readJournal(log, journal *source) error {
	missing, total, err := h.intents(journal)
	if err != nil {
		return err
	}
	if err := h.foldRest(log); err != nil { // what a run in progress has written meanwhile
		return err
	}
	var begun marks.Begun
	if h.head.id != "" && len(missing) > 0 {
		begun = h.fsys.ReadMarks(h.path, h.head.id, total)
	}
	for _, i := range missing {
		if !begun.Has(i.number) {
			continue // as if nothing had been intended
		}
		e, err := journal.at(i.span)
		if err != nil {
			return err
		}
		if h.Fold.HasOf(e.Key, e.Attempt, e.Run) {
			continue
		}
		h.pending = append(h.pending, i.span)
		e.Line, e.Number = h.lines+len(h.pending), h.Fold.Records()+1
		if err := h.Fold.Add(e); err != nil {
			return err
		}
	}
	return h.checkTorn(log)
}

// intents reads the journal to its end, and returns the intents of which the log has no
// record so far, and how many there are in all.
func (h *History) intents(journal *source) (missing []intentSpan, total int, err error) {
	var torn error
	for number := 1; ; {
		e, err := journal.next()
		if torn != nil && journal.blanks > 0 {
			return nil, 0, torn // what precedes an empty line was durable
		}
		switch {
		case err == io.EOF:
			return armed(missing, journal.disarmed), number - 1, nil
		case errors.Is(err, ErrBroken):
			if torn == nil {
				torn = err
			}
			continue
		case err != nil:
			return nil, 0, err
		case e.Status != Unknown || e.Run != h.head.run:
			return nil, 0, journal.fail(fmt.Errorf("%w: it is no intent of run %s", ErrBroken, h.head.run))
		}
		if !h.Fold.HasOf(e.Key, e.Attempt, e.Run) {
			missing = append(missing, intentSpan{span{journal.lines.start, int(journal.lines.end - journal.lines.start)}, number})
		}
		number++
	}
}

// An intentSpan is an intent by its line, and its number in the journal. In a torn
// group, of which no message was sent, the numbers may be too small: none has a mark.
type intentSpan struct {
	span
	number int
}

// armed returns the intents that were not taken back.
func armed(intents []intentSpan, disarmed map[int]bool) []intentSpan {
	return slices.DeleteFunc(intents, func(i intentSpan) bool { return disarmed[i.number] })
}

// checkTorn returns an error if truncating the torn log would lose more than the
// journal can restore: records of another run, or of messages that were or may have
// been accepted. A lost failure only means that the row is tried again, and a lost
// settle record that the user has to settle again.
func (h *History) checkTorn(log *source) error {
	if h.tornAt < 0 {
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
		delivered := (e.Status == Sent || e.Status == Unknown) && e.Stage != StageSettle
		if e.Run != h.head.run || delivered && !h.Fold.Has(e.Key, e.Attempt) {
			return h.tornErr
		}
	}
}

// Left returns the run of the journal, "" if there is no journal, and the number of
// intents of which the log has no record.
func (h *History) Left() (run string, pending int) {
	if h.head == nil {
		return "", 0
	}
	return h.head.run, len(h.pending)
}

// Digest returns the SHA-256 of the log as far as Read has read it, in hex, and its size in octets.
func (h *History) Digest() (sum string, octets int64, err error) {
	log, err := h.open(h.path, h.options.Name)
	if err != nil || h.read == nil {
		return "", 0, err
	}
	defer log.close()
	d := sha256.New()
	octets, err = io.Copy(d, io.NewSectionReader(log.file, 0, h.read.size))
	return fmt.Sprintf("%x", d.Sum(nil)), octets, err
}

// Torn reports whether a broken line ends the log. While a run is in progress it
// may be one that was read during the write.
func (h *History) Torn() bool { return h.tornAt >= 0 }

// Ended reports whether the journal that was read does not exist any more: its run
// has ended since.
func (h *History) Ended() (bool, error) {
	_, err := h.fsys.Stat(h.path + journalSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return h.head != nil, nil
	}
	return false, err
}
