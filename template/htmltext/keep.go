package htmltext

import (
	"fmt"
	"html/template"
	texttemplate "text/template"
	"text/template/parse"

	"mailshot/template/words"
)

// A keeper copies templates, and takes out of their texts what html/template need not see to know
// where an action stands, which is most of them: it would leave comments out, make text of
// declarations, and refuse what browsers read all the same. What is taken out has a mark in its
// place.
type keeper struct {
	marks
	from   *texttemplate.Template
	to     *template.Template
	copies map[call]*copied
	names  map[string]bool // of the templates that were copied
	jumped state           // where break and continue have left a loop
	opened parse.Node      // where the last comment begins
	err    error           // the first; an *Error where the template is at fault
}

// A call is a template that is called somewhere.
type call struct {
	name string
	in   state
}

// A copied template is one for all calls from the same state.
type copied struct {
	name string
	out  state
}

// keep copies a template and those that it calls.
func keep(from *texttemplate.Template, to *template.Template) (marks, error) {
	k := &keeper{marks: newMarks(), from: from, to: to, copies: map[call]*copied{}, names: map[string]bool{}}
	if out := k.copy(call{name: from.Name()}).out; out.place == inComment || out.place == inDeclaration {
		k.fail(k.opened, words.Failf("a comment or declaration of the HTML does not end").
			WithHint("a comment ends in -->, what begins with <! or <? in >"))
	}
	return k.marks, k.err
}

// fail keeps the first error.
func (k *keeper) fail(n parse.Node, f *words.Failure) {
	if k.err == nil {
		k.err = &Error{Failure: f, Node: n}
	}
}

// copy copies a template for a call, unless it was copied before.
func (k *keeper) copy(of call) *copied {
	if c := k.copies[of]; c != nil {
		return c
	}
	c := &copied{name: of.name, out: of.in}
	if k.names[of.name] {
		c.name = fmt.Sprint(of.name, " ", k.token, len(k.copies))
	}
	k.copies[of], k.names[of.name] = c, true
	t := k.from.Lookup(of.name)
	if t == nil || t.Tree == nil {
		return c // html/template says so
	}
	tree := t.Tree.Copy()
	c.out = k.list(tree.Root, of.in)
	if _, err := k.to.AddParseTree(c.name, tree); err != nil && k.err == nil {
		k.err = fmt.Errorf("template %s: %w", words.Quote(of.name), err)
	}
	return c
}

// list goes through the nodes of a list, and returns the state after them. An action that prints
// into a comment is taken out, as its value might be what ends it.
func (k *keeper) list(list *parse.ListNode, at state) state {
	if list == nil {
		return at
	}
	nodes := list.Nodes[:0]
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			at = k.rewrite(n, at)
		case *parse.ActionNode:
			if len(n.Pipe.Decl) > 0 {
				break
			}
			if at.isDead() {
				continue
			}
			at.action()
		case *parse.TemplateNode:
			if at.isDead() {
				continue
			}
			c := k.copy(call{n.Name, at})
			n.Name, at = c.name, c.out
		case *parse.IfNode:
			at = k.branch(n, &n.BranchNode, at)
		case *parse.WithNode:
			at = k.branch(n, &n.BranchNode, at)
		case *parse.RangeNode:
			at = k.loop(n, at)
		case *parse.BreakNode, *parse.ContinueNode:
			k.jump(n, at)
		}
		nodes = append(nodes, n)
	}
	list.Nodes = nodes
	return at
}

// branch goes through both ways of an if or with.
func (k *keeper) branch(n parse.Node, b *parse.BranchNode, at state) state {
	one, other := k.list(b.List, at), k.list(b.ElseList, at)
	if !one.meets(other) {
		name := "if"
		if n.Type() == parse.NodeWith {
			name = "with"
		}
		k.fail(n, waysDiffer(name))
	}
	return one.join(other)
}

// loop goes through a range.
func (k *keeper) loop(n *parse.RangeNode, at state) state {
	again := at
	again.open = at.hidden // the body may follow itself
	body := k.list(n.List, again)
	if !body.meets(at) {
		k.fail(n, loopDiffers())
	}
	other := k.list(n.ElseList, at)
	if !other.meets(at) {
		k.fail(n, waysDiffer("range"))
	}
	return at.join(body).join(other).join(k.jumped)
}

// jump goes through a break or continue.
func (k *keeper) jump(n parse.Node, at state) {
	if at.isDead() {
		k.fail(n, loopDiffers())
	}
	k.jumped = k.jumped.join(at)
}
