package result

import (
	"errors"
	"fmt"
	"sync"
)

// A Writer writes what becomes of a run: to the journal what is about to be
// sent, to the log what came of it. Its methods, but for Close, are safe for
// concurrent use.
//
// After one thing that went wrong, or when another program has changed,
// replaced or removed the log meanwhile, it writes nothing more, every call
// fails, and the journal stays: the next run takes from it what the log lacks.
type Writer struct {
	log     *logFile
	journal *journal
	lines   sync.Pool // *[]byte, of lines in the making
}

// newWriter begins to write to a log that holds so many records, in place of
// whatever journal there is. The caller holds the lock of the log and has
// recovered it.
func newWriter(log *logFile, run string, records int) (*Writer, error) {
	j, err := openJournal(log, run, records)
	if err != nil {
		return nil, errors.Join(err, log.close())
	}
	return &Writer{log: log, journal: j}, nil
}

// An Intent is a record that is kept in case that nothing more becomes known.
type Intent struct {
	journal *journal
	group   *group
	err     error
}

// Intend hands over the record that an attempt gets if nothing more becomes
// known of it; its status is Unknown. It does not wait.
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
	return &Intent{w.journal, w.journal.intend(line), nil}
}

// line gives room for a line.
func (w *Writer) line() *[]byte {
	if b, ok := w.lines.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, 512)
	return &b
}

// Durable waits until the intent would survive a power cut. After an error what
// it speaks of must not be done.
func (i *Intent) Durable() error {
	if i.err != nil {
		return i.err
	}
	if err := i.journal.wait(i.group); err != nil {
		return err
	}
	return i.journal.log.failed()
}

// Record appends records to the log, each as one line, all in one write. After
// an error it is not known which of them the log has.
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

// Close makes the log durable and then removes the journal. If anything went
// wrong the journal stays.
func (w *Writer) Close() error {
	err := w.journal.stop()
	if err == nil {
		err = w.log.sync()
	}
	if err == nil {
		err = w.log.hold()
	}
	if err == nil {
		err = w.log.fsys.Remove(w.journal.path)
	}
	return errors.Join(err, w.log.close())
}
