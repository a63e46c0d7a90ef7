package plan

import (
	"slices"

	"mailshot/job/mailing"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// A planner decides about rows.
type planner struct {
	t     *recipients.Table
	h     *mailing.History
	p     Params
	keys  map[string]bool // that are asked for; nil: all
	c     *changes
	plan  *Plan
	taken int // rows that are selected
}

// all decides about all rows anew.
func (d *planner) all() error {
	d.plan, d.taken = &Plan{MessageIDs: make(map[int]string), table: d.t, again: d.typed(d.p.Again), keys: d.typed(d.p.Keys)}, 0
	d.c.begin()
	return d.t.Each(func(r *recipients.Row, _ uint64) {
		st := d.c.look(r)
		if d.p.takes(r.Number, r.Key, d.keys) {
			d.taken++
			d.decide(r, st)
		}
	})
}

// typed returns keys that were typed as the rows have them, each once.
func (d *planner) typed(all []string) []string {
	var keys []string
	for _, typed := range all {
		if key := d.t.TypedKey(typed); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// decide decides about a row by its state.
func (d *planner) decide(r *recipients.Row, st result.State) {
	why, bad := d.t.Rejected.Of(r.Number)
	excluded := d.t.Excluded.Of(r.Number) != recipients.Included
	switch {
	case len(d.p.Again) > 0 && (bad || excluded):
		// told when all letters were looked at, if it is the row that is meant
	case excluded:
		d.plan.exclude(r, d.keys != nil)
	case bad:
		d.decideBad(r, why, st)
	default:
		d.decideGood(r, st)
	}
}

// decideBad decides about a row that is bad. Where it was delivered, that it is
// bad today changes nothing.
func (d *planner) decideBad(r *recipients.Row, why recipients.Reason, st result.State) {
	v := d.p.decide(st)
	if why.Equal && d.c.stops(r, st, leaveSent) {
		return
	}
	if why.Equal && v == take && st.Status == result.Unknown {
		v = leaveUnknown // which it stays: its address has its letter by another row
	}
	if why.Own && !d.p.Test && (v == leaveSent || v == leaveUnknown) {
		d.plan.count(v)
		return
	}
	d.plan.skip(r.Number, why)
	if d.keys != nil && why.Duplicate {
		d.plan.name(r, d.t.Rejected.Why(r).Text)
	}
}

func (d *planner) decideGood(r *recipients.Row, st result.State) {
	if d.p.Test {
		st = result.State{}
	}
	v := d.p.decide(st)
	if d.c.stops(r, st, v) {
		return // told when all rows were looked at
	}
	if as, ok := d.c.skips(r, st, v); ok {
		v = as
	}
	switch {
	case v != take && !d.c.sends(r):
		d.plan.count(v)
	default:
		d.plan.Send.Add(r.Number)
		d.plan.Waves[waveOf(st)].Add(r.Number)
	}
}

// waveOf returns in which wave a row is sent: what failed before waits for what was
// not tried, so that rows that fail again hold up none.
func waveOf(st result.State) int {
	switch {
	case st.Status == result.Failed && st.Class == result.Permanent:
		return 2
	case st.Status == result.Failed, st.Status == result.Unknown:
		return 1
	}
	return 0
}

// limit leaves rows for later, the last waves first.
func (p *Plan) limit(most int) {
	if most == 0 {
		return
	}
	taken := 0
	for i := range p.Waves {
		for n := range p.Waves[i].All() {
			if taken++; taken > most {
				p.Send.Remove(n)
				p.Left.Later++
			}
		}
	}
}
