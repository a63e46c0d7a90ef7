package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"mailshot/job/advice"
	"mailshot/job/plan"
	"mailshot/job/reasons"
	"mailshot/job/result"
	"mailshot/job/status"
)

// reasonsShown is how many reasons the end of a run tells.
const reasonsShown = 10

// failed says why rows failed, and names the first of each reason, on lines of so many columns.
func failed(r *job.Report, columns int) string {
	var b strings.Builder
	line := func(format string, args ...any) {
		b.WriteString(wording.Wrap(fmt.Sprintf(format, args...), 4, columns) + "\n")
	}
	for i := range r.Failed {
		if i == reasonsShown {
			rows := 0
			for _, m := range r.Failed[i:] {
				rows += m.Count
			}
			line("  %d failed for %s", rows, wording.Counting(len(r.Failed)-i, "other reason", "other reasons"))
			break
		}
		m := &r.Failed[i]
		line("  %d failed%s: %s", m.Count, forWhat(m.Class), wording.Clean(meaning(m)))
		line("    %s", named(m.Names, m.Count))
	}
	if r.Unreached > 0 {
		line("  %d failed for now, and %s waiting for another try", r.Unreached, wording.Pick(r.Unreached, "was", "were"))
	}
	if mend := toMend(r.Failed); mend > 0 && mend < r.Counts.Failed() {
		line("  rerun    can help %d; the other %d %s corrected first", r.Counts.Failed()-mend, mend, wording.Pick(mend, "has to be", "have to be"))
	}
	if r.Retries > 0 {
		line("  retries  %s that had failed before", wording.Counting(r.Retries, "further attempt at a row", "further attempts at rows"))
	}
	return b.String()
}

// forWhat says whether a failure may pass.
func forWhat(c result.Class) string {
	switch c {
	case result.Temporary:
		return " for now"
	case result.Permanent:
		return " for good"
	}
	return ""
}

// meaning says why rows failed, and what to do.
func meaning(m *reasons.Meaning) string {
	x := &m.Explanation
	if x.Known {
		return x.String()
	}
	if m.Reply.Code == 0 {
		return advice.Brief(m.Reply.Pattern)
	}
	said := advice.Explanation{Sentence: "the server said " + advice.Brief(pattern(&m.Reply)) + ".", Remedy: x.Remedy}
	return said.String()
}

// pattern returns what the replies of a group have in common.
func pattern(r *reasons.Reply) string {
	if r.Other {
		return strings.TrimSpace(status.Said(r.Code, "", "", "") + " various")
	}
	return status.Said(r.Code, r.Enhanced, r.Pattern, r.Pattern)
}

// named lists rows of a group by name, and counts the others.
func named(names []reasons.Name, count int) string {
	var all []string
	for _, n := range names {
		all = append(all, name(n))
	}
	text := strings.Join(all, ", ")
	if more := count - len(names); more > 0 && len(names) > 0 {
		return fmt.Sprintf("%s and %d more", text, more)
	}
	return text
}

// name names a row by its address, and by its key where that is another.
func name(n reasons.Name) string {
	if n.Recipient == "" || strings.EqualFold(n.Key, n.Recipient) {
		return wording.Clean(cmp.Or(n.Key, fmt.Sprintf("row %d", n.Row)))
	}
	return fmt.Sprintf("%s (%s)", wording.Clean(n.Recipient), wording.Clean(n.Key))
}

// Skipped returns lines that say why bad rows are left out, with the first rows of each reason, in the
// order of the rows. Of many reasons it tells those of most rows.
func Skipped(groups []reasons.Group) (lines []string) {
	type told struct {
		row   int // the first
		lines []string
	}
	var all []told
	for i := range groups[:min(len(groups), reasonsShown)] {
		g := &groups[i]
		if g.Count > 1 && !g.Varied {
			line := fmt.Sprintf("skipped: %d rows: %s: %s", g.Count, advice.Brief(g.Example.Text), namedRows(g))
			all = append(all, told{g.Example.Row, []string{line}})
			continue
		}
		from := len(all)
		for _, n := range g.Names { // each has something of its own to tell
			all = append(all, told{n.Row, []string{"skipped: " + plan.RowReason(n.Row, n.Why)}})
		}
		if more := g.Count - len(g.Names); more > 0 { // what these are like stays above
			whole := told{row: g.Example.Row}
			for _, t := range all[from:] {
				whole.lines = append(whole.lines, t.lines...)
			}
			whole.lines = append(whole.lines, fmt.Sprintf("skipped: … and %s like these", wording.Plural(more, "row")))
			all = append(all[:from], whole)
		}
	}
	slices.SortStableFunc(all, func(a, b told) int { return cmp.Compare(a.row, b.row) })
	for _, t := range all {
		lines = append(lines, t.lines...)
	}
	if rest := groups[min(len(groups), reasonsShown):]; len(rest) > 0 {
		rows := 0
		for _, g := range rest {
			rows += g.Count
		}
		lines = append(lines, fmt.Sprintf("skipped: %s for %s", wording.Plural(rows, "row"), wording.Counting(len(rest), "other reason", "other reasons")))
	}
	return lines
}

// skippedFor says why the rows of a group were skipped.
func skippedFor(g *reasons.Group) string {
	if g.Other {
		return "various reasons"
	}
	return advice.Brief(g.Told())
}

// namedRows lists rows of a group by their numbers, with the addresses of those that have one, and counts
// the others.
func namedRows(g *reasons.Group) string {
	var all []string
	for _, n := range g.Names {
		row := strconv.Itoa(n.Row)
		if n.Recipient != "" {
			row += " (" + wording.Clean(n.Recipient) + ")"
		}
		all = append(all, row)
	}
	text := "rows " + strings.Join(all, ", ")
	if more := g.Count - len(g.Names); more > 0 {
		return fmt.Sprintf("%s and %d more", text, more)
	}
	return text
}

// toMend returns how many failed rows would fail again as they are.
func toMend(failed []reasons.Meaning) (n int) {
	for i := range failed {
		if mend(&failed[i]) {
			n += failed[i].Count
		}
	}
	return n
}

func mend(m *reasons.Meaning) bool {
	if !m.Explanation.Known {
		return m.Class == result.Permanent
	}
	return m.Explanation.Rerun == advice.RerunNever || m.Explanation.Rerun == advice.RerunMended
}

// first says what is to be done before a rerun can help; "" if it can help some rows at once.
func first(r *job.Report) string {
	return mendFirst(r.Failed, r.Counts.Failed(), r.Untried()+len(r.Lost))
}

// mendFirst says what is to be done before a rerun can help, of so many rows that failed for these
// reasons and others that were not tried; "" if it can help some at once.
func mendFirst(failed []reasons.Meaning, rows, untried int) string {
	mended := toMend(failed)
	if mended == 0 || mended < rows || untried > 0 {
		return ""
	}
	for i := range failed {
		if failed[i].Explanation.Kind != advice.Address {
			return "mend what " + wording.Pick(mended, "it", "they") + " failed for, then "
		}
	}
	return "correct " + wording.Pick(mended, "this address", "these addresses") + ", then "
}

// Row is the line of a row in a list.
func Row(r status.ListedRow) string {
	line := fmt.Sprintf("%7d  %s  %s", r.Row, name(reasons.Name{Row: r.Row, Key: r.Key, Recipient: r.Recipient}), r.Status)
	if r.Reason != "" {
		line += ": " + wording.Clean(r.Reason)
	}
	return line + "\n"
}
