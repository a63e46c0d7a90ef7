package letter

import (
	"errors"
	"fmt"
	"strings"

	"mailshot/job/address"
	headers "mailshot/job/header"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/template"
	"mailshot/transport/message"
)

// A header makes the header fields that have keys of their own in the job
// file. It is safe for concurrent use once made.
type header struct {
	job   *jobfile.Job
	lists *template.Lists // by listKeys
	lines *template.Lines // by lineKeys

	copies     bool                         // there are copies; a letter to a test address has none
	suppressed func(address.Address) string // why an address gets nothing, or ""; nil: none is suppressed
}

// The lists of mailboxes, and the lines, in the order in which they are rendered.
const (
	listReplyTo = iota
	listCc
	listBcc
)

const (
	lineSender = iota
	lineListID
	lineURL
	lineMailto
	lineInReplyTo
	lineFrom
)

func newHeader(j *jobfile.Job, c template.Config) (*header, error) {
	m := &j.Message
	h := &header{job: j}
	var problems []error
	note := func(err error) { problems = append(problems, problem.Split(err)...) }
	var err error
	h.lists, err = template.ParseLists([]template.List{
		listReplyTo: templateList(j, "reply_to", m.ReplyTo),
		listCc:      templateList(j, "cc", m.Cc),
		listBcc:     templateList(j, "bcc", m.Bcc),
	}, c)
	note(err)
	h.lines, err = template.ParseLines([]template.Header{
		lineSender:    templateLine(j, "sender", m.Sender),
		lineListID:    templateLine(j, "list_id", m.ListID),
		lineURL:       templateLine(j, "unsubscribe.url", m.Unsubscribe.URL),
		lineMailto:    templateLine(j, "unsubscribe.mailto", m.Unsubscribe.Mailto),
		lineInReplyTo: templateLine(j, "in_reply_to", m.InReplyTo),
		lineFrom:      fromLine(j),
	}, c)
	note(err)
	return h, errors.Join(problems...)
}

func templateLine(j *jobfile.Job, key string, t jobfile.Text) template.Header {
	return template.Header{Name: key, Value: template.Source{Name: j.Place(key, t), Text: t.Value}}
}

// fromLine returns the template of From, which is the name alone where that is for all letters: it is
// looked at for what its author may have forgotten, and not used.
func fromLine(j *jobfile.Job) template.Header {
	if m := &j.Message; m.FromOfRow.Value == "" {
		return template.Header{Name: "from", Value: template.Source{Name: j.Path + " (from)", Text: m.From.Name}}
	}
	return templateLine(j, "from", j.Message.FromOfRow)
}

func templateList(j *jobfile.Job, key string, texts []jobfile.Text) template.List {
	l := template.List{Name: key}
	for _, t := range texts {
		l.Values = append(l.Values, template.Source{Name: j.Place(key, t), Text: t.Value})
	}
	return l
}

// copiesTo finds the copies that go to the same people whatever the row, and
// may not: that is told once, and not of each row.
func (h *header) copiesTo(suppressed func(address.Address) string) error {
	h.copies, h.suppressed = true, suppressed
	var problems []error
	for _, list := range []struct {
		key   string
		texts []jobfile.Text
	}{{"cc", h.job.Message.Cc}, {"bcc", h.job.Message.Bcc}} {
		for _, t := range list.texts {
			if strings.Contains(t.Value, "{{") {
				continue
			}
			boxes, err := address.ParseList(t.Value)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s:%d: %w", h.job.Path, t.Line, &valueError{list.key, t.Value, err}))
			}
			for _, box := range boxes {
				if err := h.mayHave(list.key, box.Address); err != nil {
					problems = append(problems, fmt.Errorf("%s:%d: %w", h.job.Path, t.Line, err))
				}
			}
		}
	}
	return errors.Join(problems...)
}

// mayHave tells what keeps an address from getting a copy.
func (h *header) mayHave(key string, a address.Address) error {
	if h.suppressed == nil {
		return nil
	}
	if why := h.suppressed(a); why != "" {
		return problem.WithHint(&valueError{key, a.String(), errors.New(why)}, "take it out of "+key+", or out of the list")
	}
	return nil
}

// A valueError is what is wrong with the value of a key, most often one that
// was made from a row.
type valueError struct {
	key, value string
	err        error
}

func (e *valueError) Error() string { return fmt.Sprintf("%s %q: %v", e.key, e.value, e.err) }

func (e *valueError) Unwrap() error { return e.err }

// A headerWriter writes one message's fields after the other. Each worker has
// its own.
type headerWriter struct {
	*header
	lists  *template.ListsRenderer
	lines  *template.LinesRenderer
	copies []address.Address // of the last message
	cc     int               // how many of these are named in it
	seen   map[string]bool   // addresses of it, as they are compared
	from   address.Address   // of it, where it is the row's own
}

func (h *header) writer() *headerWriter {
	return &headerWriter{header: h, lists: h.lists.Renderer(), lines: h.lines.Renderer(), seen: map[string]bool{}}
}

// write puts the fields into the message of a row that goes to an address, and
// gives those who get a copy, in Cc or without being named. They are good until
// the next call.
func (w *headerWriter) write(m *message.Message, r template.Row, to address.Address) ([]address.Address, error) {
	lists, err := w.lists.Render(r)
	if err != nil {
		return nil, err
	}
	w.copies, w.cc = w.copies[:0], 0
	if m.ReplyTo, err = w.named("reply_to", lists[listReplyTo]); err != nil {
		return nil, err
	}
	if w.header.copies && len(lists[listCc])+len(lists[listBcc]) > 0 {
		clear(w.seen)
		w.seen[to.Compare()] = true
		if m.Cc, err = w.addCopies("cc", lists[listCc]); err != nil {
			return nil, err
		}
		w.cc = len(w.copies)
		if _, err = w.addCopies("bcc", lists[listBcc]); err != nil {
			return nil, err
		}
	}
	lines, err := w.lines.Render(r)
	if err != nil {
		return nil, err
	}
	if err := w.once(m, lines); err != nil {
		return nil, err
	}
	m.UTF8 = wide(m)
	return w.copies, nil
}

// once writes what a message has one of.
func (w *headerWriter) once(m *message.Message, lines []string) error {
	if w.job.Message.FromOfRow.Value != "" {
		box, err := w.readFrom(lines[lineFrom])
		if err != nil {
			return err
		}
		m.From, w.from = mailbox(box), box.Address
	}
	if s := lines[lineSender]; s != "" {
		box, err := readMailbox("sender", s)
		if err != nil {
			return err
		}
		m.Sender = mailbox(box)
	}
	if s := lines[lineListID]; s != "" {
		description, id, err := headers.ListID(s)
		if err != nil {
			return &valueError{"list_id", s, err}
		}
		m.ListID = message.ListID{Description: description, ID: id}
	}
	if err := w.unsubscribe(m, lines[lineURL], lines[lineMailto]); err != nil {
		return err
	}
	if s := w.job.Message.AutoSubmitted; s != "" { // RFC 3834, section 5
		m.Headers = append(m.Headers, message.Field{Name: "Auto-Submitted", Value: s})
	}
	if s := lines[lineInReplyTo]; s != "" {
		id, err := headers.MessageID(s)
		if err != nil {
			return &valueError{"in_reply_to", s, err}
		}
		m.Headers = append(m.Headers, message.Field{Name: "In-Reply-To", Value: id}, message.Field{Name: "References", Value: id})
	}
	return nil
}

// unsubscribe writes List-Unsubscribe (RFC 2369, section 3.2), and with
// one_click List-Unsubscribe-Post (RFC 8058, section 3.1).
func (w *headerWriter) unsubscribe(m *message.Message, url, mailto string) error {
	u := &w.job.Message.Unsubscribe
	value := ""
	if u.URL.Value != "" && (url != "" || u.OneClick) {
		if err := headers.CheckURL(url, u.OneClick); err != nil {
			return &valueError{"unsubscribe.url", url, err}
		}
		value = "<" + url + ">"
	}
	if mailto != "" {
		uri, err := headers.Mailto(mailto)
		if err != nil {
			return &valueError{"unsubscribe.mailto", mailto, err}
		}
		if value != "" {
			value += ", "
		}
		value += "<" + uri + ">"
	}
	if value != "" {
		m.Headers = append(m.Headers, message.Field{Name: "List-Unsubscribe", Value: value})
	}
	if u.OneClick {
		m.Headers = append(m.Headers, message.Field{Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"})
	}
	return nil
}

// named reads the items of a list.
func (w *headerWriter) named(key string, items []string) ([]message.Mailbox, error) {
	var boxes []message.Mailbox
	for _, item := range items {
		box, err := readMailbox(key, item)
		if err != nil {
			return nil, err
		}
		boxes = append(boxes, mailbox(box))
	}
	return boxes, nil
}

// addCopies reads the items of a list of those who get a copy. Who gets the
// message already is left out.
func (w *headerWriter) addCopies(key string, items []string) ([]message.Mailbox, error) {
	var boxes []message.Mailbox
	for _, item := range items {
		box, err := readMailbox(key, item)
		if err != nil {
			return nil, err
		}
		if err := w.mayHave(key, box.Address); err != nil {
			return nil, err
		}
		if same := box.Address.Compare(); !w.seen[same] {
			w.seen[same] = true
			w.copies = append(w.copies, box.Address)
			boxes = append(boxes, mailbox(box))
		}
	}
	return boxes, nil
}

// readMailbox reads one mailbox. A cell with two of them is one too many.
func readMailbox(key, s string) (address.Mailbox, error) {
	box, err := address.ParseMailbox(s)
	switch {
	case err == nil:
		return box, nil
	case strings.ContainsAny(s, ",;"):
		return box, problem.WithHint(&valueError{key, s, err}, severalHint)
	}
	return box, &valueError{key, s, err}
}

const severalHint = `a cell is one address; several stand apart in the job file, as "{{.a}}, {{.b}}", or are made by {{range split ";" .column}}{{.}}, {{end}}; address writes a name with a comma`

// wide reports whether an address in the header is not ASCII before the @: that
// can be sent to a server with SMTPUTF8 only (RFC 6531).
func wide(m *message.Message) bool {
	for _, list := range [...][]message.Mailbox{m.To, m.Cc, m.ReplyTo, {m.From, m.Sender}} {
		for i := range list {
			if strings.ContainsFunc(list[i].Address, func(r rune) bool { return r >= 0x80 }) {
				return true
			}
		}
	}
	return false
}
