package status

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"mailshot/job/advice"
	"mailshot/job/result"
)

// A Reply is what failed rows have in common: what the server said to them, or
// what went wrong where it said nothing.
type Reply struct {
	Class    result.Class
	Stage    string
	Code     int // 0: there was no reply
	Enhanced string
	Pattern  string // of the reply's text, or of what went wrong; "…" stands for what differs
	Other    bool   // replies that were too many to tell apart; Enhanced and Pattern are empty
}

// A Failure is a group of rows that failed alike.
type Failure struct {
	Reply
	Count   int
	Example Example
}

// An Example is the first row of a group.
type Example struct {
	Time      time.Time
	Row       int
	Key       string
	Recipient string
	Text      string // the reply as it was, or what went wrong
}

// Explain returns what the reply of the group means and what to do, and whether
// that is known.
func (f *Failure) Explain() (advice.Explanation, bool) {
	if f.Other {
		return advice.Explanation{}, false
	}
	return explain(f.Stage, f.Code, f.Enhanced, f.Example.Text)
}

const (
	// maxFailures is how many groups are told apart.
	maxFailures = 1000
	// maxOthers is how many there are at most for those that are not.
	maxOthers = 200
	// maxExample is the greatest length of a text in an example, in octets.
	maxExample = 4096
)

// failures groups failed rows. Its memory is bounded, whatever servers say: when
// there are too many groups, those with one row are put together by class,
// stage and code, so that what is frequent stays apart. The zero value is
// ready.
type failures struct {
	groups map[Reply]*Failure
	others int // groups that say so
	single int // groups with one row that do not
}

// add counts a failed row.
func (f *failures) add(r *result.Record) {
	if f.groups == nil {
		f.groups = make(map[Reply]*Failure)
	}
	text := r.Reply
	if r.Code == 0 {
		text = r.Error
	}
	k := Reply{Class: r.Class, Stage: r.Stage, Code: r.Code, Enhanced: r.Enhanced, Pattern: advice.Pattern(text)}
	if g := f.groups[k]; g != nil {
		if g.Count++; g.Count == 2 {
			f.single--
		}
		return
	}
	k.Stage, k.Enhanced = keep(k.Stage, advice.MaxPattern), keep(k.Enhanced, advice.MaxPattern)
	f.put(&Failure{k, 1, Example{r.Time, r.Row, keep(r.Key, maxExample), keep(r.Recipient, maxExample), keep(text, maxExample)}})
}

// keep returns a copy of a text that keeps nothing else in memory.
func keep(text string, octets int) string { return strings.Clone(advice.Clip(text, octets)) }

// put adds a group of one row that is not there, and makes room for it where
// that gains more than a little.
func (f *failures) put(g *Failure) {
	if len(f.groups)-f.others >= maxFailures && f.single >= maxFailures/10 {
		for k, rare := range f.groups {
			if rare.Count == 1 && !k.Other {
				delete(f.groups, k)
				f.single--
				f.merge(rare)
			}
		}
	}
	if len(f.groups)-f.others >= maxFailures {
		f.merge(g)
		return
	}
	f.groups[g.Reply] = g
	f.single++
}

// merge puts a group together with others like it.
func (f *failures) merge(g *Failure) {
	k := Reply{Class: g.Class, Stage: g.Stage, Code: g.Code, Other: true}
	if f.groups[k] == nil && f.others >= maxOthers {
		k = Reply{Class: g.Class, Other: true}
	}
	all := f.groups[k]
	if all == nil {
		f.others++
		f.groups[k] = &Failure{k, g.Count, g.Example}
		return
	}
	all.Count += g.Count
	if g.Example.Row < all.Example.Row {
		all.Example = g.Example
	}
}

// list returns the groups, the greatest first.
func (f *failures) list() []Failure {
	all := make([]Failure, 0, len(f.groups))
	for g := range maps.Values(f.groups) {
		all = append(all, *g)
	}
	slices.SortFunc(all, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), a.Reply.compare(&b.Reply))
	})
	return all
}

func (r *Reply) compare(o *Reply) int {
	return cmp.Or(cmp.Compare(r.Code, o.Code), cmp.Compare(r.Stage, o.Stage), cmp.Compare(r.Class, o.Class),
		cmp.Compare(r.Enhanced, o.Enhanced), cmp.Compare(r.Pattern, o.Pattern))
}
