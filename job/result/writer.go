package result

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"mailshot/job/result/soon"
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
	syncs   *soon.Doer // of the log
	lines   sync.Pool  // *[]byte, buffers for lines

	mu     sync.Mutex // guards those below
	looked time.Time  // when the names of log and journal were verified for a record
	unseen int        // records since then
}

// syncEvery is how long a record may wait for its sync. What a power cut takes of the log
// is at most what was written in that time.
const syncEvery = time.Second

// newWriter returns a Writer for a log with so many records. It replaces a journal
// that is there.
func newWriter(log *logFile, run string, records int) (*Writer, error) {
	j, err := openJournal(log, run, records)
	if err != nil {
		return nil, errors.Join(err, log.close())
	}
	return &Writer{log: log, journal: j, syncs: soon.Start(syncEvery, func() {
		_ = log.sync() // it keeps the error, and takes nothing more
	})}, nil
}

// An Intent is the record of an attempt for the case that its outcome does not
// become known. Its methods are safe for concurrent use.
type Intent struct {
	journal *journal
	group   *group
	number  int // in the journal, from 1
	err     error
}

// Marked reports whether there is a place for marks. If not, an intent without a record
// is taken for begun as soon as it is armed, so that nothing should be armed long ahead.
func (w *Writer) Marked() bool { return w.journal.marks != nil }

// Arm adds an intent to the journal: the record that an attempt gets if its
// outcome does not become known. Its status must be Unknown. Arm does not wait.
func (w *Writer) Arm(rec *Record) *Intent {
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
	g, number := w.journal.arm(line)
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

// Durable waits until the intent is synced.
func (i *Intent) Durable() error {
	if i.err != nil {
		return i.err
	}
	return i.journal.durable(i.group)
}

// Begin waits until the intent is synced, and marks it: from here on the server may have
// its message. After an error the message must not be sent.
func (i *Intent) Begin() error {
	if i.err != nil {
		return i.err
	}
	return i.journal.begin(i.group, i.number)
}

// Disarm takes the intent back: its message was certainly not accepted, and the
// attempt does not count. The same attempt may be intended once more afterwards.
// Disarm does not wait: where a power cut comes first, the row is unknown.
func (i *Intent) Disarm() {
	if i.err == nil {
		i.journal.disarm(i.number)
	}
}

// Record appends records to the log in one write. They are synced within about a second.
// After an error it is not known which of them the log has.
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
	if w.due(len(recs)) {
		w.journal.verifyName()
		_ = w.log.verify() // append returns the error of both
	}
	err := w.log.append(lines)
	w.syncs.Ask()
	return err
}

// How many records may be written, and for how long, until it is verified that the names of log
// and journal are still those of the open files: rows that are armed ahead wait for no commit,
// which does it too.
const (
	lookAfter = 16
	lookEvery = 10 * time.Millisecond
)

// due reports whether the names are to be verified before so many records.
func (w *Writer) due(records int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unseen += records
	now := time.Now()
	if w.unseen < lookAfter && now.Sub(w.looked) < lookEvery {
		return false
	}
	w.looked, w.unseen = now, 0
	return true
}

// Sync makes the records durable that were written so far: for a pause, in which there is
// time for it.
func (w *Writer) Sync() error { return w.log.sync() }

// Close syncs the log and then removes the journal. If the Writer had an error, the
// journal stays.
func (w *Writer) Close() error {
	w.syncs.Stop()
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
	if err == nil {
		w.log.fsys.RemoveMarks(w.log.path)
	}
	return errors.Join(err, w.log.close())
}
