package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

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

// encode returns a value as JSON, with < and > as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
