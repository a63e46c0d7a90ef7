//go:build unix

package main

import (
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"mailshot/transport/smtptest"
)

// plants are what somebody else may put where mailshot is going to keep a file.
var plants = []struct {
	name  string
	plant func(victim, path string) error
}{
	{"link", os.Symlink},
	{"link to nothing", func(victim, path string) error { return os.Symlink(victim+".new", path) }},
	{"hard link", os.Link},
	{"directory", func(_, path string) error { return os.Mkdir(path, 0o700) }},
	{"pipe", func(_, path string) error { return syscall.Mkfifo(path, 0o600) }},
}

// TestGuessedNames: nobody who may write in the directory of a log gets somebody's file changed or
// read by putting something where a run will keep a file of its own; and nothing is waited for.
func TestGuessedNames(t *testing.T) {
	t.Parallel()
	const replaced = "" // what was planted is removed, and the run goes on
	n := 0
	for _, name := range []struct {
		name   string
		status [5]int // by the plants: of a run in which the second row fails
		says   [5]string
	}{
		{"job.results.csv.lock", [5]int{73, 73, 73, 73, 73}, [5]string{"is a symbolic link", "is a symbolic link", "has another name", "is no regular file", "is no regular file"}},
		{"job.results.csv.journal", [5]int{73, 3, 65, 73, 73}, [5]string{"symbolic link", replaced, "not the first line of a journal", "is no file", "is no file"}},
		{"job.results.csv.journal.new", [5]int{3, 3, 3, 3, 3}, [5]string{replaced, replaced, replaced, replaced, replaced}},
		{"job.results.csv.new", [5]int{3, 3, 3, 3, 3}, [5]string{replaced, replaced, replaced, replaced, replaced}},
		{"job.results.csv.spool", [5]int{3, 3, 3, 3, 3}, [5]string{replaced, replaced, replaced, replaced, replaced}},
		{"job.transcripts", [5]int{3, 3, 3, 3, 3}, [5]string{"keeping transcripts: .*symbolic link", "keeping transcripts: .*symbolic link", "keeping transcripts: .*no directory", "", "keeping transcripts: .*no directory"}},
		{"trace.txt", [5]int{73, 73, 73, 73, 73}, [5]string{"is a symbolic link", "is a symbolic link", "has another name", "is no regular file", "is no regular file"}},
	} {
		for i, plant := range plants {
			if n++; !inPart(n - 1) {
				continue
			}
			t.Run(name.name+", "+plant.name, func(t *testing.T) {
				t.Parallel()
				j := newLiveJob(t, 2, "keep_transcripts: failed, workers: 1", smtptest.Handler{Rcpt: func(to string) smtptest.Reply {
					if strings.HasPrefix(to, "r2@") {
						return smtptest.Say(550, "5.1.1 no")
					}
					return smtptest.Reply{}
				}})
				const secret = "root:a line that is not told\nand another\n"
				j.write("victim", secret)
				if err := plant.plant(j.path("victim"), j.path(name.name)); err != nil {
					t.Fatal(err)
				}
				status, out := j.run("run", "--yes", "--trace", "trace.txt", "job.yaml")
				if status != name.status[i] || !matches(t, name.says[i], out) || strings.Contains(out, "root:") {
					t.Errorf("exit status %d, want %d:\n%s", status, name.status[i], out)
				}
				if _, again := j.run("status", "job.yaml"); strings.Contains(again, "root:") {
					t.Errorf("status:\n%s", again)
				}
				if b, err := os.ReadFile(j.path("victim")); err != nil || string(b) != secret {
					t.Errorf("the file of somebody is %q, %v", b, err)
				}
				if _, err := os.Lstat(j.path("victim.new")); err == nil {
					t.Error("a file was made through a link")
				}
			})
		}
	}
}

// TestTranscriptTaken: a transcript whose name is taken has a number of its own.
func TestTranscriptTaken(t *testing.T) {
	t.Parallel()
	j := newLiveJob(t, 1, "keep_transcripts: failed", smtptest.Handler{Rcpt: func(string) smtptest.Reply { return smtptest.Say(550, "5.1.1 no") }})
	j.write("victim", "mine")
	if err := os.Mkdir(j.path("job.transcripts"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"000001-1.txt", "000001-1-2.txt"} {
		if err := os.Symlink(j.path("victim"), j.path("job.transcripts/"+name)); err != nil {
			t.Fatal(err)
		}
	}
	if status, out := j.run("run", "--yes", "job.yaml"); status != 3 {
		t.Errorf("exit status %d\n%s", status, out)
	}
	if b, err := os.ReadFile(j.path("job.transcripts/000001-1-3.txt")); err != nil || !strings.Contains(string(b), "550 5.1.1 no") {
		t.Errorf("the transcript is %q, %v", b, err)
	}
	if b, err := os.ReadFile(j.path("victim")); err != nil || string(b) != "mine" {
		t.Errorf("the file of somebody is %q, %v", b, err)
	}
}

// TestLockRemoved: a lock that is removed while a run goes on lets in a second one. Afterwards the
// log of both can be read, and of two records of one attempt the stronger holds.
func TestLockRemoved(t *testing.T) {
	t.Parallel()
	reached, release := make(chan struct{}), make(chan struct{})
	var once atomic.Bool
	j := newLiveJob(t, 3, "workers: 1", smtptest.Handler{Rcpt: func(to string) smtptest.Reply {
		if !strings.HasPrefix(to, "r3@") || once.Swap(true) {
			return smtptest.Reply{}
		}
		close(reached)
		<-release
		return smtptest.Say(550, "5.1.1 no")
	}})
	first := j.command("run", "--yes", "job.yaml")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	wait(t, "the third row", reached)
	if err := os.Remove(j.path("job.results.csv.lock")); err != nil {
		t.Fatal(err)
	}
	if status, out := j.run("rerun", "--include", "unknown", "--yes", "job.yaml"); status != 0 {
		t.Errorf("the second run: exit status %d\n%s", status, out)
	}
	close(release)
	_ = first.Wait()
	status, out := j.run("status", "job.yaml")
	if status != 0 || !strings.Contains(out, "2 sent") && !matches(t, `sent +2`, out) {
		t.Errorf("exit status %d\n%s", status, out)
	}
}
