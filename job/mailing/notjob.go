package mailing

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mailshot/job/inputfile"
	"mailshot/job/jobfile/keys"
	"mailshot/job/problem"
)

// notThere is the error for a job file that is not there, with the one that may be meant.
func notThere(path string) error {
	dir, name := filepath.Split(path)
	best, least := "", 3
	for _, other := range jobFiles(dir) {
		stem := strings.TrimSuffix(other, filepath.Ext(other))
		typed := strings.ToLower(name)
		d := min(problem.Distance(typed, strings.ToLower(other)), problem.Distance(typed, strings.ToLower(stem)))
		if strings.EqualFold(name, stem) || strings.EqualFold(strings.TrimSuffix(name, filepath.Ext(name)), stem) {
			d = 0
		}
		if d < least && 2*d < len(stem) {
			best, least = other, d
		}
	}
	if best != "" {
		return problem.Fail(problem.NoInput, "there is no job file %s; did you mean %s?", path, problem.Quote(dir+best))
	}
	return problem.Fail(problem.NoInput, "there is no job file %s", path).WithHint(keys.ToBegin)
}

// jobFiles returns the names in a directory that job files have.
func jobFiles(dir string) []string {
	entries, _ := os.ReadDir(filepath.Clean(dir)) // what can't be read has none
	var all []string
	for _, e := range entries {
		if named(e.Name()) && !e.IsDir() {
			all = append(all, e.Name())
		}
	}
	return all
}

// named reports whether a file has the name of a job file.
func named(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return ext == ".yaml" || ext == ".yml"
}

// notAJob is the error for what can't be read as a job file. Where it is a file of another kind, it
// says so and what a job is, instead of what is wrong with its lines.
func notAJob(path string, err error) error {
	if errors.Is(err, inputfile.ErrDirectory) {
		e := problem.Fail(problem.BadJob, "%s is a directory, and no job file", path)
		if inside := jobFiles(path); len(inside) == 1 {
			return e.WithHint("did you mean %s?", problem.Quote(filepath.Join(path, inside[0])))
		}
		for _, beside := range []string{filepath.Clean(path) + ".yaml", filepath.Clean(path) + ".yml"} {
			if info, err := os.Stat(beside); err == nil && !info.IsDir() {
				return e.WithHint("did you mean %s?", problem.Quote(beside))
			}
		}
		return e.WithHint(keys.ToBegin)
	}
	var pe *fs.PathError
	if errors.As(err, &pe) { // it can't be read at all
		return &problem.Error{Kind: problem.BadJob, Err: err}
	}
	switch kind := kindOf(path); kind {
	case "":
		return &problem.Error{Kind: problem.BadJob, Err: err}
	case spreadsheet:
		return problem.Fail(problem.BadJob, "%s is %s, and no job file", path, kind).
			WithHint("save it as CSV, and name that in a job file; %s", keys.ToCopy)
	case table:
		return problem.Fail(problem.BadJob, "%s is %s, and no job file", path, kind).
			WithHint("`recipients: %s` in a job file names it; %s", filepath.Base(path), keys.ToCopy)
	default:
		return problem.Fail(problem.BadJob, "%s is %s, and no job file", path, kind).
			WithHint(keys.ToBegin)
	}
}

// Kinds of files that recipients are in.
const (
	table       = "a CSV file"
	spreadsheet = "a spreadsheet"
)

// kindOf returns what a file is that is no job file, by how it begins and by its name. It is "" for
// one that may be meant as a job file.
func kindOf(path string) string {
	ext := strings.ToLower(filepath.Ext(path))
	head := headOf(path)
	for _, k := range []struct{ begin, kind string }{
		{"PK\x03\x04", zipped(ext)}, {"\xd0\xcf\x11\xe0", "a document of an office program"}, {"%PDF", "a PDF"},
	} {
		if bytes.HasPrefix(head, []byte(k.begin)) {
			return k.kind
		}
	}
	switch {
	case named(path), hasKeys(head):
		return ""
	case ext == ".csv":
		return table
	case ext == ".txt", ext == ".tmpl", ext == ".html", ext == ".htm", ext == ".md":
		return "a text"
	case ext == ".eml", ext == ".mbox":
		return "a message"
	}
	return ""
}

// zipped returns what a ZIP archive is, by the extension of its name.
func zipped(ext string) string {
	switch ext {
	case ".xlsx", ".xlsm", ".ods":
		return spreadsheet
	case ".docx", ".odt":
		return "a document of a word processor"
	}
	return "a ZIP archive"
}

// headOf returns the first octets of a file, as far as they can be read.
func headOf(path string) []byte {
	f, err := inputfile.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	head, _ := io.ReadAll(io.LimitReader(f, 64<<10)) // what there is says enough
	return head
}

// hasKeys reports whether a text has a key that every job file has, so that its lines are to be
// told.
func hasKeys(text []byte) bool {
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(line, []byte("recipients:")) || bytes.HasPrefix(line, []byte("message:")) {
			return true
		}
	}
	return false
}
