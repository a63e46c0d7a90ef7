package reasons

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"mailshot/job/advice"
	"mailshot/job/result"
)

// A Reply is what the rows of a group have in common: what the server said to them, or
// what went wrong where it said nothing.
type Reply struct {
	Class    result.Class
	Stage    string
	Code     int // 0: there was no reply
	Enhanced string
	Pattern  string // of the reply's text, or of what went wrong; "…" stands for what differs
	Other    bool   // replies that were too many to tell apart; Enhanced and Pattern are empty
}

// A Group is rows that failed alike, or were skipped for the same.
type Group struct {
	Reply
	Count   int
	Example Example
	Names   []Name // the first of its rows, Example's included
	Varied  bool   // the texts of its rows are not all that of Example
}

// add takes another row with the text.
func (g *Group) add(r *result.Record, text string) {
	g.Count++
	g.Varied = g.Varied || advice.Clip(text, maxExample) != g.Example.Text
	if len(g.Names) < MaxNames {
		g.Names = append(g.Names, NameOf(r))
	}
}

// Told returns the text of the group's rows, or that of the first with how many have others like it.
func (g *Group) Told() string {
	if !g.Varied {
		return g.Example.Text
	}
	return fmt.Sprintf("%s, and %d like it", g.Example.Text, g.Count-1)
}

// A Name is a row.
type Name struct {
	Row            int
	Key, Recipient string
	Why            string // the beginning of why it was skipped, if it was
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
func (f *Group) Explain() (advice.Explanation, bool) {
	if f.Other {
		return advice.Explanation{}, false
	}
	return Explain(f.Stage, f.Code, f.Enhanced, f.Example.Text)
}

// Explain returns what a reply means, and whether that is known.
func Explain(stage string, code int, enhanced, text string) (advice.Explanation, bool) {
	if code == 0 {
		return advice.Explanation{}, false
	}
	x := advice.Explain(advice.Reply{Stage: stage, Code: code, Enhanced: enhanced, Text: text})
	return x, x.Known
}

const (
	// maxFailures is how many groups are told apart.
	maxFailures = 1000
	// maxOthers is how many there are at most for those that are not.
	maxOthers = 200
	// maxExample is the greatest length of a text in an example, in octets.
	maxExample = 4096
	// MaxNames is how many rows of a group are kept by name.
	MaxNames = 10
	// maxName is the greatest length of a key, an address or a reason in a name, in octets.
	maxName = 320
)

// Groups groups rows. Its memory is bounded, whatever servers say: when
// there are too many groups, those with one row are put together by class,
// stage and code, so that what is frequent stays apart. The zero value is
// ready.
type Groups struct {
	groups map[Reply]*Group
	total  int
	others int // groups that say so
	single int // groups with one row that do not
}

// Add counts the row of a record.
func (f *Groups) Add(r *result.Record) {
	if f.groups == nil {
		f.groups = make(map[Reply]*Group)
	}
	f.total++
	text := r.Reply
	if r.Code == 0 {
		text = r.Error
	}
	k := Reply{Class: r.Class, Stage: r.Stage, Code: r.Code, Enhanced: r.Enhanced, Pattern: advice.Pattern(text)}
	if g := f.groups[k]; g != nil {
		if g.add(r, text); g.Count == 2 {
			f.single--
		}
		return
	}
	k.Stage, k.Enhanced = keep(k.Stage, advice.MaxPattern), keep(k.Enhanced, advice.MaxPattern)
	example := Example{r.Time, r.Row, keep(r.Key, maxExample), keep(r.Recipient, maxExample), keep(text, maxExample)}
	f.put(&Group{Reply: k, Count: 1, Example: example, Names: []Name{NameOf(r)}})
}

// Total returns the number of rows.
func (f *Groups) Total() int { return f.total }

// NameOf returns the row of a record.
func NameOf(r *result.Record) Name {
	n := Name{Row: r.Row, Key: keep(r.Key, maxName), Recipient: keep(r.Recipient, maxName)}
	if r.Status == result.Skipped {
		n.Why = keep(r.Error, maxName)
	}
	return n
}

// keep returns a copy of a text that keeps nothing else in memory.
func keep(text string, octets int) string { return strings.Clone(advice.Clip(text, octets)) }

// put adds a group of one row that is not there, and makes room for it where
// that gains more than a little.
func (f *Groups) put(g *Group) {
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
func (f *Groups) merge(g *Group) {
	k := Reply{Class: g.Class, Stage: g.Stage, Code: g.Code, Other: true}
	if f.groups[k] == nil && f.others >= maxOthers {
		k = Reply{Class: g.Class, Other: true}
	}
	all := f.groups[k]
	if all == nil {
		f.others++
		f.groups[k] = &Group{Reply: k, Count: g.Count, Example: g.Example, Names: g.Names, Varied: g.Varied}
		return
	}
	all.absorb(g)
}

// absorb adds the rows of another group.
func (g *Group) absorb(o *Group) {
	g.Count += o.Count
	g.Varied = g.Varied || o.Varied || g.Example.Text != o.Example.Text
	g.Names = first(append(g.Names, o.Names...))
	if o.Example.Row < g.Example.Row {
		g.Example = o.Example
	}
}

// Merge adds the rows of other groups.
func (f *Groups) Merge(o *Groups) {
	if f.groups == nil {
		f.groups = make(map[Reply]*Group)
	}
	f.total += o.total
	for k, g := range o.groups {
		own := f.groups[k]
		switch {
		case own != nil:
			if own.Count == 1 && !k.Other {
				f.single--
			}
			own.absorb(g)
		case g.Other || len(f.groups)-f.others >= maxFailures:
			f.merge(g)
		default:
			f.groups[k] = g
			if g.Count == 1 {
				f.single++
			}
		}
	}
}

// List returns the groups, the greatest first.
func (f *Groups) List() []Group {
	all := make([]Group, 0, len(f.groups))
	for g := range maps.Values(f.groups) {
		all = append(all, *g)
	}
	slices.SortFunc(all, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), a.Reply.compare(&b.Reply))
	})
	return all
}

// compare orders replies, so that groups that are equally great have an order.
func (r *Reply) compare(o *Reply) int {
	return cmp.Or(cmp.Compare(r.Code, o.Code), cmp.Compare(r.Stage, o.Stage), cmp.Compare(r.Class, o.Class),
		cmp.Compare(r.Enhanced, o.Enhanced), cmp.Compare(r.Pattern, o.Pattern))
}
