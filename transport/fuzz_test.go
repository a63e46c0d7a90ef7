package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// A whim is a server that does what the octets of its program say, one or two of them a reply.
// Without a program it is a good one.
type whim struct {
	conn    *smtptest.Conn
	program []byte
	out     strings.Builder // replies that are not sent yet

	commands []string
	content  []byte // since the 354 to DATA
	inData   bool
	whole    bool // the end of the message was seen, with all of the message before it
	final    int  // what was said to that
	accepted bool // there is a recipient
	odd      bool // another message was ended for it
	said     int  // the code of the last reply; 0: none
	gone     bool // it said 421 or what is no reply: the client must say no more
	after    int  // octets that came nevertheless

	// Of sessions of several messages.
	ends    []contentEnd
	open    []string // RCPT commands that were accepted, and whose transaction nothing ended
	invites int      // replies of 354
}

// next takes an octet of the program; zero if there is none.
func (w *whim) next() byte {
	if len(w.program) == 0 {
		return 0
	}
	b := w.program[0]
	w.program = w.program[1:]
	return b
}

// serve runs to the end of the connection. A flight comes in one read, as it was written in one,
// and its replies leave together: what ends the session is there when the client reads what was
// said before it.
func (w *whim) serve() {
	defer w.conn.Close()
	goesOn := w.reply("220 whim")
	w.flush()
	if !goesOn {
		return
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := w.conn.Read(buf)
		if w.gone {
			w.after += n
		}
		if err != nil {
			return
		}
		goesOn := w.take(string(buf[:n]))
		w.flush()
		if !goesOn {
			_, _ = io.Copy(io.Discard, w.conn)
			return
		}
	}
}

// take answers what came. It reports whether the session goes on.
func (w *whim) take(s string) bool {
	for s != "" {
		if w.inData {
			w.content = append(w.content, s...)
			end := bytes.Index(append([]byte("\r\n"), w.content...), []byte("\r\n.\r\n"))
			if end < 0 {
				return true
			}
			s = string(w.content[end+3:])
			w.inData = false
			whole := string(w.content[:end]) == text
			w.whole = w.whole || whole
			w.odd = w.odd || !whole && w.accepted
			w.ends = append(w.ends, contentEnd{string(w.content[:end]), w.open, 0})
			w.open = nil
			goesOn := w.reply("250 taken")
			w.ends[len(w.ends)-1].said = w.said
			if whole {
				w.final = w.said
			}
			if !goesOn {
				return false
			}
			continue
		}
		line, rest, ok := strings.Cut(s, "\r\n")
		if !ok {
			return false
		}
		s = rest
		w.commands = append(w.commands, line)
		if !w.command(line) {
			return false
		}
	}
	return true
}

func (w *whim) command(line string) bool {
	verb, _, _ := strings.Cut(line, " ")
	switch verb {
	case "EHLO":
		keywords := []string{"250-whim", "250-AUTH PLAIN", "250-SIZE"}
		if w.next()%2 == 0 {
			keywords = append(keywords, "250-PIPELINING")
		}
		if w.next()%2 == 0 {
			keywords = append(keywords, "250-STARTTLS")
		}
		return w.reply(strings.Join(keywords, "\r\n") + "\r\n250 HELP")
	case "STARTTLS":
		return w.reply("220 go")
	case "AUTH":
		return w.reply("235 welcome")
	case "DATA":
		w.inData, w.content = true, nil
		return w.reply("354 go")
	case "QUIT":
		return w.reply("221 bye")
	}
	goesOn := w.reply("250 ok")
	w.accepted = w.accepted || verb == "RCPT" && w.said/100 == 2
	switch {
	case w.said/100 != 2:
	case verb == "RCPT":
		w.open = append(w.open, line)
	case verb == "RSET":
		w.open = nil // MAIL alone may not end what is open
	}
	return goesOn
}

// reply says the usual, or something else.
func (w *whim) reply(usual string) bool {
	w.said = 0
	refusals := []int{421, 450, 451, 452, 454, 500, 501, 502, 503, 504, 530, 535, 550, 552, 553, 554, 555}
	odd := []int{220, 221, 235, 250, 251, 252, 334, 354, 299, 399, 555}
	say := func(s string) {
		if !strings.HasPrefix(s, "354") {
			w.inData = false
		}
		if w.gone {
			return
		}
		w.gone = strings.HasPrefix(s, "421")
		_, _ = fmt.Sscanf(s, "%3d", &w.said) // 0 for what is no reply
		if w.said == 354 {
			w.invites++
		}
		w.out.WriteString(s + "\r\n")
	}
	switch op := w.next() % 16; op {
	case 7:
		say(fmt.Sprintf("%d no", refusals[int(w.next())%len(refusals)]))
	case 8:
		say(fmt.Sprintf("%d odd", odd[int(w.next())%len(odd)]))
	case 9:
		w.flush()
		w.conn.Close()
		return false
	case 10:
		w.flush()
		w.conn.Reset()
		return false
	case 11:
		return false
	case 12:
		say("what?")
		w.gone = true
	case 13:
		say(usual[:3] + "-first\r\n" + usual)
	case 14:
		say(usual + "\r\n250 more")
	case 15:
		w.flush()
		<-time.After(time.Duration(w.next()) * 10 * time.Second)
		say(usual)
	default:
		say(usual)
	}
	return true
}

// flush sends the replies. The client may be gone.
func (w *whim) flush() {
	_, _ = io.WriteString(w.conn, w.out.String())
	w.out.Reset()
}

// FuzzSession: whatever a server does,
//
//   - the message counts as sent only if the server saw all of it and its end, and said 2yz to it,
//   - once it saw that, the outcome is sent, the server's refusal of it, or unknown,
//   - no recipient gets another message,
//   - unknown comes only after the commit point, and nothing of a row only before MAIL,
//   - nothing is said after 421 or what is no reply,
//   - no secret leaves without TLS where TLS is required, and none is shown,
//   - and it ends in time.
func FuzzSession(f *testing.F) {
	// An octet for the greeting, two for what EHLO offers, and one or two for each reply: EHLO,
	// AUTH, MAIL, RCPT, DATA, the message, QUIT.
	const auth = "\x00\x00\x00\x00"
	const mail = auth + "\x00"
	const final = mail + "\x00\x00\x00"
	for _, seed := range []string{
		"", "\x09", "\x0a", "\x0b", "\x0c", "\x0d", "\x0e", "\x0f\xff", "\x07\x00", "\x08\x03", // the greeting
		"\x00\x01\x00", "\x00\x01\x01", "\x00\x00\x00\x07\x00", "\x00\x00\x00\x07\x05", // EHLO
		auth + "\x07\x0b", auth + "\x08\x07", auth + "\x0e",
		mail + "\x07\x0c", mail + "\x07\x10", mail + "\x08\x05", mail + "\x0c", mail + "\x00\x07\x0c", mail + "\x00\x0b",
		mail + "\x00\x00\x08\x03", mail + "\x00\x00\x07\x0f", mail + "\x00\x00\x0e", mail + "\x00\x00\x09",
		final + "\x07\x00", final + "\x07\x0f", final + "\x08\x01", final + "\x08\x06", final + "\x09", final + "\x0a", final + "\x0b", final + "\x0c", final + "\x0d", final + "\x0e", final + "\x0f\x80",
		mail + "\x07\x0c\x00\x00", mail + "\x00\x00\x0e\x07\x0f", final + "\x00\x0b", final + "\x00\x07\x00", "\x00\x01\x00\x00\x00\x00\x00\x00\x0a",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, program []byte, secure bool) {
		if len(program) > 100 {
			t.Skip("long")
		}
		synctest.Test(t, func(t *testing.T) { fuzzSession(t, program, secure) })
	})
}

func fuzzSession(t *testing.T, program []byte, secure bool) {
	client, server := smtptest.Pair()
	w := &whim{conn: server, program: program}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.serve()
	}()
	d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: func(context.Context, string, string) (net.Conn, error) { return client, nil }}
	if secure {
		d.TLSMode = transport.StartTLS
	}
	withAuth("")(d)
	var rec recorder
	rec.watch(d)
	dl := delivery(t)
	mailed, committed := false, false
	dl.OnMail = func() { mailed = true }
	dl.OnCommit = func() error { committed = true; return nil }
	start := time.Now()
	_, err := d.Deliver(t.Context(), dl)
	took := time.Since(start)
	server.Close()
	<-done

	var e *transport.Error
	errors.As(err, &e)
	said := strings.Join(w.commands, "\n")
	switch {
	case err != nil && e == nil:
		t.Errorf("error %v is no *Error", err)
	case err == nil && !w.whole:
		t.Error("sent, but the server has not seen the message")
	case err == nil && (w.final/100 != 2 || w.final == 221):
		t.Errorf("sent, but the server said %d", w.final)
	case w.final >= 400 && (err == nil || e.Reply == nil || e.Reply.Code != w.final || e.Class == unknown):
		t.Errorf("the server said %d, and the error is %v", w.final, err)
	case w.odd:
		t.Errorf("a recipient was accepted, and got another message: %q", w.content)
	case w.whole && err != nil && e.Class != unknown && (e.Stage != final || e.Reply == nil):
		t.Errorf("the server has seen the message, and the error is %v", err)
	case err != nil && e.Class == unknown && !committed:
		t.Errorf("unknown before the commit point: %v", err)
	case err != nil && !mailed && e.Stage > mail:
		t.Errorf("the row's before MAIL: %v", err)
	case !mailed && strings.Contains(said, "MAIL FROM"):
		t.Error("MAIL without OnMail")
	}
	if w.after > 0 {
		t.Errorf("%d octets after the end; commands %q", w.after, w.commands)
	}
	if secure && (strings.Contains(said, "AUTH ") || strings.Contains(said, "MAIL ")) {
		t.Errorf("without TLS: %q", w.commands)
	}
	noSecrets(t, rec.trace.String(), fmt.Sprint(err))
	if most := 50 * time.Minute; took > most {
		t.Errorf("took %v", took)
	}
}
