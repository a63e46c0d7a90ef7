package preflight

import (
	"fmt"
	"maps"
	"slices"
)

// fewAlike is from how many files with names like that of a file for all one may be meant for each row.
const fewAlike = 3

func (c *Check) warnf(format string, args ...any) { c.Warn(fmt.Sprintf(format, args...)) }

func (c *Check) notef(format string, args ...any) { c.Note(fmt.Sprintf(format, args...)) }

// WarnOf tells what may be wrong with letters that are well, and what is good to know of them. noText says that they
// have no text part.
func (c *Check) WarnOf(s *Summary, noText bool) {
	if noText {
		c.warnf("the letters have no text part: some mail programs show nothing but text, and filters count HTML alone as a sign of spam; `message.text` adds one")
	}
	for _, s := range c.Letters.Attachments.Siblings(c.Job) {
		if s.Count >= fewAlike {
			c.warnf("%s goes with every letter, and %d files beside it have names like it: if each row has one of its own, its path has a column in it, as in {{.number}}", s.Path, s.Count)
		}
	}
	for _, id := range c.Letters.Inline.Unused() {
		c.warnf("no letter shows cid:%s, which message.inline has, and so it goes with none", id)
	}
	for _, domain := range slices.Sorted(maps.Keys(s.Tally.Froms)) {
		if doubt := c.Letters.FromDoubt(domain); doubt != "" {
			c.warnf("row %d: %s", s.Tally.Froms[domain], doubt)
		}
	}
	if t := &s.Tally; t.Wide > 0 {
		c.notef("%s SMTPUTF8, because of what is before the @ of an address (first row %d); a server that does not offer it gets no such message", need(t.Wide), t.WideRow)
	}
}

func need(n int) string {
	if n == 1 {
		return "1 message needs"
	}
	return fmt.Sprintf("%d messages need", n)
}
