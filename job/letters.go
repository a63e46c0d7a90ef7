package job

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"mailshot/job/address"
	"mailshot/job/jobfile"
	"mailshot/template"
	"mailshot/transport"
	"mailshot/transport/message"
)

// letters makes messages of rows. It is what all letters of a run share, and
// is safe for concurrent use once made.
type letters struct {
	job       *jobfile.Job
	templates *template.Set
	columns   []string
	to        *address.Address // of a test; nil: each row's own
	dkim      *message.DKIM    // nil: they are not signed
	secret    [32]byte         // makes Message-IDs that nobody can foretell
}

// newLetters parses the templates. now is the run's start.
func newLetters(j *jobfile.Job, columns []string, f *files, mailing string, now time.Time, random io.Reader) (*letters, error) {
	l := &letters{job: j, columns: columns}
	if _, err := io.ReadFull(random, l.secret[:]); err != nil {
		return nil, fail(Internal, "making Message-IDs: %w", err)
	}
	m := &j.Message
	c := template.Config{
		Subject: templateSource(j, "subject", m.Subject),
		Columns: columns, ReadFile: f.read, Now: now, Mailing: mailing,
	}
	if len(m.ReplyTo) > 0 {
		c.ReplyTo = templateSource(j, "reply_to", m.ReplyTo[0])
	}
	if m.Text.File.Value != "" {
		c.TextFile = templateSource(j, "text", m.Text.File)
	} else {
		c.Text = templateSource(j, "text", m.Text.Inline)
	}
	for _, h := range m.Headers {
		c.Headers = append(c.Headers, template.Header{Name: h.Name, Value: templateSource(j, "headers."+h.Name, h.Value)})
	}
	var err error
	l.templates, err = template.Parse(c)
	return l, err
}

// templateSource is a template of the job file, named by its place and key.
func templateSource(j *jobfile.Job, key string, t jobfile.Text) template.Source {
	return template.Source{Name: fmt.Sprintf("%s:%d (%s)", j.Path, t.Line, key), Text: t.Value}
}

// messageID is the row's, the same in every pass of the run (RFC 5322,
// section 3.6.4).
func (l *letters) messageID(row int) string {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(l.secret[:len(l.secret):len(l.secret)], uint64(row)))
	id := base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16])
	return strings.ToLower(id) + "@" + l.job.Message.From.Address.Domain
}

// A mail is one row ready to go. Its octets are valid until the composer's
// next one.
type mail struct {
	recipient address.Address
	subject   string
	message   transport.Message
	messageID string
	octets    []message.Segment
}

// A composer makes one message after the other. Each worker has its own.
type composer struct {
	*letters
	renderer *template.Renderer
	encoder  message.Encoder
	signer   message.Signer
	draft    bool // the letters are only looked at, and not signed
	fields   map[string]string
	hash     hash.Hash
}

func (l *letters) composer() *composer {
	return &composer{letters: l, signer: message.Signer{DKIM: l.dkim}, renderer: l.templates.Renderer(), fields: make(map[string]string, len(l.columns)), hash: sha256.New()}
}

// compose renders and encodes the row's message.
func (c *composer) compose(r *row, messageID string, date time.Time) (mail, error) {
	r.fields(c.columns, c.fields)
	letter, err := c.renderer.Render(template.Row{Number: r.number, Line: r.line, Key: r.key, Fields: c.fields})
	if err != nil {
		return mail{}, err
	}
	to := r.address
	if c.to != nil {
		to = *c.to
	}
	m := message.Message{
		From:    mailbox(c.job.Message.From),
		To:      []message.Mailbox{{Name: r.name, Address: to.String()}},
		Subject: letter.Subject, Date: date, MessageID: messageID,
		Body: message.Part{Type: "text/plain", Text: letter.Text},
	}
	if letter.ReplyTo != "" {
		reply, err := address.ParseMailbox(letter.ReplyTo)
		if err != nil {
			return mail{}, fmt.Errorf("reply_to %q: %w", letter.ReplyTo, err)
		}
		m.ReplyTo = []message.Mailbox{mailbox(reply)}
	}
	for _, h := range letter.Headers {
		m.Headers = append(m.Headers, message.Field{Name: h.Name, Value: h.Value})
	}
	return c.encode(&m, to)
}

func mailbox(m address.Mailbox) message.Mailbox {
	return message.Mailbox{Name: m.Name, Address: m.Address.String()}
}

func (c *composer) encode(m *message.Message, to address.Address) (mail, error) {
	encoded, err := c.encoder.Encode(m)
	if err != nil {
		return mail{}, err
	}
	if encoded, err = c.sign(encoded, m.Date); err != nil {
		return mail{}, err
	}
	segments := make([]transport.Segment, len(encoded))
	for i, s := range encoded {
		segments[i] = transport.Segment{Data: s.Data, Size: s.Size, Open: s.Open}
	}
	out := mail{recipient: to, subject: m.Subject, messageID: m.MessageID, octets: encoded}
	out.message, err = transport.NewMessage(segments...)
	return out, err
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

// digest is the SHA-256 of the mail as it is handed to the server.
func (c *composer) digest(m mail) string {
	c.hash.Reset()
	for _, s := range m.octets {
		c.hash.Write(s.Data)
	}
	return hex.EncodeToString(c.hash.Sum(nil))
}
