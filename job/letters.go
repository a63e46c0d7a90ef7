package job

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
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

	attachments *attachments // nil: there are none
	shared      map[*message.Encoded]transport.Segment
	secret      [32]byte // makes Message-IDs that nobody can foretell
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
	attachments, problem := newAttachments(j, f, c)
	l.attachments, l.shared = attachments, f.segments()
	return l, errors.Join(append(unjoin(err), unjoin(problem)...)...)
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
	files     []rowFile // its own
}

// A composer makes one message after the other. Each worker has its own.
type composer struct {
	*letters
	renderer *template.Renderer
	encoder  message.Encoder
	attacher *attacher // nil: there are no attachments
	parts    []message.Part
	fields   map[string]string
	hash     hash.Hash
}

func (l *letters) composer() *composer {
	return &composer{
		letters: l, renderer: l.templates.Renderer(), attacher: l.attachments.attacher(),
		fields: make(map[string]string, len(l.columns)), hash: sha256.New(),
	}
}

// checker is a composer of letters that are looked at for the first time.
func (l *letters) checker() *composer {
	c := l.composer()
	if c.attacher != nil {
		c.attacher.checking = true
	}
	return c
}

// compose renders and encodes the row's message.
func (c *composer) compose(r *row, messageID string, date time.Time) (mail, error) {
	r.fields(c.columns, c.fields)
	of := template.Row{Number: r.number, Line: r.line, Key: r.key, Fields: c.fields}
	letter, err := c.renderer.Render(of)
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
	if c.attacher == nil {
		return c.encode(&m, to)
	}
	if c.parts, err = c.attacher.parts(append(c.parts[:0], m.Body), of); err != nil {
		return mail{}, err
	}
	m.Body = message.Part{Parts: c.parts}
	out, err := c.encode(&m, to)
	out.files = c.attacher.found
	return out, err
}

func mailbox(m address.Mailbox) message.Mailbox {
	return message.Mailbox{Name: m.Name, Address: m.Address.String()}
}

func (c *composer) encode(m *message.Message, to address.Address) (mail, error) {
	encoded, err := c.encoder.Encode(m)
	if err != nil {
		return mail{}, err
	}
	segments := make([]transport.Segment, len(encoded))
	for i, s := range encoded {
		segments[i] = transport.Segment{Data: s.Data, Size: s.Size, Open: s.Open}
		if checked, ok := c.shared[s.Shared]; ok {
			segments[i] = checked
		}
	}
	out := mail{recipient: to, subject: m.Subject, messageID: m.MessageID, octets: encoded}
	out.message, err = transport.NewMessage(segments...)
	return out, err
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
