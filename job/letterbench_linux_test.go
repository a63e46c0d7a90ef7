package job

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/mailing"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// What a message costs beside the session: its row is read, its letter
// rendered, encoded and signed, its intent and its record written. There is no
// server but 32 workers, and syncs do nothing. What counts is the time of the processors, and
// the checks, which make each letter once more, are left out.
//
// The goals are 30 µs for the text of 2.4 KB and 90 µs for text and HTML of
// 10 KB, without a signature.
func BenchmarkLetter(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	_, ed := edKey(1)
	for _, letter := range []string{"text", "text+html"} {
		for _, signed := range []struct{ name, key string }{{"none", ""}, {"ed25519", ed}, {"rsa2048", pkcs8(key)}} {
			b.Run(fmt.Sprintf("letter=%s/dkim=%s", letter, signed.name), func(b *testing.B) {
				rows := 5000
				if signed.name == "rsa2048" {
					rows = 200
				}
				dir := benchJob(b, rows, "127.0.0.1:1")
				more := ""
				if letter == "text+html" {
					benchHTML(b, dir)
					more += ", html: letter.html"
				}
				if signed.key != "" {
					benchWrite(b, filepath.Join(dir, "dkim.pem"), signed.key)
					more += ", dkim: {selector: s1, key: {file: dkim.pem}}"
				}
				path := filepath.Join(dir, "job.yaml")
				text, err := os.ReadFile(path)
				if err != nil {
					b.Fatal(err)
				}
				benchWrite(b, path, strings.Replace(string(text), "text: letter.txt", "text: letter.txt"+more, 1))
				var reading, sending time.Duration
				var octets int64
				n := 0
				for b.Loop() {
					if err := os.Remove(filepath.Join(dir, "job.results.csv")); err != nil && !errors.Is(err, os.ErrNotExist) {
						b.Fatal(err)
					}
					r, s, size := benchLetters(b, path)
					reading, sending, octets = reading+r, sending+s, size
					n += rows
				}
				each := func(d time.Duration) float64 { return float64(d) / float64(n) / 1000 }
				b.ReportMetric(each(reading), "cpu-µs/row-read")
				b.ReportMetric(each(reading+sending), "cpu-µs/message")
				b.ReportMetric(float64(octets), "octets")
			})
		}
	}
}

// benchLetters does a run without checks and without a server.
func benchLetters(b *testing.B, path string) (reading, sent time.Duration, octets int64) {
	ctx := b.Context()
	in, err := open(Options{Ref: mailing.Ref{Path: path}, Workers: 1}, Env{Files: meddled{}})
	if err != nil {
		b.Fatal(err)
	}
	defer in.source.Close()
	r := &run{inputs: in}
	if r.preparation, err = in.prepare(ctx); err != nil {
		b.Fatal(err)
	}
	r.paths.Resolve()
	if r.spool, err = recipients.NewSpool(""); err != nil {
		b.Fatal(err)
	}
	defer r.spool.Close()
	if err := r.recover(); err != nil {
		b.Fatal(err)
	}
	begun := processors()
	rows, err := r.readRows(ctx, r.spool, r.dkim)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.close()
	reading = processors() - begun
	p, err := rows.choose(r.history, false)
	if err != nil {
		b.Fatal(err)
	}
	s := &sending{run: r, batch: rows, plan: p}
	log, err := s.begin(&Report{})
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	rec := logRecorder{log}
	source, cp := newTasks(s), rows.letters.Composer(false)
	begun = processors()
	for end := false; !end; {
		var records []*result.Record
		var intents []delivery.Intent
		for len(records) < 32 {
			task, err := source.Next()
			if end = errors.Is(err, io.EOF); end {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			mail, err := cp.Compose(task.Letter.(*rowTask).row, task.MessageID, in.start)
			if err != nil {
				b.Fatal(err)
			}
			sum, err := cp.Digest(mail)
			if err != nil {
				b.Fatal(err)
			}
			r := &result.Record{
				Time: in.start, Run: in.id, Row: task.Row, Line: task.Line, Key: task.Key, Recipient: task.Recipient, Attempt: task.Attempt,
				MessageID: task.MessageID, SHA256: sum, Bytes: mail.Message.Size(),
				Status: result.Unknown, Stage: "final", Error: "the run ended before the outcome was known",
			}
			octets = r.Bytes
			records, intents = append(records, r), append(intents, rec.Arm(r))
		}
		for i, r := range records {
			if err := intents[i].Begin(); err != nil {
				b.Fatal(err)
			}
			r.Status, r.Error, r.Code, r.Enhanced, r.Reply = result.Sent, "", 250, "2.0.0", "Ok: queued as 4F2A91C03D"
			if err := rec.Record(r); err != nil {
				b.Fatal(err)
			}
		}
	}
	sent = processors() - begun
	return reading, sent, octets
}

// benchHTML makes the letter one of text and HTML, of 10 KB.
func benchHTML(b *testing.B, dir string) {
	line := "<p style=\"margin: 0\">A line of a letter to <b>nobody</b> that says nothing at all, as letters do.</p>\n"
	benchWrite(b, filepath.Join(dir, "letter.html"), "<html><body><h1>Dear {{.name}}</h1>\n"+strings.Repeat(strings.Replace(line, "nobody", "{{.name}}", 1), 5)+
		strings.Repeat(line, 72)+"<p>{{.company}}, {{.city}}, {{.code}}</p></body></html>\n")
}

func benchWrite(b *testing.B, path, text string) {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// processors returns the time that this process has had of all processors.
func processors() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
