package transport_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestAuthMatrix: every event at every step of the exchanges whose octets are known beforehand.
func TestAuthMatrix(t *testing.T) {
	const bearer = "AUTH XOAUTH2 dXNlcj1vZmZpY2UBYXV0aD1CZWFyZXIgczNjcmV0LWhvcnNlAQE="
	for _, m := range []struct {
		mechanism string
		lines     []string // what the client says
		usual     []string // and the server
	}{
		{"LOGIN", []string{"AUTH LOGIN", "b2ZmaWNl", "czNjcmV0LWhvcnNl"}, []string{"334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 welcome"}},
		{"CRAM-MD5", []string{"AUTH CRAM-MD5", "b2ZmaWNlIGM3NjVkYmQyMmEyNjZkMzhlNjJlNzI4MDYyMWVmZTNj"}, []string{"334 PDEyMz4=", "235 welcome"}},
		{"XOAUTH2", []string{bearer, ""}, []string{"334 e30=", "535 no"}},
		{"PLAIN", []string{"AUTH PLAIN AG9mZmljZQBzM2NyZXQtaG9yc2U="}, []string{"235 welcome"}},
	} {
		for step := range m.lines {
			for _, e := range []struct {
				event  string
				step   smtptest.Step
				polite bool // the client says QUIT
				want   want
			}{
				{twoYZ, smtp("250 what"), false, fails(auth, temporary, host, 250, "lost step")},
				{fourYZ, smtp("454 4.7.0 later"), true, fails(auth, temporary, host, 454, "")},
				{fiveYZ, smtp("535 5.7.8 no"), true, fails(auth, permanent, job, 535, "")},
				{fourTwoOne, smtp("421 down"), false, fails(auth, temporary, host, 421, "")},
				{endOfFile, closes, false, fails(auth, temporary, host, 0, "closed the connection")},
				{silence, hangs, false, fails(auth, temporary, host, 0, "within 5m")},
				{garbage, smtp("what?"), false, fails(auth, temporary, host, 0, "not an SMTP reply")},
			} {
				t.Run(fmt.Sprintf("%s/%d/%s", m.mechanism, step, e.event), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						steps := hello("AUTH " + m.mechanism)
						for i, line := range m.lines[:step] {
							steps = append(steps, expect(line), smtp(m.usual[i]))
						}
						steps = append(steps, expect(m.lines[step]), e.step)
						if e.polite {
							steps = append(steps, quit...)
						}
						play := smtptest.Play(t, steps...)
						d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
						withAuth(m.mechanism)(d)
						var rec recorder
						rec.watch(d)
						r, err := d.Deliver(t.Context(), delivery(t))
						e.want.check(t, err)
						synctest.Wait()
						flights := 2 + step
						if e.polite {
							flights++
						}
						if got := play.Received(); strings.HasSuffix(got, "\r\nQUIT\r\n") != e.polite || strings.Contains(got, "\r\n*\r\n") || r.Flights != flights {
							t.Errorf("%d flights, the server got %q, want %d", r.Flights, got, flights)
						}
						noSecrets(t, rec.trace.String(), fmt.Sprint(err))
					})
				})
			}
		}
	}
}
