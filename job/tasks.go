package job

import (
	"errors"
	"io"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/letter"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// tasks is the Source of a run: the rows of the spool that are to be sent, in the
// order of the file, with their letters where those were kept.
type tasks struct {
	*sending
	in     *recipients.SpoolReader
	cached *letter.CacheReader
	pass   int
	wave   int              // of the first pass
	left   []delivery.Retry // of a further pass
	spare  [][]byte         // memory of letters that are done with
	keep   bool             // a row that is unknown stays so unless it is sent
}

// A rowTask is the task of a row; its Letter is itself.
type rowTask struct {
	delivery.Task
	row    *recipients.Row
	cached letter.Cached
}

func newTasks(s *sending) *tasks {
	return &tasks{
		sending: s, in: s.spool.Rows(), cached: s.cache.Letters(), pass: 1,
		keep: s.test == nil && len(s.plan.Again()) == 0,
	}
}

// Next implements delivery.Source.
func (t *tasks) Next() (*delivery.Task, error) {
	if t.pass > 1 {
		return t.nextAgain()
	}
	for {
		r, err := t.in.NextOf(&t.plan.Waves[t.wave])
		switch {
		case errors.Is(err, io.EOF) && t.nextWave():
			continue
		case err != nil:
			return nil, err
		case !t.plan.Send.Has(r.Number):
			continue
		}
		task := t.task(r)
		task.cached = t.cached.Of(r.Number, t.buffer())
		return &task.Task, nil
	}
}

// nextWave goes on with the rows that are sent after the others, and reports
// whether there are any.
func (t *tasks) nextWave() bool {
	for t.wave++; t.wave < len(t.plan.Waves); t.wave++ {
		if t.plan.Waves[t.wave].Len() > 0 {
			t.in, t.cached = t.spool.Rows(), t.cache.Letters()
			return true
		}
	}
	t.wave = len(t.plan.Waves) - 1
	return false
}

// nextAgain returns the next of the rows that are tried again.
func (t *tasks) nextAgain() (*delivery.Task, error) {
	for len(t.left) > 0 {
		r, err := t.in.Next()
		if err != nil {
			return nil, err
		}
		if uint32(r.Number) != t.left[0].Row {
			continue
		}
		task := t.task(r)
		task.Date = t.start.Add(time.Duration(t.left[0].Second) * time.Second)
		if at := t.left[0].Greylisted; at > 0 {
			task.Greylisted = t.start.Add(time.Duration(at-1) * time.Second)
		}
		t.left = t.left[1:]
		return &task.Task, nil
	}
	return nil, io.EOF
}

// NextPass implements delivery.Source.
func (t *tasks) NextPass(n int, rows []delivery.Retry) {
	t.in, t.pass, t.left = t.spool.Rows(), n, rows
}

// Done implements delivery.Source.
func (t *tasks) Done(d *delivery.Task) {
	task := d.Letter.(*rowTask)
	if !task.cached.IsZero() {
		t.spare = append(t.spare, task.cached.Buffer())
		task.cached = letter.Cached{}
	}
}

// buffer returns the memory of a letter that is done with, or nil.
func (t *tasks) buffer() []byte {
	n := len(t.spare) - 1
	if n < 0 {
		return nil
	}
	b := t.spare[n]
	t.spare = t.spare[:n]
	return b
}

func (t *tasks) task(r *recipients.Row) *rowTask {
	st := t.history.Fold.Of(r.Key)
	to := r.Address
	if t.test != nil {
		to = *t.test
	}
	task := &rowTask{row: r, Task: delivery.Task{
		Row: r.Number, Line: r.Line, Key: r.Key, Recipient: to.String(),
		Attempt: st.Attempts + t.pass, MessageID: t.batch.messageID(t.plan, r.Number),
		Unknown: t.keep && st.Status == result.Unknown, After: t.history.Fold.LatestNote(r.Key), Recipients: t.tally.MostRecipients,
	}}
	task.Letter = task
	return task
}
