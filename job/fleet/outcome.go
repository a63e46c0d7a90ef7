package fleet

import (
	"errors"

	"mailshot/job/fleet/piece"
	"mailshot/transport"
)

// ended is what a session said of a message, as a word.
func ended(r *transport.Receipt, err error, mailed, committed bool) (piece.Kind, piece.Outcome) {
	if err == nil {
		return piece.Sent, piece.Outcome{
			Mailed: true, Stage: int(transport.StageFinal), Code: r.Reply.Code, Enhanced: r.Reply.Enhanced, Lines: cut(r.Reply.Lines),
		}
	}
	var te *transport.Error
	if !errors.As(err, &te) {
		te = &transport.Error{Stage: transport.StageContent, Class: transport.Temporary, Err: err}
		if committed {
			te.Class = transport.Unknown
		}
	}
	o := piece.Outcome{
		Mailed: mailed, Stage: int(te.Stage), Class: int(te.Class), Scope: int(te.Scope), Recipient: te.Recipient,
	}
	if te.Reply != nil {
		o.Code, o.Enhanced, o.Lines = te.Reply.Code, te.Reply.Enhanced, cut(te.Reply.Lines)
	}
	if te.Err != nil {
		o.Text = piece.Cut(te.Err.Error())
	}
	if te.Class == transport.Unknown {
		return piece.InDoubt, o
	}
	return piece.Failed, o
}

// cut returns as much of a reply as a word may have.
func cut(lines []string) (all []string) {
	left := piece.MaxText
	for _, l := range lines {
		l = piece.Cut(l)
		if left -= len(l); left < 0 {
			return all
		}
		all = append(all, l)
	}
	return all
}

// errorOf makes an error of a session from a word that says neither sent nor untouched.
func errorOf(x *piece.Word, worker string) *transport.Error {
	o := &x.End
	e := &transport.Error{Stage: transport.Stage(o.Stage), Class: transport.Class(o.Class), Scope: transport.Scope(o.Scope), Recipient: o.Recipient}
	if o.Stage < 0 || e.Stage > transport.StageFinal {
		e.Stage = transport.StageFinal
	}
	if o.Code >= 200 && o.Code < 600 {
		e.Reply = &transport.Reply{Code: o.Code, Enhanced: o.Enhanced, Lines: o.Lines}
	}
	switch {
	case x.Kind == piece.InDoubt || e.Class == transport.Unknown || o.Class < 0 || e.Class > transport.Unknown:
		e.Class, e.Scope, e.Stage = transport.Unknown, transport.ScopeRow, transport.StageFinal
	case o.Scope < 0 || e.Scope > transport.ScopeJob:
		e.Scope = transport.ScopeRow
	}
	switch {
	case o.Text != "":
		e.Err = errors.New("worker " + worker + ": " + o.Text)
	case e.Reply == nil:
		e.Err = errors.New("worker " + worker + " does not know the outcome")
	}
	return e
}
