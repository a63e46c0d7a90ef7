package jobfile

import (
	"fmt"
	"time"

	"mailshot/job/jobfile/keys"
	"mailshot/job/jobfile/when"
)

// find returns the field of a key, and whether it is given. It panics if the key is not declared,
// or is declared with another kind: whoever reads a key has declared it.
func (s section) find(key string, kind keys.Kind) (field, bool) {
	if decl := s.decl.Key(key); decl == nil || decl.Later || decl.Kind != kind {
		panic(fmt.Sprintf("jobfile: no key %s of kind %q is declared in %q", key, kind, s.decl.Name))
	}
	f, ok := s.fields[key]
	return f, ok
}

// get returns the usable field of a key. A key that is not given is a problem if it is needed.
func (s section) get(key string, kind keys.Kind) (field, bool) {
	f, ok := s.find(key, kind)
	if ok {
		return f, f.usable()
	}
	if s.decl.Key(key).Needed {
		s.need(key)
	}
	return field{}, false
}

// need notes that a key is not given.
func (s section) need(key string) {
	if s.broken || s.excused[key] {
		return
	}
	if s.path != "" {
		key = s.path + "." + key
	}
	s.d.missing(s.line, key, "")
}

// group returns the group of keys of a key. One that is not given, or not as a group, has no keys,
// so that the defaults hold.
func (s section) group(key string) section {
	if f, ok := s.get(key, keys.Group); ok {
		return f.section()
	}
	return s.d.absent(s.decl.Key(key))
}

// absent returns a section that is not given.
func (d *decoder) absent(decl *keys.Key) section { return section{d: d, decl: decl, broken: true} }

// The methods below read the value of a key into dst, or else the declared default if there is one.
// Those that return a field say whether one is given.

func (s section) plain(key string, dst *string) {
	f, ok := s.get(key, keys.Text)
	if decl := s.decl.Key(key); decl.Default != "" {
		*dst = decl.Default
	}
	if ok {
		if v, ok := f.plain(); ok {
			*dst = v
		}
	}
}

func (s section) file(key string, dst *string) {
	if f, ok := s.get(key, keys.Path); ok {
		*dst, _ = f.fixedPath()
	}
}

func (s section) files(key string, dst *[]Text) {
	if f, ok := s.get(key, keys.Path); ok {
		*dst = f.fixedPaths()
	}
}

func (s section) template(key string, dst *Text) {
	if f, ok := s.get(key, keys.Template); ok {
		*dst = f.filled()
	}
}

func (s section) number(key string, dst *int) {
	f, ok := s.get(key, keys.Number)
	if decl := s.decl.Key(key); decl.Default != "" {
		*dst = decl.DefaultNumber()
	}
	if ok {
		f.number(dst)
	}
}

func (s section) truth(key string, dst *bool) (field, bool) {
	f, ok := s.get(key, keys.Bool)
	if decl := s.decl.Key(key); decl.Default != "" {
		*dst = decl.DefaultBool()
	}
	if ok {
		f.truth(dst)
	}
	return f, ok
}

func (s section) duration(key string, dst *time.Duration) (field, bool) {
	f, ok := s.get(key, keys.Duration)
	if decl := s.decl.Key(key); decl.Default != "" {
		*dst = decl.DefaultDuration()
	}
	if ok {
		f.duration(dst)
	}
	return f, ok
}

func (s section) count(key string, dst *CountRange) {
	if f, ok := s.get(key, keys.Count); ok {
		f.count(dst)
	}
}

func (s section) rate(key string, dst *when.Rate) {
	if f, ok := s.get(key, keys.Rate); ok {
		f.rate(dst)
	}
}

func (s section) quotas(key string, dst *[]when.Rate) {
	if f, ok := s.get(key, keys.Quota); ok {
		f.quotas(dst)
	}
}

func (s section) windows(key string, dst *when.Windows) {
	if f, ok := s.get(key, keys.Text); ok {
		f.windows(dst)
	}
}

func (s section) word(key string, dst *string) (field, bool) {
	f, ok := s.get(key, keys.OneOf)
	if decl := s.decl.Key(key); decl.Default != "" {
		*dst = decl.Default
	}
	if ok {
		f.word(dst)
	}
	return f, ok
}
