package screen

import (
	"strings"
	"testing"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"mailshot/job/mailing"
	"mailshot/job/recipients/columns"
)

// On a narrow screen lines are broken between words, with what belongs to a name under it; what is as
// wide as it is, is left: the letter and long words.
func TestCheckFolds(t *testing.T) {
	t.Parallel()
	r := &job.CheckReport{
		Job: "job", Recipients: "people.csv", Rows: 3, Letters: 3, First: "ada@club.example", Last: "cleo@club.example",
		Subject: "Your membership of the coming year 2027", Octets: 3000, Largest: 1000, LargestRow: 2, Server: "mail.club.example:587 (starttls)",
		Letter:  &job.FirstLetter{From: "Rowing Club Office <office@club.example>", Forms: []string{"text", "HTML"}, Text: "Dear Ada, this is a line of the letter that is longer than the screen.\n"},
		Columns: []columns.Column{{Name: "名前", Filled: 3, Distinct: 3, Shortest: "東", Longest: "東京都"}, {Name: "name", Filled: 3, Distinct: 2, Shortest: "Ada", Longest: "Bert"}},
		Tested:  &job.TestSent{}, Ref: mailing.Ref{Path: "job.yaml"},
	}
	const want = `job: all well
  rows       people.csv, 3 rows
  letters    3, ada@club.example …
             cleo@club.example
  subject    Your membership of the
             coming year 2027
  from       Rowing Club Office
             <office@club.example>
  made of    text, HTML
  size       1.0 kB at most (row 2), 3.0
             kB in all
  server     mail.club.example:587
             (starttls)
  test       none was sent; mailshot run
             --to ADDRESS job.yaml sends
             one
  column  filled  distinct  shortest
             longest
  名前         3         3  "東"
             "東京都"
  name         3         2  "Ada"
             "Bert"
  to ada@club.example:
  | Dear Ada, this is a line of the letter that is longer than the screen.
  all of it: mailshot preview job.yaml
`
	got := Check(r, 40)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for line := range strings.Lines(got) {
		if wording.Width(strings.TrimSpace(line)) > 40 && !strings.HasPrefix(line, quoted) {
			t.Errorf("%q is too long", line)
		}
	}
	if wide := Check(r, 0); strings.Count(wide, "\n") != 15 {
		t.Errorf("on a wide screen it has lines that are folded:\n%s", wide)
	}
}
