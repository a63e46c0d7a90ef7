package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mailshot/template/lazyregexp"
)

var updateReported = flag.Bool("reported.update", false, "write what mailshot says of the reported cases into their want.txt")

// contentID is what shows an inline file, which has a part of the Message-ID in it.
var contentID = lazyregexp.New(`(cid:\w+)\.\w+@`)

// TestReported runs jobs that went wrong for users of some program: what check
// says of each, and what their letters are, is in want.txt. Where there is a
// people2.csv it takes the place of people.csv, and rerun goes on.
func TestReported(t *testing.T) {
	t.Parallel()
	bin := mailshotBinary(t)
	cases, err := os.ReadDir("testdata/reported")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name(), func(t *testing.T) {
			t.Parallel()
			from := filepath.Join("testdata", "reported", c.Name())
			r := &reported{t: t, bin: bin, dir: filepath.Join(t.TempDir(), c.Name())}
			if err := os.CopyFS(r.dir, os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
			r.play()
			golden := filepath.Join(from, "want.txt")
			if *updateReported {
				if err := os.WriteFile(golden, r.out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.out.String(); got != string(want) {
				t.Errorf("it says\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// reported is one case while it is played.
type reported struct {
	t        *testing.T
	bin, dir string
	out      bytes.Buffer
}

func (r *reported) play() {
	r.command(true, "check", "--sandbox", "job.yaml")
	r.command(false, "run", "--sandbox", "--yes", "job.yaml")
	if next, err := os.ReadFile(filepath.Join(r.dir, "people2.csv")); err == nil {
		if err := os.WriteFile(filepath.Join(r.dir, "people.csv"), next, 0o600); err != nil {
			r.t.Fatal(err)
		}
		r.command(false, "rerun", "--sandbox", "--yes", "job.yaml")
	}
	letters, err := filepath.Glob(filepath.Join(r.dir, "job.sandbox", "*.eml"))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, name := range letters {
		r.letter(name)
	}
}

// command runs mailshot. What it prints on standard output is left out where it
// has times.
func (r *reported) command(whole bool, args ...string) {
	c := exec.CommandContext(r.t.Context(), r.bin, args...)
	c.Dir = r.dir
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	fmt.Fprintf(&r.out, "$ mailshot %s\n%s", strings.Join(args, " "), stderr.Bytes())
	if whole {
		r.out.Write(stdout.Bytes())
	}
	fmt.Fprintf(&r.out, "exit status %d\n", c.ProcessState.ExitCode())
}

func (r *reported) letter(name string) {
	f, err := os.Open(name)
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		r.t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		r.t.Fatal(err)
	}
	fmt.Fprintf(&r.out, "\nTo: %s\nSubject: %s\n", m.Header.Get("To"), subject)
	r.part(m.Header.Get, m.Body)
}

// part prints the text of a part as its reader sees it; of another part its name.
func (r *reported) part(header func(string) string, body io.Reader) {
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		r.t.Fatal(err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err != nil {
				return
			}
			r.part(p.Header.Get, p)
		}
	}
	switch header("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	delete(params, "boundary")
	fmt.Fprintf(&r.out, "-- %s %s\n", mime.FormatMediaType(kind, params), header("Content-Disposition"))
	if strings.HasPrefix(kind, "text/") {
		text, err := io.ReadAll(body)
		if err != nil {
			r.t.Fatal(err)
		}
		text = contentID().ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("$1.ID@"))
		r.out.Write(text)
	}
}
