package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"mailshot/transport/smtptest"
)

// echoes are ways in which a server may repeat a password.
var echoes = []struct {
	name string
	form func(secret string) string
}{
	{"as it is", func(s string) string { return "you said " + s + "!" }},
	{"upper case", strings.ToUpper},
	{"over lines", func(s string) string { return "5.7.8 a " + s[:6] + "\n5.7.8 " + s[6:11] + "\n5.7.8 " + s[11:] }},
	{"with spaces", func(s string) string { return strings.Join(strings.Split(s, ""), " ") }},
	{"what was sent", func(s string) string { return "bad: " + encode64("\x00office\x00"+s) }},
	{"in a sentence's base64", func(s string) string { return encode64("it is " + s + ", is it not") }},
	{"percent", func(string) string { return eachOctet("%%%02x") }},
	{"hexadecimal", func(s string) string { return hex.EncodeToString([]byte(s)) }},
	{"backwards", func(s string) string { return backwards(s) }},
}

// An echoPlace is where a server may do so.
type echoPlace struct {
	name    string
	ends    bool // the run ends there, so that there is one echo a run
	doctor  bool // doctor comes there too
	handler func(text string) smtptest.Handler
}

var echoPlaces = []echoPlace{
	{"greeting", false, true, func(text string) smtptest.Handler {
		return smtptest.Handler{Greeting: func(int) smtptest.Reply { return smtptest.Say(220, text) }}
	}},
	{"refused greeting", true, true, func(text string) smtptest.Handler {
		return smtptest.Handler{Greeting: func(int) smtptest.Reply { return smtptest.Say(554, text) }}
	}},
	{"EHLO", false, true, func(text string) smtptest.Handler {
		return smtptest.Handler{Ehlo: func(string) smtptest.Reply { return smtptest.Say(250, "mail.test\nPIPELINING\nAUTH PLAIN\n"+text) }}
	}},
	{"AUTH refused", true, true, func(text string) smtptest.Handler {
		return smtptest.Handler{Auth: func(string, string) smtptest.Reply { return smtptest.Say(535, text) }}
	}},
	{"AUTH taken", false, true, func(text string) smtptest.Handler {
		return smtptest.Handler{Auth: func(string, string) smtptest.Reply { return smtptest.Say(235, text) }}
	}},
	{"MAIL", false, false, func(text string) smtptest.Handler {
		return smtptest.Handler{Mail: func(string) smtptest.Reply { return smtptest.Say(451, text) }}
	}},
	{"RCPT", false, false, func(text string) smtptest.Handler {
		return smtptest.Handler{Rcpt: func(string) smtptest.Reply { return smtptest.Say(550, text) }}
	}},
	{"DATA, no reply", false, false, func(text string) smtptest.Handler {
		return smtptest.Handler{Data: func() smtptest.Reply { return smtptest.Raw(text + "\r\n") }}
	}},
	{"the end, cut off", false, false, func(text string) smtptest.Handler {
		return smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply {
			return smtptest.Raw("250-" + strings.ReplaceAll(text, "\n", "\r\n250-")).Then(smtptest.Close)
		}}
	}},
	{"sent", false, false, func(text string) smtptest.Handler {
		return smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return smtptest.Say(250, text) }}
	}},
}

// TestEchoes: whatever a server says of the password and wherever it does, no file and no stream has
// it in any form. Where the run goes on, each session says it in another way.
func TestEchoes(t *testing.T) {
	t.Parallel()
	for _, place := range echoPlaces {
		if !place.ends {
			t.Run(place.name, func(t *testing.T) {
				t.Parallel()
				hearEchoes(t, place, len(echoes), func(session int) int { return session % len(echoes) })
			})
			continue
		}
		for i := range echoes {
			if !inPart(i) {
				continue
			}
			t.Run(place.name+", "+echoes[i].name, func(t *testing.T) {
				t.Parallel()
				hearEchoes(t, place, 2, func(int) int { return i })
			})
		}
	}
}

// hearEchoes runs a job with so many rows with a server whose sessions repeat the password by an
// echo each, and searches all that is there afterwards.
func hearEchoes(t *testing.T, place echoPlace, rows int, echo func(session int) int) {
	h := smtptest.Handler{Users: map[string]string{"office": password}, Session: func(session int) smtptest.Handler {
		return place.handler(echoes[echo(session)].form(password))
	}}
	j := newLiveJob(t, rows, "workers: 1, keep_transcripts: failed, retry: {attempts: 1}, give_up_after: 0", h)
	j.edit("job.yaml", "tls: none", "tls: none, username: office, auth: plain, password: {file: password.txt}")
	j.write("password.txt", password)
	var streams strings.Builder
	command := func(args ...string) {
		_, out := j.run(args...)
		streams.WriteString(out)
	}
	command("run", "--yes", "--trace", "trace.txt", "job.yaml")
	if got := len(j.server.Sessions()); !place.ends && got <= rows {
		t.Errorf("the run had %d sessions; want one for each of %d echoes and one before", got, rows)
	}
	command("status", "--json", "job.yaml")
	if place.doctor {
		for n := range rows {
			if n > 0 && place.ends {
				break // it is the same echo
			}
			command("doctor", "--json", "--trace", "-", "job.yaml")
		}
		if !strings.Contains(streams.String(), `"exit_status"`) {
			t.Errorf("doctor has not come to its end:\n%s", streams.String())
		}
	}
	want := rows
	switch {
	case place.ends:
		want = 1
	case place.name == "DATA, no reply":
		want-- // of the echo over lines only the first is read, with six characters
	}
	if got := j.struckReplies("trace.txt"); got < want {
		t.Errorf("of %d lines of replies something was struck out; want %d\n%s", got, want, streams.String())
	}
	searchFor(t, "the streams", streams.String())
	j.searchFiles()
}

// struckReplies returns how many lines of replies a trace has without what was in them.
func (j *liveJob) struckReplies(trace string) (n int) {
	b, err := os.ReadFile(j.path(trace))
	if err != nil {
		j.t.Error(err)
	}
	for line := range strings.Lines(string(b)) {
		if strings.Contains(line, " S: ") && strings.Contains(line, "<redacted>") {
			n++
		}
	}
	return n
}

// TestEchoInLog: what a log already has of the password, from a time at which mailshot did not know
// its form, is told to nobody.
func TestEchoInLog(t *testing.T) {
	t.Parallel()
	const other = "kiwi-Banane42"
	h := smtptest.Handler{Users: map[string]string{"office": other}, Rcpt: func(to string) smtptest.Reply {
		if strings.HasPrefix(to, "r1@") {
			return smtptest.Say(550, "5.1.1 no: "+password)
		}
		return smtptest.Raw("250-" + password + "\r\n").Then(smtptest.Close)
	}}
	j := newLiveJob(t, 2, "retry: {attempts: 1}, give_up_after: 1", h)
	j.edit("job.yaml", "tls: none", "tls: none, username: office, auth: plain, password: {file: password.txt}")
	j.write("password.txt", other)
	j.run("run", "--yes", "job.yaml")
	if b, err := os.ReadFile(j.path("job.results.csv")); err != nil || !strings.Contains(string(b), password) {
		t.Fatalf("the log does not have it: %v\n%s", err, b)
	}
	j.write("password.txt", password)
	for _, args := range [][]string{
		{"status", "job.yaml"}, {"status", "--json", "job.yaml"}, {"status", "--export", "-", "--status", "failed", "job.yaml"},
	} {
		_, out := j.run(args...)
		searchFor(t, strings.Join(args, " "), out)
		if !strings.Contains(out, "<redacted>") {
			t.Errorf("%q prints\n%s", args, out)
		}
	}
}

// searchFiles searches every file but that of the password.
func (j *liveJob) searchFiles() {
	j.t.Helper()
	seen := 0
	err := filepath.WalkDir(j.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || d.Name() == "password.txt" {
			return err
		}
		seen++
		b, err := os.ReadFile(path)
		searchFor(j.t, path, string(b))
		return err
	})
	if err != nil || seen < 3 { // job, recipients and trace at least
		j.t.Errorf("%d files, %v", seen, err)
	}
}

// searchFor searches a text for the password in twelve forms, with and without its spaces and line
// ends, and without regard to case. Of base64 what does not depend on what stands around is enough.
func searchFor(t *testing.T, name, text string) {
	t.Helper()
	var wide []byte
	for _, unit := range utf16.Encode([]rune(password)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	forms := map[string]string{
		"plain": password, "hexadecimal": hex.EncodeToString([]byte(password)), "percent": url.QueryEscape(password), "percent, all": eachOctet("%%%02x"),
		"quoted-printable": eachOctet("=%02x"), "HTML": eachOctet("&#%d;"), "escaped": eachOctet(`\x%02x`), "backwards": backwards(password),
		"UTF-16 in base64": base64.StdEncoding.EncodeToString(wide)[:40],
	}
	for before := range 3 {
		encoded := encode64(strings.Repeat("x", before) + password)
		forms[fmt.Sprintf("base64, by %d", before)] = encoded[(before*8+5)/6 : (before+len(password))*8/6]
	}
	joined := strings.Join(strings.Fields(text), "")
	for what, form := range forms {
		for _, where := range []string{text, joined} {
			if strings.Contains(strings.ToLower(where), strings.ToLower(form)) {
				t.Errorf("%s: the password in the form %q:\n%s", name, what, text)
				break
			}
		}
	}
}

func backwards(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}

func encode64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// eachOctet writes every octet of the password by a format.
func eachOctet(format string) string {
	var b strings.Builder
	for _, c := range []byte(password) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}
