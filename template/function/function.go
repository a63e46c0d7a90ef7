package function

import (
	"fmt"
	"net/url"
	"strings"
	"text/template"
	"time"

	"mailshot/template/words"
)

// A Function is one function as users see it.
type Function struct {
	Name string
	Args string // in capitals, what it takes; "" if nothing
	Doc  string // what it gives, on one line, with an example where that helps

	bind binding
}

// A binding is how a function comes by what it knows beside its arguments: one of these is set.
type binding struct {
	always any           // the function itself, which knows nothing else
	ofRun  func(Run) any // makes one that knows the run
	ofRow  func(Row) any // makes one that knows the row
}

// A Run is what functions may know of the run.
type Run struct {
	Now     time.Time // when it began
	Mailing string    // the name of the mailing; "" if it has none
}

// A Row is the row of the moment. A function asks for it each time that it is called.
type Row interface {
	Cell(column string) (*Cell, error) // an error is one of the user's
	Key() string
	Number() int // from 1
	// FormatDate writes a date in a layout of package time, with the names of the letter's language.
	FormatDate(layout string, t time.Time) string
	// CheckLayout returns what the function of this name does; the same layout is asked for with each row.
	CheckLayout(layout string) *words.Failure
}

// All returns the functions, in the order of their names. A new function is one more entry here;
// what follows it last, where it can, is its subject, so that it can stand behind a |. The lists
// for users are made from this one by
//
//	go test ./template/function -update
func All() []Function {
	return []Function{
		{"address", "NAME ADDR", `a mailbox for reply_to, cc, bcc and sender: "Doe, Ann" <ann@club.example>`, always(address)},
		{"contains", "PART TEXT", "whether PART is in TEXT, or an item of a list", always(contains)},
		{"date", "LAYOUT VALUE", `a date, shown as the layout shows 2 January 2006: date "Monday, 2 January 2006" .due`, ofRow(func(r Row) any { return func(layout, value any) (string, error) { return date(r, layout, value) } })},
		{"default", "INSTEAD VALUE", `VALUE, or if it is blank INSTEAD: default "friend" .first_name`, always(fallback)},
		{"eq", "A B…", "whether A is B, or one of several", always(equal)},
		{"field", "NAME", `the cell of a column: field "First name"`, ofRow(func(r Row) any { return func(name any) (*Cell, error) { return field(r, name) } })},
		{"ge", "A B", "A >= B", always(ordered("ge", func(c int) bool { return c >= 0 }))},
		{"gt", "A B", "A > B", always(ordered("gt", func(c int) bool { return c > 0 }))},
		{"html", "TEXT", "escaped for HTML", always(onText("html", template.HTMLEscapeString))},
		{"index", "LIST N", "an item of a list, counted from 0; index . NAME is field NAME", always(index)},
		{"join", "SEP VALUE…", `values and lists in one text, blank ones left out: join ", " .street .city`, always(join)},
		{"js", "TEXT", "escaped for JavaScript", always(onText("js", template.JSEscapeString))},
		{"key", "", "the row's key", ofRow(func(r Row) any { return r.Key })},
		{"le", "A B", "A <= B", always(ordered("le", func(c int) bool { return c <= 0 }))},
		{"len", "TEXT", "the number of octets of a text, or of items in a list", always(length)},
		{"lower", "TEXT", "in small letters", always(onText("lower", strings.ToLower))},
		{"lt", "A B", "A < B", always(ordered("lt", func(c int) bool { return c < 0 }))},
		{"mailing", "", "the name of the mailing; empty if it has none", ofRun(func(r Run) any { return func() string { return r.Mailing } })},
		{"money", "LAYOUT VALUE", `an amount, shown as the layout shows 1234.50: money "1.234,50 €" .amount`, always(money)},
		{"ne", "A B", "whether A is not B", always(unequal)},
		{"now", "", `the start of the run: date "2 January 2006" (now.AddDate 0 0 14)`, ofRun(now)},
		{"number", "LAYOUT VALUE", `a number, shown as the layout shows 1234.50, rounded to its decimals: number "1,234" .km`, always(number)},
		{"plural", "N ONE MANY", `a word by a number: plural .seats "seat" "seats"`, always(plural)},
		{"print", "VALUE…", "values as one text", always(printed("print", fmt.Sprint))},
		{"printf", "FORMAT VALUE…", `values in a format: printf "%.1s" .first_name is the first letter, printf "%05d" .n`, always(printf)},
		{"println", "VALUE…", "values as one line", always(printed("println", fmt.Sprintln))},
		{"replace", "OLD NEW TEXT", "TEXT with each OLD made NEW", always(replace)},
		{"row", "", "the row's number, from 1", ofRow(func(r Row) any { return r.Number })},
		{"slice", "TEXT FROM TO", "a part of a text, counted in octets from 0, or of a list", always(part)},
		{"split", "SEP TEXT", `a list of the parts of TEXT, blank ones left out: range split ";" .seats`, always(split)},
		{"title", "TEXT", "Each Word With A Capital; what was all capitals becomes small", always(onText("title", title))},
		{"trim", "TEXT", "without white space around it", always(onText("trim", strings.TrimSpace))},
		{"upper", "TEXT", "in capitals", always(onText("upper", strings.ToUpper))},
		{"urlquery", "TEXT", "escaped for the query of a URL: ?name={{urlquery .first_name}}", always(onText("urlquery", url.QueryEscape))},
		{"yes", "VALUE", "whether a cell says yes, ja, true, 1, x …; no, nein, false, 0, n/a … and blank do not", always(yes)},
	}
}

func always(f any) binding          { return binding{always: f} }
func ofRun(f func(Run) any) binding { return binding{ofRun: f} }
func ofRow(f func(Row) any) binding { return binding{ofRow: f} }

// OfRun returns the functions that know no row, by name, for text/template's Funcs.
func OfRun(r Run) map[string]any {
	all := make(map[string]any)
	for _, f := range All() {
		switch {
		case f.bind.always != nil:
			all[f.Name] = f.bind.always
		case f.bind.ofRun != nil:
			all[f.Name] = f.bind.ofRun(r)
		}
	}
	return all
}

// OfRow returns the functions that know a row, by name: they look at r whenever they are called.
func OfRow(r Row) map[string]any {
	all := make(map[string]any)
	for _, f := range All() {
		if f.bind.ofRow != nil {
			all[f.Name] = f.bind.ofRow(r)
		}
	}
	return all
}

// Names returns the names of the functions, sorted.
func Names() []string {
	var all []string
	for _, f := range All() {
		all = append(all, f.Name)
	}
	return all
}

// field is the function of this name.
func field(r Row, name any) (*Cell, error) {
	column, err := text("field", name)
	if err != nil {
		return nil, err
	}
	return r.Cell(column)
}

// now is the function of this name.
func now(r Run) any {
	start := r.Now.Round(0) // without the monotonic reading, which would be printed
	return func() time.Time { return start }
}
