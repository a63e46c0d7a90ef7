package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"mailshot/template/lazyregexp"
)

var update = flag.Bool("update", false, "write what the commands of the README and the manual print anew")

// root is the module's root, seen from this package.
var root = filepath.Join("..", "..")

// A manualPage is the README or a topic of the manual.
type manualPage struct {
	path  string // from the module's root
	text  string
	parts []part

	mu      sync.Mutex
	printed map[int]string // what the console block at a line printed; of -update
}

// A part is what stands below a heading of the second level. Its blocks are tried in one directory.
type part struct {
	title  string
	blocks []codeBlock
}

// A codeBlock is a block of code, with the comment above it: the path of an example that it shows,
// "file NAME" for a file that the commands of its part find, or "script NAME" for a test script that
// compares it.
type codeBlock struct {
	line     int
	comment  string
	language string
	text     string
}

// at names a block in a complaint.
func (p *manualPage) at(b codeBlock) string { return fmt.Sprintf("%s:%d", p.path, b.line) }

// pages returns the README and the manual.
func pages(t *testing.T) []*manualPage {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "cmd", "mailshot", "manual", "*.md"))
	if err != nil || len(names) < 10 {
		t.Fatalf("%d topics, %v", len(names), err)
	}
	var all []*manualPage
	for _, name := range append([]string{filepath.Join(root, "README.md")}, names...) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &manualPage{path: filepath.ToSlash(rel), text: string(data), parts: parts(string(data)), printed: make(map[int]string)})
	}
	return all
}

func parts(text string) []part {
	all := []part{{title: "beginning"}}
	var open *codeBlock
	comment := ""
	n := 0
	for line := range strings.Lines(text) {
		n++
		switch last := &all[len(all)-1]; {
		case open != nil && strings.HasPrefix(line, "```"):
			last.blocks = append(last.blocks, *open)
			open = nil
		case open != nil:
			open.text += line
		case strings.HasPrefix(line, "## "):
			all = append(all, part{title: strings.TrimSpace(line[3:])})
		case strings.HasPrefix(line, "<!-- "):
			comment = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "<!-- "), " -->")
		case strings.HasPrefix(line, "```"):
			open = &codeBlock{line: n, comment: comment, language: strings.TrimSpace(line[3:])}
			comment = ""
		}
	}
	return all
}

// Every block of the README and the manual is run, parsed, or compared with what it shows.
func TestManualBlocks(t *testing.T) {
	t.Parallel()
	bin := mailshotBinary(t)
	for _, p := range pages(t) {
		t.Run(strings.TrimSuffix(filepath.Base(p.path), ".md"), func(t *testing.T) {
			t.Parallel()
			if *update {
				t.Cleanup(func() { p.rewrite(t) })
			}
			for _, part := range p.parts {
				if len(part.blocks) > 0 {
					t.Run(part.title, func(t *testing.T) {
						t.Parallel()
						tryPart(t, p, part, bin)
					})
				}
			}
		})
	}
}

// tryPart tries the blocks of a part in their order.
func tryPart(t *testing.T, p *manualPage, part part, bin string) {
	dir := t.TempDir()
	for _, b := range part.blocks {
		name, file := strings.CutPrefix(b.comment, "file ")
		script, compared := strings.CutPrefix(b.comment, "script ")
		switch {
		case file:
			if err := os.WriteFile(filepath.Join(dir, name), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
		case compared:
			wantShown(t, p, b, script)
		case b.comment != "":
			wantExample(t, p, b)
		}
		switch b.language {
		case "yaml":
			parseJob(t, p, b)
		case "console":
			runConsole(t, p, b, bin, dir)
		case "sh":
			for line := range strings.Lines(b.text) {
				parseLine(t, p.at(b), line)
			}
		case "crontab":
			parseCrontab(t, p, b)
		default:
			if b.comment == "" {
				t.Errorf("%s: nothing tries a block of %q that has no comment", p.at(b), b.language)
			}
		}
	}
}

// wantExample holds a block to show the beginning of a file as it is.
func wantExample(t *testing.T, p *manualPage, b codeBlock) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, b.comment))
	if err != nil {
		t.Errorf("%s: %v", p.at(b), err)
	} else if !strings.HasPrefix(string(data), b.text) {
		t.Errorf("%s: the block does not show %s as it is", p.at(b), b.comment)
	}
}

// wantShown holds that a script compares the block.
func wantShown(t *testing.T, p *manualPage, b codeBlock, script string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "script", script+".txtar"))
	command, _, _ := strings.Cut(strings.TrimPrefix(b.text, "$ "), "\n")
	want := command + "\nshows " + strings.TrimSuffix(filepath.Base(p.path), ".md") + "\n"
	if err != nil || !strings.Contains(string(text), want) {
		t.Errorf("%s: the script %s does not compare it, %v; want in it %q", p.at(b), script, err, want)
	}
}

// rewrite writes a page with what its commands printed.
func (p *manualPage) rewrite(t *testing.T) {
	lines := strings.SplitAfter(p.text, "\n")
	for n, text := range p.printed {
		end := n + slices.Index(lines[n:], "```\n")
		for i := n; i < end; i++ {
			lines[i] = ""
		}
		lines[n] = text
	}
	if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(p.path)), []byte(strings.Join(lines, "")), 0o644); err != nil {
		t.Error(err)
	}
}

var duration = lazyregexp.New(` in [0-9.]+(ms|s)\n`)

func untimed(s string) string { return duration().ReplaceAllString(s, " in …\n") }

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
