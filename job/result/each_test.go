package result

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What was read is what is read again, before and after it was recovered:
// whether the log had a record before, and whatever lines without one it has.
func TestEachAgain(t *testing.T) {
	rec := func(key string) *Record {
		return &Record{Time: time.UnixMilli(1), Run: "job-20261124T081431.000Z-0badc0de", Key: key, Recipient: key, Attempt: 1, Status: Unknown}
	}
	for _, tt := range []struct {
		name, more string
		recorded   []string
	}{
		{"no record", "", nil},
		{"a record", "", []string{"a"}},
		{"empty lines", "\n\n\n", []string{"a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log.csv")
			first := NewHistory(OS{}, path, ReadOptions{}, nil)
			w, err := first.Begin(rec("").Run)
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range tt.recorded {
				if err := w.Record(rec(key)); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.log.append([]byte(tt.more)); err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"b", "c"} {
				if err := w.Arm(rec(key)).Begin(); err != nil {
					t.Fatal(err)
				}
			}
			w.log.fail(os.ErrClosed) // as if it were killed
			_ = w.Close()

			h := NewHistory(OS{}, path, ReadOptions{}, nil)
			if err := h.Read(); err != nil {
				t.Fatal(err)
			}
			want := len(tt.recorded) + 2
			for _, recovered := range []bool{false, true} {
				if recovered {
					if err := h.Recover(); err != nil {
						t.Fatal(err)
					}
				}
				n := 0
				for e, err := range h.Each() {
					if err != nil {
						t.Fatal(err)
					}
					if n++; e.Number != n {
						t.Errorf("record %d is number %d", n, e.Number)
					}
				}
				if n != want || h.Fold.Records() != want {
					t.Errorf("recovered %t: %d records are read again, %d are folded, want %d", recovered, n, h.Fold.Records(), want)
				}
			}
		})
	}
}
