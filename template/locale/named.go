package locale

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A known name is one of a month or a weekday.
type known struct {
	name string // as the language writes it, without a point
	tag  string
}

// knownNames are those that allNames returns; few jobs ask for them.
var knownNames = sync.OnceValue(allNames)

// allNames returns the names of all languages, by their small letters.
func allNames() map[string][]known {
	all := map[string][]known{}
	for _, tag := range Languages() {
		n, _ := Of(tag) // there is no other error than a tag that is not known
		for _, names := range [][]string{n.months[1:], n.alone[1:], n.short[1:], n.weekdays[:], n.aloneDays[:], n.shortDays[:]} {
			for _, name := range names {
				name = bare(name)
				key := strings.ToLower(name)
				if k := (known{name, tag}); !slices.Contains(all[key], k) {
					all[key] = append(all[key], k)
				}
			}
		}
	}
	return all
}

// bare returns a name without its point, and without what the language puts before it: "d’abr." is
// "abr".
func bare(name string) string {
	name = strings.TrimSuffix(name, ".")
	return name[strings.LastIndexAny(name, " ’")+1:]
}

// named reports whether a word is the name of a month or a weekday in a language that is known, and
// returns the tag of that, or "…" if it is a name in several. Short names are words of other languages:
// one of two letters must stand before a point or comma, and one of three must be written as a name.
func named(word string, next rune) (tag string, ok bool) {
	letters := utf8.RuneCountInString(word)
	if letters < 2 || letters == 2 && next != '.' && next != ',' || isWord(word) {
		return "", false
	}
	var exact, all []string
	for _, k := range knownNames()[strings.ToLower(word)] {
		switch {
		case k.name == word:
			exact = append(exact, k.tag)
		case letters > 3 || word == capital(k.name) || word == strings.ToUpper(k.name):
			all = append(all, k.tag)
		}
	}
	if len(exact) > 0 {
		all = exact
	}
	if len(all) == 0 {
		return "", false
	}
	if slices.Contains(all, "en") {
		return "en", true
	}
	for _, tag := range all {
		if !strings.HasPrefix(tag, all[0]) {
			return "…", true
		}
	}
	return all[0], true
}

// isWord reports whether a short name is a common word of letters elsewhere: the Czech "pro", the
// Italian "per" and "tra".
func isWord(word string) bool {
	switch strings.ToLower(word) {
	case "per", "pro", "tra":
		return true
	}
	return false
}

func capital(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[size:]
}
