package page

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/mailing"
	"mailshot/job/reasons"
	"mailshot/job/result"
	"mailshot/job/status"
)

// The page is under a megabyte where there are more rows of each kind than it names, and every text in
// the log is as long as it gets and has to be escaped.
func TestSize(t *testing.T) {
	t.Parallel()
	const rows = 8000
	worst := strings.Repeat("\u202e<", 150)
	s := &status.Report{Job: worst[:200], Mailing: "m", Results: "job.results.csv", Server: "smtp.club.example:587", Begun: true, Unread: errors.New(worst)}
	tl := &tally{}
	var failed, skipped reasons.Groups
	for i := range 60 {
		var r status.Run
		r.ID, r.Sent, r.First, r.Last = fmt.Sprint("run", i), 10, second(0), second(100_000)
		s.Runs = append(s.Runs, r)
	}
	tl.Begin(s)
	for i := range rows {
		word := words(i/4) + worst
		r := result.Record{
			Time: second(float64(i)), Run: fmt.Sprint("run", i%60), Row: i, Key: word, Recipient: word + "@" + words(i/20) + worst, Attempt: 1,
			Status: result.Sent, Stage: words(i/100) + worst, Reply: word, MessageID: worst, Duration: time.Duration(i) * time.Millisecond,
		}
		switch i % 4 {
		case 0:
			r.Status, r.Class, r.Code, r.Enhanced = result.Failed, result.Permanent, 550, worst
			failed.Add(&r)
			s.Counts.Permanent++
		case 1:
			r.Status = result.Unknown
			s.Counts.Unknown++
		case 2:
			r.Status, r.Error = result.Skipped, word
			skipped.Add(&r)
			s.Skipped++
		default:
			s.Counts.Sent++
			if i%8 == 3 {
				r.Stage = result.StageSettle
			}
		}
		tl.Visit(&r, true)
	}
	s.Failures, s.Skips = failed.List(), skipped.List()
	s.GoneCount, s.Gone = rows, failed.List()[0].Names
	s.LastRun = &mailing.LastRun{End: &mailing.RunEnd{Stopped: worst}}
	for range 200 {
		s.LastRun.Decisions = append(s.LastRun.Decisions, mailing.Decision{Text: worst})
	}
	l := &letter{From: worst, To: worst, Subject: worst, Text: strings.Repeat(worst, 80), Why: worst}
	l.clip()
	for range 100 {
		l.Files = append(l.Files, worst)
	}
	v := viewer{job: &jobfile.Job{Name: "job"}, s: s, tally: tl, letter: l, now: time.Unix(0, 0)}
	v.job.Message.FromOfRow.Value = worst
	var b bytes.Buffer
	if err := (&Page{view: v.view()}).Write(&b); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d octets", b.Len())
	if b.Len() >= 1_000_000 {
		t.Errorf("the page has %d octets", b.Len())
	}
	if n := strings.Count(b.String(), "<p>And "); n < 4 {
		t.Errorf("only %d lists say how many rows are left out", n)
	}
}

// words returns a number in letters, which no pattern takes out.
func words(n int) string {
	s := "w"
	for ; n > 0; n /= 26 {
		s += string(rune('a' + n%26))
	}
	return s
}
