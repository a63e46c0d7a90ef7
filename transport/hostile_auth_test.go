package transport_test

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestEndlessChallenges: a server that asks on and on, each time just in time, is left when the
// mechanism has no more to say.
func TestEndlessChallenges(t *testing.T) {
	const late = 5*time.Minute - time.Second
	for _, tt := range []struct {
		mechanism string
		asked     int // how often it gets to ask, the answer to giving up included
	}{
		{"PLAIN", 2}, {"XOAUTH2", 3}, {"OAUTHBEARER", 3}, {"CRAM-MD5", 3}, {"LOGIN", 4}, {"SCRAM-SHA-1", 4}, {"SCRAM-SHA-256", 4},
	} {
		t.Run(tt.mechanism, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				e := &enemy{at: auth, offer: "AUTH " + tt.mechanism, act: func(e *enemy, _ string) {
					for line := e.line; asked < 100; {
						asked++
						<-time.After(late)
						if _, err := e.conn.Write([]byte("334 " + question(line) + "\r\n")); err != nil {
							return
						}
						var err error
						if line, err = e.r.ReadString('\n'); err != nil || line == "QUIT\r\n" {
							return
						}
					}
				}}
				d := &transport.Dialer{TLSMode: transport.Plaintext}
				withAuth(tt.mechanism)(d)
				took, grown, err := e.meet(t, d)
				fails(auth, permanent, job, 334, "").check(t, err)
				if want := time.Duration(tt.asked)*late + 5*time.Second; asked != tt.asked || took != want { // QUIT is not answered
					t.Errorf("asked %d times in %v, want %d in %v", asked, took, tt.asked, want)
				}
				if grown > mostGrown {
					t.Errorf("%d octets were allocated, want at most %d", grown, mostGrown)
				}
			})
		})
	}
}

// question is a challenge that fits what the client said, so that it has all of its mechanism to
// say.
func question(line string) string {
	line = strings.TrimSpace(line)
	said, _ := base64.StdEncoding.DecodeString(line[strings.LastIndex(line, " ")+1:]) // "" if it is none
	text := "what?"
	switch _, nonce, _ := strings.Cut(string(said), ",r="); {
	case strings.HasPrefix(string(said), "n,,n="): // SCRAM's first message
		text = "r=" + nonce + "more,s=c2FsdA==,i=4096"
	case strings.HasPrefix(string(said), "c=biws,"): // and its last
		text = "e=other-error"
	}
	return base64.StdEncoding.EncodeToString([]byte(text))
}

// TestManyMechanisms: a list of mechanisms as long as a reply may be is cut off, so that it takes
// no time to speak of, and no room in what is said about it.
func TestManyMechanisms(t *testing.T) {
	var reply strings.Builder
	reply.WriteString("250-x")
	for line, i := 0, 0; reply.Len() < 60<<10; i++ {
		if reply.Len() >= line {
			reply.WriteString("\r\n250-AUTH " + strings.Repeat("X", 1000)) // no name is so long
			line += 8000
		}
		reply.WriteString(" " + strconv.FormatInt(int64(i), 36))
	}
	synctest.Test(t, func(t *testing.T) {
		play := smtptest.Play(t, script(smtp("220 x"), expect("EHLO *"), smtp(reply.String(), "250 HELP"), quit)...)
		d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
		withAuth("")(d)
		_, err := d.Deliver(t.Context(), delivery(t))
		fails(auth, permanent, job, 0, "SCRAM-SHA-256").check(t, err)
		if n := len(err.Error()); n > 1000 {
			t.Errorf("the error has %d octets", n)
		}
	})
}
