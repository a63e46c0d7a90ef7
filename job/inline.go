package job

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/template"
	"mailshot/transport/message"
)

// inline are the files that HTML shows, encoded once for all letters. They are
// safe for concurrent use once made.
type inline struct {
	files []*inlineFile
}

type inlineFile struct {
	id   string       // in the templates: cid:logo
	part message.Part // its ContentID is made of id and what the file has in it
	used atomic.Bool  // a letter shows it
}

// newInline reads the files, and finds names in the templates that no file has.
func newInline(j *jobfile.Job, f *files, c *template.Config) (*inline, error) {
	in := &inline{}
	var problems []error
	for _, file := range j.Message.Inline {
		s, err := f.attached(j.Resolve(file.File.Value))
		if err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %w", j.Path, file.File.Line, err))
			continue
		}
		p := message.Part{Disposition: "inline", FileName: filepath.Base(file.File.Value)}
		p.Type = cmp.Or(typeByName(file.File.Value), typeByContent(s.head))
		p.File, p.Encoded = s.content()
		p.ContentID = fmt.Sprintf("%s.%s@%s", file.ID, hex.EncodeToString(s.sum[:6]), j.Message.From.Address.Domain)
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
		if data, err := f.read(path, false); err == nil { // else it is told elsewhere
			sources = append(sources[:len(sources):len(sources)], template.Source{Name: path, Text: string(data)})
		}
	}
	for _, src := range sources {
		problems = append(problems, in.unknown(src)...)
	}
	return in, errors.Join(problems...)
}

// unknown finds the names in a template, whatever the row, that no file has.
func (in *inline) unknown(src template.Source) (problems []error) {
	for ref := range references(src.Text) {
		if ref.name == "" || strings.HasPrefix(src.Text[ref.end:], "{{") || in.find(ref.name) != nil {
			continue // an action makes it, or a part of it
		}
		place := src.Name
		if !strings.HasSuffix(place, ")") { // else it has a line already
			place = fmt.Sprintf("%s:%d", place, 1+strings.Count(src.Text[:ref.begin], "\n"))
		}
		err := in.noFile(ref.name)
		problems = append(problems, hinted{fmt.Errorf("%s: %w", place, err.error), err.hint})
	}
	return problems
}

func (in *inline) find(id string) *inlineFile {
	for _, f := range in.files {
		if f.id == id {
			return f
		}
	}
	return nil
}

// noFile tells that no file has a name, and which there are.
func (in *inline) noFile(id string) hinted {
	h := hinted{error: fmt.Errorf("the HTML shows cid:%s, and there is no such file", id)}
	var names []string
	for _, f := range in.files {
		names = append(names, f.id)
	}
	if len(names) == 0 {
		h.hint = fmt.Sprintf("name it in the job file: inline: {%s: %s.png}", id, id)
		return h
	}
	h.hint = "the files of inline are " + strings.Join(names, ", ")
	far := func(name string) int { return problem.Distance(strings.ToLower(id), strings.ToLower(name)) }
	near := slices.MinFunc(names, func(a, b string) int { return far(a) - far(b) })
	if far(near) <= 2 {
		h.hint = fmt.Sprintf("did you mean %s? %s", near, h.hint)
	}
	return h
}

// unused are the files that no letter showed so far.
func (in *inline) unused() (ids []string) {
	for _, f := range in.files {
		if !f.used.Load() {
			ids = append(ids, f.id)
		}
	}
	return ids
}

// related appends to parts the HTML, which then names the files by their
// Content-IDs, and those files that it shows (RFC 2387, RFC 2392).
func (in *inline) related(parts []message.Part, html string) ([]message.Part, error) {
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
		b.WriteString(f.part.ContentID)
		done = ref.end
		f.used.Store(true)
		there := false
		for i := first + 1; i < len(parts); i++ {
			there = there || parts[i].ContentID == f.part.ContentID
		}
		if !there {
			parts = append(parts, f.part)
		}
	}
	if done > 0 {
		b.WriteString(html[done:])
		html = b.String()
	}
	parts[first] = message.Part{Type: "text/html", Text: html}
	return parts, nil
}

// A reference is where HTML names a file.
type reference struct {
	name       string
	begin, end int // of the name
}

// references yields the places where HTML shows a file: cid: at the beginning of
// an attribute that names one, or in the url() of a style. Elsewhere it is only
// text: no cell can come to stand in one of these places with it.
func references(html string) func(yield func(reference) bool) {
	return func(yield func(reference) bool) {
		const scheme = "cid:"
		for at := 0; ; {
			i := strings.Index(html[at:], scheme)
			if i < 0 {
				return
			}
			i += at
			at = i + len(scheme)
			end := at
			for end < len(html) && isNameChar(html[end]) {
				end++
			}
			if shows(html[:i]) && !yield(reference{html[at:end], at, end}) {
				return
			}
			at = end
		}
	}
}

func isNameChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '-' || c == '_'
}

// shows tells whether an URL that follows the beginning of some HTML stands where
// a file is shown.
func shows(before string) bool {
	at := strings.LastIndexByte(before, '<')
	for at >= 0 && strings.HasPrefix(before[at:], "<!--") { // styles of old are in a comment
		at = strings.LastIndexByte(before[:at], '<')
	}
	if at < 0 {
		return false
	}
	tag := before[at+1:]
	if strings.IndexByte(tag, '>') >= 0 { // behind the tag, which in a style is the last before it
		return strings.EqualFold(tag[:strings.IndexAny(tag, " \t\r\n>")], "style") && inURL(tag)
	}
	switch name, value := lastAttribute(tag); strings.ToLower(name) {
	case "src", "srcset", "background", "href", "xlink:href", "poster", "data":
		return strings.TrimSpace(value) == ""
	case "style":
		return inURL(value)
	}
	return false
}

// inURL tells whether a style ends at the beginning of an url().
func inURL(style string) bool {
	style = strings.TrimRight(style, " \t\n")
	for _, quote := range []string{`"`, "'", "&#34;", "&quot;", "&#39;"} {
		if s, ok := strings.CutSuffix(style, quote); ok {
			style = strings.TrimRight(s, " \t\n")
			break
		}
	}
	return strings.HasSuffix(style, "url(")
}

// lastAttribute gives the attribute whose value the beginning of a tag ends in,
// and so much of the value as there is; "" if it ends elsewhere.
func lastAttribute(tag string) (name, value string) {
	const space = " \t\r\n"
	for {
		i := strings.IndexAny(tag, space+"=")
		if i < 0 {
			return "", ""
		}
		name, tag = tag[:i], strings.TrimLeft(tag[i:], space)
		if !strings.HasPrefix(tag, "=") {
			continue
		}
		tag = strings.TrimLeft(tag[1:], space)
		end := space
		if strings.HasPrefix(tag, `"`) || strings.HasPrefix(tag, "'") {
			end, tag = tag[:1], tag[1:]
		}
		i = strings.IndexAny(tag, end)
		if i < 0 {
			return name, tag
		}
		tag = tag[i+1:]
	}
}
