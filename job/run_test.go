package job

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport"
	"mailshot/transport/smtptest"
)

func TestRunSendsEveryRow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 300, "workers: 8", smtptest.Handler{})
		r := w.mustRun()
		if r.Counts.Sent != 300 || r.Outcome() != AllSent {
			t.Errorf("counts %+v, outcome %d", r.Counts, r.Outcome())
		}
		w.wantOnce(300)
		for _, m := range w.server.Messages() {
			n := strings.TrimSuffix(strings.TrimPrefix(m.To[0], "r"), "@club.example")
			if !strings.Contains(string(m.Data), "Subject: To Member "+n+"\r\n") {
				t.Errorf("the message to %s is another's:\n%s", m.To[0], m.Data)
			}
		}
		if _, err := os.Stat(w.dir + "/job.results.csv.spool"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the spool is still there: %v", err)
		}
	})
}

// A server that is greylisting takes the message when it comes again after
// five minutes: one row, one Message-ID, one Date.
func TestRetryGreylisted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var seen atomic.Int32
		w := newWorld(t, 3, "", smtptest.Handler{Rcpt: func(to string) smtptest.Reply {
			if to == "r2@club.example" && seen.Add(1) == 1 {
				return smtptest.Say(450, "4.7.1 greylisted")
			}
			return smtptest.Reply{}
		}})
		begun := time.Now()
		w.mustRun()
		wantAbout(t, "the run", time.Since(begun), 5*time.Minute)
		w.wantStates("1/1 sent final 250", "2/1 failed temporary rcpt 450", "2/2 sent final 250", "3/1 sent final 250")
		w.wantOnce(3)
		var ids, dates []string
		for _, r := range w.records() {
			if r.Row == 2 {
				ids = append(ids, r.MessageID)
				dates = append(dates, r.SHA256)
			}
		}
		if len(ids) != 2 || ids[0] != ids[1] || dates[0] != dates[1] {
			t.Errorf("Message-IDs %q and octets %q are not the same in both passes", ids, dates)
		}
	})
}

func TestRetryEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 2, "retry: {attempts: 4, wait: 10m, max_wait: 15m}", smtptest.Handler{Rcpt: func(to string) smtptest.Reply {
			if to == "r1@club.example" {
				return smtptest.Say(451, "4.3.0 later")
			}
			return smtptest.Reply{}
		}})
		begun := time.Now()
		r := w.mustRun()
		wantAbout(t, "the run", time.Since(begun), 10*time.Minute+15*time.Minute+15*time.Minute)
		if r.Counts.Temporary != 1 || r.Outcome() != OnlyTemporary {
			t.Errorf("counts %+v, outcome %d", r.Counts, r.Outcome())
		}
		if n := len(w.records()); n != 5 {
			t.Errorf("%d records, want 5", n)
		}
	})
}

// Sessions that end before MAIL cost no row anything.
func TestHostFailureIsWaitedOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 20, "workers: 4", smtptest.Handler{Greeting: func(session int) smtptest.Reply {
			if session > 6 && session < 13 { // the canary is the first
				return smtptest.Say(421, "4.3.2 too busy")
			}
			return smtptest.Reply{}
		}})
		w.mustRun()
		w.wantOnce(20)
		for _, r := range w.records() {
			if r.Attempt != 1 || r.Status != result.Sent {
				t.Errorf("row %d: attempt %d is %s", r.Row, r.Attempt, r.Status)
			}
		}
		if w.heard(delivery.Paused) == 0 {
			t.Error("no pause was made")
		}
	})
}

func TestHostFailureGivesUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 20, "workers: 4, give_up_after: 5", smtptest.Handler{Greeting: func(session int) smtptest.Reply {
			if session > 3 {
				return smtptest.Say(421, "4.3.2 too busy")
			}
			return smtptest.Reply{}
		}})
		begun := time.Now()
		r, err := w.run(t.Context())
		wantKind(t, err, problem.Limited)
		// A server that says that it is busy has an hour and a quarter to get well.
		if took := time.Since(begun); took < 75*time.Minute || took > 77*time.Minute {
			t.Errorf("giving up took %v", took)
		}
		if r.Counts.Sent != 2 || r.Untried() != 18 {
			t.Errorf("%d sent and %d untried, want 2 and 18", r.Counts.Sent, r.Untried())
		}
		if n := len(w.records()); n != 2 {
			t.Errorf("%d records, want 2: a session that did not reach MAIL is no attempt", n)
		}
	})
}

func TestGiveUpOnEqualReplies(t *testing.T) {
	for _, tt := range []struct {
		name     string
		delivery string
		handler  smtptest.Handler
		records  int
		kind     problem.Kind
	}{
		{"spam verdicts", "workers: 1, give_up_after: 7", smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return smtptest.Say(554, "5.7.1 looks like spam") }}, 7, problem.Unreachable},
		{"sender refused by its address", "workers: 1, give_up_after: 0", smtptest.Handler{Mail: func(string) smtptest.Reply { return smtptest.Say(550, "5.1.8 sender domain not found") }}, 3, problem.Unreachable},
		{"sender refused at RCPT", "workers: 1, give_up_after: 6", smtptest.Handler{Rcpt: func(string) smtptest.Reply { return smtptest.Say(550, "5.1.8 sender domain not found") }}, 3, problem.Unreachable},
		{"sender refused", "workers: 1, give_up_after: 0", smtptest.Handler{Mail: func(string) smtptest.Reply { return smtptest.Say(550, "5.7.1 sender not allowed") }}, 3, problem.Unreachable},
		{"authentication demanded", "workers: 1", smtptest.Handler{Mail: func(string) smtptest.Reply { return smtptest.Say(530, "5.7.0 authenticate") }}, 1, problem.AuthRefused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, 20, tt.delivery, tt.handler)
				_, err := w.run(t.Context())
				wantKind(t, err, tt.kind)
				if n := len(w.records()); n != tt.records {
					t.Errorf("%d records, want %d", n, tt.records)
				}
			})
		})
	}
}

func TestGiveUpSparesAddressesAndGreylisting(t *testing.T) {
	for _, reply := range []smtptest.Reply{
		smtptest.Say(550, "5.1.1 no such user"),
		smtptest.Say(550, "no such user"),
		smtptest.Say(450, "4.7.1 greylisted"),
	} {
		t.Run(reply.Text, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, 20, "retry: {attempts: 1}", smtptest.Handler{Rcpt: func(string) smtptest.Reply { return reply }})
				if r := w.mustRun(); r.Counts.Failed() != 20 {
					t.Errorf("counts %+v, want 20 failed", r.Counts)
				}
			})
		})
	}
}

func TestUnknownIsNotRetried(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 3, "", smtptest.Handler{Final: func(m smtptest.Message) smtptest.Reply {
			if m.To[0] == "r2@club.example" {
				return smtptest.Silent(smtptest.Close) // accepted, but the reply is lost
			}
			return smtptest.Reply{}
		}})
		r := w.mustRun()
		if r.Outcome() != SomeUnknown {
			t.Errorf("outcome %d, want SomeUnknown", r.Outcome())
		}
		w.wantStates("1/1 sent final 250", "2/1 unknown final 0", "3/1 sent final 250")

		w.options.Rerun = true
		r = w.mustRun()
		if r.Total != 0 || r.Outcome() != SomeUnknown {
			t.Errorf("a plain rerun sends %d, outcome %d", r.Total, r.Outcome())
		}
		w.wantOnce(3)

		w.options.IncludeUnknown = true
		w.mustRun()
		records := w.records()
		if n := len(records); n != 4 || records[3].MessageID != messageIDOf(records, 2) || records[3].Attempt != 2 {
			t.Errorf("the unknown row was resent as %+v", records[n-1])
		}
	})
}

func messageIDOf(records []result.Record, row int) string {
	for _, r := range records {
		if r.Row == row {
			return r.MessageID
		}
	}
	return ""
}

func TestRate(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 61, "workers: 8, rate: 30/1m", smtptest.Handler{})
		begun := time.Now()
		w.mustRun()
		wantAbout(t, "61 rows at 30/1m", time.Since(begun), 2*time.Minute)
	})
}

func TestNoLocalPortIsWaitedOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 10, "workers: 2, give_up_after: 1", smtptest.Handler{})
		var dials atomic.Int32
		w.env.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if n := dials.Add(1); n > 3 && n < 9 {
				return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)}
			}
			return w.server.DialContext(ctx, network, addr)
		}
		w.mustRun()
		w.wantOnce(10)
	})
}

func TestCanary(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler smtptest.Handler
		kind    problem.Kind
	}{
		{"greeting", smtptest.Handler{Greeting: func(int) smtptest.Reply { return smtptest.Say(554, "no service") }}, problem.Unreachable},
		{"silence", smtptest.Handler{Greeting: func(int) smtptest.Reply { return smtptest.Silent(smtptest.Hang) }}, problem.Unreachable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, 5, "workers: 5", tt.handler)
				_, err := w.run(t.Context())
				wantKind(t, err, tt.kind)
				if n := len(w.server.Sessions()); n != 1 {
					t.Errorf("%d sessions, want the canary alone", n)
				}
				silent := 0
				if tt.name == "silence" {
					silent = 1
				}
				if c, s := w.heard(delivery.Connecting), w.heard(delivery.Silent); c != 1 || s != silent {
					t.Errorf("told %d times of connecting, %d times of silence; want 1, %d", c, s, silent)
				}
				if _, err := os.Stat(w.dir + "/job.results.csv"); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("a log was made: %v", err)
				}
			})
		})
	}
}

// A session is interrupted at every stage; what is recorded is what happened.
func TestInterrupt(t *testing.T) {
	after := func(d time.Duration) smtptest.Reply { return smtptest.Reply{Delay: d} }
	for _, tt := range []struct {
		name    string
		handler smtptest.Handler
		took    time.Duration // from the interrupt to the end
		want    string        // "" is untried
	}{
		{"greeting", smtptest.Handler{Greeting: func(n int) smtptest.Reply { return after(time.Duration(n-1) * time.Hour) }}, 25 * time.Second, ""},
		{"mail answered in time", smtptest.Handler{Mail: func(string) smtptest.Reply { return after(20 * time.Second) }}, 10 * time.Second, "1/1 sent final 250"},
		{"mail", smtptest.Handler{Mail: func(string) smtptest.Reply { return after(time.Hour) }}, 25 * time.Second, "1/1 failed temporary mail"},
		{"data", smtptest.Handler{Data: func() smtptest.Reply { return after(time.Hour) }}, 25 * time.Second, "1/1 failed temporary data"},
		{"final answered in time", smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return after(38 * time.Second) }}, 28 * time.Second, "1/1 sent final 250"},
		{"final", smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return after(9 * time.Minute) }}, 30 * time.Second, "1/1 unknown final"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, 3, "workers: 1", tt.handler)
				ctx, cancel := context.WithCancelCause(t.Context())
				stop := errors.New("interrupted")
				time.AfterFunc(10*time.Second, func() { cancel(stop) })
				begun := time.Now()
				r, err := Run(ctx, w.options, w.env)
				wantKind(t, err, problem.Interrupted)
				if !errors.Is(err, stop) {
					t.Errorf("error %v does not say why", err)
				}
				wantAbout(t, "the end", time.Since(begun), 10*time.Second+tt.took)
				got := strings.TrimSuffix(strings.Join(w.states(), "; "), " 0")
				if got != tt.want {
					t.Errorf("records %q, want %q", got, tt.want)
				}
				if r.Counts.Done()+r.Untried() != 3 {
					t.Errorf("%+v and %d untried do not make 3", r.Counts, r.Untried())
				}
			})
		})
	}
}

func TestInterruptBetweenPasses(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 2, "", smtptest.Handler{Rcpt: func(string) smtptest.Reply { return smtptest.Say(450, "4.7.1 greylisted") }})
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Minute, func() { cancel(errors.New("stop")) })
		begun := time.Now()
		_, err := w.run(ctx)
		wantKind(t, err, problem.Interrupted)
		wantAbout(t, "the end", time.Since(begun), time.Minute)
	})
}

// A fault of our own in one row is recorded, and stops the run.
func TestPanicIsRecorded(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   string // in the trace
		want string
	}{
		{"before the commit point", "C: MAIL", "failed temporary"},
		{"after it", "S: 250 2.0.0", "unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, 1, "", smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return smtptest.Say(250, "2.0.0 taken") }})
				w.env.Trace = func(e transport.Event) {
					if e.Label == "row 1" && strings.HasPrefix(fmt.Sprintf("%c: %s", e.Dir, e.Text), tt.at) {
						panic("boom")
					}
				}
				_, err := w.run(t.Context())
				wantKind(t, err, problem.Internal)
				if got := strings.Join(w.states(), "; "); !strings.Contains(got, tt.want) {
					t.Errorf("records %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// A password that stops working in mid-run is the job's failure: no more rows
// are begun, sessions in flight finish, and nothing is recorded for the rest.
func TestAuthRefusedInMidRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var tries atomic.Int32
		w := newWorld(t, 40, "workers: 4", smtptest.Handler{Auth: func(user, password string) smtptest.Reply {
			if tries.Add(1) > 11 { // the canary is the first
				return smtptest.Say(535, "5.7.8 no longer")
			}
			return smtptest.Reply{}
		}, Users: map[string]string{"office": "secret"}})
		text, err := os.ReadFile(w.options.Path)
		if err != nil {
			t.Fatal(err)
		}
		w.write("job.yaml", strings.Replace(string(text), "tls: none", "tls: none, username: office, password: {env: P}", 1))
		w.env.Secrets.Lookup = func(string) (string, bool) { return "secret", true }
		r, err := w.run(t.Context())
		wantKind(t, err, problem.AuthRefused)
		if r == nil || r.Counts.Sent != 10 || r.Untried() != 30 {
			t.Fatalf("the report is %+v, want 10 sent and 30 untried", r)
		}
		if n := len(w.records()); n != 10 {
			t.Errorf("%d records, want 10", n)
		}
		if n := tries.Load(); n > 11+4 {
			t.Errorf("%d tries at authentication, want no more than the workers had open", n)
		}
	})
}
