package letter

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"slices"
	"strings"
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

// Letters makes messages of rows. It is what all letters of a run share, and is
// safe for concurrent use once made.
type Letters struct {
	Columns     []string
	Attachments *attachment.List // nil: there are none
	Inline      *Inline

	used      usedColumns
	job       *jobfile.Job
	templates *template.Set
	language  language
	calendar  *template.Calendar // nil: there is none
	head      *header
	to        *address.Address // of a test; nil: each row's own
	dkim      *message.DKIM    // nil: they are not signed
	shared    map[*message.Encoded]transport.Segment
	secret    [32]byte // makes Message-IDs that nobody can foretell
}

// A Config says what letters to make. Job, Files and Random must be given.
type Config struct {
	Job     *jobfile.Job
	Columns []string
	Files   *attachment.Files
	Mailing string           // its name
	Now     time.Time        // the run's start
	Random  io.Reader        // for Message-IDs
	To      *address.Address // of a test, whose letters have no copies; nil: each row's own
	DKIM    *message.DKIM    // who signs; nil: nobody

	// Suppressed returns why an address gets nothing, or "". nil: no address is
	// suppressed.
	Suppressed func(address.Address) string
}

// New parses the templates. Its error has what is wrong with all of them; Problems
// makes it the end of a command.
func New(c Config) (*Letters, error) {
	l := &Letters{job: c.Job, Columns: c.Columns, to: c.To, dkim: c.DKIM}
	if _, err := io.ReadFull(c.Random, l.secret[:]); err != nil {
		return nil, problem.Fail(problem.Internal, "making Message-IDs: %w", err)
	}
	t, err := letterConfig(c.Job, c.Files)
	if err != nil {
		return nil, err
	}
	t.Columns, t.Now, t.Mailing, t.Used = c.Columns, c.Now, c.Mailing, l.used.add
	set, err := template.Parse(t)
	problems := problem.Split(err)
	l.templates = set
	l.language, err = newLanguage(c.Job, t)
	problems = append(problems, problem.Split(err)...)
	l.calendar, err = newCalendar(c.Job, c.Files, t)
	problems = append(problems, problem.Split(err)...)
	l.head, err = newHeader(c.Job, t)
	problems = append(problems, problem.Split(err)...)
	l.Inline, err = newInline(c.Job, c.Files, &t)
	problems = append(problems, problem.Split(err)...)
	l.Attachments, err = attachment.New(c.Job, c.Files, t)
	l.shared = c.Files.Segments()
	problems = append(problems, problem.Split(err)...)
	if len(problems) == 0 && c.To == nil {
		problems = problem.Split(l.head.copiesTo(c.Suppressed))
	}
	return l, errors.Join(problems...)
}

// Close closes the directories of rows' files. A nil Letters has none.
func (l *Letters) Close() error {
	if l == nil {
		return nil
	}
	return l.Attachments.Close()
}

// Remarks returns what the author of the letters may have forgotten, each with its place; see
// [template.Set.Remarks].
func (l *Letters) Remarks() []string { return l.templates.Remarks() }

// Problems makes the error of New, or of parsing another template, the end of a
// command.
func Problems(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &problem.Error{Kind: problem.NoInput, Err: err}
	}
	l := &problem.List{}
	for _, err := range problem.Split(err) {
		l.Add(problem.Problem{Kind: "template", Text: err.Error(), Hint: Hint(err)})
	}
	return &problem.Error{Kind: problem.BadData, Err: l}
}

// Hint returns what to do about a letter that can't be made, or "".
func Hint(err error) string {
	if hint := problem.HintOf(err); hint != "" {
		return hint
	}
	if errors.As(err, new(*message.FieldError)) {
		return "a header is one line of text; correct the cell"
	}
	var te *template.Error
	if errors.As(err, &te) {
		return te.Hint
	}
	return ""
}

// letterConfig returns what the job file says of the letter, for its templates.
func letterConfig(j *jobfile.Job, f *attachment.Files) (template.Config, error) {
	m := &j.Message
	c := template.Config{Subject: template.Source{Name: j.Place("subject", m.Subject), Text: m.Subject.Value}, ReadFile: f.Read, Forms: recipients.Forms(j)}
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

// bodySources returns a body as it is, and the path of the file that holds it. One
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

// MessageID returns the row's, the same in every pass of the run (RFC 5322,
// section 3.6.4).
func (l *Letters) MessageID(row int) string {
	var secretAndRow [len(l.secret) + 8]byte
	binary.BigEndian.PutUint64(secretAndRow[copy(secretAndRow[:], l.secret[:]):], uint64(row))
	sum := sha256.Sum256(secretAndRow[:])
	var id [idLength]byte
	idAlphabet.Encode(id[:], sum[:idOctets])
	return string(id[:]) + "@" + l.job.Message.From.Address.Domain
}

// A Mail is one row ready to go. Its octets are valid until the composer's next
// one.
type Mail struct {
	Recipient address.Address
	Copies    []address.Address // who gets it too, in the same session
	Cc        int               // how many of these are named in it
	Wide      bool              // it needs a server with SMTPUTF8
	Subject   string
	From      address.Address // zero: that of all letters
	Message   transport.Message
	MessageID string
	Files     []attachment.File // a draft's own
	Attached  int               // attachments of a draft

	octets []message.Segment
	letter []message.Segment // before they are signed
	dateAt int               // where the date begins in the first of these
}

// Envelope returns from whom and to whom the mail goes. Either all recipients get it
// or none does.
func (m *Mail) Envelope(from address.Address) transport.Envelope {
	e := transport.Envelope{From: pathOf(from), To: make([]transport.Mailbox, 0, 1+len(m.Copies))}
	e.To = append(e.To, pathOf(m.Recipient))
	for _, a := range m.Copies {
		e.To = append(e.To, pathOf(a))
	}
	return e
}

func pathOf(a address.Address) transport.Mailbox {
	return transport.Mailbox{Local: a.Local, Domain: a.Domain}
}

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
	hash     hash.Hash
	rendered Rendered // the last letter, of a draft
}

// Composer returns a Composer. A draft is of letters that are looked at for the
// first time: their files are checked, and they are not signed.
func (l *Letters) Composer(draft bool) *Composer {
	c := &Composer{
		Letters: l, renderer: l.templates.Renderer(), language: l.Languages(), head: l.head.writer(), finder: l.Attachments.Finder(draft), draft: draft,
		signer: message.Signer{DKIM: l.dkim}, fields: make(map[string]string, len(l.Columns)), hash: sha256.New(),
	}
	if l.calendar != nil {
		c.calendar = l.calendar.Renderer()
	}
	return c
}

// Compose renders and encodes the row's message.
func (c *Composer) Compose(r *recipients.Row, messageID string, date time.Time) (Mail, error) {
	r.Fields(c.Columns, c.fields)
	row := template.Row{Number: r.Number, Line: r.Line, Key: r.Key, Fields: c.fields}
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
		c.rendered = Rendered{Letter: letter, Names: append(c.rendered.Names[:0], m.From.Name, r.Name)}
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

// Recipient returns who gets the row's message.
func (l *Letters) Recipient(r *recipients.Row) address.Address {
	if l.to != nil {
		return *l.to
	}
	return r.Address
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
	out.letter = []message.Segment{{Data: octets, Size: int64(len(octets))}}
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

func copyFrom(w io.Writer, open func() (io.ReadCloser, error)) error {
	r, err := open()
	if err != nil {
		return err
	}
	defer r.Close() // read only: nothing is lost
	_, err = io.Copy(w, r)
	return err
}

// ShownCopies says who gets a mail beside its recipient; "" is nobody.
func (m *Mail) ShownCopies() string {
	var kinds []string
	for _, kind := range []struct {
		name string
		to   []address.Address
	}{{"cc", m.Copies[:m.Cc]}, {"bcc", m.Copies[m.Cc:]}} {
		var list []string
		for _, a := range kind.to {
			list = append(list, a.String())
		}
		if len(list) > 0 {
			kinds = append(kinds, kind.name+" "+strings.Join(list, ", "))
		}
	}
	return strings.Join(kinds, "; ")
}
