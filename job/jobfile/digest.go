package jobfile

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/glob"
)

// A FileError is about a file that a line of the job file names.
type FileError struct {
	Line int
	Err  error
}

func (e *FileError) Error() string { return e.Err.Error() }

func (e *FileError) Unwrap() error { return e.Err }

// MessageDigest returns 8 hex digits that change when the letter does: over the message fields.Section,
// whatever its comments, formatting and order of keys, and over the content of its template files
// and of the files that all messages share. read is given resolved paths; its error is wrapped in a
// *FileError.
//
// Where the path of a template file is a template, its actions stand for any text within one name:
// all regular files inside Dir that it can name count, and if the path has no letter or digit of
// its own, those with the ending of a text: .txt, .text, .tmpl, .tpl, .md, .html, .htm or none. A
// row's attachment or picture does not count: it is no part of what all have in common.
func (j *Job) MessageDigest(read func(path string) ([]byte, error)) (string, error) {
	h := sha256.New()
	h.Write(j.message)
	files, err := j.letterFiles()
	if err != nil {
		return "", err
	}
	for _, f := range files {
		data, err := read(j.Resolve(f.Value))
		if err != nil {
			return "", &FileError{f.Line, fmt.Errorf("reading %s: %w", f.Value, err)}
		}
		h.Write(appendItem(nil, 'f', f.Value))
		h.Write(appendHead(nil, 'd', len(data)))
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil)[:4]), nil
}

// letterFiles returns the files that the letter is made of, whatever the row.
func (j *Job) letterFiles() ([]Text, error) {
	m := &j.Message
	var files []Text
	for _, t := range []Text{m.Text.File, m.HTML.File} {
		more, err := j.templateFiles(t)
		if err != nil {
			return nil, &FileError{t.Line, err}
		}
		files = append(files, more...)
	}
	if m.Calendar.File.Value != "" {
		files = append(files, m.Calendar.File)
	}
	included, err := j.IncludeFiles()
	if err != nil {
		return nil, err
	}
	files = append(files, included...)
	for _, f := range m.Inline {
		if !f.PerRow {
			files = append(files, f.File)
		}
	}
	for _, a := range m.Attachments {
		if !a.PerRow {
			files = append(files, a.File)
		}
	}
	return files, nil
}

// IncludeFiles returns the files that Message.Include names, in its order, those of a pattern
// sorted, each once. A pattern that names none is a *FileError.
func (j *Job) IncludeFiles() ([]Text, error) {
	var files []Text
	have := map[string]bool{}
	for _, t := range j.Message.Include {
		names, err := j.included(t.Value)
		if err != nil {
			return nil, &FileError{t.Line, err}
		}
		for _, name := range names {
			if !have[name] {
				have[name] = true
				files = append(files, Text{Value: name, Line: t.Line})
			}
		}
	}
	return files, nil
}

// included returns the files of one path or pattern.
func (j *Job) included(path string) ([]string, error) {
	if !strings.ContainsAny(path, `*?[`) {
		return []string{path}, nil
	}
	dir := ""
	pattern := path
	if !filepath.IsAbs(path) {
		dir = cmp.Or(j.Dir, ".")
		pattern = filepath.Join(glob.Quote(dir), path)
	}
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return nil, fmt.Errorf("%s: a pattern with a [ that is not closed", path)
	}
	var names []string
	for _, m := range matches {
		if info, err := os.Stat(m); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if rel, err := filepath.Rel(dir, m); err == nil && dir != "" {
			m = rel
		}
		names = append(names, m)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no file is named as %s: %w", path, fs.ErrNotExist)
	}
	return names, nil
}

// templateFiles returns the files that the path of a template can name, sorted.
func (j *Job) templateFiles(path Text) ([]Text, error) {
	name := path.Value
	if name == "" {
		return nil, nil
	}
	pattern := glob.Of(name)
	if !pattern.Wild {
		return []Text{path}, nil
	}
	root, err := os.OpenRoot(cmp.Or(j.Dir, "."))
	if err != nil {
		return nil, fmt.Errorf("looking for the templates %s: %w", name, err)
	}
	defer root.Close() // nothing was written
	matches, err := fs.Glob(root.FS(), filepath.ToSlash(filepath.Clean(pattern.Glob)))
	if err != nil {
		return nil, fmt.Errorf("looking for the templates %s: %w", name, err)
	}
	slices.Sort(matches)
	var files []Text
	for _, m := range matches {
		// A link out of the directory has no Stat here: no row can name it either.
		info, err := root.Stat(m)
		if err == nil && info.Mode().IsRegular() && (pattern.Static || letterName(m)) {
			files = append(files, Text{Value: m, Line: path.Line})
		}
	}
	return files, nil
}

// letterName reports whether a file looks like a letter, where the pattern does not tell: a log
// that grows with every run must not count.
func letterName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case "", ".txt", ".text", ".tmpl", ".tpl", ".md", ".html", ".htm":
		return true
	}
	return false
}

// canonical appends n without what does not change its meaning: each item with its length, so that
// no two meanings look alike.
func canonical(b []byte, n *yaml.Node) []byte {
	switch n.Kind {
	case yaml.MappingNode:
		var pairs []string
		for i := 0; i+1 < len(n.Content); i += 2 {
			pair := appendItem(nil, 'k', n.Content[i].Value)
			pairs = append(pairs, string(canonical(pair, n.Content[i+1])))
		}
		slices.Sort(pairs)
		b = appendItem(b, 'm', strconv.Itoa(len(pairs)))
		for _, p := range pairs {
			b = append(b, p...)
		}
	case yaml.SequenceNode:
		b = appendItem(b, 'l', strconv.Itoa(len(n.Content)))
		for _, c := range n.Content {
			b = canonical(b, c)
		}
	default:
		b = appendItem(b, 's', n.Value)
	}
	return b
}

func appendItem(b []byte, kind byte, s string) []byte {
	return append(appendHead(b, kind, len(s)), s...)
}

func appendHead(b []byte, kind byte, size int) []byte {
	b = append(b, kind)
	b = strconv.AppendInt(b, int64(size), 10)
	return append(b, ':')
}
