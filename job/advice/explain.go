package advice

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Explain says what a reply means. Evidence counts in this order: words that the
// table of replies knows, and of several the pattern with the most; the enhanced
// status code; the code and the stage; words that leave the kind open; and at
// last the class, for which Known is false. It is safe for concurrent use.
func Explain(r Reply) Explanation {
	if r.Enhanced == "" {
		r.Enhanced = enhancedIn(&r)
	}
	m := byWords(&r)
	if m == nil || m.kind == Unknown {
		if c := byCodes(&r); c != nil && (m == nil || c.kind != Unknown) {
			m = c
		}
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
var markedRE = regexp.MustCompile(`#([245]\.[0-9]{1,3}\.[0-9]{1,3})\b`)

// enhancedIn returns the enhanced code in a reply's text, "" if there is none of
// the reply's class.
func enhancedIn(r *Reply) string {
	m := markedRE.FindStringSubmatch(Clip(r.Text, 10*MaxPattern))
	if m == nil || int(m[1][0]-'0') != r.Code/100 {
		return ""
	}
	return m[1]
}

// byWords returns the meaning whose pattern has the most words in common with
// the reply, nil if there is none.
func byWords(r *Reply) *meaning {
	text := Clip(r.Text, 10*MaxPattern)
	m := mostWords(r, tokens(text, false))
	if m == nil && strings.ContainsAny(text, "\"'`<") {
		m = mostWords(r, tokens(text, true))
	}
	return m
}

func mostWords(r *Reply, words []string) *meaning {
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
	if b.of != nil && rank < b.rank || !e.of.may(r, e.pattern) || !e.fits(r) || !e.words.begins(words[at:]) || e.isVague() && speaksOfSender(words) {
		return
	}
	if b.of == nil || rank > b.rank || e.line < b.at.line {
		b.of, b.at, b.rank = e.of, e.pattern, rank
	}
}

// may reports whether words may say what they say beside the enhanced code: x.2.1
// and x.2.2 speak of the recipient's mailbox (RFC 3463, section 3.3), whatever
// is said of a quota.
func (m *meaning) may(r *Reply, p *pattern) bool {
	return m.kind == Address || !isMailbox(r) || p.hasEnhanced(r.Enhanced)
}

func isMailbox(r *Reply) bool {
	return r.Stage != "mail" && r.Stage != "auth" && (strings.HasSuffix(r.Enhanced, ".2.1") || strings.HasSuffix(r.Enhanced, ".2.2"))
}

// byCodes returns the meaning of the narrowest pattern without words that fits
// the reply, nil if there is none.
func byCodes(r *Reply) *meaning {
	var found best
	for _, e := range replies().bare {
		n := e.narrowness()
		if e.of.kind == Unknown {
			n -= leastRank
		}
		if (found.of == nil || n > found.rank) && e.fits(r) {
			found.of, found.rank = e.of, n
		}
	}
	return found.of
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
