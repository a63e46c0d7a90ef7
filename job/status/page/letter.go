package page

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"mailshot/job/jobfile"
	"mailshot/job/preview"
	"mailshot/job/preview/pagetext"
	"mailshot/job/problem"
)

// mostLetter is how much of a letter is shown, in octets.
const mostLetter = 20_000

// A letter is what the job would send today: the first letter, or where that can't be made or is not
// to be shown its templates.
type letter struct {
	From, To, Subject string
	Text              string
	HTML              bool     // Text is that of a page
	Cut               bool     // Text is the beginning of it
	Files             []string // by their names
	Template          bool     // Subject and Text are templates
	Why               string   // the letter itself could not be made
}

// letterOf returns the letter of a job.
func letterOf(ctx context.Context, o Options, env Env, j *jobfile.Job) (*letter, error) {
	if o.Anonymous {
		l := templateOf(j)
		l.mask()
		l.clip()
		return l, nil
	}
	why := errors.New("the recipients come from standard input")
	if j.Recipients.File != "-" {
		l, err := firstLetter(ctx, o, env)
		if err == nil && l != nil {
			return l, nil
		}
		if ctx.Err() != nil {
			return nil, problem.InterruptedBy(ctx)
		}
		if why = err; why == nil {
			why = errors.New("no row gets a letter")
		}
	}
	l := templateOf(j)
	l.clip()
	l.Why, _, _ = strings.Cut(why.Error(), "\n")
	return l, nil
}

// firstLetter makes the first letter; nil if nobody gets one.
func firstLetter(ctx context.Context, o Options, env Env) (l *letter, err error) {
	p := preview.Options{Ref: o.Ref}
	p.Limit = 1
	_, err = preview.Letters(ctx, p, preview.Env{Random: env.Random, Now: env.Now}, func(first *preview.Letter) error {
		if first.Why != "" {
			return errors.New("the first row is bad: " + first.Why)
		}
		m, err := first.Read()
		if err != nil {
			return err
		}
		l = &letter{From: m.Get("From"), To: m.Get("To"), Subject: m.Get("Subject"), Text: m.Text}
		if strings.TrimSpace(m.Text) == "" && m.HTML != "" {
			l.Text, l.HTML = pagetext.Of(m.HTML), true
		}
		for _, f := range m.Attached {
			l.Files = append(l.Files, f.Name)
		}
		return nil
	})
	if err == nil && l != nil {
		l.clip()
	}
	return l, err
}

// templateOf returns what the job says of its letters, without cells.
func templateOf(j *jobfile.Job) *letter {
	m := &j.Message
	l := &letter{From: fromOf(m), Subject: m.Subject.Value, Template: true}
	t := m.Text
	if t.IsZero() {
		t, l.HTML = m.HTML, true
	}
	l.Text = t.Inline.Value
	if path := t.File.Value; path != "" {
		var read bool
		if l.Text, read = templateFile(j, path); !read {
			l.Text = baseOf(path)
		}
	}
	for _, a := range m.Attachments {
		l.Files = append(l.Files, a.File.Value)
	}
	return l
}

// fromOf returns the From of the letters, or its template.
func fromOf(m *jobfile.Message) string {
	switch {
	case m.FromOfRow.Value != "":
		return m.FromOfRow.Value
	case m.From.Name == "":
		return m.From.Address.String()
	}
	return m.From.Name + " <" + m.From.Address.String() + ">"
}

// mostTemplate is how much of a file is read, in octets. It is much more than what is shown, as what is
// taken out of it is taken out of whole actions and addresses.
const mostTemplate = 1 << 20

// templateFile returns what is in a file of the job, unless its path is made of cells or it can't be read.
func templateFile(j *jobfile.Job, path string) (text string, read bool) {
	if strings.Contains(path, "{{") {
		return "", false
	}
	info, err := os.Stat(j.Resolve(path))
	if err != nil || !info.Mode().IsRegular() { // to open a pipe may block
		return "", false
	}
	f, err := os.Open(j.Resolve(path))
	if err != nil {
		return "", false
	}
	defer f.Close()
	begin, err := io.ReadAll(io.LimitReader(f, mostTemplate))
	if err != nil {
		return "", false
	}
	text = strings.ReplaceAll(string(begin), "\r\n", "\n")
	if len(begin) == mostTemplate { // it may end within an address
		text = text[:strings.LastIndexAny(text, " \n")+1]
	}
	return text, true
}

// baseOf returns a path, or its template, without directories: their names may be somebody's.
func baseOf(path string) string { return path[strings.LastIndexAny(path, `/\`)+1:] }

func (l *letter) clip() {
	if text := clip(l.Text, mostLetter); text != l.Text {
		l.Text, l.Cut = text, true
	}
}
