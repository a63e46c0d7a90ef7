package attachment

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// spellings finds out how directories spell names: an ä may be one character, as
// most systems write it (NFC), or an a and two dots (NFD), as macOS does; those are
// one name. The zero value is ready to use, and safe for concurrent use.
type spellings struct {
	mu    sync.Mutex          // guards what follows
	dir   string              // whose names mixed are; "" is none
	mixed map[string][]string // by NFC: names that are neither in NFC nor in NFD
}

// A nameFS is where names are looked for.
type nameFS interface {
	Lstat(name string) (fs.FileInfo, error)
	Open(name string) (*os.File, error)
}

// errTwins are two files of a directory whose names are one in NFC.
type errTwins struct{ name string }

func (e errTwins) Error() string {
	return fmt.Sprintf("there are two files named %s, which differ only in how their accents are written (in NFC and NFD)", e.name)
}

// spell returns a path as the directories spell its names. One that is not there
// is returned as it is, and what two files may be named is an error.
func (s *spellings) spell(in nameFS, name string) (string, error) {
	if isASCII(name) {
		return name, nil
	}
	at := ""
	for _, elem := range strings.Split(name, "/") {
		if !isASCII(elem) {
			var err error
			if elem, err = s.spellIn(in, at, elem); err != nil {
				return "", err
			}
		}
		at = path.Join(at, elem)
	}
	return at, nil
}

// spellIn returns how a directory spells a name.
func (s *spellings) spellIn(in nameFS, dir, name string) (string, error) {
	var found []fs.FileInfo
	spelled := name
	for _, form := range append(s.mixedForms(in, dir, name), norm.NFD.String(name), norm.NFC.String(name), name) {
		info, err := in.Lstat(path.Join(dir, form))
		if errors.Is(err, fs.ErrNotExist) || slices.ContainsFunc(found, func(o fs.FileInfo) bool { return err == nil && os.SameFile(o, info) }) {
			continue // some file systems take all forms for one name
		}
		if err != nil {
			return name, nil // opening it will tell the reason
		}
		found = append(found, info)
		spelled = form
	}
	if len(found) > 1 {
		return "", errTwins{norm.NFC.String(name)}
	}
	return spelled, nil
}

// mixedForms returns the names of a directory that are name in NFC, and in neither
// form themselves.
func (s *spellings) mixedForms(in nameFS, dir, name string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if dir = path.Clean(dir); s.dir != dir {
		s.dir, s.mixed = dir, make(map[string][]string)
		s.list(in) // where that fails there are the other forms
	}
	return slices.Clone(s.mixed[norm.NFC.String(name)])
}

// list fills mixed. The caller holds the lock.
func (s *spellings) list(in nameFS) {
	d, err := in.Open(s.dir)
	if err != nil {
		return
	}
	defer d.Close() // read only: nothing is lost
	for {
		names, err := d.Readdirnames(1024)
		for _, name := range names {
			if isASCII(name) || norm.NFC.IsNormalString(name) || norm.NFD.IsNormalString(name) {
				continue
			}
			nfc := norm.NFC.String(name)
			s.mixed[nfc] = append(s.mixed[nfc], name)
		}
		if err != nil || len(s.mixed) > maxMixed {
			if err != nil && !errors.Is(err, io.EOF) {
				clear(s.mixed)
			}
			return
		}
	}
}

// maxMixed is how many names of a directory are kept.
const maxMixed = 20_000

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
