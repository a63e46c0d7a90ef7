package transport_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// large is a message that does not fit into a window.
func large(t testing.TB) transport.Message {
	return message(t, strings.Repeat("0123456789\r\n", 30_000))
}

// TestBrokenContent: failures before the last write are never unknown, and the reply that explains
// them counts.
func TestBrokenContent(t *testing.T) {
	server, client := certified(t)
	asked, go354 := script(expect("MAIL *"), expect("RCPT *"), expect("DATA")), smtp("250 ok", "250 ok", "354 go")
	for _, tt := range []struct {
		name  string
		steps []smtptest.Step
		want  want
		took  time.Duration
	}{
		{"552 and closed", script(asked, go354, smtptest.Read(1000), smtp("552 5.3.4 too big"), closes), fails(content, permanent, row, 552, "too big"), 0},
		{"451 and reset", script(asked, go354, smtptest.Read(1000), smtp("451 later"), resets), fails(content, temporary, row, 451, ""), 0},
		{"250 and reset", script(asked, go354, smtptest.Read(1000), smtp("250 ok"), resets), fails(content, temporary, row, 0, ""), 0},
		{"reset", script(asked, go354, smtptest.Read(1000), resets), fails(content, temporary, row, 0, "reset"), 0},
		{"stops reading", script(asked, smtptest.Window(0), go354, hangs), fails(content, temporary, row, 0, "within 3m"), 3*time.Minute + 2*time.Second},
		{"stops reading after a reply", script(asked, smtptest.Window(0), go354, smtptest.Wait(time.Second), smtp("421 bye"), hangs), fails(content, temporary, row, 421, "bye"), 3 * time.Minute},
	} {
		for _, mode := range modes() {
			t.Run(tt.name+"/"+mode.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					play := smtptest.Play(t, script(helloUnder(mode, server, "PIPELINING"), tt.steps)...)
					d := &transport.Dialer{Addr: "mail.test:587", TLSMode: mode, TLS: client, DialContext: play.DialContext}
					dl := delivery(t)
					dl.Message = large(t)
					start := time.Now()
					_, err := d.Deliver(t.Context(), dl)
					tt.want.check(t, err)
					if took := time.Since(start); took != tt.took {
						t.Errorf("took %v, want %v", took, tt.took)
					}
					synctest.Wait()
					if got := play.Received(); strings.Contains(got, "\r\n.\r\n") || strings.Contains(got, "QUIT") {
						t.Errorf("the server saw an end of the message in %d octets", len(got))
					}
				})
			})
		}
	}
}

// TestSlowReader: a server that reads slowly, but reads, is given time.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steps := script(hello("PIPELINING"), expect("MAIL *"), expect("RCPT *"), expect("DATA"), smtptest.Window(4000), smtp("250 ok", "250 ok", "354 go"))
		for range 5 {
			steps = append(steps, smtptest.Wait(2*time.Minute), smtptest.Read(5000))
		}
		play := smtptest.Play(t, script(steps, smtptest.Window(1<<20), readData, expect("QUIT"), smtp("250 ok", "221 bye"), closes)...)
		d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
		dl := delivery(t)
		dl.Message = large(t)
		if _, err := d.Deliver(t.Context(), dl); err != nil {
			t.Errorf("Deliver: %v", err)
		}
	})
}

// TestFileContent: files that are not what they were ends the session without an end of the
// message.
func TestFileContent(t *testing.T) {
	broken := errors.New("disk gone")
	reader := func(r io.Reader) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return io.NopCloser(r), nil }
	}
	big := strings.Repeat("0123456789\r\n", 20_000)
	for _, tt := range []struct {
		name string
		seg  transport.Segment
		want want
	}{
		{"good", transport.Segment{Size: 240_000, Open: reader(iotest.DataErrReader(strings.NewReader(big)))}, want{}},
		{"fails at once", transport.Segment{Size: 10, Open: reader(iotest.ErrReader(broken))}, fails(content, temporary, row, 0, "disk gone")},
		{"fails late", transport.Segment{Size: 250_000, Open: reader(io.MultiReader(strings.NewReader(big), iotest.ErrReader(broken)))}, fails(content, temporary, row, 0, "disk gone")},
		{"not there", transport.Segment{Size: 10, Open: func() (io.ReadCloser, error) { return nil, broken }}, fails(content, temporary, row, 0, "disk gone")},
		{"too short", transport.Segment{Size: 240_001, Open: reader(strings.NewReader(big))}, fails(content, permanent, row, 0, "240000 octets of 240001")},
		{"too long", transport.Segment{Size: 239_999, Open: reader(strings.NewReader(big))}, fails(content, permanent, row, 0, "longer")},
		{"bare LF", transport.Segment{Size: 12, Open: reader(strings.NewReader("0123456789\n\n"))}, fails(content, permanent, row, 0, "bare LF at octet 31")},
		{"8-bit", transport.Segment{Size: 3, Open: reader(strings.NewReader("ü\n"))}, fails(content, permanent, row, 0, "8-bit")},
		{"CR at the end", transport.Segment{Size: 2, Open: reader(strings.NewReader("x\r"))}, fails(content, permanent, row, 0, "bare CR")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, d := served(t, smtptest.Handler{})
				m, err := transport.NewMessage(transport.Segment{Data: []byte("Subject: file\r\n\r\nabcd")}, tt.seg, transport.Segment{Data: []byte("end\r\n")})
				if err != nil {
					t.Fatalf("NewMessage: %v", err)
				}
				dl := delivery(t)
				dl.Message = m
				_, err = d.Deliver(t.Context(), dl)
				tt.want.check(t, err)
				s.Wait()
				session := s.Sessions()[0]
				if session.InData != tt.want.failed || session.Quit == tt.want.failed {
					t.Errorf("in data, quit = %t, %t, want %t, %t", session.InData, session.Quit, tt.want.failed, !tt.want.failed)
				}
				if strings.HasSuffix(string(session.Partial), "\r\n.\r\n") {
					t.Error("the server saw an end of the message")
				}
				if want := int(m.Size()); !tt.want.failed && session.Messages[0].Size != want {
					t.Errorf("the server got %d octets, want %d", session.Messages[0].Size, want)
				}
			})
		})
	}
}

// TestContent: what the server un-stuffs is what was given.
func TestContent(t *testing.T) {
	for _, tt := range []struct{ name, content, want string }{
		{"dot first", ".x\r\n", ".x\r\n"},
		{"lone dot", ".\r\n", ".\r\n"},
		{"dots", "a\r\n.\r\n..\r\n...\r\nb.\r\n", "a\r\n.\r\n..\r\n...\r\nb.\r\n"},
		{"no line end", "a\r\nb", "a\r\nb\r\n"},
		{"dot and no line end", "a\r\n.", "a\r\n.\r\n"},
		{"empty", "", ""},
		{"empty line", "\r\n", "\r\n"},
		{"dots at the edges", strings.Repeat(".\r\n", 70_000), strings.Repeat(".\r\n", 70_000)},
		{"dots at other edges", "a" + strings.Repeat("\r\n..", 50_000), "a" + strings.Repeat("\r\n..", 50_000) + "\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, keywords := range [][]string{{"PIPELINING"}, {"HELP"}} {
				synctest.Test(t, func(t *testing.T) {
					s, d := served(t, smtptest.Handler{Keywords: keywords})
					dl := delivery(t)
					dl.Message = message(t, tt.content)
					if _, err := d.Deliver(t.Context(), dl); err != nil {
						t.Fatalf("Deliver: %v", err)
					}
					s.Wait()
					if got := string(s.Messages()[0].Data); got != tt.want {
						t.Errorf("the server got %d octets %.40q, want %d octets %.40q", len(got), got, len(tt.want), tt.want)
					}
				})
			}
		})
	}
}

// TestLastWrite: the last write of a large message carries content, dot and QUIT; none is above 64
// KiB by more than stuffing.
func TestLastWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, size := range []int{65_532, 65_544, 131_064, 131_076, 360_000} {
			_, d := served(t, smtptest.Handler{Discard: true})
			var rec recorder
			rec.watch(d)
			dl := delivery(t)
			dl.Message = message(t, strings.Repeat("0123456789\r\n", size/12))
			if _, err := d.Deliver(t.Context(), dl); err != nil {
				t.Fatalf("Deliver: %v", err)
			}
			writes := rec.writes[2:]
			last := writes[len(writes)-1]
			if !strings.HasSuffix(last, "9\r\n.\r\nQUIT\r\n") {
				t.Errorf("%d octets: the last write is %q", size, last)
			}
			if want := (size + 65_535) / 65_536; len(writes) < want || len(writes) > want+1 || size <= 65_536 && len(writes) != 1 {
				t.Errorf("%d octets left in %d writes", size, len(writes))
			}
		}
	})
}

// TestLostCommit: an error of the last write leaves the outcome unknown, unless the server said it.
func TestLostCommit(t *testing.T) {
	go354 := script(hello("PIPELINING"), expect("MAIL *"), expect("RCPT *"), expect("DATA"))
	for _, tt := range []struct {
		name  string
		steps []smtptest.Step
		want  want
	}{
		{"closed", script(go354, smtp("250 ok", "250 ok", "354 go"), smtptest.Window(5), closes), fails(final, unknown, row, 0, "")},
		{"stops reading", script(go354, smtptest.Window(5), smtp("250 ok", "250 ok", "354 go"), hangs), fails(final, unknown, row, 0, "writing the end of the message")},
		{"554 and closed", script(go354, smtptest.Window(5), smtp("250 ok", "250 ok", "354 go"), smtptest.Wait(time.Second), smtp("554 no"), closes), fails(final, permanent, row, 554, "")},
		{"250 too early", script(go354, smtptest.Window(5), smtp("250 ok", "250 ok", "354 go"), smtptest.Wait(time.Second), smtp("250 ok"), closes), fails(final, unknown, row, 250, "")},
		{"250, QUIT stuck", script(go354, smtptest.Window(25), smtp("250 ok", "250 ok", "354 go"), smtptest.Wait(time.Second), readData, smtptest.Window(0), smtp("250 ok"), closes), want{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play := smtptest.Play(t, tt.steps...)
				d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
				_, err := d.Deliver(t.Context(), delivery(t))
				tt.want.check(t, err)
			})
		})
	}
}

// TestExplainedWrite: a command that can't be written any more is answered by what the server said
// before it went.
func TestExplainedWrite(t *testing.T) {
	server, client := certified(t)
	for _, tt := range []struct {
		name string
		last []smtptest.Step
		want want
	}{
		{"421 and closed", script(smtp("421 4.4.2 idle"), closes), fails(mail, temporary, row, 421, "421 4.4.2 idle")},
		{"554 and reset", script(smtp("554 5.7.1 not you"), resets), fails(mail, permanent, row, 554, "554 5.7.1 not you")},
		{"250 and reset", script(smtp("250 ok"), resets), fails(mail, temporary, row, 0, "writing: ")},
		{"reset", script(resets), fails(mail, temporary, row, 0, "writing: ")},
	} {
		for _, mode := range modes() {
			t.Run(tt.name+"/"+mode.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					play := smtptest.Play(t, script(helloUnder(mode, server, "PIPELINING"), smtptest.Wait(time.Second), tt.last)...)
					d := &transport.Dialer{Addr: "mail.test:587", TLSMode: mode, TLS: client, DialContext: play.DialContext}
					dl := delivery(t)
					dl.OnMail = func() { <-time.After(2 * time.Second) }
					_, err := d.Deliver(t.Context(), dl)
					tt.want.check(t, err)
				})
			})
		}
	}
}

// TestTrickle: a server that reads an octet now and then can't hold a session for ever.
func TestTrickle(t *testing.T) {
	server, client := certified(t)
	for _, mode := range modes() {
		synctest.Test(t, func(t *testing.T) {
			steps := script(helloUnder(mode, server, "PIPELINING"), expect("MAIL *"), expect("RCPT *"), expect("DATA"), smtptest.Window(1000), smtp("250 ok", "250 ok", "354 go"))
			for range 100 {
				steps = append(steps, smtptest.Wait(time.Minute), smtptest.Peek(500))
			}
			play := smtptest.Play(t, script(steps, hangs)...)
			d := &transport.Dialer{Addr: "mail.test:587", TLSMode: mode, TLS: client, DialContext: play.DialContext}
			dl := delivery(t)
			dl.Message = large(t) // 360,000 octets
			start := time.Now()
			_, err := d.Deliver(t.Context(), dl)
			fails(content, temporary, row, 0, "too slowly").check(t, err)
			if took, want := time.Since(start), 7*3*time.Minute+2*time.Second; took != want {
				t.Errorf("%v: took %v, want %v", mode, took, want)
			}
		})
	}
}

// TestStalled: a server that reads no more is given the time of a write once, also where a part of
// the write went out at its beginning.
func TestStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		play := smtptest.Play(t, script(hello("PIPELINING"), expect("MAIL *"), expect("RCPT *"), expect("DATA"), smtptest.Window(1000), smtp("250 ok", "250 ok", "354 go"), hangs)...)
		d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
		dl := delivery(t)
		dl.Message = large(t)
		start := time.Now()
		_, err := d.Deliver(t.Context(), dl)
		fails(content, temporary, row, 0, "no progress within 3m").check(t, err)
		// It is looked at ten times, and a reply that explains it is waited for.
		if took, most := time.Since(start), 3*time.Minute+18*time.Second+2*time.Second; took > most {
			t.Errorf("took %v, want at most %v", took, most)
		}
	})
}

// TestFile8Bit: the files of an 8-bit message may have octets above 127, and are checked for all
// else.
func TestFile8Bit(t *testing.T) {
	for _, tt := range []struct {
		file string
		want want
	}{
		{"ü\xff\r\n", want{}},
		{"ü\xff\n\n", fails(content, permanent, row, 0, "bare LF at octet 11")},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, d := served(t, smtptest.Handler{})
			m, err := transport.New8BitMessage(transport.Segment{Data: []byte("A: b\r\n\r\n")}, transport.Segment{Size: 5, Open: func() (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader(tt.file)), nil
			}})
			if err != nil {
				t.Fatalf("New8BitMessage: %v", err)
			}
			dl := delivery(t)
			dl.Message = m
			_, err = d.Deliver(t.Context(), dl)
			tt.want.check(t, err)
			s.Wait()
			if got := s.Messages(); !tt.want.failed && (len(got) != 1 || string(got[0].Data) != "A: b\r\n\r\n"+tt.file) {
				t.Errorf("messages = %+v", got)
			}
		})
	}
}
