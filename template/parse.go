package template

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"unicode/utf8"

	"mailshot/template/branches"
	"mailshot/template/cell"
	"mailshot/template/function"
	"mailshot/template/htmltext"
	"mailshot/template/lazyregexp"
	"mailshot/template/words"
)

// A parser makes parts of sources.
type parser struct {
	columns   words.Columns
	forms     *cell.Forms
	used      func(column string)
	functions map[string]any // those that know no row
	branches  *branches.Set
	unnamed   bool // the mailing has no name
}

func newParser(c Config) parser {
	used := c.Used
	if used == nil {
		used = func(string) {}
	}
	return parser{columns: c.Columns, forms: &c.Forms, used: used, branches: c.Branches, unnamed: c.Mailing == "", functions: function.OfRun(function.Run{Now: c.Now, Mailing: c.Mailing})}
}

// parse parses and checks a template that may call those of included files; a nil in has none. With
// a syntax error the part is nil.
func (ps *parser) parse(in *include, field string, src Source) (*part, []*Error) {
	p, err := ps.parseAlone(field, src)
	if err != nil {
		return nil, []*Error{err}
	}
	if p.isStatic = onlyText(p.tmpl); p.isStatic {
		p.static = textOf(p.tmpl)
	}
	p.pieces = plainPieces(p.tmpl)
	if errs := p.join(in); len(errs) > 0 {
		return p, errs
	}
	return p, check(p, ps)
}

// parseAlone parses a template and checks nothing.
func (ps *parser) parseAlone(field string, src Source) (*part, *Error) {
	src.Text = strings.ReplaceAll(strings.TrimPrefix(src.Text, "\ufeff"), "\r\n", "\n")
	p := &part{field: field, src: src}
	if at, ok := invalidUTF8(src.Text); ok {
		f := words.Failf("not text in UTF-8").WithHint("save it with the encoding UTF-8")
		return nil, p.errorAt(at, f)
	}
	t := template.New(root).Option("missingkey=error").Funcs(ps.functions).Funcs(noRow())
	t, err := t.Parse(src.Text)
	if err != nil {
		return nil, syntaxError(p, err, ps.columns)
	}
	for _, t := range t.Templates() {
		if t.Tree != nil {
			ps.branches.Mark(t.Tree.Root, func(pos int) string { return p.errorAt(pos, words.Failf("")).Place() })
			askIn(t.Tree.Root)
		}
	}
	p.tmpl = t.Funcs(function.Asking())
	return p, nil
}

// noRow returns the functions that know a row, for a template that has none yet.
func noRow() map[string]any { return (&execution{}).functions() }

// parseLine parses a part that becomes one line of the message's header.
func (ps *parser) parseLine(field string, src Source) (*part, []*Error) {
	p, errs := ps.parse(nil, field, src)
	if p == nil || !p.isStatic {
		return p, errs
	}
	if _, err := p.line(p.static); err != nil {
		errs = append(errs, err)
	}
	return p, errs
}

// parseText parses a body, which is HTML if the field says so.
func (ps *parser) parseText(in *include, field string, src Source) (*part, []*Error) {
	p, errs := ps.parse(in, field, src)
	if p == nil {
		return nil, errs
	}
	if p.isStatic {
		if err := p.body(p.static); err != nil {
			errs = append(errs, err)
		}
	} else if field == "html" && len(errs) == 0 {
		errs = ps.makeHTML(p)
	}
	return p, errs
}

// makeHTML turns a part into one of HTML. Its templates are parsed and checked as those of a text;
// what is wrong with the HTML itself is found here.
func (ps *parser) makeHTML(p *part) []*Error {
	t, err := htmltext.Make(p.tmpl, ps.functions, noRow(), function.Asking())
	if he, ok := errors.AsType[*htmltext.Error](err); ok {
		return []*Error{p.htmlError(he)}
	}
	if err != nil {
		return []*Error{p.error(words.Failf("the HTML can't be used: %s", words.OneLine(err.Error())))}
	}
	p.html, p.pieces = t, nil
	return nil
}

// onlyText reports whether a template has nothing but text, so that it is the same for every row.
func onlyText(t *template.Template) bool {
	if t.Tree == nil || t.Tree.Root == nil {
		return true
	}
	for _, n := range t.Tree.Root.Nodes {
		if n.Type() != parse.NodeText {
			return false
		}
	}
	return true
}

// textOf returns the text of a template that has nothing else.
func textOf(t *template.Template) string {
	if t.Tree == nil || t.Tree.Root == nil {
		return ""
	}
	return t.Tree.Root.String()
}

// invalidUTF8 returns the offset of the first octet that is not UTF-8.
func invalidUTF8(s string) (int, bool) {
	if utf8.ValidString(s) {
		return 0, false
	}
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i, true
			}
		}
	}
	return 0, false
}

// begun matches the message about an action that does not end. The place to look at is where it
// begins.
var begun = lazyregexp.New(`^unclosed action started at ` + regexp.QuoteMeta(root) + `:(\d+)$`)

var undefinedFunction = lazyregexp.New(`^function "(.*)" not defined$`)

// syntaxError tells a syntax error in our words.
func syntaxError(p *part, err error, c words.Columns) *Error {
	at, ok := placed(err.Error())
	if !ok {
		return p.error(words.Failf("the template can't be read: %s", words.OneLine(err.Error())))
	}
	if m := begun().FindStringSubmatch(at.message); m != nil {
		at.line, _ = strconv.Atoi(m[1])
	}
	if m := undefinedFunction().FindStringSubmatch(at.message); m != nil {
		return p.errorIn(at.line, 0, noFunction(c, m[1]))
	}
	if f := foreignSyntax(p, at.line, c); f != nil {
		return p.errorIn(at.line, 0, f)
	}
	f, ok := words.Explain(parseRules(), at.message)
	if !ok {
		f = words.Failf("%s", strings.ReplaceAll(words.OneLine(at.message), root, "line"))
	}
	return p.errorIn(at.line, 0, f)
}
