package keys

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Each declaration says what its kind needs, and nothing that its kind does not have.
func TestDeclarations(t *testing.T) {
	n := 0
	for path, k := range File().All() {
		n++
		check(t, path, k)
		if k.Name == "" || k.Doc == "" || strings.HasSuffix(k.Doc, ".") || strings.Contains(k.Doc, "\n") {
			t.Errorf("%s: name %q, documentation %q; want one line of words", path, k.Name, k.Doc)
		}
	}
	if n < 60 {
		t.Errorf("%d keys; want all", n)
	}
}

func check(t *testing.T, path string, k *Key) {
	t.Helper()
	text := slices.Contains([]Kind{Text, Path, Template, Address, Mailbox}, k.Kind)
	for _, tt := range []struct {
		name string
		has  bool
		may  bool
		must bool
	}{
		{"Keys", len(k.Keys) > 0, k.Kind == Group, k.Kind == Group},
		{"Short", k.Short != nil, k.Kind == Group || k.Kind == Bool, false},
		{"AnyOf", len(k.AnyOf) > 0, k.Kind == Group, false},
		{"Secret", k.Secret, k.Kind == Group, false},
		{"Each", k.Each != nil, k.Kind == Names, k.Kind == Names},
		{"Words", len(k.Words) > 0, k.Kind == OneOf, k.Kind == OneOf},
		{"Aliases", len(k.Aliases) > 0, k.Kind == OneOf, false},
		{"Max", k.Max != 0, k.Kind == Number || k.Kind == Group, k.Kind == Number},
		{"Min", k.Min != 0, k.Kind == Number || k.Kind == Group, false},
		{"Shortest", k.Shortest != 0, k.Kind == Duration, false},
		{"Empty", k.Empty, text, false},
		{"Default", k.Default != "", k.Kind != Group && k.Kind != Names && !k.Needed, false},
		{"Later", k.Later, false, false},
	} {
		if tt.has && !tt.may || !tt.has && tt.must {
			t.Errorf("%s, of kind %s: it has %s: %t; want %t", path, k.Kind, tt.name, tt.has, tt.must)
		}
	}
	for _, name := range k.AnyOf {
		if k.Key(name) == nil {
			t.Errorf("%s: AnyOf has %s, which is no key of it", path, name)
		}
	}
	checkDefault(t, path, k)
	for _, sub := range []*Key{k.Each, k.Short} {
		if sub != nil {
			check(t, path+"'s value", sub)
		}
	}
}

// checkDefault holds a default to be a value that the key may have.
func checkDefault(t *testing.T, path string, k *Key) {
	t.Helper()
	if k.Default == "" {
		return
	}
	good := true
	switch k.Kind {
	case OneOf:
		good = slices.Contains(k.Words, k.Default)
	case Number:
		n := k.DefaultNumber()
		good = n >= k.Min && n <= k.Max && strconv.Itoa(n) == k.Default
	case Duration:
		good = k.DefaultDuration() >= k.Shortest
	case Bool:
		good = strconv.FormatBool(k.DefaultBool()) == k.Default
	}
	if !good {
		t.Errorf("%s: the default %q is no value of kind %s", path, k.Default, k.Kind)
	}
}

func TestAt(t *testing.T) {
	root := File()
	if got := root.At("server.timeouts.reply"); got == nil || got.Default != "5m" {
		t.Errorf("At(server.timeouts.reply) = %+v; want one with the default 5m", got)
	}
	for _, path := range []string{"", "servr", "server.host.x", "server..host"} {
		if got := root.At(path); got != nil {
			t.Errorf("At(%q) = %+v; want nil", path, got)
		}
	}
	if got, want := root.Planned(), []string{"include"}; !slices.Equal(got, want) {
		t.Errorf("planned in delivery: %q; want %q", got, want)
	}
	if known := root.Known(); slices.Contains(known, "include") || !slices.Contains(known, "results") {
		t.Errorf("known are %q; want results and not include", known)
	}
}

// A key below names that the user chooses has a path too.
func TestAllBelowNames(t *testing.T) {
	root := Key{Kind: Group, Keys: []Key{{Name: "a", Kind: Names, Each: &Key{Kind: Group, Keys: []Key{{Name: "b"}}}}, {Name: "c"}}}
	var paths []string
	for path := range root.All() {
		paths = append(paths, path)
	}
	if want := []string{"a", "a.NAME.b", "c"}; !slices.Equal(paths, want) {
		t.Errorf("the paths are %q; want %q", paths, want)
	}
}

// The loader walks the tree for each job file, and stops where it likes.
func TestAllStops(t *testing.T) {
	n := 0
	for range File().All() {
		if n++; n == 9 {
			break
		}
	}
	if n != 9 {
		t.Errorf("the walk went over %d keys; want 9", n)
	}
}
