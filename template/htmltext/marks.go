package htmltext

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// marks are what stands in the place of texts that html/template does not see: a token and a
// number. The token is random, so that no cell has it.
type marks struct {
	token string
	kept  [][]byte
}

func newMarks() marks { return marks{token: rand.Text()} }

// digits is how long a number is.
const digits = 8

// add returns the mark of a text.
func (m *marks) add(text string) string {
	m.kept = append(m.kept, []byte(text))
	return fmt.Sprintf("%s%0*d", m.token, digits, len(m.kept)-1)
}

// next cuts an output at its first mark, and returns the text of that.
func (m *marks) next(out []byte) (before, text, after []byte, found bool) {
	if len(out) < len(m.token)+digits { // as most cells
		return out, nil, nil, false
	}
	before, after, found = bytes.Cut(out, []byte(m.token))
	if !found || len(after) < digits {
		return out, nil, nil, false
	}
	n, err := strconv.Atoi(string(after[:digits]))
	if err != nil || n >= len(m.kept) {
		return out, nil, nil, false
	}
	return before, m.kept[n], after[digits:], true
}

// restored returns an output with texts instead of the marks.
func (m *marks) restored(out string) string {
	var b strings.Builder
	(&restorer{*m, &b}).Write([]byte(out))
	return b.String()
}

// A restorer writes texts instead of their marks. A mark is in one Write, as text/template writes a
// text.
type restorer struct {
	marks
	w io.Writer
}

// Write implements [io.Writer].
func (r *restorer) Write(p []byte) (int, error) {
	rest := p
	for {
		before, text, after, found := r.next(rest)
		if len(before) > 0 {
			if _, err := r.w.Write(before); err != nil {
				return 0, err
			}
		}
		if !found {
			return len(p), nil
		}
		if _, err := r.w.Write(text); err != nil {
			return 0, err
		}
		rest = after
	}
}
