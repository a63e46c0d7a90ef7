package fields

import (
	"fmt"
	"time"

	"mailshot/job/jobfile/keys"
	"mailshot/job/jobfile/when"
)

// Find returns the field of a key, and whether it is given. It panics if the key is not declared,
// or is declared with another kind: whoever reads a key has declared it.
func (s Section) Find(key string, kind keys.Kind) (Field, bool) {
	if decl := s.Decl.Key(key); decl == nil || decl.Later || decl.Kind != kind {
		panic(fmt.Sprintf("jobfile: no key %s of kind %q is declared in %q", key, kind, s.Decl.Name))
	}
	f, ok := s.Fields[key]
	return f, ok
}

// Get returns the usable field of a key. A key that is not given is a problem if it is needed.
func (s Section) Get(key string, kind keys.Kind) (Field, bool) {
	f, ok := s.Find(key, kind)
	if ok {
		return f, f.Usable()
	}
	if s.Decl.Key(key).Needed {
		s.Need(key)
	}
	return Field{}, false
}

// Need notes that a key is not given.
func (s Section) Need(key string) {
	if s.Broken || s.Excused[key] {
		return
	}
	if s.Path != "" {
		key = s.Path + "." + key
	}
	s.d.Missing(s.Line, key, "")
}

// Group returns the group of keys of a key. One that is not given, or not as a group, has no keys,
// so that the defaults hold.
func (s Section) Group(key string) Section {
	if f, ok := s.Get(key, keys.Group); ok {
		return f.Section()
	}
	return s.d.Absent(s.Decl.Key(key))
}

// Absent returns a section that is not given.
func (d *Reader) Absent(decl *keys.Key) Section { return Section{d: d, Decl: decl, Broken: true} }

// The methods below read the value of a key into dst, or else the declared default if there is one.
// Those that return a field say whether one is given.

func (s Section) Plain(key string, dst *string) {
	f, ok := s.Get(key, keys.Text)
	if decl := s.Decl.Key(key); decl.Default != "" {
		*dst = decl.Default
	}
	if ok {
		if v, ok := f.Plain(); ok {
			*dst = v
		}
	}
}

func (s Section) File(key string, dst *string) {
	if f, ok := s.Get(key, keys.Path); ok {
		*dst, _ = f.FixedPath()
	}
}

func (s Section) Files(key string, dst *[]Text) {
	if f, ok := s.Get(key, keys.Path); ok {
		*dst = f.FixedPaths()
	}
}

func (s Section) Template(key string, dst *Text) {
	if f, ok := s.Get(key, keys.Template); ok {
		*dst = f.Filled()
	}
}

func (s Section) Number(key string, dst *int) {
	f, ok := s.Get(key, keys.Number)
	if decl := s.Decl.Key(key); decl.Default != "" {
		*dst = decl.DefaultNumber()
	}
	if ok {
		f.Number(dst)
	}
}

func (s Section) Truth(key string, dst *bool) (Field, bool) {
	f, ok := s.Get(key, keys.Bool)
	if decl := s.Decl.Key(key); decl.Default != "" {
		*dst = decl.DefaultBool()
	}
	if ok {
		f.Truth(dst)
	}
	return f, ok
}

func (s Section) Duration(key string, dst *time.Duration) (Field, bool) {
	f, ok := s.Get(key, keys.Duration)
	if decl := s.Decl.Key(key); decl.Default != "" {
		*dst = decl.DefaultDuration()
	}
	if ok {
		f.Duration(dst)
	}
	return f, ok
}

func (s Section) Count(key string, dst *CountRange) {
	if f, ok := s.Get(key, keys.Count); ok {
		f.Count(dst)
	}
}

func (s Section) Rate(key string, dst *when.Rate) {
	if f, ok := s.Get(key, keys.Rate); ok {
		f.Rate(dst)
	}
}

func (s Section) Quotas(key string, dst *[]when.Rate) {
	if f, ok := s.Get(key, keys.Quota); ok {
		f.Quotas(dst)
	}
}

func (s Section) Windows(key string, dst *when.Windows) {
	if f, ok := s.Get(key, keys.Text); ok {
		f.Windows(dst)
	}
}

func (s Section) Word(key string, dst *string) (Field, bool) {
	f, ok := s.Get(key, keys.OneOf)
	if decl := s.Decl.Key(key); decl.Default != "" {
		*dst = decl.Default
	}
	if ok {
		f.Word(dst)
	}
	return f, ok
}
