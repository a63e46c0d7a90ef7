package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"mailshot/job/result"
	"mailshot/transport/smtptest"
)

// marksOf returns the path of the marks of the journal that a job has; "" if there are none.
func marksOf(j *liveJob) string {
	head, _, _ := strings.Cut(read(j.path("job.results.csv.journal")), "\n")
	cells := strings.Split(head, ",")
	all, err := filepath.Glob(fmt.Sprintf("/dev/shm/mailshot-%d/*", os.Geteuid()))
	if err != nil || len(cells) != 6 {
		return ""
	}
	for _, path := range all {
		if line, _, _ := strings.Cut(read(path), "\n"); strings.HasSuffix(line, ","+cells[4]) {
			return path
		}
	}
	return ""
}

// read returns what a file has; "" if there is none.
func read(path string) string {
	b, _ := os.ReadFile(path)
	return string(b)
}

// harmMarks does now and then to the marks of a run that was killed what may happen to them, and says what.
func harmMarks(j *liveJob, rnd *rand.Rand) string {
	path := marksOf(j)
	if path == "" {
		return ""
	}
	switch rnd.IntN(24) {
	case 0:
		_ = os.Remove(path)
		return "the marks are lost"
	case 1:
		_ = os.Truncate(path, 300)
		return "the marks are cut off"
	case 2:
		b := []byte(read(path))
		b[len("mailshot marks v1,")] ^= 1
		_ = os.WriteFile(path, b, 0o600)
		return "the marks are of another boot"
	}
	return ""
}

// A run whose marks can't be set any more ends, and what it had armed is unknown.
func TestMarksFault(t *testing.T) {
	t.Parallel()
	var running atomic.Pointer[liveJob]
	var n atomic.Int32
	j := newLiveJob(t, 200, "workers: 4", smtptest.Handler{Rcpt: func(string) smtptest.Reply {
		if n.Add(1) != 20 {
			return smtptest.Reply{}
		}
		if path := marksOf(running.Load()); path == "" || os.Truncate(path, 0) != nil {
			t.Error("the marks can't be truncated: ", path)
		}
		return smtptest.Reply{}
	}})
	running.Store(j)
	status, out := j.run("run", "--yes", "job.yaml")
	if status != exitCantWrite || !strings.Contains(out, "marking what is on its way") {
		t.Errorf("exit status %d, want %d\n%s", status, exitCantWrite, out)
	}
	if status, out = j.run("rerun", "--yes", "job.yaml"); status != 0 && status != exitSomeUnknown {
		t.Errorf("the rerun: exit status %d\n%s", status, out)
	}
	j.server.Wait()
	h := result.NewHistory(result.OS{}, j.path("job.results.csv"), result.ReadOptions{}, nil)
	if err := h.Read(); err != nil {
		t.Fatal(err)
	}
	taken := make(map[string]int)
	for _, m := range j.server.Messages() {
		taken[m.To[0]]++
	}
	for i := 1; i <= 200; i++ {
		to := fmt.Sprintf("r%d@club.example", i)
		switch s := h.Fold.Of(to).Status; {
		case taken[to] > 1, s == result.Sent && taken[to] == 0, s != result.Sent && s != result.Unknown:
			t.Errorf("%s is %q, and was taken %d times", to, s, taken[to])
		}
	}
	// At most those that were armed ahead, and one for each worker.
	if c := h.Fold.Counts(); c.Unknown > 128+4 {
		t.Errorf("%+v: too many are unknown", c)
	}
}
