package result_test

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/result"
	"mailshot/job/result/disktest"
)

// A pair is a log and the journal of a run that was cut off, and what is true
// of its keys.
type pair struct {
	log, journal []byte
	durable      int // octets of the log, when the run began
	truth        map[string]result.Status
}

// newPair makes one: an earlier run left some of each state; the run that was
// cut off sent, failed and lost replies, twice for some, and had three on their
// way.
func newPair(tb testing.TB) *pair {
	tb.Helper()
	p := &pair{truth: make(map[string]result.Status)}
	d := &disktest.Disk{}
	one := func(run, row, attempt int, s result.Status) *result.Record {
		at := time.Date(2026, 11, 24, 8, run, row, attempt*1e6, time.UTC)
		r := &result.Record{
			Time: at, Run: result.RunID("job", time.Date(2026, 11, 24, 8, run, 0, 0, time.UTC), "0123abcd"), Row: row, Line: row + 1,
			Key: key(row), Recipient: key(row) + "@club.example", Attempt: attempt, Status: s, Stage: "final", Reply: `said "no", or so; ` + strings.Repeat("x", row),
		}
		switch s {
		case result.Failed:
			r.Class = result.Temporary
		case result.Skipped:
			r.Error = "a bad row"
		}
		p.truth[key(row)] = s
		return r
	}
	write := func(w *result.Writer, r *result.Record) {
		if err := w.Record(r); err != nil {
			tb.Fatal(err)
		}
	}
	begin := func(run int) *result.Writer {
		h := result.NewHistory(d, logPath, result.ReadOptions{}, nil)
		if err := h.Read(); err != nil {
			tb.Fatal(err)
		}
		writer, err := h.Begin(one(run, 99, 1, result.Unknown).Run)
		if err != nil {
			tb.Fatal(err)
		}
		return writer
	}
	w := begin(1)
	write(w, one(1, 1, 1, result.Sent))
	write(w, one(1, 2, 1, result.Failed))
	write(w, one(1, 3, 1, result.Unknown))
	write(w, one(1, 4, 0, result.Skipped))
	write(w, one(1, 5, 1, result.Failed))
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	log, _ := d.Get(logPath)
	p.durable = len(log)
	w = begin(2)
	intend := func(row, attempt int, then ...result.Status) {
		if err := w.Arm(one(2, row, attempt, result.Unknown)).Begin(); err != nil {
			tb.Fatal(err)
		}
		for _, s := range then {
			write(w, one(2, row, attempt, s))
		}
	}
	intend(2, 2, result.Failed)
	intend(5, 2) // has failed before
	intend(6, 1, result.Sent)
	intend(7, 1, result.Failed)
	intend(8, 1, result.Unknown)
	intend(7, 2, result.Failed)
	intend(9, 1)
	intend(2, 3) // has failed twice
	intend(10, 1, result.Sent)
	delete(p.truth, key(99))
	p.log, _ = d.Get(logPath)
	padded, _ := d.Get(logPath + ".journal")
	p.journal = bytes.TrimRight(padded, "\x00") // zeros are for TestJournalWithZeros
	return p
}

// read returns the History of a log and a journal; without journal if that is
// nil.
func (p *pair) read(log, journal []byte) (*disktest.Disk, *result.History, error) {
	d := &disktest.Disk{}
	d.Put(logPath, log)
	if journal != nil {
		d.Put(logPath+".journal", journal)
	}
	h := result.NewHistory(d, logPath, result.ReadOptions{}, nil)
	return d, h, h.Read()
}

// sound returns an error if what was read says more than is true.
func (p *pair) sound(h *result.History, log, journal []byte) error {
	for k, truth := range p.truth {
		switch got := h.Fold.Of(k).Status; {
		case got == result.Sent && truth != result.Sent:
			return fmt.Errorf("%s is sent, and is %s in truth", k, truth)
		case got == result.Failed && truth == result.Unknown && (p.remembered(k, log) || p.remembered(k, journal)):
			return fmt.Errorf("%s is failed, and is unknown in truth", k)
		}
	}
	var fold result.Fold
	defer fold.Free()
	for e, err := range h.Each() {
		if err != nil {
			return err
		}
		if err := fold.Add(e); err != nil {
			return err
		}
	}
	for k := range p.truth {
		if got, want := fold.Of(k), h.Fold.Of(k); got != want {
			return fmt.Errorf("%s is %v when it is read again, and was %v", k, got, want)
		}
	}
	return nil
}

// remembered reports whether a file still has the line that says unknown last of
// a key.
func (p *pair) remembered(k string, file []byte) bool {
	last := []byte(nil)
	for line := range bytes.Lines(append(slices.Clone(p.log), p.journal...)) {
		if bytes.Contains(line, []byte(","+k+",")) && bytes.Contains(line, []byte(",unknown,")) {
			last = line
		}
	}
	return slices.ContainsFunc(bytes.SplitAfter(file, []byte("\n")), func(l []byte) bool { return bytes.Equal(l, last) })
}

// goesOn recovers, checks that no state changes by it, and appends a record.
func (p *pair) goesOn(d *disktest.Disk, h *result.History) error {
	before := make(map[string]result.State)
	for k := range p.truth {
		before[k] = h.Fold.Of(k)
	}
	if err := h.Recover(); err != nil {
		return err
	}
	w, err := h.Begin(result.RunID("job", time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), "0123abcd"))
	if err != nil {
		return err
	}
	next := result.Record{Time: time.Date(2026, 11, 24, 9, 0, 1, 0, time.UTC), Run: "r", Key: "next", Attempt: 1, Status: result.Sent}
	if err := errors.Join(w.Record(&next), w.Close()); err != nil {
		return err
	}
	again := result.NewHistory(d, logPath, result.ReadOptions{}, nil)
	defer again.Fold.Free()
	if err := again.Read(); err != nil {
		return fmt.Errorf("after recovery: %w", err)
	}
	for k, want := range before {
		if got := again.Fold.Of(k); got != want {
			return fmt.Errorf("after recovery %s is %v, and was %v", k, got, want)
		}
	}
	if got := again.Fold.Of("next").Status; got != result.Sent {
		return fmt.Errorf("what was appended is %q", got)
	}
	return nil
}

func TestPairIsValid(t *testing.T) {
	p := newPair(t)
	d, h, err := p.read(p.log, p.journal)
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range p.truth {
		if got := h.Fold.Of(k).Status; got != want {
			t.Errorf("%s is %q, want %q", k, got, want)
		}
	}
	if run, n := h.Left(); n != 3 || run == "" {
		t.Errorf("Left gives run %q and %d intents, want 3", run, n)
	}
	if err := errors.Join(p.sound(h, p.log, p.journal), p.goesOn(d, h)); err != nil {
		t.Error(err)
	}
}

// With its journal, a log that is cut anywhere behind what was durable loses
// nobody who was sent to; cut before, it is refused.
func TestCutAtEveryByte(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for n := range cuts(p.log) {
		log := p.log[:n]
		d, h, err := p.read(log, p.journal)
		defer h.Fold.Free()
		if n < p.durable-1 { // the last line end may be missing
			if err == nil {
				t.Errorf("cut at %d of %d durable octets: no error", n, p.durable)
			}
			continue
		}
		if err != nil {
			t.Errorf("cut at %d: %v", n, err)
			continue
		}
		for k, truth := range p.truth {
			switch got := h.Fold.Of(k).Status; {
			case got == truth, truth == result.Sent && got == result.Unknown:
			case truth == result.Failed && got == result.Unknown: // its record is lost, the intent is there
			default:
				t.Errorf("cut at %d: %s is %q, and is %s in truth", n, k, got, truth)
			}
		}
		if err := errors.Join(p.sound(h, log, p.journal), p.whole(h, log), p.goesOn(d, h)); err != nil {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

// whole returns an error if a complete record is missing.
func (p *pair) whole(h *result.History, log []byte) error {
	for e, err := range result.Read(bytes.NewReader(log), result.ReadOptions{}) {
		if err == nil && !h.Fold.Has(e.Key, e.Attempt) && e.Attempt > 0 {
			return fmt.Errorf("attempt %d of %s is in the log, and not in the fold", e.Attempt, e.Key)
		}
	}
	return nil
}

// Without a journal a log that is cut within a line is refused, and else is a
// shorter log.
func TestCutAtEveryByteAlone(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for n := range cuts(p.log) {
		log := p.log[:n]
		d, h, err := p.read(log, nil)
		defer h.Fold.Free()
		atLine := n > 0 && (log[n-1] == '\n' || p.log[min(n, len(p.log)-1)] == '\n')
		if err != nil {
			if atLine {
				t.Errorf("cut at %d, the end of a line: %v", n, err)
			}
			continue
		}
		if !atLine {
			t.Errorf("cut at %d within a line: no error", n)
		}
		for k := range p.truth { // of the rows that the log still knows nothing is invented
			if got := h.Fold.Of(k).Status; got == result.Sent && p.truth[k] != result.Sent {
				t.Errorf("cut at %d: %s is sent, and is %s in truth", n, k, p.truth[k])
			}
		}
		if err := errors.Join(p.whole(h, log), p.goesOn(d, h)); err != nil {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

// cuts yields where a file may end: with -powercut.all everywhere, else at its ends, beside all ends of
// lines, and at one in seven of the other places.
func cuts(file []byte) iter.Seq[int] {
	return func(yield func(int) bool) {
		for n := range len(file) + 1 {
			beside := file[max(0, n-2):min(n+2, len(file))]
			if *powercutAll || n%7 == 0 || n == len(file) || bytes.ContainsRune(beside, '\n') {
				if !yield(n) {
					return
				}
			}
		}
	}
}

// A journal that is cut anywhere is read up to there, or refused.
func TestCutTheJournalAtEveryByte(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	head := bytes.IndexByte(p.journal, '\n') + 1
	for n := range cuts(p.journal) {
		journal := p.journal[:n]
		d, h, err := p.read(p.log, journal)
		defer h.Fold.Free()
		if (err != nil) != (n < head) {
			t.Errorf("cut at %d, head of %d octets: %v", n, head, err)
		}
		if err != nil {
			continue
		}
		if err := errors.Join(p.sound(h, p.log, journal), p.goesOn(d, h)); err != nil {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

// FuzzDamage damages log and journal: files are cut, octets changed, lines
// moved, also from one to the other, and repeated. What is then read is never
// better than the truth.
func FuzzDamage(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 200, 3, 0})                                     // cut
	f.Add([]byte{2, 220, 3, 'x', 3, 30, 1, '7'})                    // change
	f.Add([]byte{4, 3, 7, 0, 5, 4, 2, 0})                           // move
	f.Add([]byte{6, 3, 3, 0})                                       // repeat
	f.Add([]byte{8, 6, 2, 0, 9, 3, 6, 0, 0, 0, 2, 0, 1, 100, 0, 0}) // from one to the other, then cut
	p := newPair(f)
	f.Fuzz(func(t *testing.T, how []byte) {
		log, journal := damage(p, how)
		d, h, err := p.read(log, journal)
		defer h.Fold.Free()
		if err != nil {
			return
		}
		if err := p.sound(h, log, journal); err != nil {
			t.Fatalf("%v\nthe log: %q\nits journal: %q", err, log, journal)
		}
		if err := p.goesOn(d, h); err != nil {
			t.Fatalf("%v\nthe log: %q\nits journal: %q", err, log, journal)
		}
	})
}

// damage does what four octets at a time say: to which file, what, where, and
// with what.
func damage(p *pair, how []byte) (log, journal []byte) {
	files := [2][]byte{slices.Clone(p.log), slices.Clone(p.journal)}
	for do := range slices.Chunk(how, 4) {
		if len(do) < 4 {
			break
		}
		file, other := &files[do[0]&1], &files[1-do[0]&1]
		switch at := int(do[1]) | int(do[2])<<8; do[0] >> 1 % 5 {
		case 0:
			*file = (*file)[:min(at, len(*file))]
		case 1:
			if at < len(*file) {
				(*file)[at] = do[3]
			}
		case 2:
			line := take(file, int(do[1]))
			put(file, int(do[2]), line)
		case 3:
			line := take(file, int(do[1]))
			put(file, int(do[1]), line)
			put(file, int(do[2]), line)
		case 4:
			put(other, int(do[2]), take(file, int(do[1])))
		}
	}
	return files[0], files[1]
}

// take takes the n-th line out of a file.
func take(file *[]byte, n int) []byte {
	lines := bytes.SplitAfter(*file, []byte("\n"))
	if n >= len(lines) {
		return nil
	}
	line := slices.Clone(lines[n])
	*file = bytes.Join(slices.Delete(lines, n, n+1), nil)
	return line
}

// put makes line the n-th of a file, or its last.
func put(file *[]byte, n int, line []byte) {
	lines := bytes.SplitAfter(*file, []byte("\n"))
	*file = bytes.Join(slices.Insert(lines, min(n, len(lines)), line), nil)
}
