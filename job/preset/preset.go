// Package preset knows mail providers by name: where their servers are, how one signs in, and what
// they take of an account in a time, with the page that says so.
package preset

import (
	"cmp"
	"net/netip"
	"path"
	"slices"
	"strings"
)

// A Preset is what is known of one kind of account at one provider.
type Preset struct {
	Name  string // as a job file names it
	Title string // as a person does
	Host  string // "": it differs from account to account, and the job says it
	Port  int
	TLS   string // implicit, starttls or none

	Hosts   []string // other servers for the same kind of account, as patterns of path.Match
	Also    []Way    // other ways in that the provider names
	Domains []string // of the addresses of private accounts

	SignIn   []string // of password, app password and oauth; none: nobody signs in
	OAuth    string   // the provider for `oauth` of a job file; "": none
	Username string   // what it is, in words; "" where nobody signs in

	Quotas     []string // recipients in a time, as delivery.quota has them
	Rate       string   // messages in a time, as delivery.rate has them; "": none is published
	Sessions   int      // at once; 0: it is not published
	PerSession int      // messages in one session; 0: it is not published

	SPF string // the domain whose SPF record has its servers, for include:; "": it is not known

	Servers Page   // that names host and port
	Limits  Page   // that tells the limits; zero: Servers does, or none are published
	Note    string // what else somebody has to know, in sentences
}

// A Way is how a server is reached.
type Way struct {
	Port int
	TLS  string // as a Preset has it
}

// A Page is one of the provider itself.
type Page struct {
	URL  string
	Read string // when its text was compared with the preset: a year and a month; "": it was not to be had
}

// LimitsPage returns the page that tells the limits.
func (p Preset) LimitsPage() Page {
	if p.Limits.URL != "" {
		return p.Limits
	}
	return p.Servers
}

// Takes reports whether the provider names this way in. A server on this machine has any.
func (p Preset) Takes(w Way) bool {
	return w == Way{p.Port, p.TLS} || slices.Contains(p.Also, w) || p.local()
}

// Find returns the preset of a name.
func Find(name string) (Preset, bool) {
	return first(func(p Preset) bool { return p.Name == name })
}

// All returns all presets, sorted by their names.
func All() []Preset {
	all := table()
	slices.SortFunc(all, func(a, b Preset) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// Names returns the names of all presets, sorted.
func Names() []string {
	var names []string
	for _, p := range All() {
		names = append(names, p.Name)
	}
	return names
}

// ForHost returns the presets of a host, whatever its capitals. What this machine serves may be anything,
// and has none.
func ForHost(host string) []Preset {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return slices.DeleteFunc(All(), func(p Preset) bool {
		return host == "" || p.local() || host != p.Host && !slices.ContainsFunc(p.Hosts, func(pattern string) bool {
			ok, _ := path.Match(pattern, host)
			return ok
		})
	})
}

// ForDomain returns the preset of a private account by the domain of its address, whatever its capitals.
func ForDomain(domain string) (Preset, bool) {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	return first(func(p Preset) bool { return slices.Contains(p.Domains, domain) })
}

// local reports whether the server is on this machine.
func (p Preset) local() bool {
	ip, _ := netip.ParseAddr(p.Host)
	return p.Host == "localhost" || ip.IsLoopback()
}

// table returns the presets. Limits are those of a page of the provider's; what differs from account to
// account, or is not published, is not among them.
func table() []Preset { return slices.Concat(accounts(), providers(), relays(), programs()) }

func first(ok func(Preset) bool) (Preset, bool) {
	all := table()
	if i := slices.IndexFunc(all, ok); i >= 0 {
		return all[i], true
	}
	return Preset{}, false
}
