// Package branches marks the branches of templates, so that it is known which of them a row takes.
package branches

import (
	"strconv"
	"strings"
	"sync"
	"text/template/parse"
)

// Function is the function that a mark calls, with the number of the branch. It returns a text, which
// is not printed.
const Function = "_branch"

// A Branch is what one outcome of an if, with or range leads to.
type Branch struct {
	Place string // letter.txt:3
	Text  string // {{if .boat}}, or {{else}} of {{if .boat}}
}

// A Set is the branches that were marked. It is safe for concurrent use, and the zero Set is empty. Each
// branch has a number, from 0.
type Set struct {
	mu  sync.Mutex // guards all
	all []Branch
}

// maxBranches is how many branches are marked; others are not told of.
const maxBranches = 10_000

// All returns the branches by their numbers. A nil Set has none.
func (s *Set) All() []Branch {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Branch(nil), s.all...)
}

// Mark marks the branches in a parsed template that nobody executes yet. place returns where in the
// source an offset is. A nil Set marks none.
func (s *Set) Mark(list *parse.ListNode, place func(pos int) string) {
	if s == nil || list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.IfNode:
			s.branch("if", &n.BranchNode, place)
		case *parse.WithNode:
			s.branch("with", &n.BranchNode, place)
		case *parse.RangeNode:
			s.branch("range", &n.BranchNode, place)
		}
	}
}

// branch marks what an if, with or range has in it. The else of an else if is that of the if.
func (s *Set) branch(keyword string, n *parse.BranchNode, place func(pos int) string) {
	text := "{{" + keyword + " " + n.Pipe.String() + "}}"
	s.Mark(n.List, place)
	s.Mark(n.ElseList, place)
	s.add(n.List, n.Line, Branch{place(int(n.Position())), text})
	if n.ElseList != nil && !isElseIf(n.ElseList) {
		s.add(n.ElseList, n.Line, Branch{place(int(n.ElseList.Position())), "{{else}} of " + text})
	}
}

func isElseIf(list *parse.ListNode) bool {
	if len(list.Nodes) != 1 {
		return false
	}
	kind := list.Nodes[0].Type()
	return kind == parse.NodeIf || kind == parse.NodeWith
}

// add puts a mark at the beginning of a list: {{$_branch := _branch 7}}, which prints nothing wherever
// it stands.
func (s *Set) add(list *parse.ListNode, line int, b Branch) {
	s.mu.Lock()
	number := len(s.all)
	if number < maxBranches {
		s.all = append(s.all, b)
	}
	s.mu.Unlock()
	if number >= maxBranches {
		return
	}
	pos, digits := list.Position(), strconv.Itoa(number)
	call := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: pos, Args: []parse.Node{
		parse.NewIdentifier(Function).SetPos(pos),
		&parse.NumberNode{NodeType: parse.NodeNumber, Pos: pos, IsInt: true, Int64: int64(number), Text: digits},
	}}
	pipe := &parse.PipeNode{
		NodeType: parse.NodePipe, Pos: pos, Line: line, Cmds: []*parse.CommandNode{call},
		Decl: []*parse.VariableNode{{NodeType: parse.NodeVariable, Pos: pos, Ident: []string{"$" + strings.TrimPrefix(Function, "_")}}},
	}
	mark := &parse.ActionNode{NodeType: parse.NodeAction, Pos: pos, Line: line, Pipe: pipe}
	list.Nodes = append([]parse.Node{mark}, list.Nodes...)
}
