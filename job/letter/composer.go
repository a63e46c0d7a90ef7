package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"time"

	"mailshot/job/address"
	"mailshot/job/attachment"
	"mailshot/job/recipients"
	"mailshot/template"
	"mailshot/template/cell"
	"mailshot/transport"
	"mailshot/transport/message"
)

// A Composer makes one message after the other. Each worker has its own.
type Composer struct {
	*Letters
	renderer *template.Renderer
	language *LanguageFinder
	calendar *template.CalendarRenderer // nil: there is none
	head     *headerWriter
	encoder  message.Encoder
	signer   message.Signer
	draft    bool               // the letters are only looked at, and not signed
	finder   *attachment.Finder // nil: there are no attachments
	parts    []message.Part     // of the message: the letter, attachments
	forms    []message.Part     // of the letter: text, HTML, calendar
	related  []message.Part     // of the HTML: the HTML, inline files
	fields   map[string]string
	stored   map[string]cell.Stored
	hash     hash.Hash
	rendered Rendered // the last letter, of a draft
}

// Composer returns a Composer. A draft is of letters that are looked at for the
// first time: their files are checked, and they are not signed.
func (l *Letters) Composer(draft bool) *Composer {
	c := &Composer{
		Letters: l, renderer: l.templates.Renderer(), language: l.Languages(), head: l.head.writer(), finder: l.Attachments.Finder(draft), draft: draft,
		signer: message.Signer{DKIM: l.dkim}, fields: make(map[string]string, len(l.Columns)), stored: make(map[string]cell.Stored), hash: sha256.New(),
	}
	if l.calendar != nil {
		c.calendar = l.calendar.Renderer()
	}
	return c
}

// Compose renders and encodes the row's message.
func (c *Composer) Compose(r *recipients.Row, messageID string, date time.Time) (Mail, error) {
	r.Fields(c.Columns, c.fields)
	row := template.Row{Number: r.Number, Line: r.Line, Key: r.Key, Fields: c.fields, Stored: r.StoredFields(c.Columns, c.stored)}
	var err error
	if row.Language, err = c.language.Of(row); err != nil {
		return Mail{}, err
	}
	letter, err := c.renderer.Render(row)
	if err != nil {
		return Mail{}, err
	}
	to := c.Recipient(r)
	m := message.Message{
		From:    mailbox(c.job.Message.From),
		To:      []message.Mailbox{{Name: r.Name, Address: to.String()}},
		Subject: letter.Subject, Date: date, MessageID: messageID,
	}
	c.finder.Begin(row)
	if m.Body, err = c.body(&letter, row, messageID); err != nil {
		return Mail{}, err
	}
	copies, err := c.head.write(&m, row, to)
	if err != nil {
		return Mail{}, err
	}
	if err := c.mayBeFrom(c.head.from); err != nil {
		return Mail{}, err
	}
	if c.draft {
		c.rendered = Rendered{Letter: letter, Branches: c.renderer.Branches(), Names: append(c.rendered.Names[:0], m.From.Name, r.Name)}
		if last := c.forms[len(c.forms)-1]; last.Type == "text/calendar" {
			c.rendered.Calendar = last.Text
		}
	}
	for _, h := range letter.Headers {
		m.Headers = append(m.Headers, message.Field{Name: h.Name, Value: h.Value})
	}
	if c.finder != nil {
		if c.parts, err = c.finder.Parts(append(c.parts[:0], m.Body)); err != nil {
			return Mail{}, err
		}
		m.Body = message.Part{Parts: c.parts}
	}
	out, err := c.encode(&m, to)
	out.Copies, out.Cc, out.From = copies, c.head.cc, c.head.from
	out.Wide = m.UTF8 || !c.job.Message.EnvelopeFrom.Address.ASCII() || slices.ContainsFunc(copies, func(a address.Address) bool { return !a.ASCII() })
	if c.finder != nil && c.draft {
		out.Files = c.finder.Found()
		out.Attached = len(c.parts) - 1
		c.rendered.attach(c.parts[1:])
	}
	return out, err
}

// Rendered returns the letter that a draft composed last. It is valid until the next one.
func (c *Composer) Rendered() *Rendered { return &c.rendered }

// body returns the tree of a letter's text, HTML and calendar.
func (c *Composer) body(l *template.Letter, row template.Row, messageID string) (message.Part, error) {
	forms := c.forms[:0] // the plainest first (RFC 2046, section 5.1.4)
	if l.Text != "" || l.HTML == "" {
		forms = append(forms, message.Part{Type: "text/plain", Text: l.Text})
	}
	if l.HTML != "" {
		var err error
		if c.related, err = c.Inline.related(c.related[:0], l.HTML, messageID, c.finder); err != nil {
			return message.Part{}, err
		}
		forms = append(forms, message.Part{Type: "multipart/related", Parts: c.related}) // one alone is itself
	}
	if c.calendar != nil {
		p, err := calendarPart(c.calendar, row)
		if err != nil {
			return p, err
		}
		forms = append(forms, p)
	}
	c.forms = forms
	return message.Part{Type: "multipart/alternative", Parts: forms}, nil
}

func mailbox(m address.Mailbox) message.Mailbox {
	return message.Mailbox{Name: m.Name, Address: m.Address.String()}
}

func (c *Composer) encode(m *message.Message, to address.Address) (Mail, error) {
	encoded, err := c.encoder.Encode(m)
	if err != nil {
		return Mail{}, err
	}
	out := Mail{Recipient: to, Subject: m.Subject, MessageID: m.MessageID, letter: encoded, dateAt: c.encoder.DateAt()}
	return out, c.seal(&out, m.Date, m.UTF8)
}

// Again returns the mail of a row whose letter was kept in a cache, with another
// date.
func (c *Composer) Again(r *recipients.Row, messageID string, letter Cached, date time.Time) (Mail, error) {
	octets := letter.withDate(date)
	out := Mail{Recipient: c.Recipient(r), MessageID: messageID}
	out.letter, out.shape = []message.Segment{{Data: octets, Size: int64(len(octets))}}, letter.shape
	return out, c.seal(&out, date, false)
}

// seal signs the letter and makes it the message that is handed to the server.
func (c *Composer) seal(m *Mail, date time.Time, utf8 bool) (err error) {
	if m.octets, err = c.sign(m.letter, date); err != nil {
		return err
	}
	segments := make([]transport.Segment, len(m.octets))
	for i, s := range m.octets {
		segments[i] = transport.Segment{Data: s.Data, Size: s.Size, Open: s.Open}
		if checked, ok := c.shared[s.Shared]; ok {
			segments[i] = checked
		}
	}
	if m.shape != 0 {
		segments[len(segments)-1] = m.shape.Segment(m.letter[0].Data) // checked when it was put into the cache
	}
	if utf8 {
		m.Message, err = transport.New8BitMessage(segments...)
	} else {
		m.Message, err = transport.NewMessage(segments...)
	}
	return err
}

// sign puts the signature before a message, or in a draft one of the same size.
func (c *Composer) sign(octets []message.Segment, date time.Time) ([]message.Segment, error) {
	if c.dkim == nil {
		return octets, nil
	}
	sign := c.signer.Sign
	if c.draft {
		sign = c.signer.Draft
	}
	field, err := sign(octets, date)
	if err != nil {
		return nil, err
	}
	return append([]message.Segment{field}, octets...), nil
}

// Digest returns the SHA-256 of the mail as it is handed to the server. Its files
// are read for it.
func (c *Composer) Digest(m Mail) (string, error) {
	c.hash.Reset()
	for _, s := range m.octets {
		if s.Open == nil {
			c.hash.Write(s.Data)
			continue
		}
		if err := copyFrom(c.hash, s.Open); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(c.hash.Sum(nil)), nil
}
