package main

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // for machines that have no names of time zones

	"github.com/emersion/go-ical"
	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
)

// exampleLetter returns a message of an example's sandbox, and its parts without those of several, by
// their types.
func exampleLetter(t *testing.T, sandbox string, row int) (mail.Header, map[string]*message.Entity, map[string][]byte) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(sandbox, fmt.Sprintf("%06d.eml", row)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := message.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	parts, texts := make(map[string]*message.Entity), make(map[string][]byte)
	err = m.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		kind, _, err := part.Header.ContentType()
		if err != nil || strings.HasPrefix(kind, "multipart/") {
			return err
		}
		parts[kind] = part
		texts[kind], err = io.ReadAll(part.Body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return mail.Header{Header: m.Header}, parts, texts
}

// checkExample checks a copy of an example that edit has changed, and returns the exit status and what
// was printed.
func checkExample(t *testing.T, name, job string, edit func(dir string) error) (int, string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "examples", name))); err != nil {
		t.Fatal(err)
	}
	if err := edit(dir); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(mailshotBinary(t), "check", job)
	c.Dir = dir
	c.Env = append(os.Environ(), "SMTP_PASSWORD=unused", "STATE_DIRECTORY="+t.TempDir())
	out, err := c.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), string(out)
}

// swapped edits a file: a and b change places.
func swapped(file, a, b string) func(string) error {
	return func(dir string) error {
		path := filepath.Join(dir, file)
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(strings.NewReplacer(a, b, b, a).Replace(string(text))), 0o600)
	}
}

// wantFile holds that a letter has one PDF file, of a name and with the content that is the row's.
func wantFile(t *testing.T, parts map[string]*message.Entity, texts map[string][]byte, name string, content []byte) {
	t.Helper()
	part := parts["application/pdf"]
	if part == nil {
		t.Error("the letter has no PDF file")
		return
	}
	h := mail.AttachmentHeader{Header: part.Header}
	if got, err := h.Filename(); err != nil || got != name {
		t.Errorf("the file's name is %q (%v), want %q", got, err, name)
	}
	if !bytes.Equal(texts["application/pdf"], content) {
		t.Errorf("%s is not that of the row", name)
	}
}

// Two children of one address: two letters, each with the report that is the child's.
func TestExampleSchool(t *testing.T) {
	t.Parallel()
	sandbox, stderr := runExample(t, "school", "school.yaml")
	if stderr != "" {
		t.Errorf("stderr: %s", stderr)
	}
	addresses := make(map[string]int)
	for i, row := range exampleRows(t, "school", "pupils.csv") {
		h, parts, texts := exampleLetter(t, sandbox, i+1)
		if to, err := h.AddressList("To"); err != nil || len(to) != 1 || to[0].Name != row["parents"] || to[0].Address != row["email"] {
			t.Errorf("row %d: To is %v (%v)", i+1, to, err)
		}
		if s, err := h.Subject(); err != nil || s != "The report of "+row["child"]+", class "+row["class"] {
			t.Errorf("row %d: the subject is %q (%v)", i+1, s, err)
		}
		wantFile(t, parts, texts, "Report "+row["child"]+".pdf", reportOf(row))
		if invited := strings.Contains(string(texts["text/plain"]), "December, in the"); invited != (row["talk"] != "") {
			t.Errorf("row %d: whether it invites to talk is %v, the cell is %q", i+1, invited, row["talk"])
		}
		addresses[row["email"]]++
	}
	if addresses["ann.lee@home.example"] != 2 {
		t.Errorf("no two rows of one address: %v", addresses)
	}
	status, out := checkExample(t, "school", "school.yaml", swapped("pupils.csv", "2a-1041.pdf", "2a-1077.pdf"))
	if status != 65 || !strings.Contains(out, "row 1: reports/2a-1077.pdf: ") || !strings.Contains(out, "row 3: reports/2a-1041.pdf: ") {
		t.Errorf("with two files swapped check ends with %d:\n%s", status, out)
	}
}

// A payslip for who gets it by mail, and for nobody another one.
func TestExamplePayslips(t *testing.T) {
	t.Parallel()
	sandbox, stderr := runExample(t, "payslips", "payslips.yaml")
	if stderr != "" {
		t.Errorf("stderr: %s", stderr)
	}
	for i, row := range exampleRows(t, "payslips", "staff.csv") {
		if row["by_mail"] == "no" {
			if _, err := os.Stat(filepath.Join(sandbox, fmt.Sprintf("%06d.eml", i+1))); !os.IsNotExist(err) {
				t.Errorf("row %d gets paper, and mail: %v", i+1, err)
			}
			continue
		}
		h, parts, texts := exampleLetter(t, sandbox, i+1)
		if to, err := h.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != row["email"] {
			t.Errorf("row %d: To is %v (%v)", i+1, to, err)
		}
		if got := h.Get("Sensitivity"); got != "Company-Confidential" {
			t.Errorf("row %d: Sensitivity is %q", i+1, got)
		}
		wantFile(t, parts, texts, "Payslip 2026-11.pdf", slipOf(row))
	}
	status, out := checkExample(t, "payslips", "payslips.yaml", swapped("staff.csv", "2026-11-2003.pdf", "2026-11-2022.pdf"))
	if status != 65 || !strings.Contains(out, "row 1: slips/2026-11-2022.pdf: ") || !strings.Contains(out, "row 6: slips/2026-11-2003.pdf: ") {
		t.Errorf("with two slips swapped check ends with %d:\n%s", status, out)
	}
	status, out = checkExample(t, "payslips", "payslips.yaml", func(dir string) error {
		other, err := os.ReadFile(filepath.Join(dir, "slips", "2026-11-2007.pdf"))
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, "slips", "2026-11-2003.pdf"), other, 0o600)
	})
	if status != 65 || !strings.Contains(out, "row 2: slips/2026-11-2007.pdf has the same content as the file of row 1") {
		t.Errorf("with one slip twice check ends with %d:\n%s", status, out)
	}
}

// 1,250 letters of which 500 a day may go: three days.
func TestExampleQuota(t *testing.T) {
	t.Parallel()
	status, out := checkExample(t, "500-a-day", "news.yaml", func(string) error { return nil })
	days := regexp.MustCompile(`quota +500 in 24 h \(news@chess\.example\): 0 used, 500 now, 500 on \w+ \d\d:\d\d, 250 on \w+ \d\d:\d\d, done`)
	if status != 0 || !days.MatchString(out) {
		t.Errorf("check ends with %d, and tells no three days:\n%s", status, out)
	}
	if sandbox, stderr := runExample(t, "500-a-day", "news.yaml", "--limit", "3"); stderr != "" {
		t.Errorf("stderr: %s", stderr)
	} else if h, _, _ := exampleLetter(t, sandbox, 3); h.Get("List-Unsubscribe") != "<mailto:leave@chess.example>" {
		t.Errorf("List-Unsubscribe is %q", h.Get("List-Unsubscribe"))
	}
}

// A reminder answers the message that the log of the first mailing names, where it is still due.
func TestExampleReminder(t *testing.T) {
	t.Parallel()
	sandbox, stderr := runExample(t, "reminder", "reminder.yaml")
	if stderr != "" {
		t.Errorf("stderr: %s", stderr)
	}
	due := 0
	for i, row := range exampleRows(t, "reminder", "open.csv") {
		if row["paid"] == "yes" {
			if _, err := os.Stat(filepath.Join(sandbox, fmt.Sprintf("%06d.eml", i+1))); !os.IsNotExist(err) {
				t.Errorf("row %d has paid, and is reminded: %v", i+1, err)
			}
			continue
		}
		due++
		h, _, texts := exampleLetter(t, sandbox, i+1)
		want := "<" + row["mailshot_message_id"] + ">"
		if a, r := h.Get("In-Reply-To"), h.Get("References"); a != want || r != want || h.Get("Message-ID") == want {
			t.Errorf("row %d: In-Reply-To is %q and References %q, want %q", i+1, a, r, want)
		}
		if s, err := h.Subject(); err != nil || s != "Re: Your invoice "+row["invoice"] {
			t.Errorf("row %d: the subject is %q (%v)", i+1, s, err)
		}
		if !strings.Contains(string(texts["text/plain"]), "on 2 October we sent you invoice "+row["invoice"]) {
			t.Errorf("row %d: the text is\n%s", i+1, texts["text/plain"])
		}
	}
	if due != 2 {
		t.Errorf("%d rows are due, want 2", due)
	}
}

// An invitation is one to programs too: the appointment is read by a parser that is not ours.
func TestExampleInvitation(t *testing.T) {
	t.Parallel()
	sandbox, stderr := runExample(t, "invitation", "invitation.yaml")
	if stderr != "" {
		t.Errorf("stderr: %s", stderr)
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range exampleRows(t, "invitation", "guests.csv") {
		_, parts, texts := exampleLetter(t, sandbox, i+1)
		part := parts["text/calendar"]
		if part == nil {
			t.Fatalf("row %d has no calendar", i+1)
		}
		_, params, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil || params["method"] != "REQUEST" {
			t.Errorf("row %d: the type of the calendar has %v (%v)", i+1, params, err)
		}
		calendar, err := ical.NewDecoder(bytes.NewReader(texts["text/calendar"])).Decode()
		if err != nil || len(calendar.Events()) != 1 {
			t.Fatalf("row %d: %v\n%s", i+1, err, texts["text/calendar"])
		}
		event := calendar.Events()[0]
		start, err := event.DateTimeStart(nil)
		want, wantErr := time.ParseInLocation("2006-01-02 15:04", row["start"], zone)
		if err != nil || wantErr != nil || !start.Equal(want) {
			t.Errorf("row %d begins %v (%v), want %v (%v)", i+1, start, err, want, wantErr)
		}
		place := ""
		if p := event.Props.Get(ical.PropLocation); p != nil {
			if place, err = p.Text(); err != nil {
				t.Error(err)
			}
		}
		guest := event.Props.Get(ical.PropAttendee)
		if place != row["place"] || guest == nil || guest.Value != "mailto:"+row["email"] || guest.Params.Get("CN") != row["name"] {
			t.Errorf("row %d: the place is %q and the guest %v", i+1, place, guest)
		}
		if uid, err := event.Props.Text(ical.PropUID); err != nil || uid != "workshop-2027-"+row["guest"]+"@press.example" {
			t.Errorf("row %d: the UID is %q (%v)", i+1, uid, err)
		}
	}
}
