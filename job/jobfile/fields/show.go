package fields

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// alternatives returns words as a list for a message, those that are no words in quotes.
func alternatives(words []string) string {
	words = slices.Clone(words)
	for i, w := range words {
		if !Only(w, "-_") {
			words[i] = strconv.Quote(w)
		}
	}
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// KindOf returns in the user's words what a value is.
func KindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a group of keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case IsNull(n):
		return "empty"
	default:
		return "text"
	}
}

// ShowNode returns a value for a message, or what kind it is if it is no text.
func ShowNode(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return Show(n.Value)
	}
	return KindOf(n)
}

// Show returns a value in quotes for a message: short, and without control characters.
func Show(s string) string {
	const most = 40
	if s == "" {
		return "empty"
	}
	clean := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s))
	if len(clean) > most {
		clean = append(clean[:most], '…')
	}
	return "`" + string(clean) + "`"
}

// Only reports whether s has nothing but ASCII letters, digits and more.
func Only(s, more string) bool {
	for _, r := range s {
		ascii := '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !ascii && !strings.ContainsRune(more, r) {
			return false
		}
	}
	return true
}
