package letter

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"slices"
	"time"

	"mailshot/job/address"
	"mailshot/job/attachment"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/template"
	"mailshot/template/branches"
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

	Branches *branches.Set // gets those of the templates; nil: nobody asks

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
	branched := t
	branched.Branches = c.Branches
	set, err := template.Parse(branched)
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
func (l *Letters) Remarks() []string {
	all := slices.Concat(l.templates.Remarks(), l.head.lines.Remarks(), l.head.lists.Remarks(), l.Attachments.Remarks())
	if l.calendar != nil {
		all = append(all, l.calendar.Remarks()...)
	}
	return all
}

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

// Recipient returns who gets the row's message.
func (l *Letters) Recipient(r *recipients.Row) address.Address {
	if l.to != nil {
		return *l.to
	}
	return r.Address
}
