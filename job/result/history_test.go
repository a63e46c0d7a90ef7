package result_test

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/result"
	"mailshot/job/result/disktest"
)

// lineOf returns the n-th line of a file, from 1, without its line end.
func lineOf(file []byte, n int) string {
	return strings.TrimSuffix(strings.SplitAfter(string(file), "\n")[n-1], "\n")
}

// TestHistoryRefuses damages log or journal in one way, and looks at what is
// said of it.
func TestHistoryRefuses(t *testing.T) {
	p := newPair(t)
	for _, tt := range []struct {
		name   string
		damage func(log, journal []byte) ([]byte, []byte)
		want   error
		text   string // what the error says
		accept bool   // --accept-edited reads it
	}{
		{"the log is gone", func(_, j []byte) ([]byte, []byte) { return nil, j }, result.ErrNoLog,
			"a.csv.journal: line 1 is of a log that is not there: it has 5 records", false},
		{"the log is an older one", func(l, j []byte) ([]byte, []byte) {
			return []byte(strings.Join(strings.SplitAfter(string(l), "\n")[:4], "")), j
		}, result.ErrLost, "a.csv: line 4 is the last of a log that was longer: it has 3 records, and had 5 when run job-20261124T080200.000Z-0123abcd began", true},
		{"torn before the run", func(l, j []byte) ([]byte, []byte) {
			return bytes.Replace(l, []byte(lineOf(l, 3)), []byte(lineOf(l, 3)[:40]), 1), j
		}, result.ErrBroken, "a.csv: line 3 is no whole record", false},
		{"edited before the run", func(l, j []byte) ([]byte, []byte) {
			return bytes.Replace(l, []byte("skipped"), []byte("unknown"), 1), j
		}, result.ErrEdited, "a.csv: line 5 was changed", true},
		{"edited in the run", func(l, j []byte) ([]byte, []byte) {
			return bytes.Replace(l, []byte("key-10,"), []byte("key-11,"), 1), j
		}, result.ErrEdited, "a.csv: line 12 was changed", true},
		{"torn in the run, and there is more than the journal knows", func(l, j []byte) ([]byte, []byte) {
			l = bytes.Replace(l, []byte(lineOf(l, 8)), []byte(lineOf(l, 8)[:40]), 1)
			return l, j[:bytes.LastIndex(j, []byte("\n\n"))+1] // key-10 is the last
		}, result.ErrBroken, "a.csv: line 8 is no whole record", false},
		{"torn in the run, and another run's record follows", func(l, j []byte) ([]byte, []byte) {
			l = bytes.Replace(l, []byte(lineOf(l, 8)), []byte(lineOf(l, 8)[:40]), 1)
			failed := lineOf(l, 3)
			l = bytes.Replace(l, []byte(failed+"\n"), nil, 1)
			return append(l, failed+"\n"...), head(j, p.durable-len(failed)-1, 4)
		}, result.ErrBroken, "a.csv: line 7 is no whole record", false},
		{"the journal's head is torn", func(l, j []byte) ([]byte, []byte) { return l, j[:30] }, result.ErrJournal,
			"a.csv.journal: line 1 is not the first line of a journal", false},
		{"the journal is empty", func(l, _ []byte) ([]byte, []byte) { return l, []byte{} }, result.ErrJournal, "a.csv.journal: line 1", false},
		{"the journal is something else", func(l, _ []byte) ([]byte, []byte) { return l, l }, result.ErrJournal, "a.csv.journal: line 1", false},
		{"the journal's head is changed", func(l, j []byte) ([]byte, []byte) { return l, bytes.Replace(j, []byte(",5,"), []byte(",4,"), 1) },
			result.ErrJournal, "a.csv.journal: line 1", false},
		{"an intent that was durable is torn", func(l, j []byte) ([]byte, []byte) {
			return l, bytes.Replace(j, []byte(lineOf(j, 4)), []byte(lineOf(j, 4)[:40]), 1)
		}, result.ErrBroken, "a.csv.journal: line 4 is no whole record", false},
		{"an intent is changed", func(l, j []byte) ([]byte, []byte) { return l, bytes.Replace(j, []byte("key-9,"), []byte("key-8,"), 1) },
			result.ErrEdited, "a.csv.journal: line", false},
		{"a record stands in the journal", func(l, j []byte) ([]byte, []byte) { return l, append(j, lineOf(l, 2)+"\n"...) },
			result.ErrBroken, "is no intent of run", false},
		{"a record of the run stands in the journal", func(l, j []byte) ([]byte, []byte) { return l, append(j, lineOf(l, 8)+"\n"...) },
			result.ErrBroken, "is no intent of run", false},
		{"a record stands in the log twice", func(l, j []byte) ([]byte, []byte) { return append(l, lineOf(l, 2)+"\n"...), j },
			result.ErrRepeated, "a.csv: line 13 repeats a record: it is attempt 1 of key \"key-1\", as is line 2", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, accept := range []bool{false, true} {
				log, journal := tt.damage(slices.Clone(p.log), slices.Clone(p.journal))
				d := &disktest.Disk{}
				if log != nil {
					d.Put(logPath, log)
				}
				d.Put(logPath+".journal", journal)
				h := result.NewHistory(d, logPath, result.ReadOptions{Name: "a.csv", AcceptEdited: accept}, nil)
				defer h.Fold.Free()
				err := h.Read()
				var at *result.Error
				switch {
				case accept && tt.accept:
					if err != nil {
						t.Errorf("accepted as edited: %v", err)
					}
				case accept:
					if err == nil {
						t.Error("accepted as edited: no error")
					}
				case !errors.Is(err, tt.want) || !errors.As(err, &at) || !strings.Contains(err.Error(), tt.text):
					t.Errorf("error %v, want %v: %q", err, tt.want, tt.text)
				}
				if got, _ := d.Get(logPath); !bytes.Equal(got, log) {
					t.Error("reading changed the log")
				}
			}
		})
	}
}

// head makes the head of a journal say that so many octets and records of the
// log were durable.
func head(journal []byte, length, records int) []byte {
	d := &disktest.Disk{}
	b := []byte(result.Header())
	for i := range records {
		r := result.Record{Run: "r", Key: key(i), Attempt: 1, Status: result.Sent, Reply: "x"}
		if i == records-1 {
			plain, _ := r.AppendLine(b)
			r.Reply += strings.Repeat("x", max(0, length-len(plain)))
		}
		b, _ = r.AppendLine(b)
	}
	d.Put(logPath, b)
	h := result.NewHistory(d, logPath, result.ReadOptions{}, nil)
	defer h.Fold.Free()
	if err := h.Read(); err != nil {
		panic(err)
	}
	run := strings.Split(string(journal), ",")[1]
	w, err := h.Begin(run)
	if err != nil {
		panic(err)
	}
	made, _ := d.Get(logPath + ".journal")
	if err := w.Close(); err != nil {
		panic(err)
	}
	_, rest, _ := bytes.Cut(journal, []byte("\n"))
	return append(made, rest...)
}

// Other programs save what they read; records that come later are as ever.
func TestHistoryReadsWhatASpreadsheetSaved(t *testing.T) {
	p := newPair(t)
	saved := bytes.ReplaceAll(p.log, []byte("\n"), []byte("\r\n"))
	saved = append([]byte("\ufeff"), saved...)
	for name, log := range map[string][]byte{
		"BOM and CRLF":         saved,
		"without the line end": bytes.TrimSuffix(saved, []byte("\r\n")),
		"sorted":               sorted(p.log),
	} {
		t.Run(name, func(t *testing.T) {
			d, h, err := p.read(log, p.journal)
			defer h.Fold.Free()
			if err != nil {
				t.Fatal(err)
			}
			for k, want := range p.truth {
				if got := h.Fold.Of(k).Status; got != want {
					t.Errorf("%s is %q, want %q", k, got, want)
				}
			}
			if err := p.goesOn(d, h); err != nil {
				t.Error(err)
			}
		})
	}
}

// sorted has the records the other way round.
func sorted(log []byte) []byte {
	lines := strings.SplitAfter(strings.TrimSuffix(string(log), "\n"), "\n")
	lines[len(lines)-1] += "\n"
	slices.Reverse(lines[1:])
	return []byte(strings.Join(lines, ""))
}

// An intent that stands in the journal twice is one.
func TestHistoryIntentTwice(t *testing.T) {
	p := newPair(t)
	again := append(slices.Clone(p.journal), lineOf(p.journal, 4)+"\n"...)
	d, h, err := p.read(p.log, again)
	defer h.Fold.Free()
	if err != nil {
		t.Fatal(err)
	}
	if _, n := h.Left(); n != 3 {
		t.Errorf("%d intents without a record, want 3", n)
	}
	if err := errors.Join(p.sound(h, p.log, again), p.goesOn(d, h)); err != nil {
		t.Error(err)
	}
}

// A busyDisk gets a record into the log whenever that was read to its end.
type busyDisk struct {
	*disktest.Disk
	late []byte
}

func (b *busyDisk) Open(name string) (result.File, error) {
	f, err := b.Disk.Open(name)
	if name != logPath || err != nil {
		return f, err
	}
	return &busyFile{f, b}, nil
}

type busyFile struct {
	result.File
	disk *busyDisk
}

func (f *busyFile) Read(b []byte) (int, error) {
	n, err := f.File.Read(b)
	if n == 0 && len(f.disk.late) > 0 {
		if werr := write(f.disk.Disk, f.disk.late); werr != nil {
			return 0, werr
		}
		f.disk.late = nil
	}
	return n, err
}

// A row that a run ends while its log is read is not in flight any more.
func TestHistoryOfALiveRun(t *testing.T) {
	p := newPair(t)
	last := lineOf(p.log, bytes.Count(p.log, []byte("\n"))) + "\n" // that key-10 was sent
	d := &busyDisk{&disktest.Disk{}, []byte(last)}
	d.Put(logPath, bytes.TrimSuffix(p.log, []byte(last)))
	d.Put(logPath+".journal", p.journal)
	h := result.NewHistory(d, logPath, result.ReadOptions{}, nil)
	defer h.Fold.Free()
	if err := h.Read(); err != nil {
		t.Fatal(err)
	}
	if _, n := h.Left(); n != 3 || h.Fold.Of("key-10").Status != result.Sent {
		t.Errorf("%d intents without a record, key-10 is %q; want 3, sent", n, h.Fold.Of("key-10").Status)
	}
}

// What a program does to the log in mid-run is found before the next message
// is committed; then nothing more is written, and the journal stays.
func TestWriterFindsTheLogTaken(t *testing.T) {
	rec := func(attempt int, s result.Status) *result.Record {
		return &result.Record{Time: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC), Run: "job-20261124T080000.000Z-0123abcd", Key: "k", Attempt: attempt, Status: s}
	}
	for _, tt := range []struct {
		name string
		take func(d *disktest.Disk) error
		text string
	}{
		{"removed", func(d *disktest.Disk) error { return d.Remove(logPath) }, "another program took it: it was removed"},
		{"replaced", func(d *disktest.Disk) error {
			b, _ := d.Get(logPath)
			return errors.Join(d.Remove(logPath), second(d.Create(logPath)), write(d, b))
		}, "another program took it: it was replaced"},
		{"longer", func(d *disktest.Disk) error { return write(d, []byte("\n")) }, "another program took it: it was changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &disktest.Disk{}
			h := result.NewHistory(d, logPath, result.ReadOptions{}, nil)
			defer h.Fold.Free()
			w, err := h.Begin(rec(1, "").Run)
			if err != nil {
				t.Fatal(err)
			}
			early := w.Arm(rec(3, result.Unknown))
			if err := errors.Join(early.Begin(), w.Record(rec(1, result.Sent)), tt.take(d)); err != nil {
				t.Fatal(err)
			}
			before, _ := d.Get(logPath)
			for range 2 {
				if err := w.Arm(rec(2, result.Unknown)).Begin(); !errors.Is(err, result.ErrTaken) || !strings.Contains(err.Error(), tt.text) {
					t.Errorf("Durable: %v, want %q", err, tt.text)
				}
			}
			if err := early.Begin(); !errors.Is(err, result.ErrTaken) {
				t.Errorf("Durable of what was durable before: %v, want %v", err, result.ErrTaken)
			}
			if err := w.Record(rec(2, result.Sent)); !errors.Is(err, result.ErrTaken) {
				t.Errorf("Record: %v, want %v", err, result.ErrTaken)
			}
			if err := w.Close(); !errors.Is(err, result.ErrTaken) {
				t.Errorf("Close: %v, want %v", err, result.ErrTaken)
			}
			if after, _ := d.Get(logPath); !bytes.Equal(before, after) {
				t.Errorf("written afterwards: %q", after)
			}
			if _, ok := d.Get(logPath + ".journal"); !ok {
				t.Error("the journal is gone")
			}
		})
	}
}

func second[S, T any](_ S, t T) T { return t }

// write appends to the log as another program does.
func write(d *disktest.Disk, b []byte) error {
	f, err := d.OpenAppend(logPath)
	if err != nil {
		return err
	}
	return second(f.Write(b))
}

// Where the log was replaced before the run ends, Close keeps the journal.
func TestWriterClose(t *testing.T) {
	d := &disktest.Disk{}
	h := result.NewHistory(d, logPath, result.ReadOptions{}, nil)
	w, err := h.Begin("job-20261124T080000.000Z-0123abcd")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := d.Get(logPath + ".journal"); !ok {
		t.Error("there is no journal while the run goes on")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".journal", ".journal.new", ".new"} {
		if _, ok := d.Get(logPath + name); ok {
			t.Errorf("the log's %s is left", name)
		}
	}
	if _, err = h.Begin("job-20261124T080001.000Z-0123abcd"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a History that knows of no log makes it again: %v", err)
	}
	h = result.NewHistory(d, logPath, result.ReadOptions{}, nil)
	if err := h.Read(); err != nil {
		t.Fatal(err)
	}
	if w, err = h.Begin("job-20261124T080001.000Z-0123abcd"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(write(d, []byte("x"))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, result.ErrTaken) {
		t.Errorf("Close: %v, want %v", err, result.ErrTaken)
	}
	if _, ok := d.Get(logPath + ".journal"); !ok {
		t.Error("the journal went, and the log is not ours any more")
	}
}

// The journal is watched as the log is: without it a run that is cut off leaves
// no word.
func TestWriterFindsTheJournalTaken(t *testing.T) {
	for _, tt := range []struct {
		name string
		take func(d *disktest.Disk) error
		text string
	}{
		{"removed", func(d *disktest.Disk) error { return d.Remove(logPath + ".journal") }, "another program took it: it was removed"},
		{"by another run", func(d *disktest.Disk) error {
			h := result.NewHistory(d, logPath, result.ReadOptions{}, nil)
			if err := errors.Join(h.Read(), h.Recover()); err != nil {
				return err
			}
			return second(h.Begin("job-20261124T080002.000Z-0123abcd"))
		}, "another program took it: it was replaced"},
	} {
		for _, waits := range []bool{true, false} {
			d := &disktest.Disk{}
			w, err := result.NewHistory(d, logPath, result.ReadOptions{}, nil).Begin("job-20261124T080001.000Z-0123abcd")
			if err != nil {
				t.Fatal(err)
			}
			if err := tt.take(d); err != nil {
				t.Fatal(err)
			}
			left, _ := d.Get(logPath + ".journal")
			r := &result.Record{Run: "job-20261124T080001.000Z-0123abcd", Key: "k", Attempt: 1, Status: result.Unknown}
			if waits {
				if err := w.Arm(r).Begin(); !errors.Is(err, result.ErrTaken) || !strings.Contains(err.Error(), tt.text) {
					t.Errorf("%s: Durable: %v, want %q", tt.name, err, tt.text)
				}
			}
			if err := w.Close(); !errors.Is(err, result.ErrTaken) {
				t.Errorf("%s: Close: %v, want %v", tt.name, err, result.ErrTaken)
			}
			if now, _ := d.Get(logPath + ".journal"); !bytes.Equal(now, left) {
				t.Errorf("%s: the other's journal is %q now", tt.name, now)
			}
		}
	}
}

// What was read is what is written on: a log that was replaced, changed or made
// meanwhile is another.
func TestBeginFindsAnotherLog(t *testing.T) {
	p := newPair(t)
	for _, tt := range []struct {
		name string
		take func(d *disktest.Disk) error
		want error
	}{
		{"longer", func(d *disktest.Disk) error { return write(d, []byte("\n")) }, result.ErrTaken},
		{"replaced", func(d *disktest.Disk) error { d.Put(logPath, p.log); return nil }, result.ErrTaken},
		{"removed", func(d *disktest.Disk) error { return d.Remove(logPath) }, fs.ErrNotExist},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, h, err := p.read(p.log, nil)
			defer h.Fold.Free()
			if err := errors.Join(err, tt.take(d)); err != nil {
				t.Fatal(err)
			}
			if _, err := h.Begin("job-20261124T090000.000Z-0123abcd"); !errors.Is(err, tt.want) {
				t.Errorf("Begin: %v, want %v", err, tt.want)
			}
			d, h, err = p.read(p.log, p.journal)
			defer h.Fold.Free()
			if err := errors.Join(err, tt.take(d)); err != nil {
				t.Fatal(err)
			}
			if err := h.Recover(); !errors.Is(err, tt.want) {
				t.Errorf("Recover: %v, want %v", err, tt.want)
			}
		})
	}
}

// A takingDisk does something when a file was synced so many times.
type takingDisk struct {
	*disktest.Disk
	syncs int
	take  func()
}

func (d *takingDisk) OpenAppend(name string) (result.File, error) {
	f, err := d.Disk.OpenAppend(name)
	return &takingFile{f, d}, err
}

type takingFile struct {
	result.File
	disk *takingDisk
}

func (f *takingFile) Sync() error {
	if f.disk.syncs--; f.disk.syncs == 0 {
		f.disk.take()
	}
	return f.File.Sync()
}

// A log that goes while it is recovered keeps its journal.
func TestRecoverFindsTheLogTaken(t *testing.T) {
	p := newPair(t)
	d := &takingDisk{Disk: &disktest.Disk{}, syncs: 2} // once when it was opened, once when it was written
	d.Put(logPath, p.log)
	d.Put(logPath+".journal", p.journal)
	d.take = func() { d.Put(logPath, p.log) }
	h := result.NewHistory(d, logPath, result.ReadOptions{}, nil)
	defer h.Fold.Free()
	if err := h.Read(); err != nil {
		t.Fatal(err)
	}
	if err := h.Recover(); !errors.Is(err, result.ErrTaken) {
		t.Errorf("Recover: %v, want %v", err, result.ErrTaken)
	}
	if got, _ := d.Get(logPath + ".journal"); !bytes.Equal(got, p.journal) {
		t.Error("the journal is gone")
	}
}

// Zeros behind what a journal holds are as nothing, whether its last line is
// whole or torn; within it they are damage where they hide what was durable.
func TestJournalWithZeros(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for cut := range cuts(p.journal[:len(p.journal)-1]) {
		_, want, wantErr := p.read(p.log, p.journal[:cut])
		zeroed := []int{1, 4096}
		if cut%49 == 0 {
			zeroed = append(zeroed, 1<<17) // more than is read at once
		}
		for _, zeros := range zeroed {
			_, got, err := p.read(p.log, append(p.journal[:cut:cut], make([]byte, zeros)...))
			if (err == nil) != (wantErr == nil) || got.Fold.Counts() != want.Fold.Counts() {
				t.Fatalf("cut at %d, %d zeros: %+v, %v; want %+v, %v", cut, zeros, got.Fold.Counts(), err, want.Fold.Counts(), wantErr)
			}
			got.Fold.Free()
		}
		want.Fold.Free()
	}
	groups := bytes.SplitAfter(p.journal, []byte("\n\n"))
	damaged := slices.Clone(p.journal)
	clear(damaged[len(groups[0])-20 : len(groups[0])-1])
	if _, _, err := p.read(p.log, append(damaged, make([]byte, 4096)...)); !errors.Is(err, result.ErrBroken) {
		t.Errorf("zeros before the end: %v, want %v", err, result.ErrBroken)
	}
}

// Begin does not write over the journal of a run that was not recovered.
func TestBeginNeedsRecovery(t *testing.T) {
	p := newPair(t)
	_, h, err := p.read(p.log, p.journal)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Begin("job-20261124T090000.000Z-0123abcd"); err == nil {
		t.Error("Begin takes a history with a journal")
	}
	if err := h.Recover(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Begin("job-20261124T090000.000Z-0123abcd"); err != nil {
		t.Errorf("Begin after recovery: %v", err)
	}
}

func TestPutAside(t *testing.T) {
	p := newPair(t)
	d, h, err := p.read(p.log, nil)
	if err != nil {
		t.Fatal(err)
	}
	oldPath, err := h.ArchiveName(time.Date(2026, 11, 24, 9, 14, 31, 0, time.FixedZone("", 3600)))
	if want := strings.TrimSuffix(logPath, ".csv") + ".until-20261124T081431Z.csv"; err != nil || oldPath != want {
		t.Fatalf("the name for the old log is %s, %v; want %s", oldPath, err, want)
	}
	if err := h.Archive(oldPath); err != nil {
		t.Fatal(err)
	}
	if old, _ := d.Get(oldPath); !bytes.Equal(old, p.log) {
		t.Errorf("the old log is %q", old)
	}
	if h.Exists || h.Fold.Records() != 0 {
		t.Error("the history still has records")
	}
	w, err := h.Begin("job-20261124T090000.000Z-0123abcd")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if log, _ := d.Get(logPath); string(log) != result.Header() {
		t.Errorf("the new log is %q", log)
	}
	// A journal whose log is gone goes aside too.
	d = &disktest.Disk{}
	d.Put(logPath+".journal", p.journal)
	h = result.NewHistory(d, logPath, result.ReadOptions{}, nil)
	if err := h.Read(); !errors.Is(err, result.ErrNoLog) {
		t.Fatal(err)
	}
	if err := h.Archive(oldPath); err != nil {
		t.Fatal(err)
	}
	if old, _ := d.Get(oldPath + ".journal"); !bytes.Equal(old, p.journal) {
		t.Errorf("the old journal is %q", old)
	}
	if _, err := h.Begin("job-20261124T090000.000Z-0123abcd"); err != nil {
		t.Error(err)
	}
}
