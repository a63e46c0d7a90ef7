package template

import (
	"sync"

	"mailshot/template/words"
)

// A job has a file for each language or kind of member, not one for each row. The files that are
// kept are limited, so that memory does not grow with rows.
const (
	maxFiles    = 1000
	maxFileSize = 64 << 20 // octets, all together
)

// A fileKey names a template file. One file may be both a text and HTML.
type fileKey struct{ path, field string }

// A file is a template file. The first who needs it parses it, while the others wait.
type file struct {
	once sync.Once
	part *part
	errs []*Error
}

// load returns the template in a file. A file with an error is not kept. asked is the template of
// the path, which errors of reading are about.
func (s *Set) load(asked *part, path string, fromRow bool) (*part, []*Error) {
	key := fileKey{path, asked.field}
	f := s.file(key)
	f.once.Do(func() {
		f.part, f.errs = s.parseFile(asked, path, fromRow)
		if len(f.errs) > 0 {
			s.forget(key)
		}
	})
	return f.part, f.errs
}

func (s *Set) file(key fileKey) *file {
	s.filesMu.Lock()
	defer s.filesMu.Unlock()
	f := s.files[key]
	if f == nil {
		f = new(file)
		s.files[key] = f
	}
	return f
}

func (s *Set) forget(key fileKey) {
	s.filesMu.Lock()
	defer s.filesMu.Unlock()
	delete(s.files, key)
}

// room counts a file that is good, and reports whether it may be kept.
func (s *Set) room(size int) bool {
	s.filesMu.Lock()
	defer s.filesMu.Unlock()
	if s.fileCount >= maxFiles || s.fileSize+size > maxFileSize {
		return false
	}
	s.fileCount++
	s.fileSize += size
	return true
}

func (s *Set) parseFile(asked *part, path string, fromRow bool) (*part, []*Error) {
	if s.read == nil {
		return nil, []*Error{asked.error(words.Failf("template %s: there are no files here", words.Quote(path)))}
	}
	data, err := s.read(path, fromRow)
	if err != nil {
		return nil, []*Error{asked.unreadable(path, err)}
	}
	p, errs := s.parseText(s.include, asked.field, Source{Name: path, Text: string(data)})
	if len(errs) == 0 && !s.room(len(data)) {
		f := words.Failf("template %s: more than %d template files, or %d MiB of them", words.Quote(path), maxFiles, maxFileSize>>20)
		return nil, []*Error{asked.error(f.WithHint("put what differs from row to row into a column, or attach it"))}
	}
	return p, errs
}
