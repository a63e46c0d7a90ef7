package fields

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
)

// Given returns a section without keys, for those that Put gives it.
func (d *Reader) Given(decl *keys.Key) Section {
	return Section{d: d, Decl: decl, Path: decl.Name, Fields: map[string]Field{}, Excused: map[string]bool{}}
}

// Put gives a key a value that is not written in the file, in the place of the one that it has. d is
// where it comes from.
func (s Section) Put(d *Reader, key, value string) {
	s.Fields[key] = Field{
		d: d, Decl: s.Decl.Key(key), Key: key, Path: strings.TrimPrefix(s.Path+"."+key, "."),
		Node: &yaml.Node{Kind: yaml.ScalarNode, Value: value},
	}
}

// PutList is Put for a list of values.
func (s Section) PutList(d *Reader, key string, values []string) {
	s.Put(d, key, "")
	list := s.Fields[key].Node
	*list = yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, v := range values {
		list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: v})
	}
}

// Has reports whether a key is given.
func (s Section) Has(key string) bool {
	_, ok := s.Fields[key]
	return ok
}

// Origin returns what has the value of the field: a file with the line, or what else it is.
func (f Field) Origin() string {
	if f.Line == 0 {
		return f.d.file
	}
	return f.d.file + ":" + strconv.Itoa(f.Line)
}

// From reports whether the value is one that d has.
func (f Field) From(d *Reader) bool { return f.d == d }

// Source returns the name of what has the value: a file, or what else it is.
func (f Field) Source() string { return f.d.file }

// Reader returns the reader of the section.
func (s Section) Reader() *Reader { return s.d }

// None returns a section of s, declared by decl, that is not given.
func (s Section) None(decl *keys.Key) Section {
	none := s.d.Given(decl)
	none.Path = strings.TrimPrefix(s.Path+"."+decl.Name, ".")
	return none
}
