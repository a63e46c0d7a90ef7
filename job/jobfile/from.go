package jobfile

import (
	"strings"

	"mailshot/job/address"
	"mailshot/job/jobfile/fields"
)

// fromIn reads who the message is from: a mailbox, or a template of each row's. The zero field is one
// that was not given.
func fromIn(f fields.Field, m *Message) {
	if f.Node == nil {
		return
	}
	v, ok := f.Plain()
	if !ok {
		return
	}
	if !strings.Contains(v, "{{") {
		m.From, _ = f.Mailbox()
		return
	}
	m.FromOfRow = Text{Value: v, Line: f.TextLine()}
	if a, ok := fixedAddress(v); ok {
		m.From.Address = a
		return
	}
	m.FromVaries = true
}

// fixedAddress returns the address of a template that makes only the name before it.
func fixedAddress(template string) (address.Address, bool) {
	at := strings.LastIndexByte(template, '<')
	if at < 0 || !strings.HasSuffix(template, ">") || strings.Contains(template[at:], "{{") || strings.Contains(template[at:], "}}") {
		return address.Address{}, false
	}
	a, err := address.Parse(template[at+1 : len(template)-1])
	return a, err == nil
}

// envelopeIn sees that the envelope is the job's where From is each row's.
func envelopeIn(f fields.Field, m *Message) {
	switch {
	case !m.FromVaries:
	case m.EnvelopeFrom == (address.Mailbox{}):
		f.RefuseHint("`envelope_from` is where bounces go, whatever the row: envelope_from: bounces@club.example",
			"is a template, and its address may differ: it needs `envelope_from`")
	default:
		m.From = m.EnvelopeFrom
	}
}
