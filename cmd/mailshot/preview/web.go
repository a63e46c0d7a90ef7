package preview

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"mailshot/cmd/mailshot/web"
	"mailshot/cmd/mailshot/wording"
	"mailshot/job/preview"
	"mailshot/job/problem"
)

// checkWeb holds that the flags go together where all letters are on a page.
func (p *command) checkWeb(c *cobra.Command) error {
	if !p.web {
		if c.Flags().Changed("listen") {
			return problem.Fail(problem.Usage, "--listen goes with --web")
		}
		return nil
	}
	for _, name := range []string{"rows", "key", "limit", "sample", "eml", "mbox", "diff"} {
		if c.Flags().Changed(name) {
			return problem.Fail(problem.Usage, "--%s does not go with --web: all rows are on the page, and searched there", name)
		}
	}
	return web.Loopback(p.listen)
}

// serve shows all letters on a page until ctx is done.
func (p *command) serve(ctx context.Context) (err error) {
	server, err := web.Listen(p.listen)
	if err != nil {
		return err
	}
	book, err := preview.OpenBook(ctx, p.options, preview.Env{Stdin: p.Stdin(ctx)})
	if err != nil {
		_ = server.Close() // nobody was let in
		return err
	}
	defer func() {
		if closing := book.Close(); err == nil {
			err = closing
		}
	}()
	l := &letters{book: book}
	var checking sync.WaitGroup
	defer checking.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	checking.Go(func() { l.check(ctx, p.Warn) })
	_, _ = fmt.Fprintf(p.Out, "open %s (in one browser) ; Ctrl-C ends it\n", server.URL()) // who does not read it can look at nothing
	return server.Serve(ctx, &web.Site{Title: "Letters of " + p.options.Path, Noun: "row", Source: l, State: l.state})
}

// letters are what the page shows: all rows of a job.
type letters struct {
	book   *preview.Book
	mu     sync.Mutex // guards failed
	failed string     // why the check did not end
}

// check makes all letters once, while they are looked at.
func (l *letters) check(ctx context.Context, warn func(string)) {
	if err := l.book.Check(ctx); err != nil && ctx.Err() == nil {
		warn(err.Error())
		l.mu.Lock()
		defer l.mu.Unlock()
		l.failed = err.Error()
	}
}

// busy says that something is not known yet, or never will be.
func (l *letters) busy() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.failed != "":
		return "The check has ended: " + wording.Clean(l.failed)
	case !l.book.Checked():
		return "All letters are being made and checked. What is wrong with them is told here when that has ended; they can be looked at meanwhile."
	}
	return ""
}

// state tells a page that waits for the check when that has ended; then there is nothing to wait for.
func (l *letters) state() string {
	if l.book.Checked() {
		return ""
	}
	return "checking"
}

// selected returns the rows that a query asks for.
func (l *letters) selected(ctx context.Context, q web.Query) (*preview.Selected, error) {
	return l.book.Select(ctx, preview.Query{Words: q.Words, Only: preview.Kind(q.Only)})
}

// List implements web.Source.
func (l *letters) List(ctx context.Context, q web.Query) (*web.List, error) {
	s, err := l.selected(ctx, q)
	if err != nil {
		return nil, err
	}
	list := &web.List{Found: s.Len(), Total: l.book.Report().Rows, Busy: l.busy()}
	for _, row := range s.Slice(q.Skip(), web.PageSize) {
		leaf, err := l.book.Leaf(row)
		if err != nil {
			return nil, err
		}
		list.Entries = append(list.Entries, l.entry(leaf))
	}
	if !l.book.Checked() {
		return list, nil
	}
	f := &l.book.Findings
	for _, k := range []struct {
		kind  preview.Kind
		label string
		count int
	}{
		{preview.Doubted, "with a warning", f.Doubted.Len()}, {preview.Bad, "bad", f.Bad.Len()},
		{preview.Out, "left out", f.Out.Len()}, {preview.Outliers, "outliers", f.Outliers.Len()},
	} {
		if k.count > 0 {
			list.Filters = append(list.Filters, web.Filter{Only: string(k.kind), Label: k.label, Count: k.count})
		}
	}
	list.Notices = l.notices()
	return list, nil
}

// notices are what the check has to say of all letters together.
func (l *letters) notices() (all []web.Notice) {
	f := &l.book.Findings
	if len(f.Warnings) > 0 {
		all = append(all, web.Notice{Heading: "The check says", Lines: f.Warnings})
	}
	if len(f.Notes) > 0 {
		all = append(all, web.Notice{Heading: "Good to know", Lines: f.Notes})
	}
	if len(f.Untaken) > 0 {
		n := web.Notice{Heading: "Branches of the templates that no letter takes"}
		for _, b := range f.Untaken {
			n.Lines = append(n.Lines, b.Text+" ("+b.Place+")")
		}
		all = append(all, n)
	}
	return all
}

// detailRunes is how much of the cells of a row stands in the list.
const detailRunes = 160

// entry returns a row as the list shows it.
func (l *letters) entry(leaf *preview.Leaf) web.Entry {
	e := web.Entry{ID: strconv.Itoa(leaf.Row), Name: fmt.Sprintf("row %d", leaf.Row), To: leaf.Recipient}
	if leaf.Key != "" && !strings.HasPrefix(leaf.Key, "#") && leaf.Key != leaf.Recipient {
		e.Name += ", " + leaf.Key
	}
	var cells []string
	for _, c := range l.cells(leaf) {
		if c.Value != "" && c.Value != leaf.Recipient && c.Value != leaf.Key {
			cells = append(cells, c.Column+": "+c.Value)
		}
	}
	detail := []rune(strings.Join(cells, " · "))
	if e.Detail = string(detail[:min(len(detail), detailRunes)]); len(detail) > detailRunes {
		e.Detail += " …"
	}
	switch {
	case leaf.Bad:
		e.Marks = append(e.Marks, web.Mark{Kind: "bad", Text: leaf.Why})
	case leaf.Why != "":
		e.Marks = append(e.Marks, web.Mark{Kind: "out", Text: leaf.Why})
	}
	if leaf.Hint {
		e.Marks = append(e.Marks, web.Mark{Kind: "doubt"})
	}
	if leaf.Because != "" {
		e.Marks = append(e.Marks, web.Mark{Kind: "outlier", Text: leaf.Because})
	}
	return e
}

func (l *letters) cells(leaf *preview.Leaf) (cells []web.Cell) {
	for i, column := range l.book.Columns() {
		if i < len(leaf.Cells) {
			cells = append(cells, web.Cell{Column: column, Value: leaf.Cells[i]})
		}
	}
	return cells
}

// Open implements web.Source.
func (l *letters) Open(ctx context.Context, q web.Query, id string) (*web.Item, error) {
	row, err := strconv.Atoi(id)
	if err != nil || strconv.Itoa(row) != id {
		return nil, nil
	}
	leaf, err := l.book.Leaf(row)
	if leaf == nil || err != nil {
		return nil, err
	}
	s, err := l.selected(ctx, q)
	if err != nil {
		return nil, err
	}
	item := &web.Item{Entry: l.entry(leaf), Found: s.Len(), Cells: l.cells(leaf)}
	place, before, after := s.Around(row)
	if at := s.Slice(place, 1); len(at) > 0 && at[0] == row {
		item.Place = place + 1
	}
	item.Before, item.After = rowID(before), rowID(after)
	err = l.book.Compose(ctx, leaf, func(letter *preview.Letter, doubts []string) error {
		var b bytes.Buffer
		if _, err := letter.WriteTo(&b); err != nil {
			return err
		}
		item.Octets = b.Bytes()
		_, item.Hidden, _ = strings.Cut(letter.Copies(), "bcc ")
		item.Marks = replaceDoubts(item.Marks, doubts)
		return nil
	})
	if err != nil {
		item.Failed = err.Error()
	}
	for _, m := range l.named(row) {
		told := func(of web.Mark) bool { return of.Text != "" && strings.Contains(m.Text, of.Text) }
		if !slices.ContainsFunc(item.Marks, told) {
			item.Marks = append(item.Marks, m)
		}
	}
	return item, nil
}

func rowID(row int) string {
	if row == 0 {
		return ""
	}
	return strconv.Itoa(row)
}

// replaceDoubts puts what may be wrong with a letter in the place of the mark that there is something.
func replaceDoubts(marks []web.Mark, doubts []string) (all []web.Mark) {
	for _, m := range marks {
		if m.Kind != "doubt" || len(doubts) == 0 {
			all = append(all, m)
			continue
		}
		for _, text := range doubts {
			all = append(all, web.Mark{Kind: "doubt", Text: text})
		}
	}
	return all
}

// named returns what the check says of all letters and names a row.
func (l *letters) named(row int) (marks []web.Mark) {
	if !l.book.Checked() {
		return nil
	}
	number := regexp.MustCompile(fmt.Sprintf(`\brows? (?:[0-9]+(?:, | and ))*%d\b`, row))
	for _, text := range l.book.Findings.Warnings {
		if number.MatchString(text) {
			marks = append(marks, web.Mark{Kind: "doubt", Text: text})
		}
	}
	return marks
}
