package preflight

import (
	"fmt"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
)

// checkWhole checks what is asked of the recipients file as a whole, and of the files that go with
// every letter.
func (c *Check) checkWhole() {
	if c.Job == nil {
		return
	}
	r := &c.Job.Recipients
	if n := c.Table.Total; n < r.Expect.Least || r.Expect.Most > 0 && n > r.Expect.Most {
		c.whole(c.Job.Line("recipients.expect"),
			fmt.Sprintf("%s has %s, and %s expected", c.Table.File, counted(n, "row"), expected(r.Expect)),
			"is it the right file, and whole? If it is, correct `expect`")
	}
	switch line := c.Job.Line("recipients.max_age"); {
	case r.MaxAge > 0 && c.Changed.IsZero():
		c.whole(line, c.Table.File+" is no regular file, and nobody knows its age", "leave `max_age` out")
	default:
		c.wholeAge(line, c.Table.File, c.Changed, r.MaxAge)
	}
	for _, f := range c.Letters.Attachments.Shared() {
		c.wholeAge(f.Line, f.Shown, f.Changed, f.MaxAge)
	}
}

// wholeAge checks the age of a file that is one for all rows.
func (c *Check) wholeAge(line int, file string, changed time.Time, most time.Duration) {
	if c.tooOld(changed, most) {
		c.whole(line, oldWords(file, changed, most), oldHint)
	}
}

const oldHint = "make the file anew; or, if it is right as it is, raise `max_age`"

// whole notes what is wrong with more than one row. Once the mailing has begun that ends no run.
func (c *Check) whole(line int, text, hint string) {
	p := problem.Problem{File: c.Job.Path, Line: line, Kind: "whole", Text: text, Hint: hint}
	if c.begins() {
		c.Table.Rejected.Problems().Add(p)
		c.Whole++
		return
	}
	c.Warn(p.String())
}

func (c *Check) begins() bool { return c.Begins == nil || c.Begins() }

// tooOld reports whether a file is older than it may be. A zero most is no limit.
func (c *Check) tooOld(changed time.Time, most time.Duration) bool {
	return most > 0 && c.Date.Sub(changed) > most
}

// oldWords says that a file is too old.
func oldWords(file string, changed time.Time, most time.Duration) string {
	return fmt.Sprintf("%s was last changed on %s, and max_age is %s", file,
		changed.Local().Format("2 January 2006 at 15:04"), duration(most))
}

// takeAges looks at the ages of a row's own files, and reports whether one is too old for it to be
// sent. Once the mailing has begun they are only counted.
func (c *Check) takeAges(r checkedRow) (old bool) {
	for _, f := range r.files {
		if !c.tooOld(f.Changed(), f.MaxAge) {
			continue
		}
		text := oldWords(f.Shown, f.Changed(), f.MaxAge)
		if !c.begins() {
			if c.aged++; c.aged == 1 {
				c.firstAged = fmt.Sprintf("%s (row %d)", text, r.row.Number)
			}
			continue
		}
		c.reject(r.row, text, problem.Problem{Kind: "max_age", Text: text, Hint: oldHint})
		old = true
	}
	return old
}

// warnOfAges tells once of the files of rows that are too old for a mailing to begin.
func (c *Check) warnOfAges() {
	switch {
	case c.aged == 1:
		c.warnf("%s", c.firstAged)
	case c.aged > 1:
		c.warnf("%s; and so are %s", c.firstAged, counted(c.aged-1, "further file"))
	}
}

// expected says how many rows there are to be.
func expected(r jobfile.CountRange) string {
	switch {
	case r.Most == 0:
		return fmt.Sprintf("%d or more are", r.Least)
	case r.Least == 0:
		return fmt.Sprintf("%d or less are", r.Most)
	case r.Least == r.Most && r.Most == 1:
		return "1 is"
	case r.Least == r.Most:
		return fmt.Sprintf("%d are", r.Most)
	}
	return fmt.Sprintf("%d to %d are", r.Least, r.Most)
}

// duration returns a time in the largest unit that is not too coarse for it.
func duration(d time.Duration) string {
	const day = 24 * time.Hour
	for _, unit := range []struct {
		d    time.Duration
		word string
	}{{day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d%unit.d == 0 && d/unit.d > 1 {
			return counted(int(d/unit.d), unit.word)
		}
	}
	return d.String()
}

func counted(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
