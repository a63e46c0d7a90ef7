package preflight

import (
	"fmt"
	"strings"

	"mailshot/job/letter"
	"mailshot/job/preflight/damage"
	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// A watched column is one whose cells letters may show.
type watched struct {
	at   int // index of the column
	name string
	told bool // the job file tells its values, so that a cell among them is right
}

// watchedColumns returns the columns that letters may use.
func (c *Check) watchedColumns() (all []watched) {
	for _, at := range c.Letters.MayUse() {
		all = append(all, watched{at, c.Letters.Columns[at], c.Rules.TellsValues(at)})
	}
	return all
}

// damaged returns what is wrong with the cells that the letter of a row shows, and what may be and is
// no reason not to send.
func (c *Check) damaged(r *recipients.Row, mail *letter.Rendered) (broken, doubts []problem.Problem) {
	for _, w := range c.watched {
		if w.at >= len(r.Cells) {
			continue
		}
		cell := strings.TrimSpace(r.Cells[w.at])
		d := damage.Of(cell)
		if d == nil || !d.Grave && w.told || !mail.Shows(cell) {
			continue
		}
		p := c.damageProblem(r, w.name, cell, d)
		if d.Grave {
			broken = append(broken, p)
			continue
		}
		doubts = append(doubts, p)
	}
	return broken, doubts
}

// DoubtsOf returns what may be wrong with the letter of a row and is no reason not to send it. It may
// be called once Run has returned, by several goroutines at once.
func (c *Check) DoubtsOf(r *recipients.Row, mail *letter.Rendered) (words []string) {
	_, doubts := c.damaged(r, mail)
	for _, p := range doubts {
		words = append(words, p.Text)
	}
	page := doubtsOfHTML(mail.HTML, r.Number)
	page.warn(func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) })
	return words
}

// damageProblem says what is wrong with a cell of a row.
func (c *Check) damageProblem(r *recipients.Row, column, cell string, d *damage.Damage) problem.Problem {
	return problem.Problem{
		File: c.Table.File, Line: r.Line, Row: r.Number, Kind: d.What,
		Text: d.String(column, problem.ShortQuote(cell)), Hint: d.Hint, Cell: &problem.Cell{Column: column, Value: cell, What: d.What},
	}
}

// warnOfDoubts tells what may be wrong, in cells once a column.
func (c *Check) warnOfDoubts(s *Summary) {
	if c.doubts.Len() > 0 {
		c.Warn(c.doubts.Error())
	}
	c.warnOfRows()
	for _, text := range c.Letters.Remarks() {
		c.Warn(text)
	}
	s.html.warn(c.warnf)
	if s.First != "" && len(c.Letters.Used()) == 0 {
		c.warnf("the letters use no column of %s", c.Table.File)
	}
}

// warnOfRows tells what may be wrong with the recipients, whether they get a letter or not.
func (c *Check) warnOfRows() {
	for _, text := range c.Table.Doubts(c.Letters.Used()) {
		c.Warn(text)
	}
}
