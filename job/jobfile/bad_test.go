package jobfile

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"mailshot/job/jobfile/yamltext"
	"mailshot/job/problem"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestBad holds what is said about each bad job file of testdata/bad.txt: a
// case is "== NAME", the file, ">>" and the message.
func TestBad(t *testing.T) {
	const file = "testdata/bad.txt"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var golden strings.Builder
	for _, c := range strings.Split(string(data), "== ")[1:] {
		name, rest, _ := strings.Cut(c, "\n")
		input, want, ok := strings.Cut(rest, ">>\n")
		if !ok {
			t.Fatalf("%s: case %q has no >>", file, name)
		}
		t.Run(name, func(t *testing.T) {
			got := refusal(t, input)
			golden.WriteString("== " + name + "\n" + input + ">>\n" + got)
			if got != want && !*update {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
	if *update {
		if err := os.WriteFile(file, []byte(golden.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// refusal is what is said about a bad job file, held to what is true of all
// messages.
func refusal(t *testing.T, input string) string {
	t.Helper()
	j, err := Parse("job.yaml", []byte(input))
	if err == nil {
		t.Fatalf("Parse accepted %q", input)
	}
	if j != nil {
		t.Errorf("Parse gave a job with the error")
	}
	if _, ok := errors.AsType[*problem.List](err); !ok {
		t.Errorf("Parse: %T; want a *problem.List", err)
	}
	got := err.Error() + "\n"
	for _, never := range []string{"hunter2", "!!", "yaml:", "struct", "jobfile", "unmarshal"} {
		if strings.Contains(strings.ReplaceAll(got, "job.yaml:", ""), never) {
			t.Errorf("%q is in the message:\n%s", never, got)
		}
	}
	for line := range strings.Lines(got) {
		if !strings.HasPrefix(line, "job.yaml:") && !strings.HasPrefix(line, "hint: ") && !strings.HasPrefix(line, "… and ") {
			t.Errorf("%q does not begin with the file", line)
		}
	}
	return got
}

// What a golden file cannot show.
func TestBadBytes(t *testing.T) {
	for _, tt := range []struct{ name, input, want string }{
		{"NUL", "name: a\nresults: b\x00c\n", "job.yaml:2: a control character\nhint: remove it\n"},
		{"escape", "name: a\x1b[31m\n", "job.yaml:1: a control character\nhint: remove it\n"},
		{"Latin-1", "name: a\nresults: caf\xe9\n", "job.yaml:2: this is not UTF-8 text\nhint: save the file with the encoding UTF-8\n"},
		{"UTF-16", "\xff\xfen\x00", "job.yaml:1: this is not UTF-8 text\nhint: save the file with the encoding UTF-8\n"},
		{"CRLF", "recipients: m.csv\r\nmessage:\r\n\tfrom: a\r\n", "job.yaml:3: a tab; YAML is indented with spaces\nhint: replace the tabs in this and the other lines with spaces\n"},
		{"NUL in a quoted value", "results: \"a\\0b\"\nrecipients: a\nmessage: {from: a@b.example, subject: a, text: a}\n", "job.yaml:1: `results` has a line end or another control character in it\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := refusal(t, tt.input); got != tt.want {
				t.Errorf("Parse(%q):\n%s\nwant:\n%s", tt.input, got, tt.want)
			}
		})
	}
}

// The line of a syntax error is found in a long file as well, if less exactly.
func TestBadLongFile(t *testing.T) {
	input := "message:\n  text:\n    inline: |\n" + strings.Repeat("      Hello\n", 2*yamltext.Searched) + "  subject: a: b\n"
	want := "job.yaml:2004: a `: ` where none can be"
	if got := refusal(t, input); !strings.HasPrefix(got, want) {
		t.Errorf("got %s; want %s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/bad.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range strings.Split(string(data), "== ")[1:] {
		_, rest, _ := strings.Cut(c, "\n")
		input, _, _ := strings.Cut(rest, ">>\n")
		f.Add([]byte(input))
	}
	f.Add([]byte(full))
	f.Add([]byte(least))
	schema := compiled(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		j, err := Parse("job.yaml", data)
		if (j == nil) == (err == nil) {
			t.Fatalf("Parse = %v, %v; want one of them", j, err)
		}
		if j != nil && (j.Recipients.File == "" || j.Message.Subject.Value == "" || j.Message.Text.IsZero() && j.Message.HTML.IsZero()) {
			t.Errorf("Parse accepted a job without what it needs: %+v", j)
		}
		if err := validate(schema, string(data)); err != nil && j != nil {
			t.Errorf("Parse accepted what the schema refuses: %v", err)
		}
	})
}
