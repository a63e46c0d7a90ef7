// Package preset knows mail providers by name: where their servers are, how one signs in, and what
// they take of an account in a time, with the page that says so.
package preset

import (
	"cmp"
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

	SignIn   []string // of password, app password and oauth; none: nobody signs in
	OAuth    string   // the provider for `oauth` of a job file; "": none
	Username string   // what it is, in words; "" where nobody signs in

	Quotas     []string // recipients in a time, as delivery.quota has them
	Rate       string   // messages in a time, as delivery.rate has them; "": none is published
	Sessions   int      // at once; 0: it is not published
	PerSession int      // messages in one session; 0: it is not published

	SPF string // the domain whose SPF record has its servers, for include:; "": it is not known

	Source string // the page that says so, of the provider itself
	Read   string // when its text was compared with this: a year and a month; "": it was not to be had
	Note   string // what else somebody has to know, a sentence
}

// Find returns the preset of a name.
func Find(name string) (Preset, bool) {
	for _, p := range table() {
		if p.Name == name {
			return p, true
		}
	}
	return Preset{}, false
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

// ForHost returns the presets of a host, whatever its capitals.
func ForHost(host string) []Preset {
	var all []Preset
	for _, p := range All() {
		if p.Host != "" && strings.EqualFold(strings.TrimSuffix(host, "."), p.Host) {
			all = append(all, p)
		}
	}
	return all
}
