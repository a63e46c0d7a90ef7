package manual

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every file is a topic, and begins with its name and what it is about.
func TestTopics(t *testing.T) {
	t.Parallel()
	var names []string
	for _, topic := range Topics() {
		names = append(names, topic.Name+".md")
		text, err := files.ReadFile(topic.Name + ".md")
		if err != nil || !strings.HasPrefix(string(text), "# "+topic.Name+": "+topic.Title+"\n\n") || topic.Title == "" {
			t.Errorf("%s: title %q, %v", topic.Name, topic.Title, err)
		}
	}
	there, err := filepath.Glob("*.md")
	slices.Sort(names)
	if err != nil || !slices.Equal(names, there) {
		t.Errorf("the topics are %q, the files are %q, %v", names, there, err)
	}
}

// No line of a topic is wider than the screen, but for code and what has no space; without a screen
// that is drawn on there is no sequence for it.
func TestWidth(t *testing.T) {
	t.Parallel()
	for _, topic := range Topics() {
		inCode := make(map[string]bool)
		for _, k := range blocks(topic.text) {
			if k.kind == code {
				for line := range strings.Lines(k.text) {
					inCode[strings.TrimSpace(line)] = true
				}
			}
		}
		for _, s := range []screen{{width: 80}, {width: 40}, {width: 80, drawn: true}, {width: 40, drawn: true}} {
			text := s.show(topic.text)
			if strings.Contains(text, "\x1b") != s.drawn || strings.ContainsAny(text, "\x00\t") {
				t.Errorf("%s at %+v has sequences it should not have, or lacks them", topic.Name, s)
			}
			for line := range strings.Lines(text) {
				line = strings.TrimSpace(line)
				if length(line) > s.width && strings.Contains(line, " ") && !inCode[line] {
					t.Errorf("%s at %+v: %q has %d characters", topic.Name, s, line, length(line))
				}
			}
		}
	}
}

const sample = "# sample: a page\n\nA `paragraph of` two\nlines, **very strong**, see [Go](https://go.dev) and [here](x.md).\n\n" +
	"<!-- a comment -->\n## The `second`\n\n* one item that is too long for a line of forty\n  and goes on\n* `two`\n\n" +
	"```yaml\nkey:\n  - value\n\n.end\n```\n\n| key | |\n|---|---|\n| `a \\| b` | what it is for, told in more words than fit |\n| `cc` | short |\n\n" +
	"| term | means | and |\n|---|---|---|\n| x | y | `` ` `` |\n"

const sample80 = `sample: a page
==============

A ` + "`paragraph of`" + ` two lines, very strong, see Go <https://go.dev> and here.

The second
----------

* one item that is too long for a line of forty and goes on
* ` + "`two`" + `

    key:
      - value

    .end

a | b  what it is for, told in more words than fit
cc     short

term  means  and
x     y      ` + "`" + `
`

const sample40 = `sample: a page
==============

A ` + "`paragraph of`" + ` two lines, very strong,
see Go <https://go.dev> and here.

The second
----------

* one item that is too long for a line
  of forty and goes on
* ` + "`two`" + `

    key:
      - value

    .end

a | b  what it is for, told in more
       words than fit
cc     short

term
    means
    and
x
    y
    ` + "`" + `
`

// A page is shown so.
func TestShow(t *testing.T) {
	t.Parallel()
	for width, want := range map[int]string{80: sample80, 40: sample40} {
		if got := (screen{width: width}).show(sample); got != want {
			t.Errorf("at %d:\n%s\nwant\n%s", width, got, want)
		}
	}
	drawn := screen{width: 40, drawn: true}.show(sample)
	for _, want := range []string{"\x1b[1msample: a page\x1b[0m\n", "A \x1b[1mparagraph of\x1b[0m", "\x1b[1mvery strong\x1b[0m,\n", "\n\x1b[1mcc\x1b[0m     short\n"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("drawn it is\n%q\nwant in it %q", drawn, want)
		}
	}
}

const samplePage = `.TH "MAILSHOT\-SAMPLE" "7" "" "mailshot" "mailshot manual"
.SH NAME
mailshot\-sample \- a page
.SH DESCRIPTION
.PP
A \fBparagraph of\fR two lines, \fBvery strong\fR, see Go <https://go.dev> and here.
.SH The \fBsecond\fR
.IP "\(bu" 4
one item that is too long for a line of forty and goes on
.IP "\(bu" 4
\fBtwo\fR
.PP
.RS 4
.nf
key:
  \- value

\&.end
.fi
.RE
.TP
\fBa | b\fR
what it is for, told in more words than fit
.TP
\fBcc\fR
short
.TP
x
y
.br
\fB\[u0060]\fR
`

// The same page as a man page.
func TestRoff(t *testing.T) {
	t.Parallel()
	_, page, _ := strings.Cut(sample, "\n")
	if got := roff("mailshot-sample", "7", "a page", page); got != samplePage {
		t.Errorf("the page is\n%s\nwant\n%s", got, samplePage)
	}
	for text, want := range map[string]string{`C:\x`: `C:\ex`, "it's": `it\[u0027]s`, "…": `\[u2026]`, ".": `\&.`} {
		if got := line(text); got != want {
			t.Errorf("line(%q) = %q; want %q", text, got, want)
		}
	}
}

// The table of exit statuses is a section of the help of commands.
func TestExitStatus(t *testing.T) {
	t.Parallel()
	text := ExitStatus()
	for _, want := range []string{"EXIT STATUS\n  0   everything that was to be sent is sent\n", "\n  11  another run holds the mailing\n", "\n  75  only temporary failures are left, or a quota, a limit that the server\n      named"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s\nwant in it %q", text, want)
		}
	}
}
