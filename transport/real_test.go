package transport_test

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"mailshot/transport"
)

var (
	realAbout = flag.String("real.about", "", "file with lines KEY=VALUE about a real server: its ports none, starttls and implicit, ca, user, mechanisms")
	realSent  = flag.String("real.sent", "", "file for what was handed to it, a line of JSON for each message")
)

// A handed message is what has to arrive.
type handed struct {
	Mode      string `json:"mode"`
	What      string `json:"what"`
	MessageID string `json:"message_id"`
	SHA256    string `json:"sha256"`
	Bytes     int    `json:"bytes"`
	Flights   int    `json:"flights"`
	Refused   string `json:"refused"` // the reply; it does not arrive
}

// TestRealServer sends what no job can ask for to a server that is not ours, in each mode that it
// has: 8-bit octets, a header and addresses in UTF-8 as far as it offers that; and it counts the
// flights.
func TestRealServer(t *testing.T) {
	if *realAbout == "" {
		t.Skip("no server is named by -real.about")
	}
	about := readAbout(t, *realAbout)
	out, err := os.Create(*realSent)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	log := json.NewEncoder(out)
	for _, mode := range modes() {
		port := about[mode.String()]
		if port == "" {
			continue
		}
		t.Run(mode.String(), func(t *testing.T) {
			d := realDialer(t, about, mode)
			for _, m := range realMessages(t, d) {
				h := m.hand(t, d)
				h.Mode = mode.String()
				if err := log.Encode(h); err != nil {
					t.Fatal(err)
				}
			}
			for _, h := range slices.Concat(realSession(t, d, false), realSession(t, d, true)) {
				h.Mode = mode.String()
				if err := log.Encode(h); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// hand delivers a message. Only what the server may find unusual may be refused.
func (m realMessage) hand(t *testing.T, d *transport.Dialer) handed {
	t.Helper()
	receipt, err := d.Deliver(t.Context(), m.delivery)
	h := handed{What: m.what, MessageID: m.id, Bytes: len(m.text), Flights: receipt.Flights, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(m.text)))}
	var e *transport.Error
	if m.unusual && errors.As(err, &e) && e.Stage == transport.StageRcpt && e.Reply != nil {
		h.Refused = e.Reply.String()
		return h
	}
	if err != nil {
		t.Errorf("%s: %v", m.what, err)
	}
	if want := realFlights(d, receipt.Capabilities); h.Flights != want {
		t.Errorf("%s: %d flights, want %d", m.what, h.Flights, want)
	}
	if receipt.Quit != nil {
		t.Errorf("%s: QUIT: %v", m.what, receipt.Quit)
	}
	return h
}

// realSession delivers messages of all kinds in one session, each kind twice, so that whatever is
// refused has something behind it. A server that minds an overlap loses one session at most, and no
// message.
func realSession(t *testing.T, d *transport.Dialer, overlap bool) []handed {
	t.Helper()
	what := map[bool]string{false: "several a session", true: "several a session, overlapping"}[overlap]
	messages := slices.Concat(realMessages(t, d), realMessages(t, d))
	s, err := d.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pipelining := s.Receipt().Capabilities.Pipelining
	trips, sessions, minds := 0, 1, false
	var list []handed
	for i := range messages {
		messages[i].delivery.Trace = func(e transport.Event) {
			minds = minds || e.Dir == '*' && strings.Contains(e.Text, "no command leaves with the message before")
		}
	}
	for i, m := range messages {
		dl := &messages[i].delivery
		if dl.Last = i == len(messages)-1; overlap && !dl.Last {
			dl.Next = func() *transport.Delivery { return &messages[i+1].delivery }
		}
		receipt, err := s.Deliver(t.Context(), *dl)
		trips += receipt.Flights
		var e *transport.Error
		if overlap && sessions == 1 && errors.As(err, &e) && e.Lost {
			s.Close()
			if s, err = d.Open(t.Context()); err != nil {
				t.Fatal(err)
			}
			sessions++
			receipt, err = s.Deliver(t.Context(), *dl)
		}
		refused := m.unusual && errors.As(err, &e) && e.Stage == transport.StageRcpt && e.Reply != nil
		if refused { // it is told of a message in a session of its own
			continue
		}
		if err != nil {
			t.Fatalf("%s, message %d: %v", what, i+1, err)
		}
		list = append(list, handed{What: what, MessageID: m.id, Bytes: len(m.text), Flights: receipt.Flights, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(m.text)))})
	}
	if err := s.Close(); err != nil {
		t.Errorf("%s: QUIT: %v", what, err)
	}
	// A message behind a refused one begins a flight again, and the trial takes one.
	if most := len(messages) + 2 + len(messages) - len(list); overlap && pipelining && !minds && trips > most {
		t.Errorf("%s: %d flights, want at most %d", what, trips, most)
	}
	return list
}

// readAbout reads lines KEY=VALUE.
func readAbout(t *testing.T, name string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]string{}
	for line := range strings.Lines(string(b)) {
		k, v, _ := strings.Cut(strings.TrimSpace(line), "=")
		about[k] = v
	}
	return about
}

// realDialer opens sessions with the server, by PLAIN if it wants to know who sends.
func realDialer(t *testing.T, about map[string]string, mode transport.TLSMode) *transport.Dialer {
	t.Helper()
	pem, err := os.ReadFile(about["ca"])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatalf("no certificate in %s", about["ca"])
	}
	d := &transport.Dialer{Addr: net.JoinHostPort("127.0.0.1", about[mode.String()]), TLSMode: mode, TLS: &tls.Config{RootCAs: roots}}
	if about["mechanisms"] != "" {
		d.Auth = &transport.Auth{Mechanism: "PLAIN", Username: about["user"], Password: os.Getenv("SERVERS_PASSWORD")}
	}
	return d
}

// realFlights is how many replies a session has to wait for: none for the greeting and the
// handshake.
func realFlights(d *transport.Dialer, c transport.Capabilities) int {
	n := 6 // EHLO, MAIL, RCPT, DATA, the message, QUIT
	if c.Pipelining {
		n = 3
	}
	if d.TLSMode == transport.StartTLS {
		n += 2
	}
	if d.Auth != nil {
		n++
	}
	return n
}

// A realMessage goes to one server once.
type realMessage struct {
	what, id, text string
	unusual        bool // its address; not every server takes it
	delivery       transport.Delivery
}

// realMessages are what the server can take.
func realMessages(t *testing.T, d *transport.Dialer) []realMessage {
	t.Helper()
	s, err := d.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := s.Receipt().Capabilities
	s.Close()
	all := []realMessage{
		newRealMessage(t, "7-bit", "office@club.example", "member@alpha.test", "Plain", "..\r\n.\r\n\r\nno more than it must be"),
		newRealMessage(t, "null sender", "", "member@alpha.test", "Nobody", "from nobody\r\n"),
		newRealMessage(t, "quoted local part", "office@club.example", `"a b"@alpha.test`, "Quoted", "to a b\r\n"),
	}
	all[2].unusual = true
	if c.EightBitMIME {
		all = append(all, newRealMessage(t, "8BITMIME", "office@club.example", "member@alpha.test", "Eight", "Grüße, 12 €\r\n.Ω\r\n"))
	}
	if c.SMTPUTF8 {
		all = append(all, newRealMessage(t, "SMTPUTF8", "büro@club.example", "δοκιμή@alpha.test", "Grüße", "Grüße, 12 €\r\n"))
	}
	return all
}

// newRealMessage makes a message that is known by its Message-ID.
func newRealMessage(t *testing.T, what, from, to, subject, body string) realMessage {
	t.Helper()
	id := rand.Text() + "@club.example"
	text := "From: Office <office@club.example>\r\nTo: member@alpha.test\r\nSubject: " + subject +
		"\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <" + id +
		">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body
	text = strings.TrimSuffix(text, "\r\n") + "\r\n"
	m, err := transport.New8BitMessage(transport.Segment{Data: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	env := transport.Envelope{To: []transport.Mailbox{box(t, to)}}
	if from != "" {
		env.From = box(t, from)
	}
	return realMessage{what: what, id: id, text: text, delivery: transport.Delivery{Envelope: env, Message: m}}
}
