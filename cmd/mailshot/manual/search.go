package manual

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostFound is how many topics a search gives at most, and shortest how many letters it takes.
const (
	mostFound = 5
	shortest  = 3
)

// search returns the topics that tell of a word or a phrase, those first whose headings do or that tell
// most of it.
func search(word string) []Topic {
	word = strings.ToLower(strings.TrimSpace(word))
	if utf8.RuneCountInString(word) < shortest {
		return nil
	}
	scores := make(map[string]int)
	var all []Topic
	for _, t := range Topics() {
		if n := score(t, word); n > 0 {
			scores[t.Name] = n
			all = append(all, t)
		}
	}
	slices.SortStableFunc(all, func(a, b Topic) int { return cmp.Compare(scores[b.Name], scores[a.Name]) })
	return all[:min(len(all), mostFound)]
}

// score says how much a topic tells of a word: a heading counts as much as ten other lines, and the
// rows of a table that have it together as one line.
func score(t Topic, word string) (n int) {
	const heading = 10
	if hasWord(t.Title, word) {
		n += heading
	}
	counted := false // a row of the table that the line is in
	for line := range strings.Lines(t.text) {
		row := strings.HasPrefix(line, "|")
		counted = counted && row
		switch {
		case counted || !hasWord(line, word):
		case strings.HasPrefix(line, "## "):
			n += heading
		default:
			n++
			counted = row
		}
	}
	return n
}

// hasWord reports whether a word of a text begins like word, which is in small letters.
func hasWord(text, word string) bool {
	text = strings.ToLower(text)
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		at := from + i
		if before, _ := utf8.DecodeLastRuneInString(text[:at]); at == 0 || !unicode.IsLetter(before) {
			return true
		}
		from = at + len(word)
	}
}

// listed returns the lines that name the topics which tell of a word.
func listed(word string, topics []Topic) string {
	var b strings.Builder
	tell := "These tell"
	if len(topics) == 1 {
		tell = "This one tells"
	}
	fmt.Fprintf(&b, "There is no topic %q. %s of it:\n\n", word, tell)
	longest := 0
	for _, t := range topics {
		longest = max(longest, length(t.Name))
	}
	for _, t := range topics {
		fmt.Fprintf(&b, "  help %s  %s\n", pad(t.Name, longest), t.Title)
	}
	return b.String()
}
