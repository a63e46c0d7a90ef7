package letter

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/text/unicode/norm"

	"mailshot/job/attachment"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/template"
	"mailshot/transport/message"
)

// Inline are the files that HTML shows, encoded once for all letters. They are
// safe for concurrent use once made.
type Inline struct {
	files []*inlineFile
}

type inlineFile struct {
	id     string       // in the templates: cid:logo
	perRow bool         // each row has its own, which is found when its letter is made
	part   message.Part // its ContentID is made of id and what the file has in it; zero if perRow
	used   atomic.Bool  // a letter shows it
}

// newInline reads the files, and finds names in the templates that no file has.
func newInline(j *jobfile.Job, f *attachment.Files, c *template.Config) (*Inline, error) {
	in := &Inline{}
	var problems []error
	for _, file := range j.Message.Inline {
		if file.PerRow {
			in.files = append(in.files, &inlineFile{id: file.ID, perRow: true})
			continue
		}
		s, err := f.Attached(j.Resolve(file.File.Value))
		if err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %w", j.Path, file.File.Line, err))
			continue
		}
		p := message.Part{Disposition: "inline", FileName: norm.NFC.String(filepath.Base(file.File.Value))}
		p.Type = cmp.Or(attachment.TypeByName(file.File.Value), attachment.TypeByContent(s.Head))
		p.File, p.Encoded = s.Content()
		p.ContentID = fmt.Sprintf("%s.%s@%s", file.ID, hex.EncodeToString(s.Sum[:6]), j.Message.From.Address.Domain)
		in.files = append(in.files, &inlineFile{id: file.ID, part: p})
	}
	if len(problems) > 0 {
		return in, errors.Join(problems...)
	}
	if j.Message.HTML.IsZero() {
		return in, nil
	}
	sources := c.Include
	switch path := c.HTMLFile.Text; {
	case c.HTML.Text != "":
		sources = append(sources[:len(sources):len(sources)], c.HTML)
	case path != "" && !strings.Contains(path, "{{"):
		if data, err := f.Read(path, false); err == nil { // else it is told elsewhere
			sources = append(sources[:len(sources):len(sources)], template.Source{Name: path, Text: string(data)})
		}
	}
	for _, src := range sources {
		problems = append(problems, in.unknown(src)...)
	}
	return in, errors.Join(problems...)
}

// unknown finds the names in a template, whatever the row, that no file has.
func (in *Inline) unknown(src template.Source) (problems []error) {
	for ref := range references(withoutActions(src.Text)) {
		if ref.name == "" || strings.HasPrefix(src.Text[ref.end:], "{{") || in.find(ref.name) != nil {
			continue // an action makes it, or a part of it
		}
		place := src.Name
		if !strings.HasSuffix(place, ")") { // else it has a line already
			place = fmt.Sprintf("%s:%d", place, 1+strings.Count(src.Text[:ref.begin], "\n"))
		}
		problems = append(problems, fmt.Errorf("%s: %w", place, in.noFile(ref.name)))
	}
	return problems
}

func (in *Inline) find(id string) *inlineFile {
	for _, f := range in.files {
		if f.id == id {
			return f
		}
	}
	return nil
}

// noFile tells that no file has a name, and which there are.
func (in *Inline) noFile(id string) error {
	err := fmt.Errorf("the HTML shows cid:%s, and there is no such file", id)
	var names []string
	for _, f := range in.files {
		names = append(names, f.id)
	}
	if len(names) == 0 {
		return problem.WithHint(err, fmt.Sprintf("name it in the job file: inline: {%s: %s.png}", id, id))
	}
	hint := "the files of inline are " + strings.Join(names, ", ")
	far := func(name string) int { return problem.Distance(strings.ToLower(id), strings.ToLower(name)) }
	near := slices.MinFunc(names, func(a, b string) int { return far(a) - far(b) })
	if far(near) <= 2 {
		hint = fmt.Sprintf("did you mean %s? %s", near, hint)
	}
	return problem.WithHint(err, hint)
}

// Unused returns the files that no letter showed so far.
func (in *Inline) Unused() (ids []string) {
	for _, f := range in.files {
		if !f.used.Load() {
			ids = append(ids, f.id)
		}
	}
	return ids
}

// contentID returns the Content-ID of a file in the message with a Message-ID (RFC 2392, section 2).
func (f *inlineFile) contentID(messageID string) string {
	if f.perRow {
		return f.id + "." + messageID
	}
	return f.part.ContentID
}

// in returns the part for a message.
func (f *inlineFile) in(messageID string, own *attachment.Finder) (p message.Part, err error) {
	if !f.perRow {
		return f.part, nil
	}
	p, err = own.Inline(f.id)
	p.ContentID = f.contentID(messageID)
	return p, err
}

// related appends to parts the HTML, which then names the files by their
// Content-IDs, and those files that it shows (RFC 2387, RFC 2392). Those that are the row's own are
// found by own.
func (in *Inline) related(parts []message.Part, html, messageID string, own *attachment.Finder) ([]message.Part, error) {
	first := len(parts)
	parts = append(parts, message.Part{})
	var b strings.Builder
	done := 0
	for ref := range references(html) {
		f := in.find(ref.name)
		if f == nil {
			return parts, in.noFile(ref.name)
		}
		if b.Cap() == 0 {
			b.Grow(len(html) + 256)
		}
		b.WriteString(html[done:ref.begin])
		cid := f.contentID(messageID)
		b.WriteString(cid)
		done = ref.end
		f.used.Store(true)
		there := false
		for i := first + 1; i < len(parts); i++ {
			there = there || parts[i].ContentID == cid
		}
		if !there {
			p, err := f.in(messageID, own)
			if err != nil {
				return parts, err
			}
			parts = append(parts, p)
		}
	}
	if done > 0 {
		b.WriteString(html[done:])
		html = b.String()
	}
	parts[first] = message.Part{Type: "text/html", Text: html}
	return parts, nil
}
