package template

import (
	"errors"
	"fmt"
	"text/template/parse"

	"mailshot/template/calendar"
	"mailshot/template/words"
)

// A Calendar is a template that becomes an iCalendar object (RFC 5545). What its actions print is
// escaped for the place where it stands. It is safe for concurrent use.
type Calendar struct {
	parser
	part *part
}

// An Object is a calendar as it is sent.
type Object = calendar.Object

// ParseCalendar parses the template and checks it as [Parse] does; the problems are *Error joined by
// [errors.Join]. Of c only Columns, Now and Mailing are used.
func ParseCalendar(src Source, c Config) (*Calendar, error) {
	l := &Calendar{parser: newParser(c)}
	p, errs := l.parse(nil, "calendar", src)
	if len(errs) > 0 {
		var problems []error
		for _, err := range errs {
			problems = append(problems, err)
		}
		return nil, errors.Join(problems...)
	}
	l.part = p
	wrong := calendar.Lacks(src.Text)
	if wrong == nil && p.isStatic {
		_, wrong = calendar.Make(p.static)
	}
	if wrong != nil {
		return nil, p.error(words.Failf("%v", wrong))
	}
	if p.isStatic {
		return l, nil
	}
	p.markValues()
	return l, nil
}

// markFunction marks what an action prints. No template can call it: its name begins like none of
// theirs.
const markFunction = "_calendar_value"

// markValues makes every action that prints mark what it prints.
func (p *part) markValues() {
	p.tmpl.Funcs(map[string]any{markFunction: func(v any) string { return calendar.Mark(fmt.Sprint(v)) }})
	for _, t := range p.tmpl.Templates() {
		if t.Tree == nil {
			continue
		}
		walkNodes(t.Tree.Root, func(n parse.Node) {
			if action, ok := n.(*parse.ActionNode); ok && len(action.Pipe.Decl) == 0 {
				mark := parse.NewIdentifier(markFunction).SetPos(action.Pos).SetTree(t.Tree)
				action.Pipe.Cmds = append(action.Pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Pos: action.Pos, Args: []parse.Node{mark}})
			}
		})
	}
	p.pieces = nil
}

// A CalendarRenderer renders the calendar, for one row at a time. It is not safe for concurrent use.
type CalendarRenderer struct {
	execution execution
	bound     *bound
}

// Renderer returns a new CalendarRenderer. A worker makes one and keeps it.
func (l *Calendar) Renderer() *CalendarRenderer {
	return &CalendarRenderer{execution: execution{columns: l.columns, forms: l.forms}, bound: bind(l.part)}
}

// Render returns the calendar of a row. The error is an *Error.
func (r *CalendarRenderer) Render(row Row) (Object, error) {
	r.execution.begin(row)
	defer r.execution.end()
	s, err := r.execution.execute(r.bound)
	if err != nil {
		return Object{}, err
	}
	o, wrong := calendar.Make(s)
	if wrong != nil {
		return o, r.bound.error(words.Failf("%v", wrong))
	}
	return o, nil
}
