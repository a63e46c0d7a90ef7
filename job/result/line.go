package result

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gocarina/gocsv"
)

// timeFormat is RFC 3339 in UTC with milliseconds.
const timeFormat = "2006-01-02T15:04:05.000Z"

// maxLine is the greatest length of a line in bytes, so that reading a file
// that is no log takes no more memory than that.
const maxLine = 16 << 20

// columns of the log, in order.
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

// cells are the escaped texts of a line in the order of the columns, without
// the apostrophes that guard them.
type cells [width]string

// flat is a line for gocsv. Its tags are the names of the columns.
type flat struct {
	Time      string `csv:"time"`
	Run       string `csv:"run"`
	Row       string `csv:"row"`
	Line      string `csv:"line"`
	Key       string `csv:"key"`
	Recipient string `csv:"recipient"`
	Attempt   string `csv:"attempt"`
	Status    string `csv:"status"`
	Class     string `csv:"class"`
	Stage     string `csv:"stage"`
	Code      string `csv:"code"`
	Enhanced  string `csv:"enhanced"`
	Reply     string `csv:"reply"`
	Error     string `csv:"error"`
	MessageID string `csv:"message_id"`
	SHA256    string `csv:"sha256"`
	Bytes     string `csv:"bytes"`
	Duration  string `csv:"duration_ms"`
	Sum       string `csv:"sum"`
}

// names gives the columns' names in order.
func names() [width]string {
	return [width]string{"time", "run", "row", "line", "key", "recipient", "attempt", "status", "class", "stage",
		"code", "enhanced", "reply", "error", "message_id", "sha256", "bytes", "duration_ms", "sum"}
}

// Header is the first line of a log, with its line end.
func Header() string {
	n := names()
	return strings.Join(n[:], ",") + "\n"
}

// AppendLine appends r to dst as one physical line with its line end. It
// changes nothing and fails if r can't be a line of a log: without key or
// status, failed without a class, a number or a time out of range, or a line
// longer than 16 MiB.
func (r *Record) AppendLine(dst []byte) ([]byte, error) {
	if err := r.check(); err != nil {
		return dst, fmt.Errorf("writing a record of key %q: %w", r.Key, err)
	}
	var c cells
	c.set(r, dst[len(dst):])
	w := appender{line: dst}
	if err := gocsv.MarshalCSVWithoutHeaders(c.flat(), &w); err != nil {
		return dst, fmt.Errorf("writing a record of key %q: %w", r.Key, err)
	}
	if len(w.line)-len(dst) > maxLine {
		return dst, errors.New("writing a record: the line is longer than 16 MiB")
	}
	return w.line, nil
}

// set takes the texts of r and sums them up, in what scratch has room for.
func (c *cells) set(r *Record, scratch []byte) {
	*c = cells{
		colTime:      r.Time.UTC().Format(timeFormat),
		colRun:       escape(r.Run),
		colRow:       number(int64(r.Row)),
		colLine:      number(int64(r.Line)),
		colKey:       escape(r.Key),
		colRecipient: escape(r.Recipient),
		colAttempt:   strconv.Itoa(r.Attempt),
		colStatus:    string(r.Status),
		colClass:     string(r.Class),
		colStage:     escape(r.Stage),
		colCode:      number(int64(r.Code)),
		colEnhanced:  escape(r.Enhanced),
		colReply:     escape(r.Reply),
		colError:     escape(r.Error),
		colMessageID: escape(r.MessageID),
		colSHA256:    escape(r.SHA256),
		colBytes:     number(r.Bytes),
		colDuration:  number(r.Duration.Milliseconds()),
	}
	c[colSum] = sumText(sumOf(c, scratch))
}

// number writes zero as an empty cell: a reply without a code, a row that was
// not sent.
func number(v int64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatInt(v, 10)
}

// flat gives the cells, guarded, in the form that gocsv takes.
func (c *cells) flat() []flat {
	for i := range c {
		c[i] = guard(c[i])
	}
	return []flat{{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12], c[13], c[14], c[15], c[16], c[17], c[18]}}
}

// record parses the cells.
func (c *cells) record() (Record, error) {
	at, err := time.Parse(time.RFC3339Nano, c[colTime])
	if err != nil {
		return Record{}, fmt.Errorf("time %q is not as in %s", c[colTime], timeFormat)
	}
	p := parser{cells: c}
	r := Record{
		Time:      at.UTC().Truncate(time.Millisecond),
		Run:       unescape(c[colRun]),
		Row:       p.int(colRow),
		Line:      p.int(colLine),
		Key:       unescape(c[colKey]),
		Recipient: unescape(c[colRecipient]),
		Attempt:   p.int(colAttempt),
		Status:    Status(c[colStatus]),
		Class:     Class(c[colClass]),
		Stage:     unescape(c[colStage]),
		Code:      p.int(colCode),
		Enhanced:  unescape(c[colEnhanced]),
		Reply:     unescape(c[colReply]),
		Error:     unescape(c[colError]),
		MessageID: unescape(c[colMessageID]),
		SHA256:    unescape(c[colSHA256]),
		Bytes:     p.int64(colBytes),
		Duration:  p.milliseconds(colDuration),
	}
	if p.err != nil {
		return Record{}, p.err
	}
	return r, r.check()
}

// A parser reads numbers and keeps the first error.
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

// An appender is the gocsv.CSVWriter for a line. It quotes as RFC 4180 section
// 2 says, and allocates no buffer for a line as encoding/csv does.
type appender struct{ line []byte }

// Write implements gocsv.CSVWriter.
func (a *appender) Write(row []string) error {
	for i, cell := range row {
		if i > 0 {
			a.line = append(a.line, ',')
		}
		a.cell(cell)
	}
	a.line = append(a.line, '\n')
	return nil
}

// cell appends one cell.
func (a *appender) cell(cell string) {
	if !quoted(cell) {
		a.line = append(a.line, cell...)
		return
	}
	a.line = append(a.line, '"')
	for {
		before, after, found := strings.Cut(cell, `"`)
		a.line = append(a.line, before...)
		if !found {
			break
		}
		a.line = append(a.line, `""`...)
		cell = after
	}
	a.line = append(a.line, '"')
}

// quoted tells whether a cell needs quotes. Those that begin or end with a
// space, or hold a semicolon, get them for the sake of other programs.
func quoted(cell string) bool {
	for i := range len(cell) {
		switch cell[i] {
		case ',', ';', '"':
			return true
		case ' ':
			if i == 0 || i == len(cell)-1 {
				return true
			}
		}
	}
	return false
}

// Flush implements gocsv.CSVWriter; there is nothing to flush.
func (a *appender) Flush() {}

// Error implements gocsv.CSVWriter; an append has none.
func (a *appender) Error() error { return nil }
