package delivery

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mailshot/job/result"
	"mailshot/transport"
)

// A transcript is bounded, has a file of its own where the attempt's is there, and is
// for its owner only.
func TestTranscript(t *testing.T) {
	ts := &transcripts{dir: filepath.Join(t.TempDir(), "x.transcripts")}
	rec := &result.Record{Row: 7, Attempt: 2, Recipient: "a@b.example", Status: result.Failed, Class: result.Temporary, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Run: "r"}
	for _, text := range []string{"small", strings.Repeat("x", 100_000)} {
		x := ts.begin()
		for range 5 {
			x.trace()(transport.Event{Dir: 'S', Text: text})
		}
		ts.keep(x, rec)
	}
	var b []byte
	for _, name := range []string{"000007-2.txt", "000007-2-2.txt"} {
		own, err := os.ReadFile(filepath.Join(ts.dir, name))
		if err != nil || strings.Count(string(own), "attempt 2") != 1 {
			t.Errorf("%s has %.120q, %v", name, own, err)
		}
		b = append(b, own...)
		if info, err := os.Stat(filepath.Join(ts.dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v, want 600", name, info.Mode(), err)
		}
	}
	head := "2026-01-02T03:04:05Z row 7 to a@b.example, attempt 2 of run r: failed, temporary\n00:00:00.000 S: small\n"
	if !strings.HasPrefix(string(b), head) || strings.Count(string(b), "attempt 2") != 2 || strings.Count(string(b), "not kept") != 1 || len(b) > maxTranscript+1000 {
		t.Errorf("%d octets that begin with %.120q", len(b), b)
	}
	if ts.kept != 2 || ts.failed != nil {
		t.Errorf("%d were kept, %v; want 2", ts.kept, ts.failed)
	}
}

// Where none are kept, nobody listens.
func TestNoTranscript(t *testing.T) {
	var ts transcripts
	if x := ts.begin(); x != nil || x.trace() != nil {
		t.Error("there is a transcript")
	}
	ts.keep(nil, &result.Record{Status: result.Failed})
	if ts.kept != 0 || ts.failed != nil {
		t.Errorf("%d were kept, %v; want none", ts.kept, ts.failed)
	}
}
