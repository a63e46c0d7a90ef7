package keys

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Schema returns the JSON Schema (draft-07) of the job file: an editor completes and checks a job
// by it. It says what can be said of each value by itself. A job that mailshot accepts is valid by
// it; one that is valid may still be refused, for a rule between keys or for what a text says.
func Schema() ([]byte, error) {
	root := object{
		{"$schema", "http://json-schema.org/draft-07/schema#"},
		{"title", "mailshot job file"},
		{"description", "A batch mail-merge job: who gets what, through which server and how fast"},
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(append(root, File().schema()...))
	return b.Bytes(), err
}

// A member is one name of a JSON object with its value.
type member struct {
	name  string
	value any
}

// An object is a JSON object whose names stay in order.
type object []member

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := enc.Encode(m.name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := enc.Encode(m.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// schema returns what a value of the key k has to be, with what is told of it.
func (k *Key) schema() object {
	var told object
	if k.Doc != "" {
		told = append(told, member{"description", k.description()})
	}
	if k.Default != "" {
		told = append(told, member{"default", k.jsonDefault()})
	}
	forms := k.forms()
	switch items := either(forms); k.Many {
	case OneOrList:
		forms = append(forms, object{{"type", "array"}, {"items", items}})
	case List:
		forms = []object{{{"type", "array"}, {"minItems", 1}, {"items", items}}}
	}
	return append(told, either(forms)...)
}

// description returns the documentation of k, and what holds without it where that is no value.
func (k *Key) description() string {
	if k.Otherwise == "" {
		return k.Doc
	}
	return k.Doc + "; default: " + k.defaultWords()
}

// forms returns the ways in which one value can be written.
func (k *Key) forms() []object {
	var forms []object
	if k.Short != nil {
		forms = k.Short.forms()
	}
	return append(forms, k.form())
}

// either returns the schema of a value that has one of forms.
func either(forms []object) object {
	if len(forms) == 1 {
		return forms[0]
	}
	return object{{"anyOf", forms}}
}

// The patterns are in the common part of ECMAScript's regular expressions and Go's. A text that is
// written as a YAML block may have a line end behind it.
const (
	durationPattern = `([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)`
	countPattern    = `^([1-9][0-9]*(\.\.([1-9][0-9]*)?)?|\.\.[1-9][0-9]*)\n*$`
	pathPattern     = `^(\{?[^{])*\{?$` // no {{
	rateForm        = `[1-9][0-9]*/(s|m|min|h|d|[1-9][0-9]*d|\+?(` + durationPattern + `)+)`
	ratePattern     = `^` + rateForm + `\n*$`
	quotaPattern    = `^(none|` + rateForm + `)\n*$`
)

// form returns the schema of one value of the kind of k.
func (k *Key) form() object {
	switch k.Kind {
	case Group:
		return k.group()
	case Names:
		return object{{"type", "object"}, {"additionalProperties", k.Each.schema()}}
	case Address:
		return object{{"type", "string"}, {"pattern", "@"}}
	case Mailbox:
		return object{{"type", "string"}, {"pattern", `@|\{\{`}}
	case Number:
		return object{{"type", "integer"}, {"minimum", k.Min}, {"maximum", k.Max}}
	case Bool:
		return object{{"type", "boolean"}}
	case Duration:
		return k.duration()
	case Count:
		return object{{"type", []string{"integer", "string"}}, {"minimum", 1}, {"pattern", countPattern}}
	case Rate:
		return object{{"type", "string"}, {"pattern", quotaPattern}}
	case Quota:
		return object{{"type", "string"}, {"pattern", quotaPattern}}
	case OneOf:
		return object{{"enum", k.enum()}}
	}
	return k.text()
}

// text returns the schema of a text, which YAML may take for a number or a truth.
func (k *Key) text() object {
	o := object{{"type", []string{"string", "number", "boolean"}}}
	switch {
	case k.Empty:
	case k.Kind == Template:
		o = append(o, member{"pattern", `\S`})
	case k.Kind == Path:
		o = append(o, member{"minLength", 1}, member{"pattern", pathPattern})
	default:
		o = append(o, member{"minLength", 1})
	}
	return o
}

// duration returns the schema of a time. The sign is for a zero only, which no pattern of a sane
// length says; 0 needs no unit, and is a number then.
func (k *Key) duration() object {
	o := object{{"type", "string"}, {"pattern", `^[-+]?(` + durationPattern + `)+$`}}
	if k.Shortest > 0 {
		return o
	}
	return object{{"anyOf", []object{o, {{"enum", []any{0, "0", "+0", "-0"}}}}}}
}

// enum returns the words of k, and the number that YAML makes of one that is a number.
func (k *Key) enum() []any {
	var all []any
	for _, w := range k.Words {
		if n, err := strconv.Atoi(w); err == nil {
			all = append(all, n)
		}
		all = append(all, w)
	}
	var aliases []string
	for w := range k.Aliases {
		aliases = append(aliases, w)
	}
	slices.Sort(aliases)
	for _, w := range aliases {
		all = append(all, w)
	}
	return all
}

// group returns the schema of a group of keys.
func (k *Key) group() object {
	var properties object
	var needed []string
	for i := range k.Keys {
		switch sub := &k.Keys[i]; {
		case sub.Later:
		case sub.Needed:
			needed = append(needed, sub.Name)
			fallthrough
		default:
			properties = append(properties, member{sub.Name, sub.schema()})
		}
	}
	o := object{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}}
	if len(needed) > 0 {
		o = append(o, member{"required", needed})
	}
	if k.Min > 0 {
		o = append(o, member{"minProperties", k.Min})
	}
	if k.Max > 0 {
		o = append(o, member{"maxProperties", k.Max})
	}
	if len(k.AnyOf) > 0 {
		var forms []object
		for _, name := range k.AnyOf {
			forms = append(forms, object{{"required", []string{name}}})
		}
		o = append(o, member{"anyOf", forms})
	}
	return o
}

// jsonDefault returns the default of k as a JSON value.
func (k *Key) jsonDefault() any {
	n, err := strconv.Atoi(k.Default)
	switch {
	case k.Kind == Bool:
		return k.DefaultBool()
	case err == nil:
		return n
	}
	return k.Default
}

// defaultWords returns what holds where k is not given, in words; "" if that is nothing.
func (k *Key) defaultWords() string {
	if k.Default == "" || k.Otherwise == "" {
		return k.Default + k.Otherwise
	}
	return strings.Join([]string{k.Default, k.Otherwise}, ", ")
}
