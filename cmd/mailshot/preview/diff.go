package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/preview"
)

// maxGone is how many earlier letters without a new one are named.
const maxGone = 10

// diff shows what differs from the letters of a directory.
func (p *command) diff(ctx context.Context) (r *preview.Report, err error) {
	earlier, err := preview.OpenEarlier(p.dir)
	if err != nil {
		return nil, err
	}
	out, end := p.openPager()
	defer func() { err = errors.Join(err, end()) }()
	s := screen{out, p.width()}
	var same, changed, fresh int
	r, err = p.letters(ctx, func(l *preview.Letter) error {
		if l.Why != "" {
			_, err := fmt.Fprintf(out, "%sno letter: %s\n\n", s.title(l), wording.Clean(l.Why))
			return p.gone(err)
		}
		d, err := earlier.Compare(l)
		if err != nil {
			return err
		}
		switch {
		case d.New:
			fresh++
			_, err = fmt.Fprintf(out, "%snew: there is no letter to compare it with\n\n", s.title(l))
		case len(d.Changes) > 0:
			changed++
			_, err = io.WriteString(out, s.title(l)+s.changes(&d)+"\n")
		default:
			same++
		}
		return p.gone(err)
	})
	if err != nil || p.left {
		return r, err
	}
	gone := earlier.Left()
	if p.options.Narrowed() || p.options.Limit+p.options.Sample+p.options.Outliers > 0 {
		gone = nil // they may be those of rows that were not asked for
	}
	if len(gone) > 0 {
		fmt.Fprintf(out, "without a letter now: %s\n", wording.Clean(wording.SomeOf(gone, maxGone)))
	}
	words := wording.Enumerate(
		wording.Number{N: same, Word: "the same"}, wording.Number{N: changed, Word: "changed"}, wording.Number{N: fresh, Word: "new"}, wording.Number{N: len(gone), Word: "gone"},
	)
	fmt.Fprintf(out, "compared with %s: %s\n", wording.Clean(p.dir), words)
	return r, nil
}

// gone makes of an error of printing that the reader has gone.
func (p *command) gone(err error) error {
	if err != nil {
		p.left = true
		return preview.ErrEnough
	}
	return nil
}

// changes returns what differs, part by part, with - before lines that were and + before those that are.
func (s *screen) changes(d *preview.Difference) string {
	var b strings.Builder
	for _, c := range d.Changes {
		if len(c.Lines) == 0 {
			fmt.Fprintf(&b, "%s: the same words, and other markup\n", c.Part)
			continue
		}
		fmt.Fprintf(&b, "%s:\n", wording.Clean(c.Part))
		for _, line := range c.Lines {
			mark := "+"
			if line.Earlier {
				mark = "-"
			}
			b.WriteString(strings.TrimRight("  "+mark+" "+strings.TrimSuffix(wording.CleanLines(line.Text), "\n"), " ") + "\n")
		}
	}
	return b.String()
}
