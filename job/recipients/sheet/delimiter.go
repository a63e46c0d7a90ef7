package sheet

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	sampleSize    = 64 << 10 // octets that are looked at to find the delimiter
	sampleRecords = 10       // records that are, the header among them
)

// delimiters are those that a file may have.
const delimiters = ",;\t|"

// delimit sets the delimiter, from the options or by looking at what is next in
// text. It passes over a first line such as sep=; that spreadsheets understand, and
// over what stands above the header.
func (r *Reader) delimit(text *bufio.Reader) error {
	sample, err := peek(text, sampleSize)
	if err != nil {
		return r.readingError(err)
	}
	said, length := separatorLine(sample)
	if _, err := text.Discard(length); err != nil {
		return r.readingError(err)
	}
	if length > 0 {
		r.lines++
		r.separator = true
	}
	if err := r.passTitles(text); err != nil {
		return err
	}
	if sample, err = r.sample(text); err != nil {
		return err
	}
	switch o := strings.ToLower(r.opts.Delimiter); {
	case o == "tab":
		r.delim = '\t'
	case len(o) == 1 && strings.Contains(delimiters, o):
		r.delim = o[0]
	case o != "" && o != "auto":
		return r.fatal(0, fmt.Sprintf("delimiter %q is not known", r.opts.Delimiter), `it is one of auto, ",", ";", tab and "|"`)
	case length > 0:
		r.delim = said
	default:
		r.delim = detect(sample, len(sample) < sampleSize)
	}
	return nil
}

// separatorLine reads a line sep=; and gives its length; 0 if there is none.
func separatorLine(sample []byte) (delim byte, length int) {
	line, _, found := bytes.Cut(sample, []byte("\n"))
	if !found {
		return 0, 0
	}
	said := strings.ToLower(strings.Trim(string(line), "\r\""))
	if len(said) != len("sep=;") || !strings.HasPrefix(said, "sep=") || !strings.Contains(delimiters, said[4:]) {
		return 0, 0
	}
	return said[4], len(line) + 1
}

// detect chooses the delimiter of which the header has most outside quotation
// marks; one that all sampled records have equally often goes first. Comma is
// the answer to a tie and to a file with one column.
func detect(sample []byte, whole bool) byte {
	best, bestCount, bestEven, tie := byte(','), 0, false, false
	for i := range len(delimiters) {
		counts := countDelimiters(sample, delimiters[i], whole)
		if len(counts) == 0 || counts[0] == 0 {
			continue
		}
		even := !slices.ContainsFunc(counts, func(n int) bool { return n != counts[0] })
		switch {
		case even == bestEven && counts[0] == bestCount:
			tie = true
		case even && !bestEven, even == bestEven && counts[0] > bestCount:
			best, bestCount, bestEven, tie = delimiters[i], counts[0], even, false
		}
	}
	if tie {
		return ','
	}
	return best
}

// countDelimiters counts those outside quotation marks in each of the first
// records of sample. The last record counts if it is whole or the only one.
func countDelimiters(sample []byte, delim byte, whole bool) []int {
	var counts []int
	n, filled := 0, false
	end := scan(sample, delim, func(c byte) bool {
		switch c {
		case delim:
			n++
			filled = true
		case '\n':
			if filled {
				counts = append(counts, n)
			}
			n, filled = 0, false
		case '\r':
		default:
			filled = true
		}
		return len(counts) < sampleRecords
	})
	if end != stopped && filled && (whole || len(counts) == 0) {
		counts = append(counts, n)
	}
	return counts
}

// endsInQuotes reports whether raw ends inside a cell in quotation marks.
func endsInQuotes(raw []byte, delim byte) bool {
	return scan(raw, delim, func(byte) bool { return true }) == quoted
}

// A scanEnd is where a scan has ended.
type scanEnd int

const (
	outside scanEnd = iota
	quoted
	stopped // by visit
)

// scan calls visit with each octet that is not inside a cell in quotation
// marks, and once with a quotation mark for each such cell, until it is false.
func scan(text []byte, delim byte, visit func(c byte) bool) scanEnd {
	inside, begin := false, true
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case inside && c == '"' && i+1 < len(text) && text[i+1] == '"':
			i++
			continue
		case inside:
			inside = c != '"'
			continue
		case begin && c == '"':
			inside = true
		}
		begin = c == delim || c == '\n'
		if !visit(c) {
			return stopped
		}
	}
	if inside {
		return quoted
	}
	return outside
}

// delimiterName returns how a message calls a delimiter.
func delimiterName(delim byte) string {
	switch delim {
	case '\t':
		return "a tab"
	case ',':
		return "a comma"
	case ';':
		return "a semicolon"
	}
	return fmt.Sprintf("a %q", string(delim))
}

// maxTitles is the most octets that may stand above the header.
const maxTitles = sampleSize

// passTitles passes over the lines above the header, where the options say on which line it is.
func (r *Reader) passTitles(text *bufio.Reader) error {
	for r.lines+1 < r.opts.Header {
		line, err := text.ReadBytes('\n')
		r.titles = append(r.titles, line...)
		switch {
		case err == io.EOF:
			return r.fatal(0, fmt.Sprintf("the header is to be in line %d, and the file ends in line %d", r.opts.Header, r.lines+1), "correct `header`")
		case err != nil:
			return r.readingError(err)
		case len(r.titles) > maxTitles:
			return r.fatal(0, fmt.Sprintf("more than %d octets stand above line %d, where the header is to be", maxTitles, r.opts.Header), "correct `header`")
		}
		r.lines++
	}
	return nil
}

// sample returns the beginning of what is left of text, for the delimiter and the layout.
func (r *Reader) sample(text *bufio.Reader) ([]byte, error) {
	sample, err := peek(text, sampleSize)
	if err != nil {
		return nil, r.readingError(err)
	}
	r.layout = layout{text: bytes.Clone(sample[:min(len(sample), layoutSize)]), line: r.lines + 1}
	return sample, nil
}

// Delimiter returns what is between the cells of CSV, as Options.Delimiter has it; a comma for a spreadsheet.
func (r *Reader) Delimiter() string {
	if r.delim == '\t' {
		return "tab"
	}
	return string(r.delim)
}

// HeaderLine returns the line of the file that the header is on.
func (r *Reader) HeaderLine() int { return r.headerLine }
