package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/server"
	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// stepLines gives "name state: detail | detail => advice" of each step.
func stepLines(r *Report) []string {
	var all []string
	for _, s := range r.Steps {
		line := fmt.Sprintf("%s %v: %s", s.Name, s.State, strings.Join(s.Detail, " | "))
		if s.Advice != "" {
			line += " => " + s.Advice
		}
		all = append(all, line)
	}
	return all
}

// wantLines holds that the steps have these texts in them, in their order.
func wantLines(t *testing.T, r *Report, want ...string) {
	t.Helper()
	rest := stepLines(r)
	for _, w := range want {
		i := 0
		for i < len(rest) && !strings.Contains(rest[i], w) {
			i++
		}
		if i == len(rest) {
			t.Errorf("no step says %q, in this order; they are\n\t%s", w, strings.Join(stepLines(r), "\n\t"))
			return
		}
		rest = rest[i+1:]
	}
}

// examined runs the doctor for a job with this server section, over a network
// that is what dial does.
func examined(t *testing.T, section string, dial func(context.Context, string, string) (net.Conn, error), now func() time.Time) (*Report, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "job.yaml")
	text := "version: 1\nrecipients: nosuch.csv\nmessage: {from: office@club.example, subject: Hello, text: nosuch.txt}\nserver: {" + section + "}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Examine(t.Context(), Options{Path: path}, Env{Env: server.Env{Dial: dial, Now: now}})
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("the doctor left files: %v", files)
	}
	return r, err
}

func wantKind(t *testing.T, err error, want problem.Kind) {
	t.Helper()
	var je *problem.Error
	if !errors.As(err, &je) {
		t.Fatalf("error %v, want one of kind %d", err, want)
	}
	if je.Kind != want {
		t.Errorf("error %v of kind %d, want kind %d", err, je.Kind, want)
	}
}

// failing is a network that ends every connection with err.
func failing(err error) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) { return nil, err }
}

// silent is a network that swallows every connection.
func silent(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// What a script can't bring about: names that are not found, ports from which
// nothing comes, servers that say nothing.
func TestDoctorUnreachable(t *testing.T) {
	mute := smtptest.Handler{Greeting: func(int) smtptest.Reply { return smtptest.Silent(smtptest.Hang) }}
	muteEhlo := smtptest.Handler{Ehlo: func(string) smtptest.Reply { return smtptest.Silent(smtptest.Hang) }}
	for _, tt := range []struct {
		name   string
		server string
		dial   func(context.Context, string, string) (net.Conn, error)
		answer *smtptest.Handler // instead of dial
		took   time.Duration
		want   []string
	}{
		{
			"a typo", "host: smpt.gmail.com", failing(&net.DNSError{Err: "no such host", Name: "smpt.gmail.com", IsNotFound: true}), nil, 0,
			[]string{"resolve fail: there is no host smpt.gmail.com => did you mean smtp.gmail.com?", "connect not reached: not reached", "tls not reached", "auth not asked for", "quit not reached"},
		},
		{
			"no names", "host: mail.test", failing(&net.DNSError{Err: "server misbehaving", Name: "mail.test", IsTemporary: true}), nil, 0,
			[]string{"resolve fail: looking up mail.test: server misbehaving => names can't be looked up here"},
		},
		{
			"port 25 is blocked", "host: 192.0.2.1, tls: none", silent, nil, 30 * time.Second,
			[]string{"resolve not asked for: 192.0.2.1 is an address", "connect fail: connecting to 192.0.2.1:25: no answer within 30s => port 25 is blocked from most homes", "greeting not reached"},
		},
		{
			"port 587 is blocked", "host: mail.test, timeouts: {connect: 5s}", silent, nil, 5 * time.Second,
			[]string{"connect fail: connecting to mail.test:587: no answer within 5s => a firewall on the way drops what goes to port 587"},
		},
		{
			"refused", "host: mail.test", failing(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}), nil, 0,
			[]string{"connect fail: connecting to mail.test:587: connection refused => nothing listens on this port"},
		},
		{
			"no greeting", "host: mail.test", nil, &mute, 30 * time.Second,
			[]string{"connect pass", "greeting fail: reading the reply: no progress within 30s", "ehlo not reached"},
		},
		{
			"no greeting in less", "host: mail.test, timeouts: {reply: 10s}", nil, &mute, 10 * time.Second,
			[]string{"greeting fail: reading the reply: no progress within 10s"},
		},
		{
			"no answer to EHLO", "host: mail.test, tls: none", nil, &muteEhlo, 30 * time.Second,
			[]string{"greeting pass", "ehlo fail: reading the reply: no progress within 30s", "tls not asked for", "auth not asked for"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dial := tt.dial
				if tt.answer != nil {
					s := smtptest.NewServer(*tt.answer)
					defer s.Close()
					dial = s.DialContext
				}
				start := time.Now()
				r, err := examined(t, tt.server, dial, nil)
				if err != nil {
					t.Fatal(err)
				}
				if d := time.Since(start) - tt.took; d < -time.Second || d > time.Second {
					t.Errorf("it took %v, want %v", time.Since(start), tt.took)
				}
				wantLines(t, r, tt.want...)
				if r.Err == nil || r.Err.Kind != problem.Unreachable {
					t.Errorf("the verdict is %v", r.Err)
				}
			})
		})
	}
}

// A password is not sent in the clear over a network, and that is told before
// a word is said.
func TestDoctorPlainAuth(t *testing.T) {
	s := smtptest.NewServer(smtptest.Handler{Users: map[string]string{"office": "x"}})
	defer s.Close()
	away := func(context.Context, string, string) (net.Conn, error) {
		client, server := smtptest.PairAddr(&net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 1}, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 587})
		t.Cleanup(func() { server.Close() })
		return client, nil
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := examined(t, "host: mail.test, tls: none, username: office, password: {file: "+secret+"}", away, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, r, "connect pass: to 192.0.2.1:587, from 192.0.2.2", "greeting not reached", "auth fail: the password is not sent without TLS => set server.tls to starttls")
	wantKind(t, r.Err, problem.AuthRefused)
}

// A certificate that holds, but not for long, is a note.
func TestDoctorCertificateEnds(t *testing.T) {
	ca, err := smtptest.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	config, err := ca.ServerConfig(smtptest.Cert{})
	if err != nil {
		t.Fatal(err)
	}
	s := smtptest.NewServer(smtptest.Handler{TLS: config})
	defer s.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, ca.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		day   int // before the end
		state string
		left  string
	}{
		{15, "tls pass", "15 days left, until 1 January 2090"},
		{13, "tls note", "13 days left, until 1 January 2090 | it is trusted, and is for mail.test => the certificate ends soon"},
		{1, "tls note", "1 day left, until"},
	} {
		end := time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)
		r, err := examined(t, "host: mail.test, ca: "+file, s.DialContext, func() time.Time { return end.AddDate(0, 0, -tt.day) })
		if err != nil {
			t.Fatal(err)
		}
		wantLines(t, r, tt.state, "under TLS")
		if all := strings.Join(stepLines(r), "\n"); !strings.Contains(all, tt.left) {
			t.Errorf("%d days before the end no step says %q:\n%s", tt.day, tt.left, all)
		}
		if r.Err != nil {
			t.Errorf("the verdict is %v", r.Err)
		}
	}
}

// A server that does not answer QUIT, or offers nothing, is no less usable.
func TestDoctorNotes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := smtptest.NewServer(smtptest.Handler{
			Keywords: []string{},
			Quit:     func() smtptest.Reply { return smtptest.Say(250, "stay") },
		})
		defer s.Close()
		r, err := examined(t, "host: mail.test, tls: none", s.DialContext, nil)
		if err != nil {
			t.Fatal(err)
		}
		wantLines(t, r, "ehlo pass: as [127.0.0.1]: the server offers nothing", "tls not asked for", "quit note: reply to QUIT: 250 stay")
		if r.Err != nil {
			t.Errorf("the verdict is %v", r.Err)
		}
	})
}

// An interrupt ends the examination, and is no verdict on the server.
func TestDoctorInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "job.yaml")
		text := "version: 1\nrecipients: nosuch.csv\nmessage: {from: office@club.example, subject: Hello, text: nosuch.txt}\nserver: {host: mail.test}\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := errors.New("stop")
		tried := ""
		env := Env{Trying: func(addr string) { tried = addr }}
		env.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			cancel(stop)
			return silent(ctx, network, addr)
		}
		r, err := Examine(ctx, Options{Path: path}, env)
		if r != nil || !errors.Is(err, stop) || tried != "mail.test:587" {
			t.Errorf("report %v, error %v, tried %q", r, err, tried)
		}
		wantKind(t, err, problem.Interrupted)
	})
}

// Of several addresses those that were tried in vain are told.
func TestDoctorAddresses(t *testing.T) {
	s := smtptest.NewServer(smtptest.Handler{})
	defer s.Close()
	addr, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(addr)
	r, err := examined(t, "host: localhost, tls: none, port: "+port, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, r, "resolve pass: localhost is ", "connect ", "greeting pass")
	if len(r.Probe.Failed) > 0 {
		wantLines(t, r, "connect note: to 127.0.0.1:"+port)
	}
	if r.Err != nil {
		t.Errorf("the verdict is %v", r.Err)
	}
}

// The reason of each address is told, those that answered after others too.
func TestDoctorConnectStep(t *testing.T) {
	refused := fmt.Errorf("x: %w", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)})
	mute := fmt.Errorf("x: %w", context.DeadlineExceeded)
	here, there := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 9), Port: 4}, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 587}
	both := []string{"[2001:db8::1]:587", "192.0.2.1:587"}
	for _, tt := range []struct {
		name    string
		probe   transport.Probe
		failure error
		want    string
	}{
		{"the second answers", transport.Probe{Addrs: both, Failed: []transport.Try{{Addr: both[0], Err: refused}}, Local: here, Remote: there}, nil,
			"connect note: to 192.0.2.1:587, from 192.0.2.9 | [2001:db8::1]:587: connect: connection refused => "},
		{"none answers", transport.Probe{Addrs: both, Failed: []transport.Try{{Addr: both[0], Err: refused}, {Addr: both[1], Err: mute}}}, errors.Join(refused, mute),
			"connect fail: connecting to mail.test:587: connection refused | [2001:db8::1]:587: connect: connection refused | 192.0.2.1:587: no answer => "},
		{"the only one does not answer", transport.Probe{Addrs: both[:1], Failed: []transport.Try{{Addr: both[0], Err: refused}}}, refused,
			"connect fail: connecting to mail.test:587: connection refused => "},
	} {
		j := &jobfile.Job{Server: jobfile.Server{Host: "mail.test", Port: 587}}
		x := &examination{job: j, now: time.Now, probe: &tt.probe}
		if tt.failure != nil {
			x.failure = &transport.Error{Stage: transport.StageDial, Scope: transport.ScopeHost, Err: tt.failure}
		}
		got := stepLines(&Report{Steps: x.steps()})
		if !strings.HasPrefix(got[1], tt.want) || !strings.HasPrefix(got[0], "resolve pass: mail.test is 2001:db8::1") {
			t.Errorf("%s:\n\t%s\nwant\n\t%s", tt.name, strings.Join(got[:2], "\n\t"), tt.want)
		}
	}
}

// Wherever a session ends, one step failed, and what comes after it in the
// session was not reached.
func TestDoctorOneFailure(t *testing.T) {
	for _, mode := range []jobfile.TLS{jobfile.StartTLS, jobfile.Implicit, jobfile.None} {
		for stage := transport.StageDial; stage <= transport.StageAuth; stage++ {
			for hellos := range 3 {
				if hellos == 2 && mode != jobfile.StartTLS || hellos > 1 && stage == transport.StageEhlo {
					continue
				}
				if stage == transport.StageEhlo && hellos == 1 && mode != jobfile.StartTLS || mode == jobfile.None && (stage == transport.StageTLS || stage == transport.StageStartTLS) {
					continue
				}
				j := &jobfile.Job{Server: jobfile.Server{Host: "mail.test", Port: 587, TLS: mode, HasAuth: true, Username: "office"}}
				p := &transport.Probe{Hellos: make([]transport.Hello, hellos)}
				x := &examination{job: j, now: time.Now, probe: p, failure: &transport.Error{Stage: stage, Err: errors.New("odd")}}
				failed := 0
				for _, s := range x.steps() {
					if s.State == StepFailed {
						failed++
					}
					if len(s.Detail) == 0 || s.Detail[0] == "" {
						t.Errorf("%v, %v: the step %s says nothing", mode, stage, s.Name)
					}
				}
				if failed != 1 {
					t.Errorf("%v, %v after %d EHLO: %d steps failed, want 1:\n\t%s", mode, stage, hellos, failed, strings.Join(stepLines(&Report{Steps: x.steps()}), "\n\t"))
				}
			}
		}
	}
}
