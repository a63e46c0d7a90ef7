package attachment

import (
	"os"
	"path/filepath"

	"mailshot/job/jobfile"
	"mailshot/template/lazyregexp"
)

// digits are what differs between the names of files that belong to each other.
var digits = lazyregexp.New(`[0-9]+`)

// Siblings are files beside one that all letters have, with names that differ from its in digits alone:
// it may be that of one row.
type Siblings struct {
	Path  string // of the file, as the job has it
	Count int    // of the files beside it, those left out that all letters have, too
}

// maxSiblings is how many files of a directory are looked at.
const maxSiblings = 100_000

// Siblings returns those of the files of all that have some, where no file is a row's own: whose those
// beside it are is then told of the rows. A directory that can't be read has none. A nil List has no files.
func (a *List) Siblings(j *jobfile.Job) (all []Siblings) {
	if a == nil || a.perRow {
		return nil
	}
	carried := make(map[string]bool)
	for i := range a.list {
		if at := &a.list[i]; at.shared != nil {
			carried[filepath.Clean(j.Resolve(at.File.Value))] = true
		}
	}
	for i := range a.list {
		at := &a.list[i]
		if at.shared == nil || !digits().MatchString(filepath.Base(at.File.Value)) {
			continue
		}
		if n := siblings(filepath.Clean(j.Resolve(at.File.Value)), carried); n > 0 {
			all = append(all, Siblings{at.File.Value, n})
		}
	}
	return all
}

// siblings counts the files beside one whose names are alike, but for those that are carried.
func siblings(path string, carried map[string]bool) (n int) {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return 0
	}
	defer dir.Close() // read only: nothing is lost
	names, _ := dir.Readdirnames(maxSiblings)
	alike := digits().ReplaceAllString(filepath.Base(path), "0")
	for _, name := range names {
		if !carried[filepath.Join(filepath.Dir(path), name)] && digits().ReplaceAllString(name, "0") == alike {
			n++
		}
	}
	return n
}
