package template

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	texttemplate "text/template"
	"text/template/parse"
)

// An htmlTemplate makes HTML: each value is escaped for the place where it
// stands. It is never executed itself.
type htmlTemplate struct{ tmpl *template.Template }

// makeHTML makes a part one of HTML. Its templates are parsed and checked as
// those of a text; what html/template finds beyond that is told here.
func (p *part) makeHTML(s *Set) []*Error {
	t := template.New(root).Option("missingkey=error").Funcs(s.funcs).Funcs(rowFunctions(new(Renderer))).Funcs(markup)
	for _, from := range p.tmpl.Templates() {
		if from.Tree == nil {
			continue
		}
		tree := from.Tree.Copy()
		keepConditions(tree.Root)
		added, err := t.AddParseTree(from.Name(), tree)
		if err != nil {
			return []*Error{p.error(failf("template %s can't be used in HTML", quote(from.Name())))}
		}
		if from.Name() == root {
			t = added
		}
	}
	p.html, p.pieces = &htmlTemplate{t}, nil
	// Escaping begins with the first execution, so that a row would meet what is
	// wrong with the HTML whatever the row.
	err := p.html.bind(new(Renderer)).Execute(nowhere{}, map[string]string{})
	if he, ok := errors.AsType[*template.Error](err); ok {
		return []*Error{p.explainHTML(he)}
	}
	return nil
}

func (h *htmlTemplate) bind(r *Renderer) executor {
	t, err := h.tmpl.Clone()
	if err != nil {
		return h.tmpl // only one that was executed can't be cloned
	}
	return t.Funcs(rowFunctions(r))
}

// nowhere takes nothing: it ends an execution with the first text.
type nowhere struct{}

func (nowhere) Write([]byte) (int, error) { return 0, errors.New("nothing is to be written") }

// conditions begin and end what is for some mail programs only, mostly Outlook.
// To html/template they are comments, and comments are left out.
var conditions = regexp.MustCompile(`(?i)<!--\[if[^\]]*\]>(?:<!-->)?|(?:<!--)?<!\[endif\]-->`)

// markup has what keepConditions calls. No template can name it.
var markup = map[string]any{conditionName: func(s string) template.HTML { return template.HTML(s) }}

const conditionName = "_condition"

// keepConditions makes each condition in the text an action, which html/template
// leaves alone. What is between two of them is escaped as everywhere: no cell
// has a > to end it with.
func keepConditions(list *parse.ListNode) {
	if list == nil {
		return
	}
	var nodes []parse.Node
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			nodes = append(nodes, splitConditions(n)...)
			continue
		case *parse.IfNode:
			keepConditions(n.List)
			keepConditions(n.ElseList)
		case *parse.WithNode:
			keepConditions(n.List)
			keepConditions(n.ElseList)
		case *parse.RangeNode:
			keepConditions(n.List)
			keepConditions(n.ElseList)
		}
		nodes = append(nodes, n)
	}
	list.Nodes = nodes
}

func splitConditions(text *parse.TextNode) []parse.Node {
	places := conditions.FindAllIndex(text.Text, -1)
	if places == nil {
		return []parse.Node{text}
	}
	var nodes []parse.Node
	put := func(s []byte) {
		if len(s) > 0 {
			nodes = append(nodes, &parse.TextNode{NodeType: parse.NodeText, Pos: text.Pos, Text: s})
		}
	}
	done := 0
	for _, at := range places {
		put(text.Text[done:at[0]])
		action := "{{" + conditionName + " " + strconv.Quote(string(text.Text[at[0]:at[1]])) + "}}"
		t, err := texttemplate.New("").Funcs(markup).Parse(action)
		if err != nil {
			return []parse.Node{text} // a quoted text always parses
		}
		nodes = append(nodes, t.Tree.Root.Nodes...)
		done = at[1]
	}
	put(text.Text[done:])
	return nodes
}

// placeless is what html/template writes in place of a value that may not
// stand where it does.
const placeless = "ZgotmplZ"

// unsafe is the error of HTML in which html/template refused a value. To find
// the cell, each is taken out of the row in turn.
func (r *Renderer) unsafe(b *bound, html string) *Error {
	if !strings.Contains(html, placeless) {
		return nil
	}
	all := r.row.Fields
	defer func() { r.row.Fields = all }()
	for _, column := range slices.Sorted(maps.Keys(all)) {
		if all[column] == "" {
			continue
		}
		r.row.Fields = maps.Clone(all)
		r.row.Fields[column] = "x"
		if out, err := r.execute(b); err == nil && !strings.Contains(out, placeless) {
			return b.error(misplaced(fmt.Sprintf("the cell of %s, %s,", strconv.Quote(column), quote(all[column]))))
		}
	}
	return b.error(misplaced("a value"))
}

func misplaced(what string) *failure {
	return failf("%s is not safe where it stands in the HTML", what).
		withHint(`a link begins with https://, http:// or mailto:, in the cell or before it: href="https://club.example/{{.page}}"; a cell can't name a tag or an attribute, and hardly be a style`)
}

// explainHTML tells what html/template can't make sense of.
func (p *part) explainHTML(err *template.Error) *Error {
	f, ok := explain(htmlSayings, err.Description)
	if !ok {
		f = failf("the HTML can't be made sense of: %s", oneLine(strings.ReplaceAll(err.Description, root, "it")))
	}
	if err.Node == nil {
		if err.Line == 0 || err.Name != root {
			return p.error(f)
		}
		return p.errorIn(err.Line, 0, f)
	}
	location, _ := p.tmpl.Tree.ErrorContext(err.Node)
	line, column, source, _, ok := placed("template: " + location + ": ")
	if !ok {
		return p.error(f)
	}
	return p.of(source).errorIn(cmp.Or(line, err.Line), column, f)
}

const closeHint = `look for a quotation mark, a > or a tag such as </script> or </style> that is missing`

var htmlSayings = []saying{
	on(`ends in a non-text context: .*`, func([]string) *failure {
		return failf("the HTML ends inside a tag, an attribute, a style or a script").withHint(closeHint)
	}),
	on(`\{\{(if|with|range|else)\}\} branches end in different contexts: .*`, func(m []string) *failure {
		return failf("the ways through {{%s}} end in different places of the HTML, as one inside a tag and one outside", m[1]).withHint("put whole tags, or whole values of attributes, into each")
	}),
	on(`on range loop re-entry: .*`, func([]string) *failure {
		return failf("{{range}} begins and ends in different places of the HTML").withHint("put whole tags, or whole values of attributes, into it")
	}),
	on(`(.*) in (?:unquoted attr|attribute name): .*`, func(m []string) *failure {
		return failf("%s in a tag", m[1]).withHint(closeHint)
	}),
	on(`.* appears (?:inside|in) an? .*`, func([]string) *failure {
		return failf("an action where the meaning of the HTML depends on it").withHint("write quotation marks around the values of attributes")
	}),
	on(`predefined escaper (".*") disallowed in template`, func(m []string) *failure {
		return failf("%s can't be used here", strings.Trim(m[1], `"`)).withHint("values are escaped by themselves")
	}),
	on(`expected space, attr name, or end of tag, but got (.*)`, func(m []string) *failure {
		return failf("a tag goes on with %s", oneLine(m[1])).withHint(closeHint)
	}),
}
