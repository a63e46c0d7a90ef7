package quota

import (
	"bytes"
	"slices"
	"time"

	"mailshot/job/jobfile/when"
)

// slack is how much longer the recipients of a block count that has no end: its messages may have
// reached theirs so long after it was reserved.
const slack = hold + 30*time.Minute

// A book is what the lines of a ledger say.
type book struct {
	size  int64 // octets of whole lines
	torn  bool  // there is more, without the end of a line
	lines int

	entries []*entry
	byID    map[string]*entry
	last    time.Time // of all lines
	full    line      // the last of its kind that nothing was sent after; the zero line: there is none
	fullAt  int       // its number among the lines
}

// An entry is a block of recipients.
type entry struct {
	id    string
	at    time.Time // from when on they count
	n     int
	begun int // the number of the line that reserved it
}

// take reads what was appended.
func (b *book) take(data []byte) {
	for {
		text, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole {
			b.torn = len(data) > 0
			return
		}
		b.size += int64(len(text)) + 1
		data = rest
		b.lines++
		if l, ok := parseLine(string(text)); ok {
			b.add(&l)
		}
	}
}

func (b *book) add(l *line) {
	if l.time.After(b.last) {
		b.last = l.time
	}
	switch l.kind {
	case lineReserve:
		b.put(&entry{id: l.id, at: l.time.Add(slack), n: l.n, begun: b.lines})
	case lineEnd:
		e := b.byID[l.id]
		if e == nil {
			e = b.put(&entry{id: l.id}) // its beginning is forgotten
		}
		e.at, e.n = l.time, l.n
		if l.n > 0 && e.begun > b.fullAt {
			b.full = line{} // it takes messages again
		}
	case lineFull:
		b.full, b.fullAt = *l, b.lines
	}
}

func (b *book) put(e *entry) *entry {
	if b.byID == nil {
		b.byID = make(map[string]*entry)
	}
	b.byID[e.id] = e
	b.entries = append(b.entries, e)
	return e
}

// prune forgets what no quota of a time counts any more. The end of a block that was forgotten
// counts by itself.
func (b *book) prune(now time.Time, longest time.Duration) {
	b.entries = slices.DeleteFunc(b.entries, func(e *entry) bool {
		over := !e.at.Add(longest).After(now)
		if over && b.byID[e.id] == e {
			delete(b.byID, e.id)
		}
		return over
	})
}

// spent returns what counts, in the order of time.
func (b *book) spent() []when.Spend {
	all := make([]when.Spend, 0, len(b.entries))
	for _, e := range b.entries {
		if e.n > 0 {
			all = append(all, when.Spend{At: e.at, N: e.n})
		}
	}
	slices.SortFunc(all, func(x, y when.Spend) int { return x.At.Compare(y.At) })
	return all
}
