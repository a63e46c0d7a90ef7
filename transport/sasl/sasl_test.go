package sasl

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"
	"testing"
)

// start begins an exchange by the name of its mechanism.
func start(t testing.TB, name string, c Credentials) Client {
	t.Helper()
	m, ok := Find(name)
	if !ok {
		t.Fatalf("there is no mechanism %s", name)
	}
	client, err := m.Start(c)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return client
}

// TestNames: the strongest first, and those that keep the password to themselves before all others where the connection does not.
func TestNames(t *testing.T) {
	for _, tt := range []struct {
		what string
		got  []string
		want string
	}{
		{"Names", Names(), "SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER"},
		{"PasswordNames under TLS", PasswordNames(true), "SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN CRAM-MD5"},
		{"PasswordNames in the clear", PasswordNames(false), "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN"},
	} {
		if got := strings.Join(tt.got, " "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.what, got, tt.want)
		}
	}
	for _, name := range Names() {
		if m, ok := Find(strings.ToLower(name)); !ok || m.Name != name {
			t.Errorf("Find(%q) = %q, %t", strings.ToLower(name), m.Name, ok)
		}
	}
	if m, ok := Find(""); ok {
		t.Errorf("Find(\"\") = %q", m.Name)
	}
}

// TestVectors plays the examples of the documents.
func TestVectors(t *testing.T) {
	scramOf := func(h func() hash.Hash, nonce string) Client {
		return &scram{hash: h, user: "user", password: "pencil", nonce: nonce}
	}
	bearerOf := func(name, user, token string) Client {
		return start(t, name, Credentials{Username: user, Secret: token, Host: "server.example.com", Port: "143"})
	}
	for _, tt := range []struct {
		name  string
		m     Client
		first string
		steps [][2]string // challenge and response
	}{
		{"RFC 2195, section 2", &cramMD5{user: "tim", password: "tanstaaftanstaaf"}, "",
			[][2]string{{"<1896.697170952@postoffice.reston.mci.net>", "tim b913a602c7eda7a495b4e6e7334d3890"}}},
		{"RFC 5802, section 5", scramOf(sha1.New, "fyko+d2lbbFgONRv9qkxdawL"), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL", [][2]string{
			{"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="},
			{"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", ""},
		}},
		{"RFC 7677, section 3", scramOf(sha256.New, "rOprNGfwEbeRWgbNEkqO"), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO", [][2]string{
			{"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
				"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="},
			{"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", ""},
		}},
		{"RFC 7628, section 4.1", bearerOf("OAUTHBEARER", "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="),
			"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01", nil},
		{"a name to escape", bearerOf("OAUTHBEARER", "a=b,c", "x"), "n,a=a=3Db=2Cc,\x01host=server.example.com\x01port=143\x01auth=Bearer x\x01\x01", nil},
		{"XOAUTH2", bearerOf("XOAUTH2", "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"),
			"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(tt.m.First()); got != tt.first {
				t.Errorf("First() = %q, want %q", got, tt.first)
			}
			for _, step := range tt.steps {
				if got, err := tt.m.Next([]byte(step[0])); string(got) != step[1] || got == nil || err != nil {
					t.Errorf("%q: %q, %v, want %q", step[0], got, err, step[1])
				}
			}
			if err := tt.m.Verified(); err != nil {
				t.Errorf("Verified: %v", err)
			}
			if got, _ := tt.m.Next([]byte("more?")); got != nil && len(tt.steps) > 0 {
				t.Errorf("one more challenge is answered by %q", got)
			}
		})
	}
}

// TestSCRAMRefused: what a server must not say.
func TestSCRAMRefused(t *testing.T) {
	const nonce, good = "ours", "r=ourstheirs,s=QSXCR+Q6sek8bf92,i=4096"
	for _, tt := range []struct {
		name   string
		server []string
		want   string // part of the error
		asked  bool   // the error comes with a response: a refusal is to follow
	}{
		{"nonce of its own", []string{"r=theirs,s=QSXCR+Q6sek8bf92,i=4096"}, "nonce", false},
		{"our nonce", []string{"r=ours,s=QSXCR+Q6sek8bf92,i=4096"}, "nonce", false},
		{"extension", []string{"m=x,r=ourstheirs,s=QSXCR+Q6sek8bf92,i=4096"}, "nonce", false},
		{"no salt", []string{"r=ourstheirs,s=,i=4096"}, "salt", false},
		{"bad salt", []string{"r=ourstheirs,s=*,i=4096"}, "salt", false},
		{"salt of another name", []string{"r=ourstheirs,x=QSXCR+Q6sek8bf92,i=4096"}, "salt", false},
		{"one iteration", []string{"r=ourstheirs,s=QSXCR+Q6sek8bf92,i=1"}, "iterations", false},
		{"too few", []string{"r=ourstheirs,s=QSXCR+Q6sek8bf92,i=4095"}, "iterations", false},
		{"too many", []string{"r=ourstheirs,s=QSXCR+Q6sek8bf92,i=2000001"}, "iterations", false},
		{"far too many", []string{"r=ourstheirs,s=QSXCR+Q6sek8bf92,i=99999999999999999999"}, "iterations", false},
		{"no number", []string{"r=ourstheirs,s=QSXCR+Q6sek8bf92,i="}, "iterations", false},
		{"too short", []string{"r=ourstheirs,s=QSXCR+Q6sek8bf92"}, "malformed", false},
		{"empty", []string{""}, "malformed", false},
		{"wrong signature", []string{good, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="}, "signature", false},
		{"empty signature", []string{good, "v="}, "signature", false},
		{"no signature", []string{good, ""}, "signature", false},
		{"an error", []string{good, "e=invalid-proof\x1b"}, "invalid-proof\x1b", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := &scram{hash: sha256.New, user: "u", password: "p", nonce: nonce, keys: &KeyCache{}}
			m.First()
			var response []byte
			var err error
			for _, challenge := range tt.server {
				if err != nil {
					t.Fatalf("it failed too soon: %v", err)
				}
				response, err = m.Next([]byte(challenge))
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || (response != nil) != tt.asked {
				t.Errorf("response, error = %q, %v, want an error with %q", response, err, tt.want)
			}
			if m.Verified() == nil {
				t.Error("a 235 would be believed")
			}
		})
	}
}

// TestKeyCache: what was computed is not computed again, and never taken for something else's.
func TestKeyCache(t *testing.T) {
	var c KeyCache
	seen := make(map[string]string)
	for range 2 {
		for _, h := range []func() hash.Hash{sha1.New, sha256.New} {
			for _, password := range []string{"a", "b"} {
				for _, salt := range []string{"x", "y"} {
					for _, n := range []int{1, 2} {
						key := fmt.Sprint(h().Size(), password, salt, n)
						first, err := c.of(h, password, []byte(salt), n)
						again, _ := c.of(h, password, []byte(salt), n)
						if err != nil || &first[0] != &again[0] {
							t.Errorf("%s: computed twice, or %v", key, err)
						}
						if was, ok := seen[key]; ok && was != string(first) {
							t.Errorf("%s: %x and %x", key, was, first)
						}
						seen[key] = string(first)
					}
				}
			}
		}
	}
	values := make(map[string]bool)
	for _, v := range seen {
		values[v] = true
	}
	if len(values) != 16 {
		t.Errorf("%d different values, want 16", len(values))
	}
}

// TestSASLPrep has the examples of RFC 4013, section 3, and some of each rule.
func TestSASLPrep(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"I\u00adX", "IX"},
		{"user", "user"},
		{"USER", "USER"},
		{"\u00aa", "a"},
		{"\u2168", "IX"},
		{"a b", "a b"},
		{"a\u00a0b\u3000c\u200bd", "a b c d"},
		{"e\u0301", "é"},
		{"пароль", "пароль"},
		{"\u05d0b", ""},
		{"\u0627\u0031", ""},
		{"\u0627\u0031\u0628", "\u0627\u0031\u0628"},
		{"\u0007", ""},
		{"é\u0085", ""},
		{"é\ue000", ""},
		{"é\ufffe", ""},
		{"é\U0001ffff", ""},
		{"é\u202e", ""},
		{"é\u2028", ""},
		{"é\ufffd", ""},
		{"é\U000e0041", ""},
		{"\xff", ""},
		{"🐎", "🐎"},
	} {
		got, err := saslPrep(tt.in)
		if (err != nil) != (tt.want == "") || got != tt.want {
			t.Errorf("saslPrep(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
}

// FuzzSCRAM: no server gets a proof for anything but a nonce that goes on from ours, and none is believed that does not
// know the password.
func FuzzSCRAM(f *testing.F) {
	f.Add("r=oursx,s=QQ==,i=4096", "v=QQ==")
	f.Add("r=ours,s=QQ==,i=4096", "e=other")
	f.Add("m=,r=oursx,s=QQ==,i=4096", "")
	f.Add("r=oursx,s=QQ==,i=4096,x=y", "v=,")
	f.Add("r=oursx,s=QQ==,i=-1", "v")
	f.Add(",,,", ",,,")
	keys := &KeyCache{}
	f.Fuzz(func(t *testing.T, first, last string) {
		if strings.Contains(first, "i=") && !strings.Contains(first, "i=4096") && strings.Contains(first, "00") {
			t.Skip("costly")
		}
		m := &scram{hash: sha256.New, user: "u", password: "p", nonce: "ours", keys: keys}
		m.First()
		response, err := m.Next([]byte(first))
		if (response == nil) == (err == nil) {
			t.Errorf("%q: %q, %v", first, response, err)
		}
		if err != nil {
			return
		}
		if !strings.HasPrefix(first, "r=ours") || !strings.HasPrefix(string(response), "c=biws,r=ours") {
			t.Errorf("%q is answered by %q", first, response)
		}
		if _, err := m.Next([]byte(last)); err == nil && last != "v="+base64.StdEncoding.EncodeToString(m.server) && !strings.HasPrefix(last, "v="+base64.StdEncoding.EncodeToString(m.server)+",") {
			t.Errorf("%q is believed", last)
		}
	})
}
