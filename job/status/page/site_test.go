package page_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mailshot/job/result"
	"mailshot/job/secret"
	"mailshot/job/status/page"
)

const jobFile = `version: 1
recipients: {file: people.csv, key: id, name: name, where: '{{ne .kind "no"}}', suppress: [stop.txt]}
message:
  from: Club Office <office@club.example>
  subject: "Your number is {{.id}}, {{.name}}"
  text: letter.txt
server: {host: smtp.club.example, username: office, password: {env: SMTP_PASSWORD}}
`

const letterFile = `Dear {{.name}},

{{if eq .id "K-0001"}}you are the first.{{else}}hello.{{end}} Ask treasurer@club.example.
`

// A site is a job with its log.
type site struct {
	t      *testing.T
	dir    string
	people strings.Builder
}

// at is the time of a second of the first run.
func at(second int) time.Time {
	return time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC).Add(time.Duration(second) * time.Second)
}

func newSite(t *testing.T) *site {
	s := &site{t: t, dir: t.TempDir()}
	s.write("job.yaml", jobFile)
	s.write("letter.txt", letterFile)
	s.write("stop.txt", "stop@mail.example\n")
	s.people.WriteString("id,email,name,kind\n")
	return s
}

func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// run appends records to the log as a run does, whose rows it adds to the recipients too where they are new.
func (s *site) run(second int, digest string, records ...result.Record) {
	s.t.Helper()
	h := result.NewHistory(result.OS{}, filepath.Join(s.dir, "job.results.csv"), result.ReadOptions{}, func(a string) string { return a })
	if err := h.Read(); err != nil {
		s.t.Fatal(err)
	}
	id := result.RunID("job", at(second), digest)
	w, err := h.Begin(id)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range records {
		records[i].Run = id
		if records[i].Line == 0 {
			records[i].Line = records[i].Row + 1
		}
		if err := w.Record(&records[i]); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// make makes the page.
func (s *site) make(o page.Options) (string, error) {
	s.t.Helper()
	s.write("people.csv", s.people.String())
	o.Path = filepath.Join(s.dir, "job.yaml")
	p, err := page.Make(s.t.Context(), o, s.env())
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = p.Write(&b)
	return strings.ReplaceAll(b.String(), s.dir+"/", ""), err
}

func (s *site) env() page.Env {
	var e page.Env
	e.Now = func() time.Time { return time.Date(2026, 12, 1, 9, 0, 0, 0, time.FixedZone("", 3600)) }
	e.Secrets = secret.Env{Lookup: func(string) (string, bool) { return "s3cret-Passw0rt!", true }}
	return e
}

// The hostile texts that cells and replies have.
const (
	script = "<script>alert(1)</script>"
	link   = `javascript:alert(1)" onload="alert(1)`
	turned = "a\u202eb\x1b[31m"
)

// outcomes makes a log with all kinds of outcomes, and what is somebody's own in it.
func outcomes(t *testing.T) (s *site, private []string) {
	s = newSite(t)
	address := func(row int) string {
		if row%10 == 3 {
			return fmt.Sprintf("p%02d@own.example", row)
		}
		return fmt.Sprintf("p%02d@%s", row, []string{"club.example", "mail.example"}[row%2])
	}
	name := func(row int) string { return fmt.Sprintf("Person%02d", row) }
	key := func(row int) string { return fmt.Sprintf("K-%04d", row) }
	for row := 1; row <= 30; row++ {
		kind := "yes"
		if row == 9 {
			kind = "no"
		}
		id, called := key(row), name(row)
		if row == 12 {
			id, called = script, script
		}
		a := address(row)
		if row == 10 {
			a = "stop@mail.example"
		}
		fmt.Fprintf(&s.people, "%s,%s,%s,%s\n", id, a, called, kind)
		private = append(private, id, a, called)
	}
	attempt := func(row int, status result.Status, d time.Duration) result.Record {
		return result.Record{Time: at(row), Row: row, Key: key(row), Recipient: address(row), Attempt: 1, Status: status, MessageID: fmt.Sprintf("m%d@club.example", row), Duration: d, Stage: "final"}
	}
	failed := func(row int, class result.Class, stage string, code int, enhanced, reply string) result.Record {
		r := attempt(row, result.Failed, 40*time.Millisecond)
		r.Class, r.Stage, r.Code, r.Enhanced, r.Reply = class, stage, code, enhanced, reply
		return r
	}
	skipped := func(row int, why string) result.Record {
		return result.Record{Time: at(0), Row: row, Key: key(row), Recipient: address(row), Status: result.Skipped, Error: why}
	}
	var first []result.Record
	suppressed := skipped(10, "suppressed: the address is in stop.txt")
	suppressed.Recipient = "stop@mail.example"
	first = append(first, skipped(9, "left out by recipients.where"), suppressed, skipped(11, `column amount: "Person11" is no number`))
	first = append(first,
		failed(1, result.Permanent, "rcpt", 550, "5.1.1", "<p01@mail.example>: no such user"),
		failed(2, result.Permanent, "rcpt", 550, "5.1.1", "User unknown"),
		failed(3, result.Temporary, "rcpt", 450, "4.2.0", "<p03@own.example>: greylisted, come again in 287 seconds"),
		failed(4, result.Permanent, "final", 554, "", link+" "+turned),
		failed(5, result.Permanent, "final", 599, "", "what Person05 sent, s3cret-Passw0rt! too"),
	)
	lost := attempt(6, result.Failed, 30*time.Second)
	lost.Class, lost.Stage, lost.Error = result.Temporary, "dial", "dialing smtp.club.example:587: connection refused"
	gone := attempt(7, result.Unknown, 10*time.Second)
	gone.Error = "reading the reply: connection reset"
	also := attempt(8, result.Unknown, 10*time.Second)
	also.Error = gone.Error
	first = append(first, lost, gone, also)
	for row := 12; row <= 28; row++ {
		r := attempt(row, result.Sent, time.Duration(row*row)*time.Millisecond)
		if r.Code, r.Reply = 250, "2.0.0 queued as "+key(row); row == 12 {
			r.Key = script
		}
		if row > 20 {
			r.Time = r.Time.Add(2 * time.Minute)
		}
		first = append(first, r)
	}
	s.run(0, "0123abcd", first...)
	again := attempt(3, result.Sent, 200*time.Millisecond)
	again.Time, again.Attempt = at(3600), 2
	s.run(3590, "4567cdef", again)
	settled := attempt(7, result.Sent, 0)
	settled.Time, settled.Stage, settled.Error = at(7200), result.StageSettle, "Person07 rang and has it "+script
	s.run(7200, "4567cdef", settled)
	private = append(private, "m7@club.example", "Person07 rang", "treasurer@club.example", "office@", "what Person05")
	return s, private
}
