package transport_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/transport"
	"mailshot/transport/sasl"
	"mailshot/transport/smtptest"
)

// TestMechanisms authenticates by each mechanism, rightly and wrongly. Exactly one attempt is made, QUIT follows a refusal,
// and nothing shows a secret.
func TestMechanisms(t *testing.T) {
	tests := []struct {
		mechanism string
		flights   int    // from EHLO to QUIT: 3, and those of AUTH
		refusal   string // part of the error for a wrong password
	}{
		{"PLAIN", 4, "535 5.7.8"},
		{"LOGIN", 6, "535 5.7.8"},
		{"CRAM-MD5", 5, "535 5.7.8"},
		{"SCRAM-SHA-1", 6, "invalid-proof"},
		{"SCRAM-SHA-256", 6, "invalid-proof"},
		{"XOAUTH2", 4, "status invalid_token, scope mail.send"},
		{"OAUTHBEARER", 4, "status invalid_token, scope mail.send"},
	}
	var tested []string
	for _, tt := range tests {
		tested = append(tested, tt.mechanism)
		for _, right := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/%t", tt.mechanism, right), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, d := served(t, smtptest.Handler{Users: map[string]string{user: pass}, Mechanisms: []string{tt.mechanism}})
					d.Auth = &transport.Auth{Mechanism: tt.mechanism, Username: user, Password: pass}
					if !right {
						d.Auth.Password = "wrong-" + pass
					}
					var rec recorder
					rec.watch(d)
					r, err := d.Deliver(t.Context(), delivery(t))
					s.Wait()
					session := s.Sessions()[0]
					if !right {
						fails(auth, permanent, job, 535, tt.refusal).check(t, err)
					} else if err != nil || r.Flights != tt.flights {
						t.Errorf("flights, error = %d, %v, want %d", r.Flights, err, tt.flights)
					}
					if len(session.Auth) != 1 || session.Auth[0].OK != right || session.Auth[0].User != user || !session.Quit || slices.Contains(session.Commands, "*") {
						t.Errorf("session = %+v", session)
					}
					trace := rec.trace.String()
					noSecrets(t, trace, fmt.Sprint(err), fmt.Sprintf("%+v", r))
					if strings.Contains(trace, "Bearer") || strings.Contains(trace, ",p=") || !strings.Contains(trace, "C: AUTH "+tt.mechanism) {
						t.Errorf("trace = %q", trace)
					}
				})
			})
		}
	}
	if all := sasl.Names(); !slices.Equal(slices.Sorted(slices.Values(tested)), slices.Sorted(slices.Values(all))) {
		t.Errorf("tested are %q, of %q", tested, all)
	}
}

// TestMechanismsOddly: names that need care.
func TestMechanismsOddly(t *testing.T) {
	for _, tt := range []struct{ mechanism, user, pass, stored, kept string }{
		{"SCRAM-SHA-256", "a=b,c", pass, pass, "a=b,c"},
		{"SCRAM-SHA-256", "\u2168", "\u2168\u00a0x", "IX x", "IX"}, // both sides prepare
		{"OAUTHBEARER", "a=b,c@d.example", pass, pass, "a=b,c@d.example"},
		{"PLAIN", "üser", "päss wörd", "päss wörd", "üser"},
		{"CRAM-MD5", "us er", strings.Repeat("long", 40), strings.Repeat("long", 40), ""},
		{"XOAUTH2", user, strings.Repeat("t", 2000), strings.Repeat("t", 2000), user}, // no initial response
		{"SCRAM-SHA-1", strings.Repeat("u", 600), pass, pass, strings.Repeat("u", 600)},
	} {
		synctest.Test(t, func(t *testing.T) {
			kept := tt.kept
			if tt.mechanism == "CRAM-MD5" {
				kept = "us" // RFC 2195 has no way to say it
			}
			s, d := served(t, smtptest.Handler{Users: map[string]string{kept: tt.stored}, Mechanisms: []string{tt.mechanism}})
			d.Auth = &transport.Auth{Mechanism: tt.mechanism, Username: tt.user, Password: tt.pass}
			_, err := d.Deliver(t.Context(), delivery(t))
			if tt.mechanism == "CRAM-MD5" {
				fails(auth, permanent, job, 535, "").check(t, err)
				return
			}
			if err != nil {
				t.Errorf("%s: %v", tt.mechanism, err)
			}
			s.Wait()
			for _, c := range s.Sessions()[0].Commands {
				if strings.HasPrefix(c, "AUTH") && len(c)+2 > 512 {
					t.Errorf("%s: AUTH has %d octets", tt.mechanism, len(c)+2)
				}
			}
		})
	}
}

// TestHostileAuth: servers that do not keep to the mechanism.
func TestHostileAuth(t *testing.T) {
	json := base64.StdEncoding.EncodeToString([]byte(`{"status":"401","scope":"x` + pass + `"}`))
	token := func(mechanism string) func(*transport.Dialer) { return withAuth(mechanism) }
	for _, tt := range []struct {
		name   string
		dialer func(*transport.Dialer)
		steps  []smtptest.Step
		want   want
		after  string // what the server saw after the AUTH line; "*": not looked at
	}{
		{"SCRAM, 235 at once", withAuth("SCRAM-SHA-256"), script(hello("AUTH SCRAM-SHA-256"), expect("AUTH SCRAM-SHA-256 *"), smtp("235 welcome")),
			fails(auth, permanent, job, 0, "without its signature"), ""},
		{"SCRAM, nonce of its own", withAuth("SCRAM-SHA-1"), script(hello("AUTH SCRAM-SHA-1"), expect("AUTH SCRAM-SHA-1 *"),
			smtp("334 "+base64.StdEncoding.EncodeToString([]byte("r=x,s=QQ==,i=4096"))), expect("*"), smtp("501 given up"), quit), fails(auth, permanent, job, 501, "nonce"), "*\r\nQUIT\r\n"},
		{"SCRAM, no base64", withAuth("SCRAM-SHA-1"), script(hello("AUTH SCRAM-SHA-1"), expect("AUTH SCRAM-SHA-1 *"), smtp("334 r=x,"), expect("*"), smtp("501 given up"), quit),
			fails(auth, permanent, job, 501, "base64"), "*\r\nQUIT\r\n"},
		{"CRAM-MD5, 235 at once", withAuth("CRAM-MD5"), script(hello("AUTH CRAM-MD5"), expect("AUTH CRAM-MD5"), smtp("235 welcome")), fails(auth, permanent, job, 0, "before it began"), ""},
		{"CRAM-MD5, twice", withAuth("CRAM-MD5"), script(hello("AUTH CRAM-MD5"), expect("AUTH CRAM-MD5"), smtp("334 PDEyMz4="), expect("b2ZmaWNlI*"), smtp("334 PDEyMz4="), expect("*"), smtp("501 given up"), quit),
			fails(auth, permanent, job, 501, "asked for more"), "*"},
		{"CRAM-MD5, challenge of two lines", withAuth("CRAM-MD5"), script(hello("AUTH CRAM-MD5"), expect("AUTH CRAM-MD5"), smtp("334-PDEyMz4=", "334 PDEyMz4="), expect("*"), smtp("501 given up"), quit),
			fails(auth, permanent, job, 501, "base64"), "*\r\nQUIT\r\n"},
		{"XOAUTH2, reason", token("XOAUTH2"), script(hello("AUTH XOAUTH2"), expect("AUTH XOAUTH2 *"), smtp("334 "+json), expect(""), smtp("535 5.7.8 no"), quit),
			fails(auth, permanent, job, 535, "535 5.7.8 no: the server refused the token: status 401, scope x<redacted>"), "\r\nQUIT\r\n"},
		{"OAUTHBEARER, reason", token("OAUTHBEARER"), script(hello("AUTH OAUTHBEARER"), expect("AUTH OAUTHBEARER *"), smtp("334 "+json), expect("AQ=="), smtp("535 5.7.8 no"), quit),
			fails(auth, permanent, job, 535, "status 401"), "AQ==\r\nQUIT\r\n"},
		{"OAUTHBEARER, reason and yet 235", token("OAUTHBEARER"), script(hello("AUTH OAUTHBEARER"), expect("AUTH OAUTHBEARER *"), smtp("334 "+json), expect("AQ=="), smtp("235 ok")),
			fails(auth, permanent, job, 0, "status 401"), "AQ==\r\n"},
		{"XOAUTH2, reason that is none", token("XOAUTH2"), script(hello("AUTH XOAUTH2"), expect("AUTH XOAUTH2 *"), smtp("334 "+base64.StdEncoding.EncodeToString([]byte("\x1b"+strings.Repeat("x", 5000)))), expect(""), smtp("535 no"), quit),
			fails(auth, permanent, job, 535, `\x1bxxx`), "\r\nQUIT\r\n"},
		{"XOAUTH2, two reasons", token("XOAUTH2"), script(hello("AUTH XOAUTH2"), expect("AUTH XOAUTH2 *"), smtp("334 "+json), expect(""), smtp("334 "+json), expect("*"), smtp("501 given up"), quit),
			fails(auth, permanent, job, 501, "more than the token"), "\r\n*\r\nQUIT\r\n"},
		{"XOAUTH2, 454", token("XOAUTH2"), script(hello("AUTH XOAUTH2"), expect("AUTH XOAUTH2 *"), smtp("454 4.7.0 later"), quit), fails(auth, temporary, host, 454, ""), "QUIT\r\n"},
		{"token with a space", func(d *transport.Dialer) { d.Auth = &transport.Auth{Mechanism: "XOAUTH2", Password: "a b"} }, script(hello("AUTH XOAUTH2"), quit), fails(auth, permanent, job, 0, "characters"), "*"},
		{"password that can't be prepared", func(d *transport.Dialer) { d.Auth = &transport.Auth{Password: "a\u202eb"} }, script(hello("AUTH SCRAM-SHA-256"), quit), fails(auth, permanent, job, 0, "password: "), "*"},
		{"password without end", func(d *transport.Dialer) { d.Auth = &transport.Auth{Password: strings.Repeat("x", 10_000)} },
			script(hello("AUTH LOGIN"), expect("AUTH LOGIN"), smtp("334 "), expect(""), smtp("334 "), expect("*"), smtp("501 given up"), quit), fails(auth, permanent, job, 501, "too long"), "\r\n*\r\nQUIT\r\n"},
		{"538", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("538 5.7.11 TLS first"), quit), fails(auth, permanent, job, 538, ""), "QUIT\r\n"},
		{"534", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("534 5.7.9 app password"), quit), fails(auth, permanent, job, 534, ""), "QUIT\r\n"},
		{"250", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("250 ok")), fails(auth, temporary, host, 250, "lost step"), ""},
		{"the secret within base64", withAuth(""), script(hello("AUTH PLAIN"), expect("AUTH PLAIN *"), smtp("535 "+base64.StdEncoding.EncodeToString([]byte("no: "+pass+"!"))), quit),
			fails(auth, permanent, job, 535, "535 <redacted>"), "QUIT\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play := smtptest.Play(t, tt.steps...)
				d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: play.DialContext}
				tt.dialer(d)
				var rec recorder
				rec.watch(d)
				_, err := d.Deliver(t.Context(), delivery(t))
				tt.want.check(t, err)
				synctest.Wait()
				_, got, _ := strings.Cut(play.Received(), "AUTH ")
				if _, got, _ = strings.Cut(got, "\r\n"); tt.after != "*" && got != tt.after {
					t.Errorf("after AUTH the server got %q, want %q", got, tt.after)
				}
				noSecrets(t, rec.trace.String(), fmt.Sprint(err))
			})
		})
	}
}

// TestToken: a token is fetched for each session, and once more after it was refused.
func TestToken(t *testing.T) {
	broken := errors.New("no network")
	for _, tt := range []struct {
		name     string
		tokens   []string // in turn; "" is an error, the last one stays
		auth     func(user, password string) smtptest.Reply
		want     want
		attempts int
		refused  []string // what Token was told
	}{
		{"good", []string{pass}, nil, want{}, 1, []string{""}},
		{"too old", []string{"old", pass}, nil, want{}, 2, []string{"", "old"}},
		{"wrong twice", []string{"old", "older"}, nil, fails(auth, permanent, job, 535, "invalid_token"), 2, []string{"", "old"}},
		{"the same again", []string{"old"}, nil, fails(auth, permanent, job, 535, "invalid_token"), 1, []string{"", "old"}},
		{"not to be had", []string{""}, nil, fails(auth, permanent, job, 0, "getting the token: no network"), 0, []string{""}},
		{"no new one", []string{"old", ""}, nil, fails(auth, permanent, job, 0, "getting the token: no network"), 1, []string{"", "old"}},
		{"another refusal", []string{"old", pass}, func(string, string) smtptest.Reply { return smtptest.Say(454, "4.7.0 later") }, fails(auth, temporary, host, 454, ""), 1, []string{""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, d := served(t, smtptest.Handler{Users: map[string]string{user: pass}, Mechanisms: []string{"OAUTHBEARER"}, Auth: tt.auth})
				var refused []string
				d.Auth = &transport.Auth{Mechanism: "OAUTHBEARER", Username: user, Token: func(_ context.Context, old string) (string, error) {
					token := tt.tokens[min(len(refused), len(tt.tokens)-1)]
					refused = append(refused, old)
					if token == "" {
						return "", broken
					}
					return token, nil
				}}
				_, err := d.Deliver(t.Context(), delivery(t))
				tt.want.check(t, err)
				s.Wait()
				if got := len(s.Sessions()[0].Auth); got != tt.attempts || !slices.Equal(refused, tt.refused) {
					t.Errorf("%d attempts, told %q, want %d, %q", got, refused, tt.attempts, tt.refused)
				}
			})
		})
	}
}

// TestTokenCancelled: a context that ends while the token is fetched is nobody's failure.
func TestTokenCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, d := served(t, smtptest.Handler{Users: map[string]string{user: pass}, Mechanisms: []string{"XOAUTH2"}})
		ctx, cancel := context.WithCancel(t.Context())
		d.Auth = &transport.Auth{Mechanism: "XOAUTH2", Username: user, Token: func(ctx context.Context, _ string) (string, error) {
			cancel()
			return "", ctx.Err()
		}}
		_, err := d.Deliver(ctx, delivery(t))
		fails(auth, temporary, host, 0, "canceled").check(t, err)
	})
}
