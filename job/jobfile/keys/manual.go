package keys

import (
	"fmt"
	"strconv"
	"strings"
)

// Manual returns the manual of all keys as plain text: each with its path, type, default and
// documentation, in the order of the declarations.
func Manual() string {
	var b strings.Builder
	for path, k := range File().All() {
		fmt.Fprintf(&b, "%s\n", strings.TrimSpace(path+"  "+k.summary()))
		fmt.Fprintf(&b, "    %s\n", k.Doc)
	}
	return b.String()
}

// summary returns the type of k, whether it is needed and its default.
func (k *Key) summary() string {
	parts := []string{k.Type()}
	if k.Needed {
		parts = append(parts, "needed")
	}
	if words := k.defaultWords(); words != "" {
		parts = append(parts, "default: "+words)
	}
	return "(" + strings.Join(parts, "; ") + ")"
}

// Type returns in words what a value of k can be, allowed values included.
func (k *Key) Type() string {
	one := k.typeOfOne()
	if k.Short != nil {
		one = k.Short.typeOfOne() + ", or " + one
	}
	switch k.Many {
	case OneOrList:
		return one + "; one or a list"
	case List:
		return "list of words"
	}
	return one
}

func (k *Key) typeOfOne() string {
	switch k.Kind {
	case Number:
		return fmt.Sprintf("number from %d to %d", k.Min, k.Max)
	case Names:
		return "group of names, each with a " + k.Each.Kind.String()
	case OneOf:
		words := make([]string, len(k.Words))
		for i, w := range k.Words {
			if strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				w = strconv.Quote(w)
			}
			words[i] = w
		}
		return strings.Join(words, " | ")
	}
	return k.Kind.String()
}
