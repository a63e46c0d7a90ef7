package screen

import (
	"fmt"
	"slices"
	"strings"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job"
	"mailshot/job/mailing"
)

// Check returns what a check tells, on a screen of so many columns; 0 is no bound.
func Check(r *job.CheckReport, columns int) string {
	return wording.WrapAll(checkText(r), 13, columns, func(line string) bool { return strings.HasPrefix(line, quoted) })
}

func checkText(r *job.CheckReport) string {
	var b strings.Builder
	verdict := "all well"
	switch {
	case r.Letters == 0:
		verdict = "there is no letter to send"
	case r.Unready:
		verdict = "the letters are well"
	}
	fmt.Fprintf(&b, "%s: %s\n", r.Job, verdict)
	fmt.Fprintf(&b, "  %-10s %s, %s\n", "rows", wording.Clean(r.Recipients), wording.Plural(r.Rows, "row"))
	if r.Letters == 0 {
		fmt.Fprintf(&b, "  %-10s none\n", "letters")
	} else {
		fmt.Fprintf(&b, "  %-10s %d, %s … %s\n", "letters", r.Letters, wording.Clean(r.First), wording.Clean(r.Last))
		fmt.Fprintf(&b, "  %-10s %s\n", "subject", wording.Clean(r.Subject))
		b.WriteString(sender(r))
		if len(r.Froms) > 0 {
			fmt.Fprintf(&b, "  %-10s %s\n", "from", wording.Clean(wording.SomeOf(r.Froms, 5)))
		}
		if r.Copies != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", "copies", wording.Clean(r.Copies))
		}
		b.WriteString(parts(r))
		fmt.Fprintf(&b, "  %-10s %s at most (row %d), %s in all\n", "size", wording.Octets(r.Largest), r.LargestRow, wording.Octets(r.Octets))
	}
	if left := leftOut(r.Left); left != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "left out", left)
	}
	if r.Signed != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "signed by", wording.Clean(r.Signed))
	}
	if r.Server != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "server", wording.Clean(r.Server))
	}
	if r.Settings != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "settings", wording.Clean(r.Settings))
	}
	if s := r.Begun; s != nil {
		fmt.Fprintf(&b, "  %-10s %s since %s (%s); %d left%s\n", "so far", s.Words, s.Since.Local().Format("2 January 2006"), wording.Clean(s.Results), s.Left, practised(s))
	}
	b.WriteString(limits(&r.Limits))
	b.WriteString(untaken(r))
	b.WriteString(tested(r))
	b.WriteString(columnTable(r.Columns))
	b.WriteString(beginning(r))
	return b.String()
}

// practised says of a mailing that nobody has a letter of it.
func practised(b *job.Begun) string {
	if !b.Practised {
		return ""
	}
	return "; by mailshot sandbox, so nobody has these letters"
}

// sender says from whom the letters are, and who gets answers, by the first of them.
func sender(r *job.CheckReport) string {
	var b strings.Builder
	l := r.Letter
	if len(r.Froms) == 0 {
		fmt.Fprintf(&b, "  %-10s %s\n", "from", wording.Clean(l.From))
	}
	if l.ReplyTo != "" {
		fmt.Fprintf(&b, "  %-10s %s\n", "reply to", wording.Clean(l.ReplyTo))
	}
	return b.String()
}

// parts says of what the letters are made, and which files go with them.
func parts(r *job.CheckReport) string {
	var b strings.Builder
	forms := slices.Clone(r.Letter.Forms)
	if n := len(r.Letter.Pictures); n > 0 {
		var names []string
		for _, f := range r.Letter.Pictures {
			names = append(names, f.Name)
		}
		forms = append(forms, fmt.Sprintf("%s (%s)", wording.Plural(n, "picture"), wording.SomeOf(names, 5)))
	}
	fmt.Fprintf(&b, "  %-10s %s\n", "made of", wording.Clean(strings.Join(forms, ", ")))
	name := "attached"
	for _, words := range []string{attachedWords(r.Attached, r.Letters), attachedFiles(r.Letter.Attached, len(r.Attached) > 0)} {
		if words != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", name, words)
			name = ""
		}
	}
	return b.String()
}

// attachedFiles names the attachments of the first letter, those of its own with … for those of others.
func attachedFiles(files []job.AttachedFile, differ bool) string {
	var own, all []string
	for _, f := range files {
		name, size := wording.Clean(f.Name), wording.Octets(f.Size)
		if f.ToAll {
			all = append(all, fmt.Sprintf("%s to all (%s)", name, size))
			continue
		}
		own = append(own, fmt.Sprintf("%s … (%s)", name, size))
	}
	words := strings.Join(append(own, all...), ", ")
	switch {
	case len(own) > 0 && !differ:
		return fmt.Sprintf("%d to each: %s", len(own), words)
	case len(own) > 0:
		return "the first has " + words
	}
	return words
}

// maxUntaken is how many branches are named that no letter takes.
const maxUntaken = 5

// untaken names the branches of the templates that no letter takes: they are seen by nobody before they
// are needed.
func untaken(r *job.CheckReport) string {
	var b strings.Builder
	name := "no letter"
	for i, branch := range r.Untaken {
		if i == maxUntaken {
			fmt.Fprintf(&b, "  %-10s … and %d more\n", name, len(r.Untaken)-i)
			break
		}
		fmt.Fprintf(&b, "  %-10s takes %s (%s)\n", name, wording.Clean(branch.Text), wording.Clean(branch.Place))
		name = ""
	}
	return b.String()
}

// tested says whether a test was sent.
func tested(r *job.CheckReport) string {
	words := ""
	switch t := r.Tested; {
	case t == nil || r.Letters == 0:
		return ""
	case t.At.IsZero():
		words = "none was sent; " + r.Ref.Command("run", "--to", "ADDRESS") + " sends one"
	default:
		words = "sent on " + t.At.Local().Format("2 January 2006 at 15:04")
		if t.Changed {
			words += "; the letter changed since"
		}
	}
	return fmt.Sprintf("  %-10s %s\n", "test", words)
}

// quoted begins a line of the letter.
const quoted = "  |"

// shownLines is how many lines of the first letter are shown, and shownWidth how many characters of each.
const (
	shownLines = 10
	shownWidth = 200
)

// clip returns the first characters of a line.
func clip(line string, most int) string {
	n := 0
	for i := range line {
		if n++; n > most {
			return line[:i] + "…"
		}
	}
	return line
}

// beginning returns the first lines of the first letter.
func beginning(r *job.CheckReport) string {
	if r.Letter == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  to %s:\n", wording.Clean(r.First))
	lines := strings.Split(strings.TrimRight(r.Letter.Text, "\n"), "\n")
	more := ""
	if n := len(lines) - shownLines; n > 0 {
		lines, more = lines[:shownLines], wording.Counting(n, "more line", "more lines")+"; "
	}
	for _, line := range lines {
		line = clip(strings.ReplaceAll(line, "\t", "    "), shownWidth)
		b.WriteString(strings.TrimRight(quoted+" "+wording.Clean(line), " ") + "\n")
	}
	look := mailing.Ref{Path: r.Ref.Path, Mailing: r.Ref.Mailing}
	fmt.Fprintf(&b, "  %sall of it: %s\n", more, look.Command("preview"))
	return b.String()
}

// attachedWords says how many letters have how many attachments: "1 to 70 of 80, 2 to 3". It is ""
// where nothing was counted.
func attachedWords(counts []int, letters int) string {
	var parts []string
	for files, n := range counts {
		if files > 0 && n > 0 {
			parts = append(parts, fmt.Sprintf("%d to %d", files, n))
		}
	}
	if len(counts) == 0 {
		return ""
	}
	if len(parts) == 0 {
		return fmt.Sprintf("none to %d of %d", letters, letters)
	}
	parts[0] += fmt.Sprintf(" of %d", letters)
	return strings.Join(parts, ", ")
}

// limits says what holds a mailing up.
func limits(l *job.Limits) string {
	var b strings.Builder
	for _, line := range []struct{ name, value string }{
		{"rate", l.Rate}, {"", l.Hint}, {"quota", l.Quota}, {"ledger", l.Ledger}, {"full", l.Full}, {"window", l.Window}, {"time", l.Takes},
	} {
		if line.value != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", line.name, wording.Clean(line.value))
		}
	}
	return b.String()
}
