package preset

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	manual = "../../cmd/mailshot/manual/presets.md"
	top    = "| preset | server | limits | |\n|---|---|---|---|\n"
)

// The manual has all of them.
func TestManual(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, p := range All() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Name, server(p), strings.Join(limits(p), ", "), about(p))
	}
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), top)
	if !ok {
		t.Fatalf("%s has no table of presets", manual)
	}
	_, tail, _ := strings.Cut(rest, "\n\n")
	want := head + top + b.String() + "\n" + tail
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s does not list the presets as they are; go test ./job/preset -update does", manual)
	}
	if err := os.WriteFile(manual, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// server returns where a preset sends to.
func server(p Preset) string {
	s := "`host` is to be named"
	if p.Host != "" {
		s = fmt.Sprintf("%s:%d", p.Host, p.Port)
	}
	if p.TLS == "none" {
		s += ", no TLS"
	}
	return s
}

// limits returns what a preset says that the provider takes.
func limits(p Preset) []string {
	all := slices.Clone(p.Quotas)
	if p.Rate != "" {
		all = append(all, p.Rate)
	}
	if p.Sessions > 0 {
		all = append(all, fmt.Sprintf("%d sessions", p.Sessions))
	}
	if p.PerSession > 0 {
		all = append(all, fmt.Sprintf("%d messages a session", p.PerSession))
	}
	return all
}

// about returns what else is known, and from where.
func about(p Preset) string {
	s := p.Title + "."
	if len(p.SignIn) > 0 {
		s += " Signs in by " + strings.Join(p.SignIn, " or ") + ", as " + p.Username + "."
	}
	if p.Note != "" {
		s += " " + p.Note
	}
	s += " " + cited(p.Servers)
	if p.Limits.URL != "" {
		s += ", limits " + cited(p.Limits)
	}
	return s
}

// cited returns the address of a page, and when it was read.
func cited(p Page) string {
	if p.Read == "" {
		return "<" + p.URL + ">"
	}
	return "<" + p.URL + "> (" + p.Read + ")"
}
