package jobfile

import (
	"math/big"
	"regexp"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
	"mailshot/template/lazyregexp"
)

// A ColumnKind says how the cells of a column are read.
type ColumnKind int

// The kinds of columns. The zero value is a column of which the job file does not say it.
const (
	AnyColumn ColumnKind = iota
	TextColumn
	NumberColumn
	DateColumn
	YesNoColumn
)

// String returns the word of the job file, or "" for AnyColumn.
func (k ColumnKind) String() string {
	return [...]string{"", "text", "number", "date", "yes_no"}[k]
}

// A Column says what must hold of the cells of one column, in rows that get a letter. Blank cells
// are none of what Required does not ask for. The zero value says nothing.
type Column struct {
	Name string // as the header of the file has it
	Kind ColumnKind
	Form Text // how numbers or dates are written; zero: as it is for all columns
	// Range bounds the numbers, which are written as Go writes them, or the dates, which are
	// written as 2026-12-31.
	Range    Range
	Match    string   // a regular expression that compiles, for the whole cell; "" is none
	OneOf    []string // nil: whatever it is
	Unique   bool
	Required bool
	Line     int // of the job file
}

// Pattern returns the regular expression that a whole cell has to match, or nil if there is none.
func (c *Column) Pattern() *regexp.Regexp {
	if c.Match == "" {
		return nil
	}
	return regexp.MustCompile(wholeCell(c.Match))
}

func wholeCell(match string) string { return `\A(?:` + match + `)\z` }

// A Range is from one value to another, both included; "" is no bound.
type Range struct{ Least, Most string }

// columns decodes what must hold of columns.
func (d *decoder) columns(f field) []Column {
	if f.node.Kind != yaml.MappingNode {
		f.refuseHint("write {due: date, member_id: {unique: true}}",
			"must be a group of columns, not %s", kindOf(f.node))
		return nil
	}
	var columns []Column
	lines := map[string]int{}
	for sub := range f.pairs() {
		if first, ok := lines[sub.key]; ok {
			sub.refuse("is given twice; the first is in line %d", first)
			continue
		}
		lines[sub.key] = sub.line
		d.lines[sub.path] = sub.line
		columns = append(columns, sub.column())
	}
	return columns
}

// column decodes the kind of a column, or a group of keys.
func (f field) column() Column {
	c := Column{Name: f.key, Line: f.line}
	if !f.usable() {
		return c
	}
	if f.node.Kind == yaml.ScalarNode {
		word := ""
		short := f
		short.decl = f.decl.Short
		short.word(&word)
		for k := TextColumn; k <= YesNoColumn; k++ {
			if k.String() == word {
				c.Kind = k
			}
		}
		return c
	}
	s := f.section()
	if !s.broken && !s.strange && !s.counted() {
		f.refuseHint(f.decl.Hint, "says nothing")
	}
	c.kinds(s)
	c.values(s)
	s.truth("unique", &c.Unique)
	s.truth("required", &c.Required)
	return c
}

// kinds reads the keys that say how the cells are read, of which one column has one.
func (c *Column) kinds(s section) {
	if f, ok := s.get("number", keys.Text); ok && c.setKind(f, NumberColumn) {
		c.number(f)
	}
	if f, ok := s.get("date", keys.Text); ok && c.setKind(f, DateColumn) {
		c.date(f)
	}
	c.plainKind(s, "yes_no", YesNoColumn)
	c.plainKind(s, "text", TextColumn)
	f, ok := s.get("form", keys.Text)
	if !ok {
		return
	}
	form, ok := f.plain()
	switch {
	case !ok:
	case c.Kind != NumberColumn && c.Kind != DateColumn:
		f.refuse("is how numbers or dates are written, and needs `number` or `date` beside it")
	case c.Form.Value != "":
		f.refuse("is told by `date` already, in line %d", c.Form.Line)
	default:
		c.Form = Text{Value: form, Line: f.line}
		c.checkForm(f)
	}
}

// plainKind reads a kind of which nothing more can be said.
func (c *Column) plainKind(s section, key string, kind ColumnKind) {
	is := false
	f, ok := s.truth(key, &is)
	switch {
	case ok && is:
		c.setKind(f, kind)
	case ok && isFalse(f.node):
		f.refuseHint("leave the key out", "can only be true")
	}
}

func isFalse(n *yaml.Node) bool {
	return n.ShortTag() == "!!bool" && strings.EqualFold(n.Value, "false")
}

// setKind sets the kind of the column, and reports whether it had none yet.
func (c *Column) setKind(f field, kind ColumnKind) bool {
	if c.Kind != AnyColumn {
		f.refuse("can't be beside `%s`: a column is of one kind", c.Kind)
		return false
	}
	c.Kind = kind
	return true
}

// number reads true, or the range of the numbers.
func (c *Column) number(f field) {
	text, ok := f.plain()
	if !ok || isTrue(f.node) {
		return
	}
	var bad bool
	c.Range, bad = f.ranged(text, func(a string) (*big.Rat, bool) {
		if !decimal().MatchString(a) {
			return nil, false
		}
		return new(big.Rat).SetString(a)
	})
	if bad {
		f.refuse("must be true or a range such as 0..5000, 0.. or ..99.95, not %s", show(text))
	}
}

// decimal matches a number as Go writes it.
var decimal = lazyregexp.New(`^-?[0-9]+(\.[0-9]+)?$`)

// date reads true, the range of the dates, or how they are written.
func (c *Column) date(f field) {
	text, ok := f.plain()
	if !ok || isTrue(f.node) {
		return
	}
	if !strings.Contains(text, "..") {
		c.Form = Text{Value: text, Line: f.line}
		c.checkForm(f)
		return
	}
	var bad bool
	c.Range, bad = f.ranged(text, func(a string) (*big.Rat, bool) {
		t, err := time.Parse(time.DateOnly, a)
		return new(big.Rat).SetInt64(t.Unix()), err == nil
	})
	if bad {
		f.refuse("must be true, how the dates are written, or a range such as 2026-01-01..2026-12-31, not %s", show(text))
	}
}

// ranged returns the range that text is, whose bounds have the values that value gives. Where it is
// none, bad is true unless the fault was told.
func (f field) ranged(text string, value func(string) (*big.Rat, bool)) (r Range, bad bool) {
	least, most, ok := strings.Cut(text, "..")
	if !ok || least+most == "" {
		return Range{}, true
	}
	low, lowOK := value(least)
	high, highOK := value(most)
	if least != "" && !lowOK || most != "" && !highOK {
		return Range{}, true
	}
	if lowOK && highOK && low.Cmp(high) > 0 {
		f.refuse("ends before it begins: %s", show(text))
		return Range{}, false
	}
	return Range{least, most}, false
}

func isTrue(n *yaml.Node) bool { return n.ShortTag() == "!!bool" && strings.EqualFold(n.Value, "true") }

// values reads the keys that say what stands in the cells.
func (c *Column) values(s section) {
	if f, ok := s.get("match", keys.Text); ok {
		c.Match = f.pattern()
	}
	if f, ok := s.get("one_of", keys.Text); ok {
		c.OneOf = f.words()
	}
}

// pattern returns a regular expression for whole cells.
func (f field) pattern() string {
	text, ok := f.plain()
	if !ok {
		return ""
	}
	_, err := regexp.Compile(text) // as it is written, so that the error shows that
	if err == nil {
		_, err = regexp.Compile(wholeCell(text))
	}
	if err != nil {
		f.refuse("must be a regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		return ""
	}
	return text
}

// words returns a list of texts, each of them once.
func (f field) words() []string {
	if f.node.Kind != yaml.SequenceNode {
		f.refuseHint(f.decl.Hint, "must be a list, not %s", kindOf(f.node))
		return nil
	}
	var words []string
	have := map[string]bool{}
	for _, item := range f.items() {
		word, ok := item.plain()
		switch {
		case !ok:
		case strings.TrimSpace(word) != word:
			item.refuse("has a value with spaces at its ends: %s", show(word))
		case have[word]:
			item.refuse("has %s twice", show(word))
		default:
			words = append(words, word)
			have[word] = true
		}
	}
	if len(f.node.Content) == 0 {
		f.refuse("is empty")
	}
	return words
}
