package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/delivery"
	"mailshot/template/lazyregexp"
	"mailshot/transport/smtptest"
)

// A console is the program on a pseudo-terminal.
type console struct {
	t     *testing.T
	tty   *os.File
	ended chan error

	mu   sync.Mutex // guards text
	text strings.Builder
	more chan struct{} // has room for one notice that text grew
}

// console starts the program on a terminal of 80 columns.
func (j *liveJob) console(args ...string) *console {
	j.t.Helper()
	c := j.command(args...)
	c.Env = append(os.Environ(), "TERM=xterm", "TZ=UTC")
	tty, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		j.t.Fatal(err)
	}
	k := &console{t: j.t, tty: tty, ended: make(chan error, 1), more: make(chan struct{}, 1)}
	j.t.Cleanup(func() { _ = tty.Close() })
	read := make(chan struct{})
	go func() {
		defer close(read)
		k.read()
	}()
	go func() {
		err := c.Wait()
		<-read
		k.ended <- err
	}()
	return k
}

func (k *console) read() {
	b := make([]byte, 4096)
	for {
		n, err := k.tty.Read(b)
		k.mu.Lock()
		k.text.Write(b[:n])
		k.mu.Unlock()
		select {
		case k.more <- struct{}{}:
		default:
		}
		if err != nil {
			return // the other side is closed
		}
	}
}

func (k *console) shown() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.String()
}

// until waits for a text on the terminal.
func (k *console) until(text string) {
	k.t.Helper()
	timer := time.NewTimer(20 * time.Second)
	defer timer.Stop()
	for !strings.Contains(k.shown(), text) {
		select {
		case <-k.more:
		case <-timer.C:
			k.t.Fatalf("waited in vain for %q; the terminal shows\n%s", text, k.shown())
		}
	}
}

func (k *console) enter(keys string) {
	k.t.Helper()
	if _, err := k.tty.WriteString(keys); err != nil {
		k.t.Fatal(err)
	}
}

func TestQuestion(t *testing.T) {
	t.Parallel()
	const ctrlC, ctrlD = "\x03", "\x04"
	for _, tt := range []struct {
		name   string
		rows   int
		prompt string
		answer string
		status int
		sent   int
	}{
		{"yes", 5, "Send? [y/N] ", "y\n", 0, 5},
		{"yes in full", 5, "Send? [y/N] ", "Yes\n", 0, 5},
		{"no", 5, "Send? [y/N] ", "n\n", 130, 0},
		{"nothing", 5, "Send? [y/N] ", "\n", 130, 0},
		{"Ctrl-C", 5, "Send? [y/N] ", ctrlC, 130, 0},
		{"Ctrl-D", 5, "Send? [y/N] ", ctrlD, 130, 0},
		{"the count", 120, "Type 120 to send: ", "120\n", 0, 120},
		{"not the count", 120, "Type 120 to send: ", "y\n", 130, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := newLiveJob(t, tt.rows, "rate: 100/s", smtptest.Handler{})
			k := j.console("run", "job.yaml")
			k.until(tt.prompt)
			for _, want := range []string{
				"About to send " + wording.Plural(tt.rows, "message"),
				"from      Office <office@club.example>",
				"subject   To Member 1",
				"to        r1@club.example … r",
				"(none)", "rate      100/s",
			} {
				if !strings.Contains(k.shown(), want) {
					t.Errorf("the question does not say %q:\n%s", want, k.shown())
				}
			}
			if n := len(j.server.Sessions()); n != 0 {
				t.Errorf("%d sessions before the answer", n)
			}
			k.enter(tt.answer)
			if got := j.status(wait(t, "the end", k.ended)); got != tt.status {
				t.Errorf("exit status %d, want %d; the terminal shows\n%s", got, tt.status, k.shown())
			}
			j.wantOnce(tt.sent)
		})
	}
}

// What is checked is what is sent, also where the file is replaced while the
// question stands, or in mid-run.
func TestRecipientsReplaced(t *testing.T) {
	t.Parallel()
	t.Run("at the question", func(t *testing.T) {
		t.Parallel()
		j := newLiveJob(t, 5, "", smtptest.Handler{})
		k := j.console("run", "job.yaml")
		k.until("[y/N] ")
		j.write("people.csv", people(100, 105))
		k.enter("y\n")
		if got := j.status(wait(t, "the end", k.ended)); got != 0 {
			t.Errorf("exit status %d; the terminal shows\n%s", got, k.shown())
		}
		j.wantOnce(5)
	})
	t.Run("in mid-run", func(t *testing.T) {
		t.Parallel()
		reached, letGo := make(chan struct{}), make(chan struct{})
		j := newLiveJob(t, 400, "workers: 1", stageHook("data", 3, reached, letGo))
		c := j.command("run", "--yes", "job.yaml")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		wait(t, "the stage", reached)
		j.write("people.csv", people(1000, 1005))
		close(letGo)
		if got := j.status(c.Wait()); got != 0 {
			t.Errorf("exit status %d", got)
		}
		j.wantOnce(400)
	})
}

var escape = lazyregexp.New("\x1b\\[[0-9;?]*[a-zA-Z]")

// The progress line fits on a terminal of 80 columns, and is gone at the end.
func TestProgressLine(t *testing.T) {
	t.Parallel()
	reached, letGo := make(chan struct{}), make(chan struct{})
	j := newLiveJob(t, 50, "workers: 1, rate: 40/s", stageHook("final", 45, reached, letGo))
	k := j.console("run", "--yes", "job.yaml")
	wait(t, "the stage", reached)
	k.until("/50")
	close(letGo)
	if got := j.status(wait(t, "the end", k.ended)); got != 0 {
		t.Errorf("exit status %d", got)
	}
	lines := regexp.MustCompile("[\r\n]+").Split(escape().ReplaceAllString(k.shown(), "\r"), -1)
	drawn := 0
	for _, line := range lines {
		if n := len([]rune(line)); n > 80 {
			t.Errorf("a line of %d columns: %q", n, line)
		}
		if strings.Contains(line, "/50") {
			drawn++
		}
	}
	if drawn == 0 {
		t.Errorf("no progress was drawn: %q", k.shown())
	}
	if !strings.Contains(k.shown(), "job: 50 sent in ") {
		t.Errorf("no summary: %q", k.shown())
	}
}

// Thousands of rows a second do not hang on the line that is drawn for them.
func TestProgressDoesNotWait(t *testing.T) {
	t.Parallel()
	near, far, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	defer far.Close()
	if err := pty.Setsize(near, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	drawn := make(chan struct{}, 1)
	go func() {
		b := make([]byte, 4096)
		for {
			if _, err := near.Read(b); err != nil {
				return
			}
			select {
			case drawn <- struct{}{}:
			default:
			}
		}
	}()
	const total = 1 << 30
	p := &program{screen: far, stderr: &printer{w: io.Discard}, drawn: true}
	g := p.newProgress(&sendFlags{})
	g.event(delivery.Event{Kind: delivery.Started, Total: total})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i, draws := 0, 0; draws < 5; i++ {
			g.event(delivery.Event{Kind: delivery.RowDone, Total: total, Counts: delivery.Counts{Sent: i}})
			select {
			case <-drawn:
				draws++
			default:
			}
		}
		g.end()
	}()
	wait(t, "five draws", done)
}

// A password that is asked for does not show, and Ctrl-C is heard there too.
func TestPasswordPrompt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, answer string
		status, sent int
	}{
		{"given", password + "\r", 0, 2},
		{"Ctrl-C", "\x03", 130, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := newLiveJob(t, 2, "", smtptest.Handler{Users: map[string]string{"office": password}})
			text, err := os.ReadFile(j.dir + "/job.yaml")
			if err != nil {
				t.Fatal(err)
			}
			j.write("job.yaml", strings.Replace(string(text), "tls: none", "tls: none, username: office, password: ask", 1))
			k := j.console("run", "--yes", "job.yaml")
			k.until("password of office at 127.0.0.1: ")
			k.enter(tt.answer)
			if got := j.status(wait(t, "the end", k.ended)); got != tt.status {
				t.Errorf("exit status %d, want %d; the terminal shows\n%s", got, tt.status, k.shown())
			}
			if strings.Contains(k.shown(), password) {
				t.Error("the password shows")
			}
			j.wantOnce(tt.sent)
		})
	}
}

// The doctor asks for the password as a run does, and says what takes so long.
func TestDoctorAsks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		answer string
		status int
		said   string
	}{
		{"given", password + "\r", 0, "all well: a run can begin"},
		{"Ctrl-C", "\x03", 130, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := newLiveJob(t, 2, "", smtptest.Handler{Users: map[string]string{"office": password}})
			text, err := os.ReadFile(j.dir + "/job.yaml")
			if err != nil {
				t.Fatal(err)
			}
			j.write("job.yaml", strings.Replace(string(text), "tls: none", "tls: none, username: office, password: ask", 1))
			k := j.console("doctor", "job.yaml")
			k.until("password of office at 127.0.0.1: ")
			k.enter(tt.answer)
			if got := j.status(wait(t, "the end", k.ended)); got != tt.status {
				t.Errorf("exit status %d, want %d; the terminal shows\n%s", got, tt.status, k.shown())
			}
			if tt.said != "" {
				k.until("talking to 127.0.0.1:")
				k.until(tt.said)
			}
			if strings.Contains(k.shown(), password) {
				t.Error("the password shows")
			}
			j.wantOnce(0)
		})
	}
}

// What a narrow line has no room for is told above it, in full.
func TestProgressReason(t *testing.T) {
	t.Parallel()
	near, far, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	defer far.Close()
	if err := pty.Setsize(near, &pty.Winsize{Rows: 20, Cols: 40}); err != nil {
		t.Fatal(err)
	}
	k := &console{t: t, tty: near, more: make(chan struct{}, 1)}
	go k.read()
	p := &program{screen: far, stderr: &printer{w: io.Discard}, drawn: true}
	g := p.newProgress(&sendFlags{})
	g.event(delivery.Event{Kind: delivery.Started, Total: 80})
	k.until("0/80")
	const reason = "421 4.7.0 too many connections from your host, slow down please"
	g.event(delivery.Event{Kind: delivery.Paused, Total: 80, Until: time.Now().Add(time.Minute), Text: reason})
	k.until(reason)
	k.until("\x1b")
	g.end()
}
