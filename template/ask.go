package template

import (
	"text/template/parse"

	"mailshot/template/function"
)

// text/template takes every text for true that is not empty, FALSE and no among them. So what if,
// and, or and not are given goes through the function Ask, and what with is given through Filled.
// Nobody sees these in a message: they are added to the parsed template.

// isAsking reports whether a function is one that is added here.
func isAsking(name string) bool { return name == function.Ask || name == function.Filled }

// askIn adds the functions to a list of nodes and to all that is in it.
func askIn(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			askInPipe(n.Pipe)
		case *parse.TemplateNode:
			askInPipe(n.Pipe)
		case *parse.IfNode:
			askInBranch(&n.BranchNode)
			askLast(n.Pipe, function.Ask, "if")
		case *parse.WithNode:
			askInBranch(&n.BranchNode)
			askLast(n.Pipe, function.Filled, "")
		case *parse.RangeNode:
			askInBranch(&n.BranchNode)
		}
	}
}

func askInBranch(n *parse.BranchNode) {
	askInPipe(n.Pipe)
	askIn(n.List)
	askIn(n.ElseList)
}

// askInPipe adds Ask around what and, or and not are given, within a pipeline.
func askInPipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	var cmds []*parse.CommandNode
	for i, cmd := range p.Cmds {
		for _, arg := range cmd.Args {
			askInValue(arg)
		}
		if keyword, ok := logical(cmd); ok {
			if i > 0 {
				cmds = append(cmds, asking(p, function.Ask, keyword))
			}
			for j, arg := range cmd.Args[1:] {
				if pipe, ok := arg.(*parse.PipeNode); ok && isTruth(pipe) {
					continue
				}
				asked := &parse.PipeNode{NodeType: parse.NodePipe, Pos: arg.Position(), Line: p.Line}
				command := asking(p, function.Ask, keyword)
				command.Pos = arg.Position()
				command.Args = append(command.Args, arg)
				asked.Cmds = []*parse.CommandNode{command}
				cmd.Args[j+1] = asked
			}
		}
		cmds = append(cmds, cmd)
	}
	p.Cmds = cmds
}

func askInValue(n parse.Node) {
	switch n := n.(type) {
	case *parse.PipeNode:
		askInPipe(n)
	case *parse.ChainNode:
		askInValue(n.Node)
	}
}

// logical returns the function that a command calls, if it is and, or or not.
func logical(cmd *parse.CommandNode) (string, bool) {
	name, ok := cmd.Args[0].(*parse.IdentifierNode)
	if !ok {
		return "", false
	}
	return name.Ident, name.Ident == "and" || name.Ident == "or" || name.Ident == "not"
}

// isTruth reports whether a pipeline gives true or false, so that nothing has to be asked.
func isTruth(p *parse.PipeNode) bool {
	name, ok := p.Cmds[len(p.Cmds)-1].Args[0].(*parse.IdentifierNode)
	if !ok {
		return false
	}
	switch name.Ident {
	case "contains", "eq", "ge", "gt", "le", "lt", "ne", "not", "yes":
		return true
	}
	return false
}

// askLast adds a function behind a pipeline.
func askLast(p *parse.PipeNode, name, keyword string) {
	if isTruth(p) {
		return
	}
	p.Cmds = append(p.Cmds, asking(p, name, keyword))
}

// asking returns the call of Ask for a keyword, or that of Filled. Its value comes from the pipeline.
func asking(p *parse.PipeNode, name, keyword string) *parse.CommandNode {
	call := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: p.Pos}
	call.Args = []parse.Node{parse.NewIdentifier(name).SetPos(p.Pos)}
	if keyword != "" {
		call.Args = append(call.Args, &parse.StringNode{NodeType: parse.NodeString, Pos: p.Pos, Quoted: `"` + keyword + `"`, Text: keyword})
	}
	return call
}
