package main

import (
	"encoding/csv"
	"fmt"
	"mime"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// runExample runs a copy of an example in the sandbox, and gives the directory
// of its messages and what it printed on stderr.
func runExample(t *testing.T, name, job string, args ...string) (sandbox, stderr string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "examples", name))); err != nil {
		t.Fatal(err)
	}
	sandbox = filepath.Join(t.TempDir(), "messages")
	c := exec.Command(mailshotBinary(t), append(append([]string{"run", "--sandbox=" + sandbox}, args...), job)...)
	c.Dir = dir
	c.Env = append(os.Environ(), "SMTP_PASSWORD=unused")
	var out strings.Builder
	c.Stderr = &out
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out.String())
	}
	return sandbox, out.String()
}

// The shortest job that works: ten lines, and with a trace the whole dialogue.
func TestExampleMinimal(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "examples", "minimal", "hello.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n != 10 {
		t.Errorf("the job has %d lines, want 10", n)
	}
	_, trace := runExample(t, "minimal", "hello.yaml", "--workers", "1", "--trace", "-")
	dialogue := regexp.MustCompile(`(?s)S: 220 .*C: EHLO .*S: 250 .*C: MAIL FROM:<me@club\.example>.*C: RCPT TO:<ada@club\.example>.*C: DATA.*S: 354 .*C: Subject: Hello, Ada.*C: \.\n.*C: QUIT.*S: 250 .*S: 221 `)
	if !dialogue.MatchString(trace) {
		t.Errorf("the trace is no whole dialogue:\n%s", trace)
	}
}

// A club's renewal notice: each row has the message that is its own.
func TestExampleRenewal(t *testing.T) {
	t.Parallel()
	f, err := os.Open(filepath.Join(root, "examples", "renewal", "members.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 13 {
		t.Fatalf("%d records, want a header and 12 rows", len(rows))
	}
	sandbox, _ := runExample(t, "renewal", "renewal.yaml")
	words := new(mime.WordDecoder)
	for i, row := range rows[1:] {
		id, name, first, lang := row[0], row[1], row[2], row[4]
		m := readMessage(t, filepath.Join(sandbox, fmt.Sprintf("%06d.eml", i+1)))
		to, err := m.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Name != name {
			t.Errorf("row %d: To is %v (%v), want %s", i+1, to, err, name)
		}
		subject, err := words.DecodeHeader(m.Header.Get("Subject"))
		want := map[string]string{"en": "Membership", "de": "Mitgliedschaft"}[lang] + " 2026, " + first
		if err != nil || subject != want {
			t.Errorf("row %d: the subject is %q (%v), want %q", i+1, subject, err, want)
		}
		if got := m.Header.Get("X-Campaign"); got != "renewal-2026 "+id {
			t.Errorf("row %d: X-Campaign is %q", i+1, got)
		}
	}
}

func readMessage(t *testing.T, path string) *mail.Message {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	m, err := mail.ReadMessage(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return m
}
