package jobfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// Config returns the job as it holds, in the form of a job file: every key that is given, wherever, and
// those with a default, each with a comment that says what has it. Secrets are where they are, as in the
// job file; none is read.
func (j *Job) Config() ([]byte, error) {
	c := config{job: j}
	root := c.section(j.root)
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s with all that is said outside of it, and what holds where nothing is\n", fields.Show(j.Path))
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, err
	}
	return b.Bytes(), enc.Close()
}

// A config makes the tree of a job as it holds.
type config struct{ job *Job }

// section returns the keys of a section in the order of their declaration.
func (c config) section(s fields.Section) *yaml.Node {
	group := &yaml.Node{Kind: yaml.MappingNode}
	for i := range s.Decl.Keys {
		decl := &s.Decl.Keys[i]
		if decl.Later {
			continue
		}
		value, origin := c.value(s, decl)
		if value == nil {
			continue
		}
		key := &yaml.Node{Kind: yaml.ScalarNode, Value: decl.Name}
		if origin != "" {
			comment := "# " + origin
			if value.Kind == yaml.ScalarNode && value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 || value.Style&yaml.FlowStyle != 0 {
				value.LineComment = comment
			} else {
				key.HeadComment = comment
			}
		}
		group.Content = append(group.Content, key, value)
	}
	return group
}

// value returns the value of a key, and what has it; nil if there is none.
func (c config) value(s fields.Section, decl *keys.Key) (value *yaml.Node, origin string) {
	if s.Path == "" {
		if merged, ok := c.job.sections[decl.Name]; ok && !merged.Broken {
			if decl.Name == "server" && len(merged.Fields) == 0 {
				return nil, ""
			}
			return c.section(merged), ""
		}
	}
	f, given := s.Fields[decl.Name]
	switch {
	case given && f.Node.Kind == yaml.MappingNode && decl.Kind == keys.Group && !decl.Secret && decl.Many == keys.One:
		return c.section(f.Section()), ""
	case given:
		return plainCopy(f.Node), f.Origin()
	case decl.Name == "name" && s.Path == "":
		return scalar(c.job.Name), "default"
	case decl.Default != "":
		return scalar(decl.Default), "default"
	case decl.Kind == keys.Group && hasDefaults(decl):
		return c.section(s.None(decl)), ""
	}
	return nil, ""
}

// hasDefaults reports whether a group holds where it is not given: it has defaults, and needs nothing.
func hasDefaults(group *keys.Key) bool {
	if group.Min > 0 || len(group.AnyOf) > 0 || group.Many != keys.One || group.Name == "unsubscribe" {
		return false
	}
	needed := func(k keys.Key) bool { return k.Needed }
	return !slices.ContainsFunc(group.Keys, needed) && slices.ContainsFunc(group.Keys, func(k keys.Key) bool { return k.Default != "" })
}

func scalar(value string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: value}
	if strings.ContainsAny(value, ",;|") {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// plainCopy returns a copy of a value without the comments that stand beside it in its file.
func plainCopy(n *yaml.Node) *yaml.Node {
	c := *n
	c.HeadComment, c.LineComment, c.FootComment = "", "", ""
	if strings.HasPrefix(c.Value, "\n") || strings.HasPrefix(c.Value, " ") { // which the encoder does not keep in a block
		c.Style = yaml.DoubleQuotedStyle
	}
	c.Content = make([]*yaml.Node, len(n.Content))
	for i := range n.Content {
		c.Content[i] = plainCopy(n.Content[i])
	}
	return &c
}

// An Elsewhere is what is said of a job outside its file.
type Elsewhere struct {
	Source string   // a file, "preset gmail" or a variable
	Keys   []string // of the job file, those of limits with their values
}

// Elsewhere returns what comes from outside the job file, by what has it, in the order of the keys.
func (j *Job) Elsewhere() []Elsewhere {
	var all []Elsewhere
	for _, name := range []string{"server", "delivery"} {
		s := j.sections[name]
		if s.Decl == nil {
			continue
		}
		for i := range s.Decl.Keys {
			f, given := s.Fields[s.Decl.Keys[i].Name]
			if !given || f.From(j.root.Reader()) {
				continue
			}
			word := f.Key
			if name == "delivery" {
				word += " " + words(f.Node)
			}
			at := slices.IndexFunc(all, func(e Elsewhere) bool { return e.Source == f.Source() })
			if at < 0 {
				at, all = len(all), append(all, Elsewhere{Source: f.Source()})
			}
			all[at].Keys = append(all[at].Keys, word)
		}
	}
	return all
}

// words returns the values of a scalar or a list.
func words(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	var list []string
	for _, item := range n.Content {
		list = append(list, item.Value)
	}
	return strings.Join(list, " and ")
}

// ElsewhereWords returns in a line what comes from outside the job file; "" if nothing does.
func (j *Job) ElsewhereWords() string {
	var parts []string
	for _, e := range j.Elsewhere() {
		parts = append(parts, fmt.Sprintf("%s from %s", strings.Join(e.Keys, ", "), e.Source))
	}
	return strings.Join(parts, "; ")
}
