package advice

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// repliesFile is the table of replies; its head says how it is written.
//
//go:embed replies.txt
var repliesFile string

// replies returns the table. A test holds that it can be read.
var replies = sync.OnceValue(func() *table {
	all, err := readTable(repliesFile)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return newTable(all)
})

// A table has the patterns of all meanings where they are looked for.
type table struct {
	byWord map[string][]entry // by the first word
	byStem []entry            // whose first word has an open end
	loose  []entry            // whose words stand anywhere
	bare   []entry            // without words
}

type entry struct {
	*pattern
	of   *meaning
	rank int
}

// newTable returns the table of meanings, whose order stays among what is equal.
func newTable(all []meaning) *table {
	t := &table{byWord: make(map[string][]entry)}
	for i := range all {
		for j := range all[i].patterns {
			p := &all[i].patterns[j]
			t.add(entry{p, &all[i], p.rank()})
		}
	}
	return t
}

func (t *table) add(e entry) {
	if len(e.words) == 0 {
		t.bare = append(t.bare, e)
		return
	}
	if e.words.isLoose() {
		t.loose = append(t.loose, e)
		return
	}
	first := e.words[0].any
	if slices.ContainsFunc(first, func(w string) bool { return strings.HasSuffix(w, "*") }) {
		t.byStem = append(t.byStem, e)
		return
	}
	for _, w := range first {
		t.byWord[w] = append(t.byWord[w], e)
	}
}

// A meaning is what replies of several servers have in common.
type meaning struct {
	kind     Kind
	rerun    Rerun
	sentence string
	remedy   string
	patterns []pattern
}

// A pattern is one reply of the table. What is empty is not looked at.
type pattern struct {
	line     int      // in the file
	server   string   // who says so; "*" is many
	stages   []string // one of them
	codes    []string // one of them: "550", or a first digit
	enhanced []string // one of them: "5.1.1", or "x.1.1" for both classes
	words    phrase
}

// fits reports whether the codes and the stage of a reply are those of the
// pattern. A stage that is not known is any to several words, and RCPT, where most
// refusals come, to one word and to enhanced codes.
func (p *pattern) fits(r *Reply) bool {
	if len(p.stages) > 0 && !slices.Contains(p.stages, r.Stage) {
		any := p.words.weight() > 1 || len(p.words)+len(p.enhanced) > 0 && slices.Contains(p.stages, "rcpt")
		if r.Stage != "" || !any {
			return false
		}
	}
	code := strconv.Itoa(r.Code)
	if len(p.codes) > 0 && !slices.ContainsFunc(p.codes, func(c string) bool { return strings.HasPrefix(code, c) }) {
		return false
	}
	return len(p.enhanced) == 0 || p.hasEnhanced(r.Enhanced)
}

func (p *pattern) hasEnhanced(enhanced string) bool {
	return slices.ContainsFunc(p.enhanced, func(e string) bool {
		return e == enhanced || e[0] == 'x' && enhanced != "" && e[1:] == enhanced[1:]
	})
}

// rank returns how much it means that a pattern fits: its words, and of equal ones
// the conditions beside.
func (p *pattern) rank() int { return 8*p.words.weight() + p.narrowness() }

// narrowness returns how much the conditions beside the words say: less than a word does.
func (p *pattern) narrowness() int {
	n := 0
	if len(p.stages) > 0 {
		n++
	}
	if len(p.codes) > 0 {
		n += min(len(p.codes[0]), 2)
	}
	if len(p.enhanced) > 0 {
		n += 4
	}
	return n
}

// readTable reads a table of replies. It takes nothing that is not as the
// table's head says.
func readTable(text string) ([]meaning, error) {
	var (
		all []meaning
		bad []error
	)
	begin := true // of a block
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if line == "" {
			begin = true
			continue
		}
		if begin {
			all = append(all, meaning{})
			begin = false
		}
		if err := all[len(all)-1].read(line, i+1); err != nil {
			bad = append(bad, fmt.Errorf("replies.txt:%d: %w", i+1, err))
		}
	}
	for i := range all {
		if m := &all[i]; m.sentence == "" || m.remedy == "" || len(m.patterns) == 0 {
			bad = append(bad, fmt.Errorf("replies.txt: block %d (%q) is not complete", i+1, m.sentence))
		}
	}
	return all, errors.Join(bad...)
}

// read takes in a line of a block, the nth of the file.
func (m *meaning) read(line string, n int) error {
	if rest, ok := strings.CutPrefix(line, "- "); ok {
		p, err := readPattern(rest)
		if err != nil {
			return err
		}
		p.line = n
		m.patterns = append(m.patterns, p)
		return nil
	}
	key, value, ok := strings.Cut(line, ": ")
	if !ok || value == "" || strings.TrimSpace(value) != value {
		return fmt.Errorf("%q is no key and value", line)
	}
	switch {
	case key == "kind" && m.sentence == "":
		return readKind(value, m)
	case key == "says" && m.sentence == "":
		m.sentence = value
	case key == "do" && m.sentence != "" && m.remedy == "":
		m.remedy = value
	default:
		return fmt.Errorf("key %q does not belong here", key)
	}
	return nil
}

// readKind reads "KIND, rerun WHEN".
func readKind(value string, m *meaning) error {
	kind, rerun, ok := strings.Cut(value, ", rerun ")
	k := slices.Index(kindWords, kind)
	r := slices.Index([]string{"no", "soon", "later", "next day", "mended"}, rerun)
	if !ok || k < 0 || r < 0 {
		return fmt.Errorf("%q is not KIND, rerun WHEN", value)
	}
	m.kind, m.rerun = Kind(k), Rerun(r)
	return nil
}

// kindWords are the kinds as the table has them, in the order of their numbers.
var kindWords = []string{
	"unknown", "address", "letter", "spam", "login", "sender", "relay", "machine", "connections", "rate", "quota", "greylisting", "trouble",
}

// stageWords are the stages that a pattern may name.
var stageWords = []string{"greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "final"}

// readPattern reads "SERVER | STAGES | CODES | WORDS".
func readPattern(line string) (pattern, error) {
	fields := strings.Split(line, "|")
	if len(fields) != 4 {
		return pattern{}, fmt.Errorf("%q has not four fields", line)
	}
	for i, f := range fields {
		fields[i] = strings.TrimSpace(f)
	}
	p := pattern{server: fields[0], stages: strings.Fields(fields[1]), words: newPhrase(fields[3])}
	for _, s := range p.stages {
		if !slices.Contains(stageWords, s) {
			return p, fmt.Errorf("there is no stage %q", s)
		}
	}
	for _, c := range strings.Fields(fields[2]) {
		switch {
		case strings.Trim(c, "0123456789") == "" && len(c) <= 3:
			p.codes = append(p.codes, c)
		case c[0] == 'x' && enhanced("5"+c[1:]), enhanced(c):
			p.enhanced = append(p.enhanced, c)
		default:
			return p, fmt.Errorf("%q is no code", c)
		}
	}
	switch {
	case p.server == "":
		return p, fmt.Errorf("%q does not say who says so", line)
	case fields[3] != strings.ToLower(fields[3]):
		return p, fmt.Errorf("the words of %q are not in lower case", line)
	case slices.ContainsFunc(p.words, func(e element) bool { return slices.ContainsFunc(e.any, func(w string) bool { return fillers[w] }) }):
		return p, fmt.Errorf("%q has a word that is left out of replies among others", line)
	case len(p.words) == 0 && len(p.codes)+len(p.enhanced) == 0:
		return p, fmt.Errorf("%q fits everything", line)
	case p.words.isLoose() && !p.words.isAllLoose():
		return p, fmt.Errorf("%q has words both in an order and in none", line)
	case len(p.words) > 0 && (p.words[0].gap || p.words[0].optional):
		return p, fmt.Errorf("the words of %q begin with what may be missing", line)
	}
	return p, nil
}
