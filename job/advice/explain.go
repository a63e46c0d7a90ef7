package advice

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mailshot/template/lazyregexp"
)

// Explain says what a reply means. Evidence counts in this order: words that the
// table of replies knows, and of several the pattern with the most; the enhanced
// status code; words that stand anywhere; the code and the stage; words that leave the
// kind open; and at last the class, for which Known is false. It is safe for concurrent use.
func Explain(r Reply) Explanation {
	if r.Enhanced == "" {
		r.Enhanced = enhancedIn(&r)
	}
	found := byWords(&r)
	m := found.of
	if m == nil || m.kind == Unknown {
		m = cmp.Or(byReason(&r), byLittle(&r, &found), m)
	}
	if m == nil {
		return byClass(&r)
	}
	x := Explanation{Kind: m.kind, Known: true, Sentence: m.sentence, Remedy: m.remedy, Rerun: m.rerun}
	if x.Rerun == RerunNever && r.Code/100 == 4 {
		x.Rerun = RerunLater // it is a refusal for now (RFC 5321, section 4.2.1)
	}
	return x
}

// String returns the explanation in one line: what the reply means, and what to do.
func (x *Explanation) String() string {
	first, n := utf8.DecodeRuneInString(x.Remedy)
	if n == 0 {
		return x.Sentence
	}
	return x.Sentence + " " + string(unicode.ToUpper(first)) + x.Remedy[n:] + "."
}

// markedRE finds enhanced codes as qmail and others write them within their texts.
var markedRE = lazyregexp.New(`#([245]\.[0-9]{1,3}\.[0-9]{1,3})\b`)

// reasonRE finds what Postfix says before a reason that a policy server gives.
var reasonRE = lazyregexp.New(`(?i)(recipient address|end-of-data|data command) rejected: `)

// strayRE finds an enhanced code with which a text begins.
var strayRE = lazyregexp.New(`^[245](\.[0-9]{1,3}\.[0-9]{1,3})\b`)

// enhancedIn returns the enhanced code in a reply's text, "" if there is none of
// the reply's class. One of another class with which the text begins is taken
// for one of the reply's: the first digit that counts is the code's.
func enhancedIn(r *Reply) string {
	text := Clip(r.Text, 10*MaxPattern)
	if m := strayRE().FindStringSubmatch(text); m != nil && r.Code >= 400 {
		return strconv.Itoa(r.Code/100) + m[1]
	}
	m := markedRE().FindStringSubmatch(text)
	if m == nil || int(m[1][0]-'0') != r.Code/100 {
		return ""
	}
	return m[1]
}

// byWords returns the meaning whose pattern has the most words in common with
// the reply, none if there is none.
func byWords(r *Reply) best {
	text := Clip(r.Text, 10*MaxPattern)
	m := mostWords(r, tokens(text, false))
	if m.of == nil && strings.ContainsAny(text, "\"'`<") {
		m = mostWords(r, tokens(text, true))
	}
	return m
}

func mostWords(r *Reply, words []string) best {
	var found best
	t := replies()
	for i, w := range words {
		for _, e := range t.byWord[w] {
			found.consider(r, e, words, i)
		}
		for _, e := range t.byStem {
			found.consider(r, e, words, i)
		}
	}
	return found
}

// byReason returns the meaning of what a policy server says behind Postfix's own words
// for a recipient or a message that it refuses, nil if it does not tell.
func byReason(r *Reply) *meaning {
	at := reasonRE().FindStringIndex(Clip(r.Text, MaxPattern))
	if at == nil {
		return nil
	}
	reason := *r
	reason.Text = r.Text[at[1]:]
	if found := byWords(&reason); found.of != nil && found.of.kind != Unknown {
		return found.of
	}
	return nil
}

// byLittle returns the meaning of a reply whose words are not known, or leave the kind
// open; nil if its codes do not say more.
func byLittle(r *Reply, words *best) *meaning {
	c := byCodes(r)
	switch {
	case c.of != nil && c.of.kind != Unknown && len(c.at.enhanced) > 0:
		return c.of
	case words.of == nil:
		return cmp.Or(byLooseWords(r), c.of)
	case c.of != nil && c.of.kind != Unknown && !words.at.words.decides():
		return c.of
	}
	return nil
}

// byLooseWords returns the meaning of the most words, in whatever order, that the
// reply has, nil if there is none.
func byLooseWords(r *Reply) *meaning {
	var found best
	words := tokens(Clip(r.Text, 10*MaxPattern), false)
	for _, e := range replies().loose {
		if e.words.isAmong(words) {
			found.take(r, e, words, e.rank)
		}
	}
	return found.of
}

// isVague reports whether the entry knows an address by words of no known server.
func (e *entry) isVague() bool { return e.of.kind == Address && e.server == "*" }

// speaksOfSender reports whether a reply may be about the sender's address.
func speaksOfSender(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return w == "sender" || w == "senders" })
}

// leastRank is more than the rank of any pattern.
const leastRank = 1 << 16

// best is the meaning with the pattern of the greatest rank, of equal ones the first.
type best struct {
	of   *meaning
	at   *pattern
	rank int
}

// consider takes an entry whose words a reply has at a place.
func (b *best) consider(r *Reply, e entry, words []string, at int) {
	rank := e.rank
	switch {
	case e.of.kind == Unknown && !e.words.decides():
		rank -= leastRank // whatever is known of a kind says more
	case r.Stage == "" && len(e.stages) > 0 && !slices.Contains(e.stages, "rcpt"):
		rank -= 8 // to guess the stage costs a word
	}
	if b.of != nil && rank < b.rank || !e.words.begins(words[at:]) {
		return
	}
	b.take(r, e, words, rank)
}

// take takes the entry if it says more than what was found, and may be said of the reply.
func (b *best) take(r *Reply, e entry, words []string, rank int) {
	if b.of != nil && rank < b.rank || !e.of.may(r, e.pattern) || !e.fits(r) || e.isVague() && speaksOfSender(words) {
		return
	}
	if b.of == nil || rank > b.rank || e.line < b.at.line {
		b.of, b.at, b.rank = e.of, e.pattern, rank
	}
}

// may reports whether words may say what they say beside the enhanced code: x.2.1
// and x.2.2 speak of the recipient's mailbox (RFC 3463, section 3.3), whatever
// is said of a quota, but not where a list of senders or spam is spoken of.
func (m *meaning) may(r *Reply, p *pattern) bool {
	return m.kind == Address || m.kind == Machine || m.kind == Spam || !isMailbox(r) || p.hasEnhanced(r.Enhanced)
}

func isMailbox(r *Reply) bool {
	return r.Stage != "mail" && r.Stage != "auth" && (strings.HasSuffix(r.Enhanced, ".2.1") || strings.HasSuffix(r.Enhanced, ".2.2"))
}

// byCodes returns the meaning of the narrowest pattern without words that fits
// the reply, none if there is none.
func byCodes(r *Reply) best {
	var found best
	for _, e := range replies().bare {
		n := e.narrowness()
		if e.of.kind == Unknown {
			n -= leastRank
		}
		if (found.of == nil || n > found.rank) && e.fits(r) {
			found = best{e.of, e.pattern, n}
		}
	}
	return found
}

// byClass explains a reply that the table does not know (RFC 5321, section 4.2.1).
func byClass(r *Reply) Explanation {
	switch r.Code / 100 {
	case 4:
		return Explanation{
			Sentence: "This reply is not known here; by its first digit the server refuses for now, and may take the same later.",
			Remedy:   "rerun later; if the reply stays, its words are for the server's operator, or for the one who knows this server's help pages",
			Rerun:    RerunLater,
		}
	case 5:
		return Explanation{
			Sentence: "This reply is not known here; by its first digit the server refuses for good.",
			Remedy:   "read the server's words; if they do not tell what to correct, the server's operator can",
			Rerun:    RerunMended,
		}
	case 2, 3:
		return Explanation{Sentence: "This is no refusal: the server agrees.", Remedy: "nothing is to be done"}
	}
	return Explanation{
		Sentence: "This is no reply of a mail server: it does not begin with a number from 200 to 599.",
		Remedy:   "give the reply as the log has it, with its code",
	}
}
