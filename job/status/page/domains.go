package page

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"mailshot/job/result"
)

// mostDomains is how many domains are told apart at once.
const mostDomains = 2000

// domains counts rows by the domains of their addresses. Where there are more of them than are told
// apart, a first pass finds those that may have the most rows, by the algorithm of Misra and Gries
// ("Finding repeated elements", 1982): every domain with more than one in mostDomains of all rows is
// among them. A second pass counts these. The zero value is ready for the first pass.
type domains struct {
	of      map[string]*outcomes
	others  outcomes // of the second pass
	crowded bool     // the counts are too small
	fixed   bool     // the second pass
}

// outcomes are numbers of rows by state.
type outcomes struct{ Sent, Temporary, Permanent, Unknown int }

func (o *outcomes) add(r *result.Record) {
	switch {
	case r.Status == result.Sent:
		o.Sent++
	case r.Status == result.Unknown:
		o.Unknown++
	case r.Class == result.Temporary:
		o.Temporary++
	default:
		o.Permanent++
	}
}

func (o *outcomes) addAll(p *outcomes) {
	o.Sent += p.Sent
	o.Temporary += p.Temporary
	o.Permanent += p.Permanent
	o.Unknown += p.Unknown
}

func (o *outcomes) total() int { return o.Sent + o.Failed() + o.Unknown }

// Failed returns how many have failed.
func (o *outcomes) Failed() int { return o.Temporary + o.Permanent }

// add counts the row of a record.
func (d *domains) add(r *result.Record) {
	name := strings.ToLower(clip(r.Recipient[strings.LastIndexByte(r.Recipient, '@')+1:], mostName))
	o := d.of[name]
	switch {
	case o != nil:
	case d.fixed:
		o = &d.others
	case len(d.of) == mostDomains:
		d.thin()
		return
	default:
		if d.of == nil {
			d.of = make(map[string]*outcomes)
		}
		o = &outcomes{}
		d.of[strings.Clone(name)] = o
	}
	o.add(r)
}

// thin takes one row from each domain, and so makes room. What a domain has by then counts no more by
// state.
func (d *domains) thin() {
	d.crowded = true
	for name, o := range d.of {
		if *o = (outcomes{Sent: o.total() - 1}); o.Sent == 0 {
			delete(d.of, name)
		}
	}
}

// chosen returns what counts the domains of the first pass exactly.
func (d *domains) chosen() domains {
	next := domains{of: make(map[string]*outcomes, len(d.of)), fixed: true}
	for name := range d.of {
		next.of[name] = &outcomes{}
	}
	return next
}

// A domain is rows with addresses in it.
type domain struct {
	Name string
	outcomes
}

// list returns the domains with the most rows, of at least so many, and the sum of the others.
func (d *domains) list(most, least int) (all []domain, others outcomes) {
	others = d.others
	for name := range maps.Keys(d.of) {
		all = append(all, domain{name, *d.of[name]})
	}
	slices.SortFunc(all, func(a, b domain) int {
		return cmp.Or(cmp.Compare(b.total(), a.total()), cmp.Compare(a.Name, b.Name))
	})
	n := 0
	for n < len(all) && n < most && all[n].total() >= least {
		n++
	}
	for i := range all[n:] {
		others.addAll(&all[n+i].outcomes)
	}
	return all[:n], others
}
