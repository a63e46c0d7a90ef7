package job

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"
	"time"

	"mailshot/job/address"
	"mailshot/job/attachment"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/template"
	"mailshot/transport"
	"mailshot/transport/message"
)

// letters makes messages of rows. It is what all letters of a run share, and
// is safe for concurrent use once made.
type letters struct {
	job       *jobfile.Job
	templates *template.Set
	head      *letterhead
	columns   []string
	to        *address.Address // of a test; nil: each row's own
	dkim      *message.DKIM    // nil: they are not signed

	inline      *inline
	attachments *attachment.List // nil: there are none
	shared      map[*message.Encoded]transport.Segment
	secret      [32]byte // makes Message-IDs that nobody can foretell
}

// newLetters parses the templates. now is the run's start.
func newLetters(j *jobfile.Job, columns []string, f *attachment.Files, mailing string, now time.Time, random io.Reader) (*letters, error) {
	l := &letters{job: j, columns: columns}
	if _, err := io.ReadFull(random, l.secret[:]); err != nil {
		return nil, problem.Fail(problem.Internal, "making Message-IDs: %w", err)
	}
	c, err := letterConfig(j, f)
	if err != nil {
		return nil, err
	}
	c.Columns, c.Now, c.Mailing = columns, now, mailing
	set, err := template.Parse(c)
	problems := problem.Split(err)
	l.templates = set
	l.head, err = newLetterhead(j, c)
	problems = append(problems, problem.Split(err)...)
	l.inline, err = newInline(j, f, &c)
	problems = append(problems, problem.Split(err)...)
	l.attachments, err = attachment.New(j, f, c)
	l.shared = f.Segments()
	return l, errors.Join(append(problems, problem.Split(err)...)...)
}

// letterConfig is what the job file says of the letter, for its templates.
func letterConfig(j *jobfile.Job, f *attachment.Files) (template.Config, error) {
	m := &j.Message
	c := template.Config{Subject: template.Source{Name: j.Place("subject", m.Subject), Text: m.Subject.Value}, ReadFile: f.Read}
	c.Text, c.TextFile = bodySources(j, "text", m.Text)
	c.HTML, c.HTMLFile = bodySources(j, "html", m.HTML)
	for _, h := range m.Headers {
		c.Headers = append(c.Headers, template.Header{Name: h.Name, Value: template.Source{Name: j.Place("headers."+h.Name, h.Value), Text: h.Value.Value}})
	}
	include, err := j.IncludeFiles()
	if err != nil {
		return c, err
	}
	for _, t := range include {
		data, err := f.Shared(j.Resolve(t.Value))
		if err != nil {
			return c, err
		}
		c.Include = append(c.Include, template.Source{Name: t.Value, Text: string(data)})
	}
	return c, nil
}

// bodySources are a body as it is, and the path of the file that holds it. One
// of them at most is given.
func bodySources(j *jobfile.Job, key string, t jobfile.Template) (body, path template.Source) {
	if t.Inline.Value != "" {
		body = template.Source{Name: j.Place(key, t.Inline), Text: t.Inline.Value}
	}
	if t.File.Value != "" {
		path = template.Source{Name: j.Place(key, t.File), Text: t.File.Value}
	}
	return body, path
}

// idOctets is how many octets of a hash a Message-ID has, and idLength how many
// characters they are.
const (
	idOctets = 16
	idLength = (idOctets*8 + 4) / 5
)

// idAlphabet is base32hex (RFC 4648, section 7) in lower case.
var idAlphabet = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// messageID is the row's, the same in every pass of the run (RFC 5322,
// section 3.6.4).
func (l *letters) messageID(row int) string {
	var secretAndRow [len(l.secret) + 8]byte
	binary.BigEndian.PutUint64(secretAndRow[copy(secretAndRow[:], l.secret[:]):], uint64(row))
	sum := sha256.Sum256(secretAndRow[:])
	var id [idLength]byte
	idAlphabet.Encode(id[:], sum[:idOctets])
	return string(id[:]) + "@" + l.job.Message.From.Address.Domain
}

// A mail is one row ready to go. Its octets are valid until the composer's
// next one.
type mail struct {
	recipient   address.Address
	copies      []address.Address // who gets it too, in the same session
	cc          int               // how many of these are named in it
	wide        bool              // it needs a server with SMTPUTF8
	subject     string
	message     transport.Message
	messageID   string
	octets      []message.Segment
	letter      []message.Segment // before they are signed
	dateAt      int               // where the date begins in the first of these
	files       []attachment.File // its own
	fingerprint uint64            // of these
}

// envelope is from whom and to whom the mail goes. Either all recipients get it
// or none does.
func (m *mail) envelope(from address.Address) transport.Envelope {
	e := transport.Envelope{From: pathOf(from), To: make([]transport.Mailbox, 0, 1+len(m.copies))}
	e.To = append(e.To, pathOf(m.recipient))
	for _, a := range m.copies {
		e.To = append(e.To, pathOf(a))
	}
	return e
}

func pathOf(a address.Address) transport.Mailbox {
	return transport.Mailbox{Local: a.Local, Domain: a.Domain}
}

// A composer makes one message after the other. Each worker has its own.
type composer struct {
	*letters
	renderer *template.Renderer
	head     *headWriter
	encoder  message.Encoder
	signer   message.Signer
	draft    bool               // the letters are only looked at, and not signed
	attacher *attachment.Finder // nil: there are no attachments
	parts    []message.Part     // of the message: the letter, attachments
	related  []message.Part     // of the letter: the HTML, inline files
	fields   map[string]string
	hash     hash.Hash
}

// composer returns a composer. A draft is of letters that are looked at for the
// first time: their files are checked, and they are not signed.
func (l *letters) composer(draft bool) *composer {
	return &composer{
		letters: l, renderer: l.templates.Renderer(), head: l.head.writer(), attacher: l.attachments.Finder(draft), draft: draft,
		signer: message.Signer{DKIM: l.dkim}, fields: make(map[string]string, len(l.columns)), hash: sha256.New(),
	}
}

// compose renders and encodes the row's message.
func (c *composer) compose(r *recipients.Row, messageID string, date time.Time) (mail, error) {
	r.Fields(c.columns, c.fields)
	row := template.Row{Number: r.Number, Line: r.Line, Key: r.Key, Fields: c.fields}
	letter, err := c.renderer.Render(row)
	if err != nil {
		return mail{}, err
	}
	to := c.recipient(r)
	m := message.Message{
		From:    mailbox(c.job.Message.From),
		To:      []message.Mailbox{{Name: r.Name, Address: to.String()}},
		Subject: letter.Subject, Date: date, MessageID: messageID,
	}
	if m.Body, err = c.body(&letter); err != nil {
		return mail{}, err
	}
	copies, err := c.head.write(&m, row, to)
	if err != nil {
		return mail{}, err
	}
	for _, h := range letter.Headers {
		m.Headers = append(m.Headers, message.Field{Name: h.Name, Value: h.Value})
	}
	if c.attacher != nil {
		if c.parts, err = c.attacher.Parts(append(c.parts[:0], m.Body), row); err != nil {
			return mail{}, err
		}
		m.Body = message.Part{Parts: c.parts}
	}
	out, err := c.encode(&m, to)
	out.copies, out.cc = copies, c.head.cc
	out.wide = m.UTF8 || !c.job.Message.EnvelopeFrom.Address.ASCII() || slices.ContainsFunc(copies, func(a address.Address) bool { return !a.ASCII() })
	if c.attacher != nil && c.draft {
		out.files, out.fingerprint = c.attacher.Found()
	}
	return out, err
}

// body is the tree of a letter's text and HTML.
func (c *composer) body(l *template.Letter) (message.Part, error) {
	text := message.Part{Type: "text/plain", Text: l.Text}
	if l.HTML == "" {
		return text, nil
	}
	var err error
	if c.related, err = c.inline.related(c.related[:0], l.HTML); err != nil {
		return text, err
	}
	html := message.Part{Type: "multipart/related", Parts: c.related} // one alone is itself
	if l.Text == "" {
		return html, nil
	}
	// The plainest first (RFC 2046, section 5.1.4).
	return message.Part{Type: "multipart/alternative", Parts: []message.Part{text, html}}, nil
}

// recipient is who gets the row's message.
func (l *letters) recipient(r *recipients.Row) address.Address {
	if l.to != nil {
		return *l.to
	}
	return r.Address
}

func mailbox(m address.Mailbox) message.Mailbox {
	return message.Mailbox{Name: m.Name, Address: m.Address.String()}
}

func (c *composer) encode(m *message.Message, to address.Address) (mail, error) {
	encoded, err := c.encoder.Encode(m)
	if err != nil {
		return mail{}, err
	}
	out := mail{recipient: to, subject: m.Subject, messageID: m.MessageID, letter: encoded, dateAt: c.encoder.DateAt()}
	return out, c.seal(&out, m.Date, m.UTF8)
}

// mail is the message of an errand.
func (c *composer) mail(e *errand) (mail, error) {
	if e.kept.octets != nil {
		return c.again(e)
	}
	return c.compose(e.row, e.messageID, e.date)
}

// again is the mail of a letter that was kept.
func (c *composer) again(e *errand) (mail, error) {
	octets := e.kept.dated(e.date)
	out := mail{recipient: c.recipient(e.row), messageID: e.messageID}
	out.letter = []message.Segment{{Data: octets, Size: int64(len(octets))}}
	return out, c.seal(&out, e.date, false)
}

// seal signs the letter and makes it the message that is handed to the server.
func (c *composer) seal(m *mail, date time.Time, utf8 bool) (err error) {
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
	if utf8 {
		m.message, err = transport.New8BitMessage(segments...)
	} else {
		m.message, err = transport.NewMessage(segments...)
	}
	return err
}

// sign puts the signature before a message, or in a draft one of the same size.
func (c *composer) sign(octets []message.Segment, date time.Time) ([]message.Segment, error) {
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

// digest is the SHA-256 of the mail as it is handed to the server. Its files
// are read for it.
func (c *composer) digest(m mail) (string, error) {
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

func copyFrom(w io.Writer, open func() (io.ReadCloser, error)) error {
	r, err := open()
	if err != nil {
		return err
	}
	defer r.Close() // read only: nothing is lost
	_, err = io.Copy(w, r)
	return err
}
