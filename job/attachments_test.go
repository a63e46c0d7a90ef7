package job

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/attachment"
	"mailshot/job/result"
	"mailshot/transport/smtptest"
)

// withFiles returns a world whose letters have the attachments, as the job file has
// them.
func withFiles(t *testing.T, rows int, attachments string) *world {
	t.Helper()
	w := newWorld(t, rows, "workers: 2", smtptest.Handler{Keywords: []string{"PIPELINING"}})
	w.write("job.yaml", `version: 1
recipients: people.csv
message: {from: office@club.example, subject: "To {{.name}}", text: letter.txt, attachments: [`+attachments+`]}
server: {host: mail.test, tls: none}
`)
	if err := os.Mkdir(filepath.Join(w.dir, "bills"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= rows; i++ {
		w.write(fmt.Sprintf("bills/C%04d.pdf", i), fmt.Sprintf("%%PDF %d", i))
	}
	return w
}

func (w *world) read(name string) string {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

// doubts returns the warnings that were told.
func (w *world) doubts() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.warnings)
}

// attached returns "type name: content" of each attachment of a message.
func attached(t *testing.T, data []byte) []string {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	r := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		d, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
		if err != nil {
			continue // the text
		}
		if d != "attachment" {
			t.Errorf("an attachment is %s", d)
		}
		b, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
		if err != nil {
			t.Fatal(err)
		}
		kind, with, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		if with["charset"] != "" {
			kind += " in " + with["charset"]
		}
		all = append(all, fmt.Sprintf("%s %s: %s", kind, params["filename"], b))
	}
}

// TestAttachments: each row has the file that all have and its own, named and
// typed, and the log has the sum of what the server got.
func TestAttachments(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := withFiles(t, 30, `terms.txt, {file: "bills/{{.code}}.pdf", name: "Rechnung für {{.name}}.pdf"}, {file: terms.txt, name: "{{.code}}", type: application/x-terms}, {file: "bills/{{.code}}.pdf", name: "{{.code}}", type: text/plain, unique: false}`)
		w.write("terms.txt", "die Bedingungen für alle")
		w.write("bills/C0007.pdf", "für sieben")
		w.mustRun()
		w.wantOnce(30)
		records := w.records()
		for _, m := range w.server.Messages() {
			var n int
			if _, err := fmt.Sscanf(m.To[0], "r%d@", &n); err != nil {
				t.Fatal(err)
			}
			bill, kind := fmt.Sprintf("%%PDF %d", n), "text/plain"
			if n == 7 {
				bill, kind = "für sieben", "text/plain in utf-8"
			}
			want := []string{
				"text/plain in utf-8 terms.txt: die Bedingungen für alle",
				fmt.Sprintf("application/pdf Rechnung für Member %d.pdf: %s", n, bill),
				fmt.Sprintf("application/x-terms C%04d: die Bedingungen für alle", n),
				fmt.Sprintf("%s C%04d: %s", kind, n, bill),
			}
			if got := attached(t, m.Data); !slices.Equal(got, want) {
				t.Errorf("row %d has\n%q\nwant\n%q", n, got, want)
			}
			sum := sha256.Sum256(m.Data)
			i := slices.IndexFunc(records, func(r result.Record) bool { return r.Row == n })
			if r := records[i]; r.SHA256 != hex.EncodeToString(sum[:]) || r.Bytes != int64(len(m.Data)) {
				t.Errorf("row %d: the log has %s, %d; the server has %x, %d", n, r.SHA256, r.Bytes, sum, len(m.Data))
			}
		}
		if got := w.doubts(); len(got) > 0 {
			t.Errorf("doubts: %q", got)
		}
	})
}

// TestSharedOnce: what was read is what is sent, and a large file, which is read
// for each letter, is not sent once it has changed.
func TestSharedOnce(t *testing.T) {
	for _, tt := range []struct {
		name string
		size int
		want []string
	}{
		{"small", 100, []string{"1/1 sent final 250", "2/1 sent final 250"}},
		{"large", attachment.MaxInMemory + 1, []string{
			"1/1 failed temporary compose 0", "1/2 failed temporary compose 0", "1/3 failed temporary compose 0",
			"2/1 failed temporary compose 0", "2/2 failed temporary compose 0", "2/3 failed temporary compose 0",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := withFiles(t, 2, "all.bin")
				w.write("all.bin", strings.Repeat("a", tt.size))
				w.options.Yes = false
				w.env.Confirm = func(context.Context, Question) (bool, error) {
					w.write("all.bin", strings.Repeat("b", tt.size))
					return true, os.Chtimes(filepath.Join(w.dir, "all.bin"), time.Time{}, time.Unix(1, 0))
				}
				if _, err := w.run(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(tt.want...)
				for _, m := range w.server.Messages() {
					if got := attached(t, m.Data); len(got) != 1 || !strings.HasSuffix(got[0], ": "+strings.Repeat("a", tt.size)) {
						t.Errorf("sent: %.100q", got)
					}
				}
			})
		})
	}
}

// TestLargeShared: a file that is not kept in memory arrives whole.
func TestLargeShared(t *testing.T) {
	content := make([]byte, attachment.MaxInMemory+100)
	rand.NewChaCha8([32]byte{}).Read(content)
	bubble(t, func(t *testing.T) {
		w := withFiles(t, 1, "all.bin")
		w.write("all.bin", string(content))
		w.mustRun()
		if got := attached(t, w.server.Messages()[0].Data); len(got) != 1 || got[0] != "application/octet-stream all.bin: "+string(content) {
			t.Errorf("it arrives as %.60q", got)
		}
	})
}

// TestChangedFile: a row's file is not sent with another size or time than it
// was checked with, and may be sent later; nor is the end of a message whose file
// changes under way.
func TestChangedFile(t *testing.T) {
	later := []string{"1/1 failed temporary compose 0", "1/2 failed temporary compose 0", "1/3 failed temporary compose 0"}
	for _, tt := range []struct {
		name   string
		change func(path string) error
		want   []string
	}{
		{"as it was", func(string) error { return nil }, []string{"1/1 sent final 250"}},
		{"time", func(p string) error { return os.Chtimes(p, time.Time{}, time.Unix(1, 0)) }, later},
		{"size", func(p string) error { return os.WriteFile(p, []byte("longer than it was"), 0o600) }, later},
		{"another of that size and time", replaceAlike, later},
		{"gone", os.Remove, later},
		{"a directory", func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o700)) }, later},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := withFiles(t, 1, `"bills/{{.code}}.pdf"`)
				w.options.Yes = false
				w.env.Confirm = func(context.Context, Question) (bool, error) {
					return true, tt.change(filepath.Join(w.dir, "bills/C0001.pdf"))
				}
				if _, err := w.run(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(tt.want...)
			})
		})
	}
}

// replaceAlike puts another file in the place of one, with its size and time.
func replaceAlike(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	other := path + ".other"
	return errors.Join(
		os.WriteFile(other, bytes.Repeat([]byte("x"), int(info.Size())), 0o600),
		os.Chtimes(other, time.Time{}, info.ModTime()),
		os.Rename(other, path),
	)
}

// TestLeftover: many files without a row are one line, with the first in order.
func TestLeftover(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := withFiles(t, 3, `"bills/{{.code}}.pdf"`)
		for i := 99; i >= 70; i-- {
			w.write(fmt.Sprintf("bills/D%d.pdf", i), "%PDF")
		}
		want := []string{"30 files in bills are of no row: bills/D70.pdf, bills/D71.pdf, bills/D72.pdf …"}
		w.mustRun()
		if got := w.doubts(); !slices.Equal(got, want) {
			t.Errorf("doubts\n%q\nwant\n%q", got, want)
		}
	})
}

// TestLeftoverWhere: in the job's own directory only what is named like a row's
// file counts, and where the files are in directories below nothing does.
func TestLeftoverWhere(t *testing.T) {
	for _, tt := range []struct {
		file string
		want []string
	}{
		{`"bill-{{.code}}.pdf"`, []string{"bill-X.pdf is the file of no row"}},
		{`"{{.code}}"`, nil},
		{`"{{.code}}.d/bill.pdf"`, nil},
		{`"bills/{{.code}}.pdf"`, []string{"bills/C0002.pdf is the file of no row"}},
		{`{file: "bill-{{.code}}.pdf", must_contain: "{{.code}}"}`, []string{
			"must_contain of bill-{{.code}}.pdf can't fail: the path is made with it, and only a text is searched",
			"bill-X.pdf is the file of no row",
		}},
	} {
		bubble(t, func(t *testing.T) {
			w := withFiles(t, 2, tt.file)
			for _, name := range []string{"bill-C0001.pdf", "bill-X.pdf", "terms.pdf", "C0001"} {
				w.write(name, "%PDF")
			}
			if err := os.Mkdir(filepath.Join(w.dir, "C0001.d"), 0o700); err != nil {
				t.Fatal(err)
			}
			w.write("C0001.d/bill.pdf", "%PDF")
			w.write("C0001.d/more.pdf", "%PDF")
			w.write("people.csv", "email,name,code\nr1@club.example,Member 1,C0001\n")
			w.mustRun()
			if got := w.doubts(); !slices.Equal(got, tt.want) {
				t.Errorf("%s: doubts %q; want %q", tt.file, got, tt.want)
			}
		})
	}
}

// TestAttachmentNames: a name is a name, and nothing else.
func TestAttachmentNames(t *testing.T) {
	for _, tt := range []struct{ cell, want string }{
		{"Bill.pdf", ""},
		{`"Bill ""7""; final, ü.pdf"`, ""},
		{"../Bill.pdf", "has a directory in it"},
		{`a\b.pdf`, "has a directory in it"},
		{"..", "has a directory in it"},
		{"", "the name of the attachment is empty"},
		{"\"a\nBcc: x@y.example\"", "name of the attachment has a line break"},
		{"a\tb", "name of the attachment has a tab"},
		{"a\u202efdp.exe", "turn the direction"},
	} {
		bubble(t, func(t *testing.T) {
			w := withFiles(t, 1, `{file: letter.txt, name: "{{.name}}"}`)
			w.write("people.csv", "email,name,code\nr1@club.example,"+tt.cell+",C0001\n")
			w.write("job.yaml", strings.ReplaceAll(w.read("job.yaml"), "To {{.name}}", "Hello"))
			w.write("letter.txt", "Hello.\n")
			_, err := w.run(t.Context())
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("name %q: error = %v; want %q", tt.cell, err, tt.want)
			}
			if n := len(w.server.Messages()); tt.want != "" && n > 0 {
				t.Errorf("name %q: %d messages were sent", tt.cell, n)
			}
		})
	}
}

// TestSharedDigest: a file that all letters have is a part of the letter, one of
// a row is not.
func TestSharedDigest(t *testing.T) {
	w := withFiles(t, 2, `all.bin, "bills/{{.code}}.pdf"`)
	digest := func(name, text string) string {
		t.Helper()
		w.write(name, text)
		m, err := open(w.options, w.env)
		if err != nil {
			t.Fatal(err)
		}
		defer m.source.Close()
		return m.digest
	}
	small := digest("all.bin", "a")
	for _, tt := range []struct {
		name, text string
		same       bool
	}{
		{"all.bin", "b", false},
		{"all.bin", strings.Repeat("a", attachment.MaxInMemory+1), false},
		{"all.bin", "a", true},
		{"bills/C0001.pdf", "%PDF 1, corrected", true},
	} {
		if got := digest(tt.name, tt.text); (got == small) != tt.same {
			t.Errorf("%s of %d octets: the digest is %s, and was %s; want the same %t", tt.name, len(tt.text), got, small, tt.same)
		}
	}
	one := digest("all.bin", strings.Repeat("a", attachment.MaxInMemory+1))
	if other := digest("all.bin", strings.Repeat("a", attachment.MaxInMemory)+"b"); one == other {
		t.Error("two large files have one digest")
	}
}
