package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailshot/cmd/mailshot/manual"
	"mailshot/job/jobfile/keys"
	"mailshot/template/function"
	"mailshot/template/lazyregexp"
)

// topicPage returns one topic of the manual.
func topicPage(t *testing.T, name string) *manualPage {
	t.Helper()
	for _, p := range pages(t) {
		if path.Base(p.path) == name+".md" {
			return p
		}
	}
	t.Fatalf("there is no topic %s", name)
	return nil
}

// rows returns the first cells of the tables of a text.
func rows(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if cell, ok := strings.CutPrefix(line, "| "); ok {
			cell, _, _ = strings.Cut(cell, " | ")
			all = append(all, cell)
		}
	}
	return all
}

// code matches code within a line.
var code = lazyregexp.New("`([^`\n]+)`")

// fence matches a block of code.
var fence = lazyregexp.New("(?ms)^```.*?^```\n")

// commandsOf returns the commands that users can give, by their names, topics excepted.
func commandsOf() map[string]*cobra.Command {
	all := make(map[string]*cobra.Command)
	for _, c := range commandLine().root().Commands() {
		if !c.Hidden && (c.Runnable() || c.HasSubCommands()) {
			all[c.Name()] = c
		}
	}
	return all
}

// Every command stands in the manual, and no other.
func TestManualCommands(t *testing.T) {
	t.Parallel()
	var told []string
	_, table, _ := strings.Cut(topicPage(t, "commands").text, "|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	for _, cell := range rows(table) {
		told = append(told, strings.Trim(strings.Fields(cell)[1], "`"))
	}
	slices.Sort(told)
	if want := slices.Sorted(maps.Keys(commandsOf())); !slices.Equal(told, want) {
		t.Errorf("the manual has the commands\n%q, there are\n%q", told, want)
	}
}

var optionWord = lazyregexp.New(`^(?:([a-z]+) )?(--?[a-z][a-z-]*)`)

// Every option of every command stands in the manual, and no other.
func TestManualOptions(t *testing.T) {
	t.Parallel()
	told := make(map[string]bool)
	for section := range strings.SplitSeq(topicPage(t, "commands").text, "\n## ") {
		title, text, _ := strings.Cut(section, "\n")
		for _, cell := range rows(text) {
			for _, m := range code().FindAllStringSubmatch(cell, -1) {
				option := optionWord().FindStringSubmatch(m[1])
				if option == nil {
					continue
				}
				for _, c := range code().FindAllStringSubmatch(title, -1) {
					if option[1] == "" || option[1] == c[1] {
						told[c[1]+" "+option[2]] = true
					}
				}
			}
		}
	}
	there := make(map[string]bool)
	for name, c := range commandsOf() {
		for _, sub := range append(c.Commands(), c) {
			sub.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if f.Name == "help" {
					return
				}
				there[name+" --"+f.Name] = true
				if f.Shorthand != "" {
					there[name+" -"+f.Shorthand] = true
				}
			})
		}
	}
	if !maps.Equal(told, there) {
		for option := range there {
			if !told[option] {
				t.Errorf("the manual does not have %s", option)
			}
		}
		for option := range told {
			if !there[option] {
				t.Errorf("the manual has %s, which is no option", option)
			}
		}
	}
}

// Every exit status stands in the manual, and no other.
func TestManualExitStatus(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "exit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"0"}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "exit") {
			want = append(want, v.Values[0].(*ast.BasicLit).Value)
		}
		return true
	})
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM} { // that of SIGINT is a constant
		want = append(want, strconv.Itoa(signalStatus(signalError{s})))
	}
	var told []string
	for _, cell := range rows(topicPage(t, "exit").text) {
		if cell != "status" {
			told = append(told, strings.Split(cell, ", ")...)
		}
	}
	slices.Sort(told)
	slices.Sort(want)
	if !slices.Equal(told, want) {
		t.Errorf("the manual has the exit statuses %q, there are %q", told, want)
	}
}

// The README names every topic, and is short.
func TestReadmeNames(t *testing.T) {
	t.Parallel()
	readme := pages(t)[0].text
	for _, topic := range manual.Topics() {
		if !strings.Contains(readme, "`"+topic.Name+"`") {
			t.Errorf("the README does not name the topic %s", topic.Name)
		}
	}
	if n := strings.Count(readme, "\n"); n >= 220 {
		t.Errorf("the README has %d lines; what is more than newcomers need goes into the manual", n)
	}
}

// What the README and the manual call a command, a topic, an option, a key or a function is one.
func TestManualNames(t *testing.T) {
	t.Parallel()
	root := commandLine().root()
	options := make(map[string]bool)
	for _, c := range commandsOf() {
		for _, sub := range append(c.Commands(), c) {
			sub.InitDefaultHelpFlag()
			sub.Flags().VisitAll(func(f *pflag.Flag) { options["--"+f.Name] = true })
		}
	}
	optionIn := regexp.MustCompile(`(?:^|[^-\w])(--[a-z][a-z-]+)`)
	keyPath := regexp.MustCompile(`^(recipients|message|server|delivery)\.[a-z_]+(\.[a-z_]+)*$`)
	ofOthers := regexp.MustCompile(`(?m)^(docker|sudo|systemctl|loginctl|journalctl|sed) .*\n`) // have options of their own
	for _, p := range pages(t) {
		for line := range strings.Lines(fence().ReplaceAllString(p.text, "")) {
			if strings.Count(line, "`")%2 == 1 {
				t.Errorf("%s: code ends on another line than it begins, and is not looked at: %s", p.path, line)
			}
		}
		for _, m := range optionIn.FindAllStringSubmatch(ofOthers.ReplaceAllString(p.text, ""), -1) {
			if !options[m[1]] {
				t.Errorf("%s has %s, which is no option", p.path, m[1])
			}
		}
		for _, m := range code().FindAllStringSubmatch(p.text, -1) {
			words := strings.Fields(m[1])
			if len(words) > 1 && words[0] == "mailshot" && strings.ToUpper(words[1]) != words[1] {
				tryName(t, p.path, m[1], root, words[1:])
			}
			if keyPath.MatchString(m[1]) && keys.File().At(m[1]) == nil {
				t.Errorf("%s has %s, which is no key", p.path, m[1])
			}
			if strings.Contains(m[1], "{{") && m[1] != "{{…}}" && m[1] != "{{name}}" { // the last is one of mailmerge
				tryTemplate(t, p.path, m[1])
			}
		}
		for _, part := range p.parts {
			for _, b := range part.blocks {
				if b.language == "" {
					tryTemplate(t, p.at(b), b.text)
				}
			}
		}
	}
}

// tryName holds that words begin with a command, or with help and a topic, with options of its own.
func tryName(t *testing.T, at, text string, root *cobra.Command, words []string) {
	t.Helper()
	if words[0] == "help" && len(words) > 1 && strings.ToUpper(words[1]) != words[1] {
		words = words[1:]
	}
	c, _, err := root.Find(words)
	if err != nil || !c.HasParent() || c.Hidden && c.Name() != "help" {
		t.Errorf("%s: %s: there is no such command or topic", at, text)
		return
	}
	for _, w := range words[1:] {
		if name, ok := strings.CutPrefix(w, "--"); ok && name != "help" && c.Flags().Lookup(name) == nil {
			t.Errorf("%s: %s: %s is no option of it", at, text, w)
		}
	}
}

// tryTemplate holds that a text, or the beginning or the end of a block that it is, is a template with
// functions that there are.
func tryTemplate(t *testing.T, at, text string) {
	t.Helper()
	funcs := make(template.FuncMap)
	for _, name := range function.Names() {
		funcs[name] = func(...any) any { return nil }
	}
	var first error
	for _, whole := range []string{text, text + "{{end}}", "{{if .x}}" + text} {
		_, err := template.New("").Funcs(funcs).Parse(whole)
		if err == nil {
			return
		}
		if first == nil {
			first = err
		}
	}
	t.Errorf("%s: %s: %v", at, text, first)
}
