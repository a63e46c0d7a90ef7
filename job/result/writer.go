package result

import (
	"errors"
	"fmt"
	"sync"
)

// A Writer writes the intents of a run to the journal, and its records to the log.
// It is made by History.Begin. Its methods, except for Close, are safe for
// concurrent use.
//
// After its first error, or if another program has changed, replaced or removed
// the log meanwhile, it writes nothing more, all methods return an error, and the
// journal stays, from which the next run recovers what the log lacks.
type Writer struct {
	log     *logFile
	journal *journal
	lines   sync.Pool // *[]byte, buffers for lines
}

// newWriter returns a Writer for a log with so many records. It replaces a journal
// that is there.
func newWriter(log *logFile, run string, records int) (*Writer, error) {
	j, err := openJournal(log, run, records)
	if err != nil {
		return nil, errors.Join(err, log.close())
	}
	return &Writer{log: log, journal: j}, nil
}

// An Intent is the record of an attempt for the case that its outcome does not
// become known. Its method is safe for concurrent use.
type Intent struct {
	journal *journal
	group   *group
	number  int // in the journal, from 1
	err     error
}

// Intend adds an intent to the journal: the record that an attempt gets if its
// outcome does not become known. Its status must be Unknown. Intend does not wait.
func (w *Writer) Intend(rec *Record) *Intent {
	buf := w.line()
	defer w.lines.Put(buf)
	line, err := rec.AppendLine((*buf)[:0])
	if err == nil && rec.Status != Unknown {
		err = fmt.Errorf("an intent of status %s", rec.Status)
	}
	if err != nil {
		w.log.fail(err)
		return &Intent{err: err}
	}
	*buf = line
	g, number := w.journal.intend(line)
	return &Intent{w.journal, g, number, nil}
}

// line returns a buffer for lines.
func (w *Writer) line() *[]byte {
	if b, ok := w.lines.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, 512)
	return &b
}

// Durable waits until the intent is synced. After an error the message must not be
// sent.
func (i *Intent) Durable() error {
	if i.err != nil {
		return i.err
	}
	if err := i.journal.wait(i.group); err != nil {
		return err
	}
	return i.journal.log.failed()
}

// Disarm takes the intent back: its message was certainly not accepted, and the
// attempt does not count. The same attempt may be intended once more afterwards.
// Disarm does not wait: where a power cut comes first, the row is unknown.
func (i *Intent) Disarm() {
	if i.err == nil {
		i.journal.disarm(i.number)
	}
}

// Record appends records to the log in one write, and does not sync. After an error
// it is not known which of them the log has.
func (w *Writer) Record(recs ...*Record) error {
	buf := w.line()
	defer w.lines.Put(buf)
	lines := (*buf)[:0]
	for _, rec := range recs {
		var err error
		if lines, err = rec.AppendLine(lines); err != nil {
			w.log.fail(err)
			return err
		}
	}
	*buf = lines
	return w.log.append(lines)
}

// Close syncs the log and then removes the journal. If the Writer had an error, the
// journal stays.
func (w *Writer) Close() error {
	err := w.journal.stop()
	if err == nil {
		err = w.log.sync()
	}
	if err == nil {
		err = w.log.verify()
	}
	if err == nil {
		err = w.log.fsys.Remove(w.journal.path)
	}
	return errors.Join(err, w.log.close())
}
