package preflight

import (
	"encoding/binary"
	"fmt"
	"strings"

	"mailshot/job/attachment"
	"mailshot/job/index"
	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// equals tell which rows have files of the same content, in some 24 octets a file.
// What costs more is looked at only where what costs less is the same: sizes, then
// pieces, then all of the content. They are made by one goroutine; the zero value
// knows none.
type equals struct {
	levels [3]level
	pairs  []string // in words, the first; at most problem.Listed
	n      int      // of pairs
}

// A level knows one trait of files.
type level struct {
	first   index.Index // by trait: the offset of the first row with such a file
	several index.Index // the traits that more than one file has
}

// trait returns what two equal files have in common at a level. ok is false for a
// file that can't be read any more: it was changed, and is refused when it is sent.
func trait(n int, f *attachment.File) (t string, ok bool) {
	var err error
	switch n {
	case 0:
		return string(binary.LittleEndian.AppendUint64(nil, uint64(f.Size))), true
	case 1:
		t, err = f.Sample()
	default:
		t, err = f.Content()
	}
	return t, err == nil
}

// A twin is a row with a file, in particular one that another row's is equal to.
type twin struct {
	row    *recipients.Row
	offset uint64
	file   attachment.File
}

// addContent takes in a file of a row that is sent, and returns the earlier row with
// an equal one; nil is none.
func (o *owners) addContent(t *twin) (*twin, error) { return o.addAt(0, t, true) }

// twinOf returns the row that is sent and has a file equal to that of a row that is
// not sent; nil is none.
func (o *owners) twinOf(t *twin) (*twin, error) { return o.addAt(0, t, false) }

func (o *owners) addAt(n int, t *twin, sent bool) (*twin, error) {
	key, ok := trait(n, &t.file)
	if !ok {
		return nil, nil
	}
	l := &o.equals.levels[n]
	last := n == len(o.equals.levels)-1
	if !last && l.hasSeveral(key) {
		return o.addAt(n+1, t, sent)
	}
	first, err := o.firstWith(n, key)
	switch {
	case err != nil:
		return nil, err
	case first == nil && sent:
		return nil, l.first.Add(key, t.offset)
	case first == nil:
		return nil, nil
	case last && first.row.Number == t.row.Number:
		return nil, nil
	case last:
		return first, nil
	}
	if err := l.several.Add(key, severalValue(key)); err != nil {
		return nil, err
	}
	if _, err := o.addAt(n+1, first, true); err != nil {
		return nil, err
	}
	return o.addAt(n+1, t, sent)
}

// severalValue returns what tells a trait from others of its hash in an index.
func severalValue(key string) uint64 {
	return binary.LittleEndian.Uint64([]byte(key[len(key)-8:])) % index.MaxValue
}

func (l *level) hasSeveral(key string) bool {
	_, ok := l.several.Find(key, func(v uint64) bool { return v == severalValue(key) })
	return ok
}

// firstWith returns the first row with a file of a trait; nil is none.
func (o *owners) firstWith(n int, key string) (found *twin, err error) {
	_, _ = o.equals.levels[n].first.Find(key, func(offset uint64) bool {
		r, e := o.spool.At(offset)
		if e != nil {
			err = e
			return true
		}
		for _, f := range o.filesOf(r) {
			if !f.Unique {
				continue
			}
			if t, ok := trait(n, &f); ok && t == key {
				found = &twin{r, offset, f}
			}
		}
		return found != nil
	})
	return found, err
}

// note keeps a pair of rows with equal files for the warning.
func (e *equals) note(earlier, later int, a, b string) {
	if e.n++; len(e.pairs) < problem.Listed {
		e.pairs = append(e.pairs, fmt.Sprintf("%d and %d (%s, %s)", earlier, later, a, b))
	}
}

// words returns the warning, or "" if there is none.
func (e *equals) words() string {
	if e.n == 0 {
		return ""
	}
	more := ""
	if n := e.n - len(e.pairs); n > 0 {
		more = fmt.Sprintf(", and %d more pairs", n)
	}
	return fmt.Sprintf("these rows have files of their own with the same content: %s%s", strings.Join(e.pairs, ", "), more)
}

func (e *equals) free() {
	for i := range e.levels {
		e.levels[i].first.Free()
		e.levels[i].several.Free()
	}
}
