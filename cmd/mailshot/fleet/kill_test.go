//go:build unix

package fleet_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var (
	rows    = flag.Int("fleet.rows", 300, "recipients of the kill test")
	kills   = flag.Int("fleet.kills", 3, "how often a process of it is killed or stopped")
	pause   = flag.Duration("fleet.pause", 400*time.Millisecond, "between two of them, about")
	stopFor = flag.Duration("fleet.stop", 2*time.Second, "how long a process is stopped at most")
	seed    = flag.Uint64("fleet.seed", uint64(time.Now().UnixNano()), "of the choices")
	needed  = flag.Bool("fleet.needed", false, "fail, not skip, where there is no nats-server")
	crew    = flag.Int("fleet.workers", 3, "workers of the kill test")
	seats   = flag.Int("fleet.sessions", 8, "sessions of each")
	delay   = flag.Duration("fleet.delay", time.Millisecond, "of each reply of the mail server")
)

// A keeper keeps one process running.
type keeper struct {
	t    *testing.T
	name string
	args []string
	log  *os.File
	dir  string

	mu     sync.Mutex // guards what follows
	cmd    *exec.Cmd
	over   bool
	status int
	cpu    time.Duration // of all processes that ended
	ended  chan struct{}
}

// keep starts a process, and starts it again whenever it ends.
func keep(t *testing.T, dir, name string, once func(status int) bool, args ...string) *keeper {
	f, err := os.OpenFile(filepath.Join(dir, name+".out"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	k := &keeper{t: t, name: name, args: args, log: f, dir: dir, ended: make(chan struct{})}
	go func() {
		defer close(k.ended)
		defer f.Close()
		for k.start() {
			status := k.wait()
			fmt.Fprintf(f, "-- ended with %d at %s\n", status, time.Now().Format("05.000"))
			if once(status) {
				return
			}
			<-time.After(100 * time.Millisecond) // as who keeps services running does
		}
	}()
	return k
}

func (k *keeper) start() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.over {
		return false
	}
	k.cmd = exec.Command(k.args[0], k.args[1:]...)
	k.cmd.Dir, k.cmd.Stdout, k.cmd.Stderr = k.dir, k.log, k.log
	if err := k.cmd.Start(); err != nil {
		k.t.Error(err)
		return false
	}
	return true
}

func (k *keeper) wait() int {
	_ = k.cmd.Wait() // its status says it
	k.mu.Lock()
	defer k.mu.Unlock()
	k.status = k.cmd.ProcessState.ExitCode()
	k.cpu += k.cmd.ProcessState.UserTime() + k.cmd.ProcessState.SystemTime()
	return k.status
}

func (k *keeper) signal(s syscall.Signal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cmd != nil && k.cmd.ProcessState == nil {
		_ = k.cmd.Process.Signal(s) // it may have ended
	}
}

// end ends the process for good.
func (k *keeper) end(s syscall.Signal) {
	k.mu.Lock()
	k.over = true
	k.mu.Unlock()
	k.signal(syscall.SIGCONT)
	k.signal(s)
	<-k.ended
}

func never(int) bool { return false }

// natsServer returns the path of a NATS server.
func natsServer(t *testing.T) string {
	path, err := exec.LookPath("nats-server")
	if p := os.Getenv("NATS_SERVER"); p != "" {
		path, err = p, nil
	}
	if err != nil {
		if *needed {
			t.Fatal(err)
		}
		t.Skip("there is no nats-server")
	}
	return path
}

func freePort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A theatre is a job, its server, and all processes.
type theatre struct {
	dir, program, url string
	sink              *sink
	nats              *keeper
	workers           []*keeper
}

func newTheatre(t *testing.T, s *sink, workers, sessions int) *theatre {
	t.Helper()
	nats := natsServer(t)
	x := &theatre{dir: t.TempDir(), sink: s}
	x.program = filepath.Join(x.dir, "mailshot")
	if out, err := exec.Command("go", "build", "-o", x.program, "mailshot/cmd/mailshot").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	port := s.listen(t)
	server := fmt.Sprintf("host: 127.0.0.1\nport: %d\ntls: none\n", port)
	write(t, filepath.Join(x.dir, "server.yaml"), server)
	write(t, filepath.Join(x.dir, "job.yaml"), "version: 1\nname: job\nrecipients: r.csv\nmessage:\n  from: Office <office@club.example>\n"+
		"  subject: Hello {{.name}}\n  text: {inline: \"Dear {{.name}},\\nhello.\\n\"}\nserver: server.yaml\n"+
		fmt.Sprintf("delivery: {workers: %d, per_session: 10, retry: {attempts: 2, wait: 1s}}\n", workers*sessions))
	var b strings.Builder
	b.WriteString("email,name\n")
	for i := range *rows {
		fmt.Fprintf(&b, "r%d@club.example,Row %d\n", i+1, i+1)
	}
	write(t, filepath.Join(x.dir, "r.csv"), b.String())
	natsPort := freePort(t)
	x.url = fmt.Sprintf("nats://127.0.0.1:%d", natsPort)
	x.nats = keep(t, x.dir, "nats", never, nats, "-a", "127.0.0.1", "-p", fmt.Sprint(natsPort))
	t.Cleanup(func() { x.nats.end(syscall.SIGKILL) })
	for i := range workers {
		name := fmt.Sprintf("w%d", i+1)
		k := keep(t, x.dir, name, never, x.program, "work", "--server", "server.yaml", "--name", name, "--workers", fmt.Sprint(sessions),
			"--state", filepath.Join(x.dir, "state", name), x.url)
		x.workers = append(x.workers, k)
		t.Cleanup(func() { k.end(syscall.SIGTERM) })
	}
	return x
}

// TestKills sends a job by three workers while all of the processes are killed and stopped.
func TestKills(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(*seed, 3))
	t.Logf("seed %d", *seed)
	x := newTheatre(t, &sink{delay: *delay, drop: 1}, *crew, *seats)
	var mu sync.Mutex // guards calm
	calm := false
	done := func(status int) bool {
		mu.Lock()
		defer mu.Unlock()
		switch status {
		case 1, 2, 65, 66, 73, 74, 78:
			t.Errorf("the run ended with %d", status)
			return true
		}
		return status == 0 || status == 4 && calm
	}
	lead := keep(t, x.dir, "lead", done, x.program, "run", "--resume", "--yes", "--fleet", x.url, "job.yaml")
	killed := x.chaos(r, lead)
	mu.Lock()
	calm = true
	mu.Unlock()
	select {
	case <-lead.ended:
	case <-time.After(time.Duration(*rows)*20*time.Millisecond + time.Minute):
		lead.end(syscall.SIGKILL)
		t.Error("the run does not end")
	}
	lead.mu.Lock()
	t.Logf("processor time of the coordinator: %v a row", lead.cpu/time.Duration(*rows))
	lead.mu.Unlock()
	// What is still unknown may be told to one more run.
	out, _ := exec.Command("sh", "-c", fmt.Sprintf("cd %s && ./mailshot rerun --yes --fleet %s job.yaml", x.dir, x.url)).CombinedOutput()
	x.check(t, killed, string(out))
}

// chaos kills and stops processes, and returns how often.
func (x *theatre) chaos(r *rand.Rand, lead *keeper) (done int) {
	all := append([]*keeper{lead, lead, x.nats}, x.workers...)
	for done < *kills {
		select {
		case <-lead.ended:
			return done
		case <-time.After(*pause/2 + time.Duration(r.Int64N(int64(*pause)))):
		}
		done++
		k := all[r.IntN(len(all))]
		if r.IntN(3) > 0 {
			k.signal(syscall.SIGKILL)
			continue
		}
		k.signal(syscall.SIGSTOP)
		time.AfterFunc(time.Duration(r.Int64N(int64(*stopFor))), func() { k.signal(syscall.SIGCONT) })
	}
	return done
}

// A state is what the log says of an address.
type state struct {
	sent, unknown bool
	last          string
	attempts      map[string]bool // that are unknown
}

// states reads the log.
func (x *theatre) states(t *testing.T) map[string]*state {
	t.Helper()
	f, err := os.Open(filepath.Join(x.dir, "job.results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*state{}
	for _, l := range lines[1:] {
		to, attempt, status, stage := l[5], l[6], l[7], l[9]
		s := all[to]
		if s == nil {
			s = &state{attempts: map[string]bool{}}
			all[to] = s
		}
		switch {
		case status == "sent":
			s.sent = true
		case stage == "settle":
			delete(s.attempts, attempt)
		case status == "unknown":
			s.attempts[attempt] = true
		}
		s.unknown, s.last = len(s.attempts) > 0, status
	}
	return all
}

// span returns the times of the first record of the log and of the last one that is no settle
// record.
func (x *theatre) span(t *testing.T) (first, last time.Time) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(x.dir, "job.results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		at, err := time.Parse(time.RFC3339, strings.SplitN(line, ",", 2)[0])
		if err != nil || strings.Contains(line, ",settle,") {
			continue
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	return first, last
}

func (x *theatre) check(t *testing.T, killed int, rerun string) {
	t.Helper()
	got, twice := x.sink.count()
	sent, unknown, accepted := 0, 0, 0
	states := x.states(t)
	for i := range *rows {
		to := fmt.Sprintf("r%d@club.example", i+1)
		s, n := states[to], x.sink.copies[to]
		switch {
		case s == nil:
			t.Errorf("%s has no state, and %d copies", to, n)
		case s.sent && n == 0:
			t.Errorf("%s is recorded as sent, and was not", to)
		case s.sent:
			sent++
		case s.unknown:
			unknown++
			accepted += n
		default:
			t.Errorf("%s is %s, and has %d copies", to, s.last, n)
		}
	}
	if len(twice) > 0 {
		t.Errorf("%d have several copies: %v", len(twice), twice)
	}
	first, last := x.span(t)
	t.Logf("from the first to the last record: %v, %.0f a second", last.Sub(first), float64(len(states))/last.Sub(first).Seconds())
	t.Logf("%d rows, %d kills and stops: %d accepted, %d recorded as sent, %d unknown (of which %d accepted)", *rows, killed, got, sent, unknown, accepted)
	if t.Failed() {
		t.Logf("the last run:\n%s", rerun)
		keep := filepath.Join(os.TempDir(), "fleet-failed")
		_ = os.RemoveAll(keep)
		_ = os.CopyFS(keep, os.DirFS(x.dir))
		t.Logf("what was left is in %s", keep)
	}
}
