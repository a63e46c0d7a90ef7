package sheet

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

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

// Delimiter returns what is between the cells of CSV, as Options.Delimiter has it.
func (r *Reader) Delimiter() string {
	if r.delim == '\t' {
		return "tab"
	}
	return string(r.delim)
}

// HeaderLine returns the line of the file that the header is on.
func (r *Reader) HeaderLine() int { return r.headerLine }
