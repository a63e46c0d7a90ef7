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
)

// MessageDigest is 8 hex digits that change when the letter does: over the
// message section, whatever its comments, formatting and order of keys, and
// over the content of its template file. read is given resolved paths; its
// error is wrapped.
//
// Where the path of the template file is a template, its actions stand for any
// text within one name: all regular files inside Dir that it can name count,
// and if the path has no letter or digit of its own, those with the ending of a
// text: .txt, .text, .tmpl, .tpl, .md, .html, .htm or none.
func (j *Job) MessageDigest(read func(path string) ([]byte, error)) (string, error) {
	h := sha256.New()
	h.Write(j.message)
	files, err := j.templateFiles()
	if err != nil {
		return "", err
	}
	for _, name := range files {
		data, err := read(j.Resolve(name))
		if err != nil {
			return "", fmt.Errorf("reading the template %s: %w", name, err)
		}
		h.Write(appendItem(appendItem(nil, 'f', name), 'd', string(data)))
	}
	return hex.EncodeToString(h.Sum(nil)[:4]), nil
}

// templateFiles are the files that the path of the text can name, sorted.
func (j *Job) templateFiles() ([]string, error) {
	name := j.Message.Text.File.Value
	if name == "" {
		return nil, nil
	}
	pattern := globOf(name)
	if !pattern.wild {
		return []string{name}, nil
	}
	root, err := os.OpenRoot(cmp.Or(j.Dir, "."))
	if err != nil {
		return nil, fmt.Errorf("looking for the templates %s: %w", name, err)
	}
	defer root.Close() // nothing was written
	matches, err := fs.Glob(root.FS(), filepath.ToSlash(filepath.Clean(pattern.glob)))
	if err != nil {
		return nil, fmt.Errorf("looking for the templates %s: %w", name, err)
	}
	// A link out of the directory has no Stat here: no row can name it either.
	matches = slices.DeleteFunc(matches, func(m string) bool {
		info, err := root.Stat(m)
		return err != nil || !info.Mode().IsRegular() || !pattern.static && !letterName(m)
	})
	slices.Sort(matches)
	return matches, nil
}

// letterName says whether a file looks like a letter, where the pattern does not
// tell: a log that grows with every run must not count.
func letterName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case "", ".txt", ".text", ".tmpl", ".tpl", ".md", ".html", ".htm":
		return true
	}
	return false
}

// canonical appends n without what does not change its meaning: each item with
// its length, so that no two meanings look alike.
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
	b = append(b, kind)
	b = strconv.AppendInt(b, int64(len(s)), 10)
	b = append(b, ':')
	return append(b, s...)
}
