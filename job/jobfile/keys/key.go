// Package keys declares the keys of the job file: what each is called, which values it takes, which
// value holds where it is not given, and what it is for. The loader checks a job file by these
// declarations, and the JSON Schema and the manual are written from them. The package knows neither
// YAML nor what becomes of a value.
package keys

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// A Kind is the type of a value.
type Kind int

// The kinds of values. Text, Path, Template, Address and Mailbox are texts; a number or a word such as true
// that YAML has a type for is taken as the text that was written.
const (
	Group    Kind = iota // a group of the keys in Key.Keys
	Names                // a group of names that the user chooses, each with a value as Key.Each
	Text                 // one line, used as it is
	Path                 // the path of a file or directory, never a template
	Template             // a text that may have actions in double braces
	Address              // one address, with or without a name
	Mailbox              // the same, or a template of one
	Number               // a whole number without quotes, from Key.Min to Key.Max
	Bool                 // true or false
	Duration             // a time such as 30s or 1h30m, at least Key.Shortest
	Rate                 // a count and a time, such as 50/5m, or the word none
	Quota                // as Rate, of recipients
	OneOf                // one of Key.Words
	Count                // how many: 1200, 1200..1300, 1200.. or ..1300; 1 is the least
)

// String returns the word for k in the manual.
func (k Kind) String() string {
	switch k {
	case Group:
		return "group of keys"
	case Names:
		return "group of names"
	case Text:
		return "text"
	case Path:
		return "path"
	case Template:
		return "template"
	case Address:
		return "address"
	case Mailbox:
		return "address or template"
	case Number:
		return "number"
	case Bool:
		return "true or false"
	case Duration:
		return "time"
	case Rate, Quota:
		return "rate or none"
	case OneOf:
		return "word"
	case Count:
		return "number or range"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// Many says how many values of its kind a key takes.
type Many int

// One value, one value or a list of them, or a list only, which then is not empty.
const (
	One Many = iota
	OneOrList
	List
)

// AnyName stands in a path for the name that the user chooses.
const AnyName = "NAME"

// A Key is the declaration of one key. Only Kind, and Name and Doc but for Short and Each, are in
// every declaration; the zero value of each other field means that there is nothing of the kind.
type Key struct {
	Name   string
	Doc    string // what it is for, in one line without a full stop
	Kind   Kind
	Many   Many
	Needed bool // a group that is given has it

	Words    []string          // of a OneOf, in the order in which they are told
	Aliases  map[string]string // of a OneOf: further spellings of words, which are not told
	Min, Max int               // bounds of a Number, or of how many keys a Group has; there Max 0 is none
	Shortest time.Duration     // of a Duration
	Empty    bool              // of a text: it may be empty

	Default   string // as it is written in a job file; "" means that there is none
	Otherwise string // in words, what holds where the key is not given and Default does not tell

	Keys  []Key    // of a Group
	AnyOf []string // of a Group: at least one of these keys is given
	Each  *Key     // of Names
	Short *Key     // of a Group: what may stand in its place

	Hint   string // how the value is written, told to who wrote something else
	Secret bool   // what is written here may be a secret by mistake, so that no message repeats it
	Later  bool   // planned, and refused as such; it has only a Name and a Kind
}

// Key returns the key called name of the group k, planned ones included, or nil.
func (k *Key) Key(name string) *Key {
	for i := range k.Keys {
		if k.Keys[i].Name == name {
			return &k.Keys[i]
		}
	}
	return nil
}

// At returns the key at path, such as "server.tls", below the group k, or nil.
func (k *Key) At(path string) *Key {
	for name := range strings.SplitSeq(path, ".") {
		if k = k.Key(name); k == nil {
			return nil
		}
	}
	return k
}

// All returns every key below the group k with its path such as "server.tls", a group before its
// keys, in the order of the declarations and without those that are planned. In the path of a key
// below a group of names, NAME stands for the name that the user chooses.
func (k *Key) All() iter.Seq2[string, *Key] {
	return func(yield func(string, *Key) bool) { k.each("", yield) }
}

func (k *Key) each(prefix string, yield func(string, *Key) bool) bool {
	for i := range k.Keys {
		sub := &k.Keys[i]
		if sub.Later {
			continue
		}
		if !yield(prefix+sub.Name, sub) || !sub.each(prefix+sub.Name+".", yield) {
			return false
		}
	}
	return k.Each == nil || k.Each.each(prefix+AnyName+".", yield)
}

// Known returns the names of the keys of the group k without those that are planned.
func (k *Key) Known() []string { return k.names(false) }

// Planned returns the names of the keys of the group k that are planned.
func (k *Key) Planned() []string { return k.names(true) }

func (k *Key) names(later bool) []string {
	var names []string
	for i := range k.Keys {
		if k.Keys[i].Later == later {
			names = append(names, k.Keys[i].Name)
		}
	}
	return names
}

// DefaultNumber returns the default of a Number, or 0 if it has none.
func (k *Key) DefaultNumber() int {
	n, err := strconv.Atoi(k.Default)
	k.mustParse(err)
	return n
}

// DefaultBool returns the default of a Bool, or false if it has none.
func (k *Key) DefaultBool() bool {
	b, err := strconv.ParseBool(k.Default)
	k.mustParse(err)
	return b
}

// DefaultDuration returns the default of a Duration, or 0 if it has none.
func (k *Key) DefaultDuration() time.Duration {
	d, err := time.ParseDuration(k.Default)
	k.mustParse(err)
	return d
}

// mustParse panics if a declaration has a default that is not of its kind.
func (k *Key) mustParse(err error) {
	if err != nil && k.Default != "" {
		panic(fmt.Sprintf("keys: the default of %s: %v", k.Name, err))
	}
}
