package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/problem"
)

// printJSON prints a value on a line.
func printJSON(w io.Writer, v any) error {
	b, err := encode(v)
	if err != nil {
		return err
	}
	if _, err := w.Write(append(b, '\n')); err != nil {
		return &problem.Error{Kind: problem.CantWrite, Err: fmt.Errorf("printing: %w", err)}
	}
	return nil
}

// printEvent prints a value on a line of stdout, and reports whether it did.
func (p *program) printEvent(v any) bool {
	b, err := encode(v)
	return err == nil && p.stdout.print(string(b)+"\n")
}

// encode returns a value as JSON, with < and > as they are, and without characters that
// do not show or that turn the direction of others: JSON has escapes for them.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	text := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if bytes.ContainsFunc(text, wording.Hidden) {
		text = []byte(wording.Clean(string(text))) // all within strings, and written as JSON would
	}
	return text, err
}
