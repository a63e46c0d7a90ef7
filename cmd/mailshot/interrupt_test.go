package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"mailshot/transport/smtptest"
)

// A listener keeps what is printed, and tells when a word comes.
type listener struct {
	word  string
	heard chan struct{} // closed then

	mu   sync.Mutex // guards text
	text strings.Builder
	once sync.Once
}

func (l *listener) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(b)
	if strings.Contains(l.text.String(), l.word) {
		l.once.Do(func() { close(l.heard) })
	}
	return len(b), nil
}

func (l *listener) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// A signal at any stage: every row in flight ends in a record, the exit status
// says which signal it was, and a rerun completes the job without a second
// copy.
func TestInterruptAndRerun(t *testing.T) {
	t.Parallel()
	const rows = 40
	signals := []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGTERM}
	for i := range 12 {
		if !inPart(i) {
			continue
		}
		stage := []string{"mail", "data", "content", "final"}[i%4]
		sig := signals[i/4%len(signals)]
		t.Run(fmt.Sprintf("%s at %s %d", sig, stage, i), func(t *testing.T) {
			t.Parallel()
			reached, letGo := make(chan struct{}), make(chan struct{})
			delivery := "workers: 4"
			if i%3 == 1 && stage != "content" { // which is told from the number of connections
				delivery += ", per_session: 10"
			}
			var j *liveJob
			if stage == "content" {
				j = newLiveJob(t, rows, delivery, smtptest.Handler{})
				j.stallContent(int32(1+i), reached, letGo)
			} else {
				j = newLiveJob(t, rows, delivery, stageHook(stage, int32(1+i), reached, letGo))
			}
			release := sync.OnceFunc(func() { close(letGo) })
			t.Cleanup(release) // also if the test fails before: the server waits for it
			c := j.command("run", "--yes", "job.yaml")
			out := &listener{word: "finishing", heard: make(chan struct{})}
			c.Stdout, c.Stderr = out, out
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			wait(t, "the stage", reached)
			if err := c.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- c.Wait() }()
			wait(t, "the program to hear the signal", out.heard)
			release()
			if got, want := j.status(wait(t, "the end", ended)), 128+int(sig); got != want {
				t.Errorf("exit status %d, want %d\n%s", got, want, out.String())
			}
			j.server.Wait()
			sent := len(j.server.Messages())
			if n := j.records(",sent,"); n != sent {
				t.Errorf("%d messages were accepted, %d are recorded as sent", sent, n)
			}
			if n := j.records(""); n != sent {
				t.Errorf("%d records for %d messages", n, sent)
			}
			if want := "Next: mailshot rerun job.yaml"; !strings.Contains(out.String(), want) {
				t.Errorf("the output does not say %q:\n%s", want, out.String())
			}
			if status, out := j.run("rerun", "--yes", "job.yaml"); status != 0 {
				t.Errorf("rerun: exit status %d\n%s", status, out)
			}
			j.wantOnce(rows)
		})
	}
}

// stallContent makes the letter long, and puts between program and server what
// passes on no more than the first part of the nth message and of all further
// ones until it is let go: the server then is in the content.
func (j *liveJob) stallContent(nth int32, reached chan<- struct{}, letGo <-chan struct{}) {
	j.t.Helper()
	const passed = 100 << 10
	j.write("letter.txt", "Dear {{.name}},\n"+strings.Repeat("a long letter has many lines like this one\n", 10000))
	text, err := os.ReadFile(filepath.Join(j.dir, "job.yaml"))
	if err != nil {
		j.t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		j.t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	job := strings.Replace(string(text), "{inline: "+strconv.Quote(shortLetter)+"}", "letter.txt", 1)
	job = regexp.MustCompile(`port: [0-9]+`).ReplaceAllString(job, "port: "+port)
	j.write("job.yaml", job)
	var messages atomic.Int32
	var group sync.WaitGroup
	group.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer near.Close()
				far, err := j.server.DialContext(j.t.Context(), "", "")
				if err != nil {
					return
				}
				group.Go(func() {
					_, _ = io.Copy(near, far) // ends with the session
					_ = near.Close()
				})
				defer far.Close()
				if _, err := io.CopyN(far, near, passed); err == nil {
					if n := messages.Add(1); n >= nth {
						if n == nth {
							close(reached)
						}
						<-letGo
					}
				}
				_, _ = io.Copy(far, near)
			})
		}
	})
	j.t.Cleanup(func() {
		_ = l.Close()
		group.Wait()
	})
}

// nohup's users close the terminal and expect the run to go on.
func TestHangupIgnored(t *testing.T) {
	t.Parallel()
	reached, letGo := make(chan struct{}), make(chan struct{})
	j := newLiveJob(t, 20, "", stageHook("data", 5, reached, letGo))
	c := exec.CommandContext(t.Context(), "sh", "-c", `trap "" HUP; exec "$0" "$@"`, j.bin, "run", "--yes", "job.yaml")
	c.Dir = j.dir
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	wait(t, "the stage", reached)
	if err := c.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	close(letGo)
	if status := j.status(c.Wait()); status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
	j.wantOnce(20)
}

// Readers of the output that go away, or that never read, change nothing.
func TestOutputIsLost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		args []string
		lose bool // close the reading ends in mid-run; else nobody ever reads
	}{
		{"closed", []string{"run", "--yes", "job.yaml"}, true},
		{"closed, with a trace", []string{"run", "--yes", "--trace", "-", "job.yaml"}, true},
		{"stuck, with a trace", []string{"run", "--yes", "--trace", "-", "job.yaml"}, false},
		{"closed, with events", []string{"run", "--yes", "--json", "job.yaml"}, true},
		{"stuck, with events", []string{"run", "--yes", "--json", "job.yaml"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			reached, letGo := make(chan struct{}), make(chan struct{})
			j := newLiveJob(t, 300, "workers: 4", stageHook("final", 10, reached, letGo))
			c := j.command(tt.args...)
			var ends []io.Closer
			for _, w := range []*io.Writer{&c.Stdout, &c.Stderr} {
				r, p, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				*w = p
				ends = append(ends, r)
				t.Cleanup(func() { _ = p.Close() })
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			wait(t, "the stage", reached)
			for _, e := range ends {
				if tt.lose {
					_ = e.Close()
				} else {
					t.Cleanup(func() { _ = e.Close() })
				}
			}
			close(letGo)
			ended := make(chan error, 1)
			go func() { ended <- c.Wait() }()
			if status := j.status(wait(t, "the end", ended)); status != 0 {
				t.Errorf("exit status %d, want 0", status)
			}
			j.wantOnce(300)
		})
	}
}
