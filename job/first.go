package job

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"mailshot/job/mailing"
	"mailshot/job/preview"
	"mailshot/job/preview/pagetext"
	"mailshot/job/problem"
)

// A FirstLetter is what the first reader gets, for a look at it.
type FirstLetter struct {
	From     string
	ReplyTo  string
	Forms    []string // of which it is made: text, HTML, calendar
	Text     string   // or the HTML as text, where there is no other
	Pictures []preview.File
	Attached []AttachedFile
}

// An AttachedFile is an attachment of the first letter.
type AttachedFile struct {
	preview.File
	ToAll bool // every letter has it
}

// firstLetter makes the letter of the first row that is sent, and reads it as its reader would.
func firstLetter(b *batch, c *checked) (*FirstLetter, error) {
	for row := range c.plan.Send.All() {
		r, err := b.spool.Rows().NextOf(&c.plan.Send)
		if err != nil {
			return nil, problem.InternalError(err)
		}
		mail, err := b.letters.Composer(true).Compose(r, b.messageID(c.plan, row), b.start)
		if err != nil {
			return nil, problem.Fail(problem.BadData, "row %d: %w", row, err) // it was well when it was checked
		}
		var text bytes.Buffer
		if _, err := mail.WriteTo(&text); err != nil {
			return nil, problem.Fail(problem.BadData, "row %d: %w", row, err)
		}
		m, err := preview.ReadMessage(&text)
		if err != nil {
			return nil, problem.InternalError(fmt.Errorf("reading the letter of row %d: %w", row, err))
		}
		return b.toldLetter(m), nil
	}
	return nil, nil
}

// toldLetter returns what a check tells of a letter.
func (b *batch) toldLetter(m *preview.Message) *FirstLetter {
	f := &FirstLetter{From: m.Get("From"), ReplyTo: m.Get("Reply-To"), Text: m.Text, Pictures: m.Pictures}
	for _, form := range []struct{ name, text string }{{"text", m.Text}, {"HTML", m.HTML}, {"calendar", m.Calendar}} {
		if form.text != "" {
			f.Forms = append(f.Forms, form.name)
		}
	}
	if m.Text == "" {
		f.Text = pagetext.Of(m.HTML)
	}
	var toAll []string
	for _, s := range b.letters.Attachments.Shared() {
		if !strings.Contains(s.Name, "{{") {
			toAll = append(toAll, s.Name)
		}
	}
	for _, file := range m.Attached {
		f.Attached = append(f.Attached, AttachedFile{file, slices.Contains(toAll, path.Base(file.Name))})
	}
	return f
}

// A TestSent is the last test of a mailing. The zero TestSent is none.
type TestSent struct {
	At      time.Time
	Changed bool // the letter is another one since
}

// lastTest returns the last test that sent something, by its log. A log that can't be read tells of none.
func (in *inputs) lastTest() (t TestSent) {
	ref := in.ref
	ref.Test = true
	paths := ref.Paths(in.job)
	if !paths.HaveDir() {
		return t
	}
	paths.Resolve()
	h := ref.History(paths, in.env.Files)
	defer func() { h.Fold.Free() }()
	if h.Read() != nil {
		return t
	}
	for _, run := range h.Fold.Runs() {
		if run.Sent > 0 {
			t = TestSent{run.Last, mailing.LetterDigest(run.ID) != in.digest}
		}
	}
	return t
}
