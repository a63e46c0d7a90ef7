package htmltext

import (
	"html/template"
	"regexp"
	"strconv"
	texttemplate "text/template"
	"text/template/parse"
)

// conditions matches what begins and ends a part for some mail programs only, mostly Outlook. To
// html/template it is a comment, and comments are left out.
var conditions = regexp.MustCompile(`(?i)<!--\[if[^\]]*\]>(?:<!-->)?|(?:<!--)?<!\[endif\]-->`)

// markup returns the function that keepConditions calls. No template of a user knows it.
func markup() map[string]any {
	return map[string]any{conditionName: func(s string) template.HTML { return template.HTML(s) }}
}

const conditionName = "_condition"

// keepConditions replaces each condition in the text by an action, which html/template leaves
// alone. What is between two of them is escaped as everywhere: no cell has a > to end it with.
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

// splitConditions returns a text with an action for each condition.
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
		t, err := texttemplate.New("").Funcs(markup()).Parse(action)
		if err != nil {
			return []parse.Node{text} // a quoted text always parses
		}
		nodes = append(nodes, t.Tree.Root.Nodes...)
		done = at[1]
	}
	put(text.Text[done:])
	return nodes
}
