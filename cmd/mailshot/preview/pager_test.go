package preview

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
}

func TestPagerWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		env   map[string]string
		want  []string
		given bool
	}{
		{nil, []string{"less"}, false},
		{map[string]string{"TERM": "dumb"}, nil, false},
		{map[string]string{"TERM": "dumb", "PAGER": "more"}, []string{"more"}, true},
		{map[string]string{"PAGER": "less -R"}, []string{"less", "-R"}, true},
		{map[string]string{"PAGER": ""}, nil, true},
		{map[string]string{"PAGER": "cat"}, nil, true},
	} {
		p := &command{Env: Env{Lookup: lookup(tt.env)}}
		if got, given := p.pagerWords(); !slices.Equal(got, tt.want) || given != tt.given {
			t.Errorf("%v: %q, %t; want %q, %t", tt.env, got, given, tt.want, tt.given)
		}
	}
}

// What is shown goes through the pager to the terminal, and past one that is not there.
func TestPager(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("cat"); err != nil {
		t.Skip(err)
	}
	for _, tt := range []struct{ pager, want, out string }{
		{"cat -n", "     1\tHi\n", ""},
		{"a-pager-that-is-not-there", "", "Hi\n"},
	} {
		f, err := os.Create(filepath.Join(t.TempDir(), "terminal"))
		if err != nil {
			t.Fatal(err)
		}
		var plain writer
		warned := 0
		p := &command{Env: Env{Terminal: f, Out: &plain, Lookup: lookup(map[string]string{"PAGER": tt.pager}), Warn: func(string) { warned++ }}}
		out, end := p.openPager()
		if _, err := io.WriteString(out, "Hi\n"); err != nil {
			t.Fatal(err)
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(f.Name())
		if err != nil || string(got) != tt.want || string(plain) != tt.out || (warned > 0) != (tt.out != "") {
			t.Errorf("%s: %q and %q, %v, %d warnings; want %q and %q", tt.pager, got, plain, err, warned, tt.want, tt.out)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A writer keeps what is written.
type writer []byte

func (w *writer) Write(b []byte) (int, error) {
	*w = append(*w, b...)
	return len(b), nil
}

func TestWrap(t *testing.T) {
	t.Parallel()
	const text = "one two three\n\nlongerthanaline x\none four\n"
	if got, want := wrap(text, 7), "one two\nthree\n\nlongerthanaline\nx\none\nfour\n"; got != want {
		t.Errorf("it is wrapped to %q; want %q", got, want)
	}
}
