package jobfile

import (
	"math/big"
	"regexp"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/fields"
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
func (d *decoder) columns(f fields.Field) []Column {
	if f.Node.Kind != yaml.MappingNode {
		f.RefuseHint("write {due: date, member_id: {unique: true}}",
			"must be a group of columns, not %s", fields.KindOf(f.Node))
		return nil
	}
	var columns []Column
	lines := map[string]int{}
	for sub := range f.Pairs() {
		if first, ok := lines[sub.Key]; ok {
			sub.Refuse("is given twice; the first is in line %d", first)
			continue
		}
		lines[sub.Key] = sub.Line
		d.Lines[sub.Path] = sub.Line
		columns = append(columns, columnIn(sub))
	}
	return columns
}

// columnIn decodes the kind of a column, or a group of keys.
func columnIn(f fields.Field) Column {
	c := Column{Name: f.Key, Line: f.Line}
	if !f.Usable() {
		return c
	}
	if f.Node.Kind == yaml.ScalarNode {
		word := ""
		short := f
		short.Decl = f.Decl.Short
		short.Word(&word)
		for k := TextColumn; k <= YesNoColumn; k++ {
			if k.String() == word {
				c.Kind = k
			}
		}
		return c
	}
	s := f.Section()
	if !s.Broken && !s.Strange && !s.Counted() {
		f.RefuseHint(f.Decl.Hint, "says nothing")
	}
	c.kinds(s)
	c.values(s)
	s.Truth("unique", &c.Unique)
	s.Truth("required", &c.Required)
	return c
}

// kinds reads the keys that say how the cells are read, of which one column has one.
func (c *Column) kinds(s fields.Section) {
	if f, ok := s.Get("number", keys.Text); ok && c.setKind(f, NumberColumn) {
		c.number(f)
	}
	if f, ok := s.Get("date", keys.Text); ok && c.setKind(f, DateColumn) {
		c.date(f)
	}
	c.plainKind(s, "yes_no", YesNoColumn)
	c.plainKind(s, "text", TextColumn)
	f, ok := s.Get("form", keys.Text)
	if !ok {
		return
	}
	form, ok := f.Plain()
	switch {
	case !ok:
	case c.Kind != NumberColumn && c.Kind != DateColumn:
		f.Refuse("is how numbers or dates are written, and needs `number` or `date` beside it")
	case c.Form.Value != "":
		f.Refuse("is told by `date` already, in line %d", c.Form.Line)
	default:
		c.Form = Text{Value: form, Line: f.Line}
		c.checkForm(f)
	}
}

// plainKind reads a kind of which nothing more can be said.
func (c *Column) plainKind(s fields.Section, key string, kind ColumnKind) {
	is := false
	f, ok := s.Truth(key, &is)
	switch {
	case ok && is:
		c.setKind(f, kind)
	case ok && isFalse(f.Node):
		f.RefuseHint("leave the key out", "can only be true")
	}
}

func isFalse(n *yaml.Node) bool {
	return n.ShortTag() == "!!bool" && strings.EqualFold(n.Value, "false")
}

// setKind sets the kind of the column, and reports whether it had none yet.
func (c *Column) setKind(f fields.Field, kind ColumnKind) bool {
	if c.Kind != AnyColumn {
		f.Refuse("can't be beside `%s`: a column is of one kind", c.Kind)
		return false
	}
	c.Kind = kind
	return true
}

// number reads true, or the range of the numbers.
func (c *Column) number(f fields.Field) {
	text, ok := f.Plain()
	if !ok || isTrue(f.Node) {
		return
	}
	var bad bool
	c.Range, bad = rangeIn(f, text, func(a string) (*big.Rat, bool) {
		if !decimal().MatchString(a) {
			return nil, false
		}
		return new(big.Rat).SetString(a)
	})
	if bad {
		f.Refuse("must be true or a range such as 0..5000, 0.. or ..99.95, not %s", fields.Show(text))
	}
}

// decimal matches a number as Go writes it.
var decimal = lazyregexp.New(`^-?[0-9]+(\.[0-9]+)?$`)

// date reads true, the range of the dates, or how they are written.
func (c *Column) date(f fields.Field) {
	text, ok := f.Plain()
	if !ok || isTrue(f.Node) {
		return
	}
	if !strings.Contains(text, "..") {
		c.Form = Text{Value: text, Line: f.Line}
		c.checkForm(f)
		return
	}
	var bad bool
	c.Range, bad = rangeIn(f, text, func(a string) (*big.Rat, bool) {
		t, err := time.Parse(time.DateOnly, a)
		return new(big.Rat).SetInt64(t.Unix()), err == nil
	})
	if bad {
		f.Refuse("must be true, how the dates are written, or a range such as 2026-01-01..2026-12-31, not %s", fields.Show(text))
	}
}

// rangeIn returns the range that text is, whose bounds have the values that value gives. Where it is
// none, bad is true unless the fault was told.
func rangeIn(f fields.Field, text string, value func(string) (*big.Rat, bool)) (r Range, bad bool) {
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
		f.Refuse("ends before it begins: %s", fields.Show(text))
		return Range{}, false
	}
	return Range{least, most}, false
}

func isTrue(n *yaml.Node) bool { return n.ShortTag() == "!!bool" && strings.EqualFold(n.Value, "true") }

// values reads the keys that say what stands in the cells.
func (c *Column) values(s fields.Section) {
	if f, ok := s.Get("match", keys.Text); ok {
		c.Match = patternIn(f)
	}
	if f, ok := s.Get("one_of", keys.Text); ok {
		c.OneOf = wordsIn(f)
	}
}

// patternIn returns a regular expression for whole cells.
func patternIn(f fields.Field) string {
	text, ok := f.Plain()
	if !ok {
		return ""
	}
	_, err := regexp.Compile(text) // as it is written, so that the error shows that
	if err == nil {
		_, err = regexp.Compile(wholeCell(text))
	}
	if err != nil {
		f.Refuse("must be a regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		return ""
	}
	return text
}

// wordsIn returns a list of texts, each of them once.
func wordsIn(f fields.Field) []string {
	if f.Node.Kind != yaml.SequenceNode {
		f.RefuseHint(f.Decl.Hint, "must be a list, not %s", fields.KindOf(f.Node))
		return nil
	}
	var words []string
	have := map[string]bool{}
	for _, item := range f.Items() {
		word, ok := item.Plain()
		switch {
		case !ok:
		case strings.TrimSpace(word) != word:
			item.Refuse("has a value with spaces at its ends: %s", fields.Show(word))
		case have[word]:
			item.Refuse("has %s twice", fields.Show(word))
		default:
			words = append(words, word)
			have[word] = true
		}
	}
	if len(f.Node.Content) == 0 {
		f.Refuse("is empty")
	}
	return words
}
