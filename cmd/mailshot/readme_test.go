package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mailshot/job/jobfile"
)

// root is the module's root, seen from this package.
var root = filepath.Join("..", "..")

// A block is a code block of the README.
type block struct {
	line     int
	file     string // named in a comment above the block, as <!-- examples/x/y -->
	language string
	text     string
}

func readmeBlocks(t *testing.T) []block {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var all []block
	var open *block
	file := ""
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		switch {
		case open == nil && strings.HasPrefix(line, "<!-- "):
			file = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "<!-- "), " -->")
		case open == nil && strings.HasPrefix(line, "```"):
			open = &block{line: n, file: file, language: strings.TrimSpace(line[3:])}
			file = ""
		case open != nil && strings.HasPrefix(line, "```"):
			all = append(all, *open)
			open = nil
		case open != nil:
			open.text += line
		}
	}
	return all
}

// The README shows the examples as they are.
func TestReadmeShowsExamples(t *testing.T) {
	shown := 0
	for _, b := range readmeBlocks(t) {
		if b.file == "" {
			continue
		}
		shown++
		data, err := os.ReadFile(filepath.Join(root, b.file))
		if err != nil {
			t.Errorf("README.md:%d: %v", b.line, err)
		} else if !strings.HasPrefix(string(data), b.text) {
			t.Errorf("README.md:%d: the block does not show %s as it is", b.line, b.file)
		}
	}
	if shown < 3 {
		t.Errorf("%d blocks show a file, want job, recipients and letter", shown)
	}
}

// The commands of the README do what it says.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS(filepath.Join(root, "examples"))); err != nil {
		t.Fatal(err)
	}
	bin := mailshotBinary(t)
	ran := 0
	for _, b := range readmeBlocks(t) {
		if b.language != "console" {
			continue
		}
		var want strings.Builder
		command := ""
		for line := range strings.Lines(b.text) {
			if rest, ok := strings.CutPrefix(line, "$ "); ok {
				command = rest
			} else {
				want.WriteString(line)
			}
		}
		args := strings.Fields(strings.TrimPrefix(strings.TrimPrefix(command, "go run ./cmd/"), "mailshot"))
		for i := range 2 { // the second time is like the first
			c := exec.Command(bin, args...)
			c.Dir = dir
			out, err := c.Output()
			ran++
			if err != nil {
				t.Errorf("README.md:%d: %s: %v", b.line, command, err)
			}
			if got := untimed(string(out)); got != untimed(want.String()) {
				t.Errorf("README.md:%d: run %d printed\n%s\nwant\n%s", b.line, i+1, got, want.String())
			}
		}
	}
	if ran == 0 {
		t.Error("README.md has no console block")
	}
}

var duration = regexp.MustCompile(` in [0-9.]+(ms|s)\n`)

func untimed(s string) string { return duration.ReplaceAllString(s, " in …\n") }

// The README's full job file is one that is accepted.
func TestReadmeJobFile(t *testing.T) {
	for _, b := range readmeBlocks(t) {
		if b.language == "yaml" {
			if _, err := jobfile.Parse(fmt.Sprintf("README.md:%d", b.line), []byte(b.text)); err != nil {
				t.Error(err)
			}
		}
	}
}

// Each exit status of the help is one of the README.
func TestReadmeExitStatus(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(data), "### Exit status")
	for line := range strings.Lines(exitHelp) {
		for n := range strings.FieldsFuncSeq(strings.SplitN(strings.TrimSpace(line), "  ", 2)[0], func(r rune) bool { return r < '0' || r > '9' }) {
			if !regexp.MustCompile(`\b` + n + `\b`).MatchString(table) {
				t.Errorf("README.md does not tell what exit status %s means", n)
			}
		}
	}
}

// mailshotBinary returns a path under which this test binary is mailshot.
func mailshotBinary(t testing.TB) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "mailshot")
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return path
}
