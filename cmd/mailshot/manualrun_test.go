package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile"
	"mailshot/template/lazyregexp"
)

// runConsole runs the commands of a block, which print what it says. What is there of an example is
// run twice, as readers do.
func runConsole(t *testing.T, p *manualPage, b codeBlock, bin, dir string) {
	t.Helper()
	times := 1
	if strings.Contains(b.text, "examples/") {
		times = 2
		if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS(filepath.Join(root, "examples"))); err != nil {
			t.Fatal(err)
		}
	}
	for range times {
		var got strings.Builder
		for line := range strings.Lines(b.text) {
			command, ok := strings.CutPrefix(line, "$ ")
			if !ok {
				continue
			}
			got.WriteString(line)
			args := parseLine(t, p.at(b), command)
			if args == nil {
				continue
			}
			c := exec.Command(bin, args...)
			c.Dir = dir
			c.Env = append(os.Environ(), "SMTP_PASSWORD=unused", "TZ=UTC")
			out, err := c.CombinedOutput()
			if _, exited := err.(*exec.ExitError); err != nil && !exited {
				t.Fatal(err)
			}
			got.Write(out)
		}
		switch {
		case untimed(got.String()) == untimed(b.text):
		case *update:
			p.mu.Lock()
			p.printed[b.line] = got.String()
			p.mu.Unlock()
		default:
			t.Errorf("%s: printed\n%s\nwant\n%s", p.at(b), got.String(), b.text)
		}
	}
}

// parseLine holds that a line of a shell can be, if it calls mailshot, and returns the arguments.
func parseLine(t *testing.T, at, line string) []string {
	t.Helper()
	words := shellWords(line)
	if len(words) > 2 && words[0] == "go" && words[1] == "run" {
		words = words[2:]
		words[0] = strings.TrimPrefix(words[0], "./cmd/")
	}
	if len(words) == 0 || words[0] != "mailshot" {
		return nil
	}
	if strings.HasPrefix(strings.Join(words[1:], " "), "schema > ") {
		words = words[:2]
	}
	c, args, err := commandLine().root().Find(words[1:])
	if err == nil && !c.HasParent() {
		t.Errorf("%s: %s: there is no such command", at, line)
		return nil
	}
	if err == nil {
		err = c.ParseFlags(args)
	}
	if err == nil {
		err = c.ValidateArgs(c.Flags().Args())
	}
	if err != nil {
		t.Errorf("%s: %s: %v", at, line, err)
	}
	return words[1:]
}

// commandLine is a program that is asked what it has.
func commandLine() *program {
	return &program{stdout: &printer{w: io.Discard}, stderr: &printer{w: io.Discard}, lookup: func(string) (string, bool) { return "", false }}
}

var shellWord = lazyregexp.New(`'[^']*'|"[^"]*"|#.*|[^\s'"#]+`)

// shellWords returns the words of a line, without quotes and without a comment.
func shellWords(line string) []string {
	var words []string
	for _, w := range shellWord().FindAllString(line, -1) {
		if strings.HasPrefix(w, "#") {
			break
		}
		words = append(words, strings.Trim(w, `'"`))
	}
	return words
}

var crontabLine = lazyregexp.New(`^([0-9*-]+ ){5} cd [^ ]+ && (mailshot .*)\n$`)

// parseCrontab holds that each line sets a variable, or says when to call mailshot.
func parseCrontab(t *testing.T, p *manualPage, b codeBlock) {
	t.Helper()
	for line := range strings.Lines(b.text) {
		if strings.HasPrefix(line, "PATH=") {
			continue
		}
		m := crontabLine().FindStringSubmatch(line)
		if m == nil {
			t.Errorf("%s: %s is no line of a crontab that calls mailshot", p.at(b), line)
		} else if parseLine(t, p.at(b), m[2]) == nil {
			t.Errorf("%s: %s does not call mailshot", p.at(b), line)
		}
	}
}

// needed is a job by which a part of one is made whole.
const needed = `
recipients: {file: members.csv}
message: {from: office@club.example, subject: Hello, text: letter.txt}
server: {host: smtp.club.example}
`

// parseJob holds that a block is a job file, or a part of one.
func parseJob(t *testing.T, p *manualPage, b codeBlock) {
	t.Helper()
	text := []byte(b.text)
	if !strings.Contains(b.text, "recipients:") || !strings.Contains(b.text, "message:") {
		var whole, given map[string]any
		if err := yaml.Unmarshal([]byte(needed), &whole); err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(text, &given); err != nil {
			t.Errorf("%s: %v", p.at(b), err)
		}
		for name, value := range given {
			group, ok := value.(map[string]any)
			if below, both := whole[name].(map[string]any); ok && both {
				for k, v := range group {
					below[k] = v
				}
				continue
			}
			whole[name] = value
		}
		var err error
		if text, err = yaml.Marshal(whole); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := jobfile.Parse(p.at(b), text); err != nil {
		t.Error(err)
	}
}

// volatile is what differs from one run to the next: times, ports, ids, ciphers, days.
var volatile = lazyregexp.New(`\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d \+\d{4})?|\S+:\d{2,5}\b|<?\b\d+(\.\d+)?ms\b|-\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{8}|\b[a-z0-9]{26}@|TLS_\w+|\d+ days`)

// shows is the script command
//
//	shows TOPIC
//
// which holds that the last command printed what a block of the manual's topic shows of it, but for
// what differs from one run to the next and for where lines end.
func shows(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: shows TOPIC")
	}
	text, err := os.ReadFile(filepath.Join(root, "cmd", "mailshot", "manual", args[0]+".md"))
	ts.Check(err)
	same := func(s string) string { return volatile().ReplaceAllString(strings.Join(strings.Fields(s), " "), "…") }
	got := same(ts.ReadFile("stdout") + ts.ReadFile("stderr"))
	for _, part := range parts(string(text)) {
		for _, b := range part.blocks {
			if _, shown, _ := strings.Cut(b.text, "\n"); b.language == "text" && same(shown) == got {
				return
			}
		}
	}
	ts.Fatalf("no block of %s shows this:\n%s", args[0], got)
}
