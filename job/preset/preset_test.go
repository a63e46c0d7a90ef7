package preset

import (
	"flag"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/jobfile/when"
	"mailshot/template/lazyregexp"
)

var update = flag.Bool("update", false, "write the table of the manual anew")

var domain = lazyregexp.New(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)

// Each preset can be used as it is.
func TestPresets(t *testing.T) {
	t.Parallel()
	names := Names()
	if len(names) < 28 || !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("names %q: want 28 at least, sorted, each once", names)
	}
	for _, p := range All() {
		for _, complaint := range complaints(p) {
			t.Errorf("%s: %s", p.Name, complaint)
		}
		if got, ok := Find(p.Name); !ok || got.Host != p.Host {
			t.Errorf("Find(%q) = %v, %t", p.Name, got, ok)
		}
	}
}

// What is wrong with a preset is found.
func TestComplaints(t *testing.T) {
	t.Parallel()
	good := Preset{
		Name: "club", Title: "a club", Host: "smtp.club.example", Port: 465, TLS: "implicit", Hosts: []string{"smtp.*.club.example"},
		Also: []Way{{587, "starttls"}}, Domains: []string{"club.example"}, SignIn: []string{"password", "oauth"}, OAuth: "google",
		Username: "the whole address", Quotas: []string{"500/24h"}, Rate: "30/min", Servers: Page{"https://club.example/help", "2026-12"}, Note: "A sentence.",
	}
	if got := complaints(good); got != nil {
		t.Fatalf("a good preset: %q", got)
	}
	for name, spoil := range map[string]func(p *Preset){
		"no title":                 func(p *Preset) { p.Title = "" },
		"a name that is no word":   func(p *Preset) { p.Name = "The Club" },
		"a host with capitals":     func(p *Preset) { p.Host = "SMTP.club.example" },
		"a host with a port":       func(p *Preset) { p.Host = "smtp.club.example:465" },
		"no host and no others":    func(p *Preset) { p.Host, p.Hosts = "", nil },
		"a bad pattern":            func(p *Preset) { p.Hosts = []string{"[smtp.club.example"} },
		"a port of another TLS":    func(p *Preset) { p.Port = 587 },
		"another way of no TLS":    func(p *Preset) { p.Also = []Way{{25, "none"}} },
		"a domain with capitals":   func(p *Preset) { p.Domains = []string{"Club.example"} },
		"an unknown sign-in":       func(p *Preset) { p.SignIn = []string{"app-password", "oauth"} },
		"nobody signs in, as whom": func(p *Preset) { p.SignIn, p.OAuth = nil, "" },
		"oauth without a provider": func(p *Preset) { p.OAuth = "" },
		"an unknown provider":      func(p *Preset) { p.OAuth = "club" },
		"a quota that is none":     func(p *Preset) { p.Quotas = []string{"500 a day"} },
		"a rate that is none":      func(p *Preset) { p.Rate = "30" },
		"a page without TLS":       func(p *Preset) { p.Servers.URL = "http://club.example/help" },
		"no page":                  func(p *Preset) { p.Servers = Page{} },
		"a date that is none":      func(p *Preset) { p.Servers.Read = "December" },
		"limits that nobody read":  func(p *Preset) { p.Servers.Read = "" },
		"limits of an unread page": func(p *Preset) { p.Limits = Page{URL: "https://club.example/limits"} },
		"a note that is cut":       func(p *Preset) { p.Note = "A sentence" },
	} {
		p := good
		spoil(&p)
		if len(complaints(p)) == 0 {
			t.Errorf("%s: no complaint", name)
		}
	}
}

// complaints says what is wrong with a preset.
func complaints(p Preset) (all []string) {
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	bad(p.Name == "" || strings.Trim(p.Name, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "", "its name")
	bad(p.Title == "", "no title")
	_, err := netip.ParseAddr(p.Host)
	bad(p.Host != "" && p.Host != "localhost" && err != nil && !domain().MatchString(p.Host) || p.Host == "" && len(p.Hosts) == 0, "host %q", p.Host)
	for _, pattern := range p.Hosts {
		_, err := path.Match(pattern, "")
		bad(err != nil || !domain().MatchString(strings.ReplaceAll(pattern, "*", "x")), "host %q", pattern)
	}
	for _, d := range p.Domains {
		bad(!domain().MatchString(d), "domain %q", d)
	}
	ports := map[string][]int{"implicit": {465, 2465, 8465}, "starttls": {587, 25, 2525, 2587, 8025, 1025}, "none": {25}}
	bad(!slices.Contains(ports[p.TLS], p.Port), "port %d with %q", p.Port, p.TLS)
	for _, w := range p.Also {
		bad(w.TLS == "none" || !slices.Contains(ports[w.TLS], w.Port), "port %d with %q", w.Port, w.TLS)
	}
	bad((len(p.SignIn) == 0) != (p.Username == "") || slices.Contains(p.SignIn, "oauth") != (p.OAuth != ""), "%q signs in by %q, OAuth %q", p.Username, p.SignIn, p.OAuth)
	bad(slices.ContainsFunc(p.SignIn, func(s string) bool { return !slices.Contains([]string{"password", "app password", "oauth"}, s) }), "signs in by %q", p.SignIn)
	bad(!slices.Contains([]string{"", "google", "microsoft"}, p.OAuth), "OAuth %q", p.OAuth)
	bad(p.Note != "" && !strings.HasSuffix(p.Note, "."), "note %q", p.Note)
	return append(all, badLimits(p)...)
}

// badLimits says what is wrong with the limits of a preset and with its pages.
func badLimits(p Preset) (all []string) {
	for _, q := range p.Quotas {
		if _, err := when.ParseQuota(q); err != nil {
			all = append(all, fmt.Sprintf("quota %s: %v", q, err))
		}
	}
	if _, err := when.ParseRate(p.Rate); p.Rate != "" && err != nil {
		all = append(all, fmt.Sprintf("rate %s: %v", p.Rate, err))
	}
	for _, page := range []Page{p.Servers, p.LimitsPage()} {
		u, err := url.Parse(page.URL)
		_, noDate := time.Parse("2006-01", page.Read)
		if err != nil || u.Scheme != "https" || u.Host == "" || page.Read != "" && noDate != nil {
			all = append(all, fmt.Sprintf("page %+v", page))
		}
	}
	if (len(p.Quotas) > 0 || p.Rate != "" || p.Sessions > 0 || p.PerSession > 0) && p.LimitsPage().Read == "" {
		all = append(all, "limits of a page that was not read")
	}
	return all
}

// A server is known by all its names, and what this machine serves by none.
func TestForHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"SMTP.gmail.com.":                     "gmail google-workspace",
		"smtp.zoho.eu":                        "zoho",
		"email-smtp.eu-west-1.amazonaws.com":  "amazon-ses",
		"email-smtp.amazonaws.com.evil.test":  "",
		"smtp-broadcasts.postmarkapp.com":     "postmark",
		"smtp.club.example":                   "",
		"localhost":                           "",
		"127.0.0.1":                           "",
		"":                                    "",
		"email-smtp.us-east-1.amazonaws.com.": "amazon-ses",
	} {
		var names []string
		for _, p := range ForHost(host) {
			names = append(names, p.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("ForHost(%q) = %q, want %q", host, got, want)
		}
	}
}

// The domain of a private address tells its provider, and no domain tells two.
func TestForDomain(t *testing.T) {
	t.Parallel()
	for domain, want := range map[string]string{
		"gmail.com": "gmail", "GoogleMail.com": "gmail", "hotmail.de": "outlook.com", "gmx.de": "gmx", "web.de.": "web.de", "icloud.com": "icloud",
		"yahoo.co.uk": "yahoo", "t-online.de": "t-online", "pm.me": "proton-bridge", "club.example": "", "": "",
	} {
		if p, ok := ForDomain(domain); p.Name != want || ok != (want != "") {
			t.Errorf("ForDomain(%q) = %q, %t; want %q", domain, p.Name, ok, want)
		}
	}
	seen := map[string]string{}
	for _, p := range All() {
		for _, d := range p.Domains {
			if seen[d] != "" {
				t.Errorf("%s is a domain of %s and of %s", d, seen[d], p.Name)
			}
			seen[d] = p.Name
		}
	}
}

// A way in is known if the provider names it; a server on this machine has any.
func TestTakes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		preset string
		way    Way
		want   bool
	}{
		{"gmail", Way{587, "starttls"}, true},
		{"gmail", Way{465, "implicit"}, true},
		{"gmail", Way{465, "starttls"}, false},
		{"gmail", Way{25, "none"}, false},
		{"proton-bridge", Way{1026, "starttls"}, true},
	} {
		p, _ := Find(tt.preset)
		if got := p.Takes(tt.way); got != tt.want {
			t.Errorf("%s takes %v: %t", tt.preset, tt.way, got)
		}
	}
}
