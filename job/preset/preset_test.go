package preset

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/jobfile/when"
)

var update = flag.Bool("update", false, "write the table of the manual anew")

// Each preset can be used as it is.
func TestPresets(t *testing.T) {
	names := Names()
	if len(names) < 20 || !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("names %q: want 20 at least, sorted, each once", names)
	}
	for _, p := range All() {
		port := map[string]int{"implicit": 465, "starttls": 587, "none": 25}[p.TLS]
		if p.Port != port || p.Title == "" || strings.ToLower(p.Host) != p.Host {
			t.Errorf("%s: port %d with %q, %q, host %q", p.Name, p.Port, p.TLS, p.Title, p.Host)
		}
		if (len(p.SignIn) == 0) != (p.Username == "") || slices.Contains(p.SignIn, "oauth") != (p.OAuth != "") {
			t.Errorf("%s: %q signs in by %q, OAuth %q", p.Name, p.Username, p.SignIn, p.OAuth)
		}
		for _, q := range p.Quotas {
			if _, err := when.ParseQuota(q); err != nil {
				t.Errorf("%s: quota %s: %v", p.Name, q, err)
			}
		}
		if p.Rate != "" {
			if _, err := when.ParseRate(p.Rate); err != nil {
				t.Errorf("%s: rate %s: %v", p.Name, p.Rate, err)
			}
		}
		if u, err := url.Parse(p.Source); err != nil || u.Scheme != "https" || u.Host == "" {
			t.Errorf("%s: source %q", p.Name, p.Source)
		}
		if _, err := time.Parse("2006-01", p.Read); p.Read != "" && err != nil {
			t.Errorf("%s: read %q", p.Name, p.Read)
		}
		if got, ok := Find(p.Name); !ok || got.Host != p.Host {
			t.Errorf("Find(%q) = %v, %t", p.Name, got, ok)
		}
	}
	if got := ForHost("SMTP.gmail.com."); len(got) != 2 || got[0].Name != "gmail" {
		t.Errorf("ForHost = %v", got)
	}
}

const manual = "../../cmd/mailshot/manual/presets.md"

// The manual has all of them.
func TestManual(t *testing.T) {
	var b strings.Builder
	for _, p := range All() {
		host := "`host` is to be named"
		if p.Host != "" {
			host = fmt.Sprintf("%s:%d", p.Host, p.Port)
		}
		if p.TLS == "none" {
			host += ", no TLS"
		}
		limits := slices.Clone(p.Quotas)
		if p.Rate != "" {
			limits = append(limits, p.Rate)
		}
		about := p.Title + "."
		if len(p.SignIn) > 0 {
			about += " Signs in by " + strings.Join(p.SignIn, " or ") + ", as " + p.Username + "."
		}
		if p.Note != "" {
			about += " " + p.Note
		}
		source := p.Source
		if p.Read != "" {
			source += " (" + p.Read + ")"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s <%s> |\n", p.Name, host, strings.Join(limits, ", "), about, source)
	}
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), "| preset | server | limits | |\n|---|---|---|---|\n")
	if !ok {
		t.Fatalf("%s has no table of presets", manual)
	}
	_, tail, _ := strings.Cut(rest, "\n\n")
	want := head + "| preset | server | limits | |\n|---|---|---|---|\n" + b.String() + "\n" + tail
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
