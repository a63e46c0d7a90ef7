//go:build unix

package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"mailshot/transport/smtptest"
)

// An exchange is a job of two letters, the first of which is about to leave when a
// file of theirs is exchanged: the server has not said yet that it may. All files
// of one kind have one size and one time of modification.
type exchange struct{ *liveJob }

// exchanged is the time of modification of all files.
var exchanged = time.Unix(1_700_000_000, 0)

// secretText is what is in files that are for no recipient.
const secretText = "this is for no recipient to see"

// largeFile is how many octets are too many to be kept in memory.
const largeFile = 17 << 20

func newExchange(t *testing.T, h smtptest.Handler) exchange {
	j := exchange{newLiveJob(t, 2, "workers: 2, retry: {attempts: 1}", h)}
	j.edit("job.yaml", "text: {inline", `attachments: ["bills/{{.code}}.pdf"], text: {inline`)
	j.must(os.Mkdir(j.path("bills"), 0o700), os.Mkdir(j.path("others"), 0o700))
	for _, name := range []string{"bills/C0001.pdf", "bills/C0002.pdf"} {
		j.file(name, "the bill of "+name)
	}
	for _, name := range []string{"password", "others/C0001.pdf", "others/C0002.pdf"} {
		j.file(name, secretText)
	}
	if strings.Contains(t.Name(), "large") {
		j.edit("job.yaml", "attachments: [", "attachments: [all.bin, ")
		j.large("all.bin", "a")
	}
	return j
}

func (j exchange) must(errs ...error) {
	j.t.Helper()
	if err := errors.Join(errs...); err != nil {
		j.t.Fatal(err)
	}
}

// file makes a file of the size and time that all have.
func (j exchange) file(name, text string) {
	j.t.Helper()
	j.must(j.fill(name, text))
}

func (j exchange) fill(name, text string) error {
	text += strings.Repeat(" ", 64-len(text))
	return errors.Join(os.WriteFile(j.path(name), []byte(text), 0o600), j.putTimeBack(name))
}

func (j exchange) large(name, of string) {
	j.t.Helper()
	j.must(os.WriteFile(j.path(name), bytes.Repeat([]byte(of), largeFile), 0o600), j.putTimeBack(name))
}

func (j exchange) putTimeBack(name string) error {
	return os.Chtimes(j.path(name), time.Time{}, exchanged)
}

func (j exchange) rename(from, to string) error { return os.Rename(j.path(from), j.path(to)) }

// TestExchangedFile: no file goes out that is not what was checked, in whichever
// way it came to be where that was. Its row may be sent later.
func TestExchangedFile(t *testing.T) {
	t.Parallel()
	const first = "bills/C0001.pdf"
	for i, tt := range []struct {
		name     string
		exchange func(j exchange) error
		sent     int // messages that go out
	}{
		{"nothing", func(exchange) error { return nil }, 2},
		{"its mode alone", func(j exchange) error { return os.Chmod(j.path(first), 0o640) }, 2},
		{"another name for it", func(j exchange) error { return os.Link(j.path(first), j.path("more")) }, 2},
		{"a link to another file", func(j exchange) error {
			return errors.Join(os.Remove(j.path(first)), os.Symlink("../password", j.path(first)))
		}, 1},
		{"a link out of the directory", func(j exchange) error {
			return errors.Join(os.Remove(j.path(first)), os.Symlink("/etc/passwd", j.path(first)))
		}, 1},
		{"two files for each other", func(j exchange) error {
			return errors.Join(j.rename(first, "third"), j.rename("bills/C0002.pdf", first), j.rename("third", "bills/C0002.pdf"))
		}, 0},
		{"another file over it", func(j exchange) error { return j.rename("password", first) }, 1},
		{"written over, with its time put back", func(j exchange) error {
			f, err := os.OpenFile(j.path(first), os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteAt([]byte(secretText), 0)
			return errors.Join(err, f.Close(), j.putTimeBack(first))
		}, 1},
		{"a link for its folder", func(j exchange) error {
			return errors.Join(j.rename("bills", "moved"), os.Symlink("others", j.path("bills")))
		}, 0},
		{"a link out of the directory for its folder", func(j exchange) error {
			out := filepath.Join(j.t.TempDir(), "others")
			return errors.Join(os.Rename(j.path("others"), out), j.rename("bills", "moved"), os.Symlink(out, j.path("bills")))
		}, 0},
		{"another folder", func(j exchange) error { return errors.Join(j.rename("bills", "moved"), j.rename("others", "bills")) }, 0},
		{"a large file of all", func(j exchange) error {
			j.large("other.bin", "b")
			return j.rename("other.bin", "all.bin")
		}, 0},
		{"a large file of all, written over", func(j exchange) error {
			j.large("all.bin", "b")
			return nil
		}, 0},
		{"a hard link", func(j exchange) error {
			return errors.Join(os.Remove(j.path(first)), os.Link(j.path("password"), j.path(first)))
		}, 1},
		{"a pipe", func(j exchange) error {
			return errors.Join(os.Remove(j.path(first)), syscall.Mkfifo(j.path(first), 0o600))
		}, 1},
		{"truncated", func(j exchange) error { return errors.Join(os.Truncate(j.path(first), 20), j.putTimeBack(first)) }, 1},
		{"longer", func(j exchange) error {
			return errors.Join(os.Truncate(j.path(first), 70), j.putTimeBack(first))
		}, 1},
		{"gone", func(j exchange) error { return os.Remove(j.path(first)) }, 1},
	} {
		if !inPart(i) {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			reached, letGo := make(chan struct{}), make(chan struct{})
			h := stageHook("data", 1, reached, letGo)
			h.Keywords = []string{"PIPELINING"} // and no SIZE, which would be too small
			j := newExchange(t, h)
			c := j.command("run", "--yes", "job.yaml")
			var out bytes.Buffer
			c.Stdout, c.Stderr = &out, &out
			j.must(c.Start())
			ended := make(chan error, 1)
			go func() { ended <- c.Wait() }()
			select {
			case <-reached:
			case err := <-ended:
				t.Fatalf("it ended before the first letter: %v\n%s", err, out.String())
			}
			err := tt.exchange(j)
			close(letGo)
			wait(t, "the end", ended)
			j.must(err)
			j.server.Wait()
			if got := len(j.server.Messages()); got != tt.sent {
				t.Errorf("%d messages went out; want %d\n%s", got, tt.sent, out.String())
			}
			j.wantSecretKept()
			if got := j.records("failed,temporary"); got != 2-tt.sent {
				t.Errorf("%d rows failed for now; want %d\n%s", got, 2-tt.sent, out.String())
			}
		})
	}
}

// wantSecretKept holds that no octet of a file that is for no recipient was sent,
// not even in a message that was broken off.
func (j exchange) wantSecretKept() {
	j.t.Helper()
	secret := base64.StdEncoding.EncodeToString([]byte(secretText))[:24]
	for _, s := range j.server.Sessions() {
		seen := s.Partial
		for _, m := range s.Messages {
			seen = append(seen, m.Data...)
		}
		if bytes.Contains(seen, []byte(secret)) || bytes.Contains(seen, []byte(base64.StdEncoding.EncodeToString([]byte("bbbbbbbbb")))) {
			j.t.Errorf("session %d has octets of a file that was put in the place of another", s.ID)
		}
	}
}
