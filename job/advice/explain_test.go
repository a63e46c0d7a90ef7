package advice

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// A said is a reply of a file of tests, with the kind that it is.
type said struct {
	line  int
	kind  Kind
	reply Reply
}

// readSaid reads lines of "KIND | STAGE | REPLY"; KIND may name what else is right
// after a slash.
func readSaid(t *testing.T, name string) []said {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var all []said
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		f := strings.SplitN(line, " | ", 3)
		if len(f) != 3 {
			t.Fatalf("%s:%d: not three fields", name, i+1)
		}
		k := slices.Index(kindWords, strings.TrimSpace(f[0]))
		if k < 0 {
			t.Fatalf("%s:%d: no kind %q", name, i+1, f[0])
		}
		r := ParseReply(f[2])
		if r.Code == 0 {
			t.Fatalf("%s:%d: no code in %q", name, i+1, f[2])
		}
		if r.Stage = strings.TrimSpace(f[1]); r.Stage == "-" {
			r.Stage = ""
		}
		all = append(all, said{i + 1, Kind(k), r})
	}
	return all
}

// Each reply is of its kind.
func TestExplain(t *testing.T) {
	for _, name := range []string{"testdata/cases.txt"} {
		for _, s := range readSaid(t, name) {
			if x := Explain(s.reply); x.Kind != s.kind {
				t.Errorf("%s:%d: %q is %q (%s), want %q", name, s.line, s.reply.Text, x.Kind, x.Sentence, s.kind)
			}
		}
	}
}
