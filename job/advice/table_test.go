package advice

import (
	"fmt"
	"strings"
	"testing"
)

// sample returns a reply that a pattern is made for.
func (p *pattern) sample() Reply {
	r := Reply{Code: 550}
	if len(p.stages) > 0 {
		r.Stage = p.stages[0]
	}
	if len(p.codes) > 0 {
		fmt.Sscan((p.codes[0] + "50")[:3], &r.Code)
	}
	if len(p.enhanced) > 0 {
		r.Enhanced = p.enhanced[0]
		switch {
		case r.Enhanced[0] == 'x':
			r.Enhanced = fmt.Sprint(r.Code/100) + r.Enhanced[1:]
		case len(p.codes) == 0:
			r.Code = int(r.Enhanced[0]-'0')*100 + 50
		}
	}
	var words []string
	for _, e := range p.words {
		if !e.gap {
			words = append(words, strings.TrimSuffix(e.any[0], "*"))
		}
	}
	r.Text = strings.Join(words, " ")
	return r
}

// The whole table can be read, and each of its patterns is found: no other one
// stands before it.
func TestTable(t *testing.T) {
	all, err := readTable(repliesFile)
	if err != nil {
		t.Fatal(err)
	}
	servers, patterns := map[string]bool{}, map[string]bool{}
	for i := range all {
		m := &all[i]
		for _, p := range m.patterns {
			servers[p.server] = true
			line := fmt.Sprint(p.stages, p.codes, p.enhanced, p.words)
			if patterns[line] {
				t.Errorf("%v is there twice", line)
			}
			patterns[line] = true
			r := p.sample()
			if p.words.isLoose() {
				if f := byLooseWords(&r); f != m && (f == nil || f.kind != m.kind) {
					t.Errorf("%s: %+v is not of %v", p.server, r, m.kind)
				}
				continue
			}
			if x := Explain(r); x.Kind != m.kind || x.Remedy != m.remedy {
				t.Errorf("%s: %+v is of %v (%s), want %v (%s)", p.server, r, x.Kind, x.Sentence, m.kind, m.sentence)
			}
		}
	}
	if len(patterns) < 250 || len(servers) < 15 {
		t.Errorf("%d replies of %d servers", len(patterns), len(servers))
	}
	if len(kindWords) != int(Trouble)+1 {
		t.Errorf("%d words for %d kinds", len(kindWords), Trouble+1)
	}
}

// What is not as the table's head says is refused, with its line.
func TestReadTable(t *testing.T) {
	const begin, says, do, line = "kind: spam, rerun no\n", "says: S.\n", "do: d\n", "- X | rcpt | 550 5.7.1 | spam\n"
	if _, err := readTable("# x\n\n" + begin + says + do + line); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct{ text, want string }{
		{begin + says + do, "not complete"},
		{says + do + line + "kind: spam, rerun no\n", ":4: key"},
		{begin + do + says + line, ":2: key"},
		{begin + says + says + do + line, ":3: key"},
		{"kind: spam\n" + says + do + line, ":1: \"spam\" is not KIND"},
		{"kind: span, rerun no\n" + says + do + line, ":1:"},
		{"kind: spam, rerun now\n" + says + do + line, ":1:"},
		{begin + says + do + "- X | rcpt | 550\n", ":4: \"X | rcpt | 550\" has not four"},
		{begin + says + do + "- X | rctp | 550 |\n", "no stage"},
		{begin + says + do + "- X | | 55x |\n", "no code"},
		{begin + says + do + "- X | | 5.1 |\n", "no code"},
		{begin + says + do + "- X | | | Spam\n", "lower case"},
		{begin + says + do + "- X | rcpt | |\n", "fits everything"},
		{begin + says + do + "- | rcpt | 550 |\n", "who says so"},
		{begin + says + do + "- X | | | … spam\n", "may be missing"},
		{begin + says + "do:  d\n" + line, ":3:"},
		{"spam\n", ":1:"},
	} {
		if _, err := readTable(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}
