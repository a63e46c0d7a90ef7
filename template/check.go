package template

import (
	"slices"
	"strconv"
	"strings"
	"text/template/parse"

	"mailshot/template/cell"
	"mailshot/template/words"
)

// A kind is what is known of a value without a row.
type kind int

const (
	unknown kind = iota
	theRow       // the map of the columns
	aCell        // text
	nothing      // the dot of a template that was given none
)

// A checker walks a template, and reports what would be an error for every row: a column or
// template that does not exist, a row printed as a whole, a template that calls itself.
type checker struct {
	part    *part
	source  int  // where the walk is: 0 is the part itself, else an included file
	stray   bool // the walk is in a template of an included file that this part does not call
	columns words.Columns
	forms   *cell.Forms
	used    func(column string)
	trees   map[string]*parse.Tree
	vars    []variable // those in scope; the first is $
	dot     kind
	calling []string // the templates that the walk is in, outermost first
	seen    map[call]bool
	errs    []*Error
}

type variable struct {
	name string
	kind kind
}

type call struct {
	template string
	dot      kind
}

// check returns what is wrong with a part's templates.
func check(p *part, ps *parser) []*Error {
	c := &checker{part: p, columns: ps.columns, forms: ps.forms, used: ps.used, trees: map[string]*parse.Tree{}, seen: map[call]bool{}}
	var names []string
	for _, t := range p.tmpl.Templates() {
		if t.Tree != nil && t.Tree.Root != nil {
			c.trees[t.Name()] = t.Tree
			names = append(names, t.Name())
		}
	}
	c.enter(root, theRow)
	slices.Sort(names)
	for _, name := range names {
		if !c.entered(name) { // called by none, but it may be wrong all the same
			c.stray = p.origin[name] > 0
			c.enter(name, unknown)
		}
	}
	slices.SortStableFunc(c.errs, func(a, b *Error) int {
		if a.Name != b.Name {
			return 0
		}
		return a.Line - b.Line
	})
	return c.errs
}

func (c *checker) entered(name string) bool {
	for _, k := range []kind{unknown, theRow, aCell, nothing} {
		if c.seen[call{name, k}] {
			return true
		}
	}
	return false
}

// report keeps a problem once, for a template may be walked for several callers.
func (c *checker) report(n parse.Node, f *words.Failure) {
	err := c.part.of(c.source).errorAt(int(n.Position()), f)
	if !slices.ContainsFunc(c.errs, func(e *Error) bool { return *e == *err }) {
		c.errs = append(c.errs, err)
	}
}

// enter walks a template that was given a value.
func (c *checker) enter(name string, dot kind) {
	if tree := c.trees[name]; tree != nil && !c.seen[call{name, dot}] {
		c.seen[call{name, dot}] = true
		outer := *c
		c.dot, c.vars, c.calling = dot, []variable{{"$", dot}}, append(slices.Clip(c.calling), name)
		c.source = c.part.origin[name]
		c.walk(tree.Root)
		c.dot, c.vars, c.calling, c.source = outer.dot, outer.vars, outer.calling, outer.source
	}
}

func (c *checker) walk(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, n := range n.Nodes {
				c.walk(n)
			}
		}
	case *parse.ActionNode:
		if c.pipe(n.Pipe) == theRow && len(n.Pipe.Decl) == 0 {
			c.report(n, words.Failf("the whole row can't be printed").WithHint("write the column: %s", c.columns.Example()))
		}
	case *parse.IfNode:
		c.branch(n.Pipe, n.List, n.ElseList, func(kind) kind { return c.dot })
	case *parse.WithNode:
		c.branch(n.Pipe, n.List, n.ElseList, func(k kind) kind { return k })
	case *parse.RangeNode:
		c.branch(n.Pipe, n.List, n.ElseList, func(k kind) kind { return c.item(n, k) })
	case *parse.TemplateNode:
		c.call(n)
	}
}

// branch walks if, with and range, which differ in what the dot is inside.
func (c *checker) branch(pipe *parse.PipeNode, list, elseList *parse.ListNode, inside func(kind) kind) {
	vars, dot := len(c.vars), c.dot
	k := inside(c.pipe(pipe))
	c.dot = k
	c.walk(list)
	c.dot = dot
	c.walk(elseList)
	c.vars = c.vars[:vars]
}

// item returns the kind of what range takes from a value, one after the other.
func (c *checker) item(n *parse.RangeNode, of kind) kind {
	for i := range n.Pipe.Decl {
		c.set(n.Pipe.Decl[i], unknown, false)
	}
	switch of {
	case aCell:
		c.report(n.Pipe, notAList())
	case theRow:
		c.anyColumn()
		return aCell
	}
	return unknown
}

func (c *checker) call(n *parse.TemplateNode) {
	given := nothing
	if n.Pipe != nil {
		given = c.pipe(n.Pipe)
	}
	switch {
	case c.trees[n.Name] == nil && c.stray: // a letter that calls it may have what it needs
	case c.trees[n.Name] == nil:
		c.report(n, c.noTemplate(n.Name))
	case slices.Contains(c.calling, n.Name):
		c.report(n, words.Failf("template %s calls itself", words.Quote(n.Name)))
	default:
		c.enter(n.Name, given)
	}
}

// noTemplate says that there is no such template, and which there are.
func (c *checker) noTemplate(name string) *words.Failure {
	f := words.Failf("no template %s", words.Quote(name))
	var names []string
	for have := range c.trees {
		if have != root {
			names = append(names, have)
		}
	}
	slices.Sort(names)
	if len(names) == 0 {
		return f.WithHint("a template is defined in the same file, or in one of `include`: {{define %s}} … {{end}}", words.Quote(name))
	}
	list := "the templates are "
	for i, n := range names {
		if i > 0 {
			list += ", "
		}
		list += words.Quote(n)
	}
	if near, ok := words.Nearest(name, names); ok {
		return f.WithHint("did you mean %s? %s", words.Quote(near), list)
	}
	return f.WithHint("%s", list)
}

// pipe walks a pipeline, and returns the kind of its result.
func (c *checker) pipe(p *parse.PipeNode) kind {
	k := unknown
	for i, cmd := range p.Cmds {
		if name, ok := cmd.Args[0].(*parse.IdentifierNode); ok && i > 0 && isAsking(name.Ident) {
			continue // it returns what it is given
		}
		var piped parse.Node
		if i > 0 && len(p.Cmds[i-1].Args) == 1 {
			piped = p.Cmds[i-1].Args[0]
		}
		k = c.command(cmd, piped)
	}
	for _, v := range p.Decl {
		if len(p.Cmds) == 1 && len(p.Cmds[0].Args) == 1 {
			c.constant(p.Cmds[0].Args[0], c.forms.Numbers, false)
		}
		c.set(v, k, p.IsAssign)
	}
	return k
}

// set declares a variable, or assigns to it. What is assigned on some way through the template only
// is not known afterwards.
func (c *checker) set(v *parse.VariableNode, k kind, assign bool) {
	if !assign {
		c.vars = append(c.vars, variable{v.Ident[0], k})
		return
	}
	for i := len(c.vars) - 1; i >= 0; i-- {
		if c.vars[i].name == v.Ident[0] {
			if c.vars[i].kind != k {
				c.vars[i].kind = unknown
			}
			return
		}
	}
}

func (c *checker) lookup(name string) kind {
	for _, v := range slices.Backward(c.vars) {
		if v.name == name {
			return v.kind
		}
	}
	return unknown
}

// command walks one command of a pipeline, and returns the kind of its result. piped is what it
// gets from the one before, if that is one word.
func (c *checker) command(cmd *parse.CommandNode, piped parse.Node) kind {
	var kinds []kind
	for _, arg := range cmd.Args {
		kinds = append(kinds, c.value(arg))
	}
	c.layout(cmd.Args)
	name, ok := cmd.Args[0].(*parse.IdentifierNode)
	if !ok {
		return kinds[0]
	}
	if isAsking(name.Ident) && len(kinds) > 1 {
		return kinds[len(kinds)-1]
	}
	args := slices.Clone(cmd.Args[1:])
	if piped != nil {
		args = append(args, piped)
	}
	c.constants(name.Ident, args)
	switch {
	case name.Ident == "field" && len(args) == 1:
		c.literal(args[0])
		return aCell
	case name.Ident == "index" && len(args) == 2 && len(kinds) > 1 && kinds[1] == theRow:
		c.literal(args[1])
		return aCell
	case (name.Ident == "and" || name.Ident == "or") && slices.Contains(kinds, theRow):
		return theRow
	}
	return unknown
}

// literal checks a column's name that is written out. One that is made for each row may be that of
// any column.
func (c *checker) literal(n parse.Node) {
	if s, ok := n.(*parse.StringNode); ok {
		c.column(n, s.Text)
		return
	}
	c.anyColumn()
}

// anyColumn takes note of all columns.
func (c *checker) anyColumn() {
	for _, name := range c.columns {
		if c.columns.Has(name) && !c.stray {
			c.used(name)
		}
	}
}

// column takes note of a column that the template asks for, and reports whether it exists.
func (c *checker) column(n parse.Node, name string) bool {
	if !c.columns.Has(name) {
		c.report(n, c.columns.Missing(name))
		return false
	}
	if !c.stray {
		c.used(name)
	}
	return true
}

// value walks one word, and returns its kind.
func (c *checker) value(n parse.Node) kind {
	switch n := n.(type) {
	case *parse.DotNode:
		return c.dot
	case *parse.FieldNode:
		return c.field(n, n.Ident, c.dot)
	case *parse.VariableNode:
		return c.field(n, n.Ident[1:], c.lookup(n.Ident[0]))
	case *parse.ChainNode:
		return c.field(n, n.Field, c.value(n.Node))
	case *parse.PipeNode:
		return c.pipe(n)
	case *parse.StringNode:
		return aCell
	case *parse.NumberNode:
		c.number(n)
	case *parse.NilNode:
		c.report(n, words.Failf("nil has no place in a letter").WithHint(`empty text is ""`))
	}
	return unknown
}

// number refuses what Go takes for the number of a character, 'm' or '5': it is meant as text, and
// would be equal to none.
func (c *checker) number(n *parse.NumberNode) {
	if strings.HasPrefix(n.Text, "'") {
		text := string(rune(n.Int64))
		c.report(n, words.Failf("a text in single quotes").WithHint("a text stands in double quotes: %s", strconv.Quote(text)))
	}
}

// field checks the names after a value, as .first_name, and returns the kind of the result.
func (c *checker) field(n parse.Node, names []string, of kind) kind {
	if len(names) == 0 {
		return of
	}
	switch {
	case of == aCell && n.Type() == parse.NodeField:
		c.report(n, partOfCell(names[0]))
	case of == aCell:
		c.report(n, words.Failf(".%s: a cell is text, it has no .%s", names[0], names[0]))
	case of == nothing:
		c.report(n, noDot(names[0]))
	case of == theRow && !c.column(n, names[0]):
	case of == theRow && len(names) > 1:
		c.report(n, words.Failf(".%s: a cell is text, it has no .%s", names[0], strings.Join(names[1:], ".")))
	case of == theRow:
		return aCell
	}
	return unknown
}
