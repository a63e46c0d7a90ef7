package result

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// A left log is one with a journal of which some intents have no record.
type left struct {
	log, pending []Record
	history      *History
}

// drawLeft makes a log and a journal, as AppendLine writes them or as another
// program would, and reads them.
func drawLeft(t *rapid.T, tb testing.TB, path string) left {
	l := left{log: drawRecords(t)}
	for i := range l.log {
		l.log[i].Run = rapid.SampledFrom([]string{"r", "s"}).Draw(t, "run")
		l.log[i].Reply = rapid.SampledFrom([]string{"", "sent", `a "b", sent,`}).Draw(t, "reply")
		l.log[i].Enhanced = rapid.SampledFrom([]string{"", "sent"}).Draw(t, "enhanced")
		if l.log[i].Key == "l" {
			l.log[i].Key = `l,"b",c,sent,x`
		}
	}
	text := logOf(tb, l.log...)
	if rapid.Bool().Draw(t, "saved by another program") {
		rows := cellsOf(tb.(*testing.T), text)
		if rapid.Bool().Draw(t, "columns in another order") {
			rows = each(rows, func(row []string) []string { slices.Reverse(row); return row })
		}
		text = saved(tb.(*testing.T), rows, rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(t, "delimiter"), true)
	}
	if rapid.Bool().Draw(t, "journal") {
		journal := []byte(journalHead{run: "r", length: int64(len(text)), records: len(l.log)}.line(journalMagic))
		for n := range rapid.IntRange(0, 3).Draw(t, "pending") {
			r := rec(n, 400+n, "unknown")
			r.Key = rapid.SampledFrom([]string{"k", "m"}).Draw(t, "key")
			l.pending = append(l.pending, r)
			journal, _ = r.AppendLine(journal)
		}
		writeFile(t, path+journalSuffix, journal)
	} else {
		_ = os.Remove(path + journalSuffix)
	}
	writeFile(t, path, text)
	l.history = NewHistory(OS{}, path, ReadOptions{}, nil)
	if err := l.history.Read(); err != nil {
		t.Fatal(err)
	}
	return l
}

// all are the records of log and journal.
func (l left) all() []Record { return slices.Concat(l.log, l.pending) }

func writeFile(t *rapid.T, path string, text []byte) {
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// same reports whether two records are one; a log keeps no more of a record than
// it can.
func same(a, b Record) bool { return cmp.Equal(a, b, cmpopts.EquateEmpty()) }

func TestEachOf(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.results.csv")
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLeft(rt, t, path)
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			rt.Fatal(err)
		}
		if _, err := f.WriteString("half a line that a run writes mean"); err != nil {
			rt.Fatal(err)
		}
		if err := f.Close(); err != nil {
			rt.Fatal(err)
		}
		only := rapid.SliceOfNDistinct(rapid.SampledFrom([]Status{Sent, Failed, Unknown, Skipped}), 1, 4, rapid.ID).Draw(rt, "only")
		var want, got []Entry
		for e, err := range l.history.Each() {
			if err != nil {
				rt.Fatal(err)
			}
			if slices.Contains(only, e.Status) {
				want = append(want, e)
			}
		}
		for e, err := range l.history.EachOf(only...) {
			if err != nil {
				rt.Fatal(err)
			}
			got = append(got, e)
		}
		if !cmp.Equal(got, want, cmp.AllowUnexported(Entry{})) {
			rt.Fatalf("EachOf(%v) differs:\n%s", only, cmp.Diff(want, got, cmp.AllowUnexported(Entry{})))
		}
		l.history.DropPending()
		for e := range l.history.EachOf(Unknown) {
			if e.Pending {
				rt.Fatalf("EachOf gives %v, which is passed over", e)
			}
		}
	})
}

func TestFinder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.results.csv")
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLeft(rt, t, path)
		f, err := l.history.Finder(l.history.Fold.Decides)
		if err != nil {
			rt.Fatal(err)
		}
		defer f.Close()
		if f.Len() != l.history.Fold.keys.Len() {
			rt.Fatalf("%d records decide about %d keys", f.Len(), l.history.Fold.keys.Len())
		}
		for _, key := range []string{"k", `l,"b",c,sent,x`, "m", "none"} {
			want := stateOf(l.all(), key)
			got, ok, err := f.Find(key)
			if err != nil || ok != (want.Key != "") || !same(got.Record, want) {
				rt.Fatalf("Find(%q) = %+v, %t, %v; want %+v", key, got.Record, ok, err, want)
			}
		}
	})
}

// A long line, and one behind it, are found as others are.
func TestFinderLongLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.results.csv")
	records := []Record{sample(0), sample(1), sample(2)}
	records[1].Reply = string(make([]byte, 1<<17))
	log := logOf(t, records...)
	if err := os.WriteFile(path, log[:len(log)-1], 0o600); err != nil { // without the last line end
		t.Fatal(err)
	}
	h := NewHistory(OS{}, path, ReadOptions{}, nil)
	if err := h.Read(); err != nil {
		t.Fatal(err)
	}
	f, err := h.Finder(h.Fold.Decides, Sent)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, i := range []int{2, 0, 1, 2} {
		got, ok, err := f.Find(records[i].Key)
		if err != nil || !ok || !same(got.Record, asRead(records[i])) {
			t.Errorf("Find(%s) gives row %d, %t, %v", records[i].Key, got.Row, ok, err)
		}
	}
}

func TestNarrow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.results.csv")
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLeft(rt, t, path)
		if err := l.history.Narrow("r"); err != nil {
			rt.Fatal(err)
		}
		own := slices.DeleteFunc(l.all(), func(r Record) bool { return r.Run != "r" })
		for _, key := range []string{"k", `l,"b",c,sent,x`, "m"} {
			if got, want := l.history.Fold.Of(key).Status, stateOf(own, key).Status; got != want {
				rt.Fatalf("%q is %q in run r, want %q", key, got, want)
			}
		}
	})
}
