package advice

import (
	"slices"
	"strings"
	"unicode"
)

// tokens returns the words of a reply by which it is known again: in lower case,
// without punctuation, and without what speaks of one case only: addresses, host
// names, URLs, enhanced status codes, whatever has a digit in it, and, if bare,
// single words in quotation marks. Words that carry no meaning, as articles,
// are left out too, so that small differences of wording do not matter.
func tokens(text string, bare bool) []string {
	var all []string
	for _, word := range strings.Fields(text) {
		if isOneCase(word) {
			if slices.ContainsFunc(listHosts, func(h string) bool { return strings.Contains(strings.ToLower(word), h) }) {
				all = append(all, "dnsbl")
			}
			continue
		}
		if bare && isQuoted(word) {
			continue
		}
		all = append(all, split(word)...)
	}
	return all
}

// listHosts are in the names of hosts and pages of lists of refused senders, which
// are one word: "dnsbl".
var listHosts = []string{"spamhaus", "spamcop", "sorbs", "barracudacentral", "dnsbl", "uceprotect", "senderscore", "csi.cloudmark"}

// split returns the tokens of a word that may have punctuation in it.
func split(word string) []string {
	word = spelling.Replace(strings.ToLower(word))
	parts := strings.FieldsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	kept := parts[:0]
	for _, p := range parts {
		if !fillers[p] && !strings.ContainsFunc(p, unicode.IsDigit) {
			kept = append(kept, p)
		}
	}
	return kept
}

// spelling makes one of what is written in two ways.
var spelling = strings.NewReplacer("'", "", "’", "", "e-mail", "email", "authoris", "authoriz", "recognis", "recogniz")

// fillers are words that say nothing of what a reply means.
var fillers = map[string]bool{
	"a": true, "an": true, "the": true, "is": true, "are": true, "was": true, "were": true, "be": true, "been": true,
	"has": true, "have": true, "had": true, "your": true, "our": true, "my": true, "its": true, "this": true,
	"that": true, "these": true, "please": true, "sorry": true, "we": true, "it": true,
}

// isOneCase reports whether a word names an address, a host or a page.
func isOneCase(word string) bool {
	if strings.Contains(word, "@") || strings.Contains(word, "://") {
		return true
	}
	core := strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	dot := strings.LastIndexByte(core, '.')
	if dot < 0 || strings.ContainsFunc(core, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-_:", r)
	}) {
		return false
	}
	last := core[dot+1:]
	if len(last) < 2 || len(last) > 10 || strings.ContainsFunc(last, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		return false
	}
	// "later.Please" is the end of one sentence and the beginning of the next.
	return last == strings.ToLower(last) || last == strings.ToUpper(last)
}

// isQuoted reports whether a word stands in quotation marks of its own.
func isQuoted(word string) bool {
	word = strings.TrimRight(strings.TrimLeft(word, "(["), ")].,;:!?")
	if len(word) < 2 {
		return false
	}
	end := word[len(word)-1]
	switch word[0] {
	case '"', '\'':
		return end == word[0]
	case '`':
		return end == '`' || end == '\''
	case '<':
		return end == '>'
	}
	return false
}

// A phrase is a list of words that a reply has in this order. Of each element
// one of the alternatives is there; one that ends in "*" stands for words that
// begin so. An optional element may be missing. A gap stands for up to maxGap words.
type phrase []element

type element struct {
	any      []string
	optional bool
	gap      bool
	decisive bool // it outweighs what else is said
	courtesy bool // it weighs nothing
	loose    bool // it may stand anywhere
}

// maxGap is how many words may stand where a phrase has a gap.
const maxGap = 8

// newPhrase reads a phrase: words between spaces, "a/b" for alternatives, "word?" for
// one that may be missing, "word!" for one that is decisive, "word~" for one of courtesy, "…" for a gap. Words with "&" between
// them may stand in any order, anywhere.
func newPhrase(text string) phrase {
	var p phrase
	for _, word := range strings.Fields(strings.ToLower(text)) {
		if word == "&" {
			if len(p) > 0 {
				p[len(p)-1].loose = true
			}
			continue
		}
		e := element{gap: word == gap}
		word, e.optional = strings.CutSuffix(word, "?")
		word, e.decisive = strings.CutSuffix(word, "!")
		word, e.courtesy = strings.CutSuffix(word, "~")
		e.any = strings.Split(word, "/")
		if !e.gap && len(e.any) == 1 && fillers[word] {
			continue // those of a reply are left out
		}
		p = append(p, e)
	}
	return p
}

// weight returns how much a phrase says: the number of its words, of which a decisive
// one counts as five and one of courtesy not at all.
func (p phrase) weight() int {
	n := 0
	for _, e := range p {
		switch {
		case e.decisive:
			n += 5
		case !e.gap && !e.optional && !e.courtesy:
			n++
		}
	}
	return n
}

// decides reports whether the phrase has a decisive word.
func (p phrase) decides() bool {
	return slices.ContainsFunc(p, func(e element) bool { return e.decisive })
}

// isLoose reports whether words of the phrase stand in no order.
func (p phrase) isLoose() bool {
	return slices.ContainsFunc(p, func(e element) bool { return e.loose })
}

// isAllLoose reports whether all words of the phrase stand in no order: each but the last is
// followed by "&".
func (p phrase) isAllLoose() bool {
	return !slices.ContainsFunc(p[:len(p)-1], func(e element) bool { return !e.loose })
}

// isAmong reports whether each element of the phrase is somewhere among the words.
func (p phrase) isAmong(words []string) bool {
	return !slices.ContainsFunc(p, func(e element) bool { return !slices.ContainsFunc(words, e.is) })
}

// begins reports whether words begin with the phrase.
func (p phrase) begins(words []string) bool {
	if len(p) == 0 {
		return true
	}
	e := p[0]
	switch {
	case e.gap:
		for n := 0; n <= min(maxGap, len(words)); n++ {
			if p[1:].begins(words[n:]) {
				return true
			}
		}
		return false
	case len(words) > 0 && e.is(words[0]) && p[1:].begins(words[1:]):
		return true
	}
	return e.optional && p[1:].begins(words)
}

func (e element) is(word string) bool {
	for _, a := range e.any {
		if stem, ok := strings.CutSuffix(a, "*"); a == word || ok && strings.HasPrefix(word, stem) {
			return true
		}
	}
	return false
}
