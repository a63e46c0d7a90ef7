package result

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mailshot/job/result/celltext"
)

// timeFormat is RFC 3339 in UTC with milliseconds.
const timeFormat = "2006-01-02T15:04:05.000Z"

// maxLine is the greatest length of a line in octets. It bounds the memory that is
// used to read a file that is no log.
const maxLine = 16 << 20

// The columns of the log, in order.
const (
	colTime = iota
	colRun
	colRow
	colLine
	colKey
	colRecipient
	colAttempt
	colStatus
	colClass
	colStage
	colCode
	colEnhanced
	colReply
	colError
	colMessageID
	colSHA256
	colBytes
	colDuration
	colSum
	width // the number of columns
)

// cells are the escaped texts of a line in the order of the columns, without the
// apostrophes of celltext.Guard.
type cells [width]string

// names returns the names of the columns in order.
func names() [width]string {
	return [width]string{"time", "run", "row", "line", "key", "recipient", "attempt", "status", "class", "stage",
		"code", "enhanced", "reply", "error", "message_id", "sha256", "bytes", "duration_ms", "sum"}
}

// Header returns the first line of a log, with its line end.
func Header() string {
	n := names()
	return strings.Join(n[:], ",") + "\n"
}

// AppendLine appends r to dst as one physical line with its line end. It returns
// dst and an error if r can't be a line of a log: without key or status, failed
// without a class, a number or a time out of range, or a line longer than 16 MiB.
func (r *Record) AppendLine(dst []byte) ([]byte, error) {
	if err := r.check(); err != nil {
		return dst, fmt.Errorf("writing a record of key %q: %w", r.Key, err)
	}
	var c cells
	c.set(r, dst[len(dst):])
	line := c.appendTo(dst)
	if len(line)-len(dst) > maxLine {
		return dst, errors.New("writing a record: the line is longer than 16 MiB")
	}
	return line, nil
}

// set sets the cells from r, and their sum. It overwrites the capacity of scratch.
func (c *cells) set(r *Record, scratch []byte) {
	*c = cells{
		colTime:      r.Time.UTC().Format(timeFormat),
		colRun:       celltext.Escape(r.Run),
		colRow:       number(int64(r.Row)),
		colLine:      number(int64(r.Line)),
		colKey:       celltext.Escape(r.Key),
		colRecipient: celltext.Escape(r.Recipient),
		colAttempt:   strconv.Itoa(r.Attempt),
		colStatus:    string(r.Status),
		colClass:     string(r.Class),
		colStage:     celltext.Escape(r.Stage),
		colCode:      number(int64(r.Code)),
		colEnhanced:  celltext.Escape(r.Enhanced),
		colReply:     celltext.Escape(r.Reply),
		colError:     celltext.Escape(r.Error),
		colMessageID: celltext.Escape(r.MessageID),
		colSHA256:    celltext.Escape(r.SHA256),
		colBytes:     number(r.Bytes),
		colDuration:  number(r.Duration.Milliseconds()),
	}
	c[colSum] = sumText(sumOf(c, scratch))
}

// number returns the cell of a number; that of 0 is empty, such as the code where
// there was no reply.
func number(v int64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatInt(v, 10)
}

// record parses the cells.
func (c *cells) record() (Record, error) {
	at, err := parseTime(c[colTime])
	if err != nil {
		return Record{}, fmt.Errorf("time %q is not as in %s", c[colTime], timeFormat)
	}
	p := parser{cells: c}
	r := Record{
		Time:      at.UTC().Truncate(time.Millisecond),
		Run:       celltext.Unescape(c[colRun]),
		Row:       p.int(colRow),
		Line:      p.int(colLine),
		Key:       celltext.Unescape(c[colKey]),
		Recipient: celltext.Unescape(c[colRecipient]),
		Attempt:   p.int(colAttempt),
		Status:    Status(c[colStatus]),
		Class:     Class(c[colClass]),
		Stage:     celltext.Unescape(c[colStage]),
		Code:      p.int(colCode),
		Enhanced:  celltext.Unescape(c[colEnhanced]),
		Reply:     celltext.Unescape(c[colReply]),
		Error:     celltext.Unescape(c[colError]),
		MessageID: celltext.Unescape(c[colMessageID]),
		SHA256:    celltext.Unescape(c[colSHA256]),
		Bytes:     p.int64(colBytes),
		Duration:  p.milliseconds(colDuration),
	}
	if p.err != nil {
		return Record{}, p.err
	}
	return r, r.check()
}

// parseTime parses a time of RFC 3339. One in timeFormat takes a third of the time
// of time.Parse.
func parseTime(s string) (time.Time, error) {
	if len(s) == len(timeFormat) && s[4] == '-' && s[7] == '-' && s[10] == 'T' && s[13] == ':' && s[16] == ':' && s[19] == '.' && s[23] == 'Z' {
		year, month, day := digits(s[:4]), digits(s[5:7]), digits(s[8:10])
		hour, min, sec, milli := digits(s[11:13]), digits(s[14:16]), digits(s[17:19]), digits(s[20:23])
		if year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour >= 0 && hour <= 23 && min >= 0 && min <= 59 && sec >= 0 && sec <= 59 && milli >= 0 {
			return time.Date(year, time.Month(month), day, hour, min, sec, milli*1e6, time.UTC), nil
		}
	}
	return time.Parse(time.RFC3339Nano, s)
}

// digits parses a number of digits alone; -1 if s is none.
func digits(s string) (v int) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		v = v*10 + int(s[i]-'0')
	}
	return v
}

// A parser parses the cells of numbers and keeps the first error.
type parser struct {
	cells *cells
	err   error
}

func (p *parser) int64(col int) int64 {
	s := p.cells[col]
	if s == "" {
		return 0
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		p.fail(col)
	}
	return v
}

func (p *parser) int(col int) int {
	v := p.int64(col)
	if int64(int(v)) != v {
		p.fail(col)
	}
	return int(v)
}

func (p *parser) milliseconds(col int) time.Duration {
	v := p.int64(col)
	d := time.Duration(v) * time.Millisecond
	if d.Milliseconds() != v {
		p.fail(col)
	}
	return d
}

func (p *parser) fail(col int) {
	if p.err == nil {
		p.err = fmt.Errorf("%s %q is no number of its kind", names()[col], p.cells[col])
	}
}

// appendTo appends the cells, guarded, as a line of CSV (RFC 4180 section 2).
func (c *cells) appendTo(line []byte) []byte {
	for i, cell := range c {
		if i > 0 {
			line = append(line, ',')
		}
		line = appendCell(line, celltext.Guard(cell))
	}
	return append(line, '\n')
}

func appendCell(line []byte, cell string) []byte {
	if !celltext.NeedsQuotes(cell) {
		return append(line, cell...)
	}
	line = append(line, '"')
	for {
		before, after, found := strings.Cut(cell, `"`)
		line = append(line, before...)
		if !found {
			return append(line, '"')
		}
		line = append(line, `""`...)
		cell = after
	}
}
