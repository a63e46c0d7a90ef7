package keys

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the keys in the manual anew")

// What the manual says of one key.
func TestSummary(t *testing.T) {
	for _, tt := range []struct {
		key  Key
		want string
	}{
		{Key{Kind: Text}, "text"},
		{Key{Kind: Path, Needed: true}, "path; needed"},
		{Key{Kind: Path, Many: OneOrList}, "path; one or a list"},
		{Key{Kind: Text, Many: List}, "list of words"},
		{Key{Kind: Number, Min: 1, Max: 9, Default: "3"}, "number from 1 to 9; default: 3"},
		{Key{Kind: OneOf, Words: []string{"auto", ",", "2-b"}, Default: "auto", Otherwise: "2-b on Mondays"}, `auto | "," | 2-b; default: auto, 2-b on Mondays`},
		{Key{Kind: Duration, Shortest: time.Second, Otherwise: "none"}, "time; default: none"},
		{Key{Kind: Count}, "number or range"},
		{Key{Kind: Group, Short: &Key{Kind: OneOf, Words: []string{"ask"}}}, "ask, or group of keys"},
		{Key{Kind: Names, Each: &Key{Kind: Template}}, "group of names, each with a template"},
	} {
		if got := tt.key.summary(); got != tt.want {
			t.Errorf("%+v: %s; want %s", tt.key, got, tt.want)
		}
	}
}

// The manual has each key once, with its documentation, and no other.
func TestManual(t *testing.T) {
	const name = "../../../cmd/mailshot/manual/keys.md"
	want := manual()
	got, err := os.ReadFile(name)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if string(got) == want {
		return
	}
	if !*update {
		t.Errorf("%s does not list the keys as they are declared; go test ./job/jobfile/keys -update does", name)
	} else if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// manual returns the topic of all keys: a table for each group at the top of the job file.
func manual() string {
	var b strings.Builder
	b.WriteString(`# keys: every key of the job file

Each key of the job file with its path, what its value can be, its default and what it is for. Paths
of files are relative to the job file. A template may have {{…}} in it, with the columns of the row.
A time is as 30s, 5m or 1h30m, a rate as 50/5m. Of a group of keys those marked as needed are needed
only if the group is there. NAME stands for a name that you choose.
`)
	section := func(title string, of func(path string, k *Key) bool) {
		fmt.Fprintf(&b, "\n## %s\n\n| key | value | |\n|---|---|---|\n", title)
		for path, k := range File().All() {
			if of(path, k) {
				fmt.Fprintf(&b, "| `%s` | %s | %s |\n", path, strings.ReplaceAll(k.summary(), "|", `\|`), k.Doc)
			}
		}
	}
	section("The top", func(path string, _ *Key) bool { return !strings.Contains(path, ".") })
	for group, k := range File().All() {
		if !strings.Contains(group, ".") && k.Kind == Group {
			section(group, func(path string, _ *Key) bool { return strings.HasPrefix(path, group+".") })
		}
	}
	return b.String()
}

// summary returns the type of k, whether it is needed and its default.
func (k *Key) summary() string {
	parts := []string{k.Type()}
	if k.Needed {
		parts = append(parts, "needed")
	}
	if words := k.defaultWords(); words != "" {
		parts = append(parts, "default: "+words)
	}
	return strings.Join(parts, "; ")
}

// Type returns in words what a value of k can be, allowed values included.
func (k *Key) Type() string {
	one := k.typeOfOne()
	if k.Short != nil {
		one = k.Short.typeOfOne() + ", or " + one
	}
	switch k.Many {
	case OneOrList:
		return one + "; one or a list"
	case List:
		return "list of words"
	}
	return one
}

func (k *Key) typeOfOne() string {
	switch k.Kind {
	case Number:
		return fmt.Sprintf("number from %d to %d", k.Min, k.Max)
	case Names:
		return "group of names, each with a " + k.Each.Kind.String()
	case OneOf:
		words := make([]string, len(k.Words))
		for i, w := range k.Words {
			if strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				w = strconv.Quote(w)
			}
			words[i] = w
		}
		return strings.Join(words, " | ")
	}
	return k.Kind.String()
}
