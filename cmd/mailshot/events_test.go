package main

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// wantEvents is the command events: what run --json printed last are these, and
// each line of it is one object with the version and a time.
func wantEvents(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: events EVENT…")
	}
	var got []string
	for _, e := range printedEvents(ts) {
		name, _ := e["event"].(string)
		if e["v"] != 1.0 || e["time"] == nil {
			ts.Fatalf("an event without version or time: %v", e)
		}
		got = append(got, name)
	}
	if !slices.Equal(got, args) {
		ts.Fatalf("events %q, want %q", got, args)
	}
}

// printedEvents parses what was printed last on stdout.
func printedEvents(ts *testscript.TestScript) (all []map[string]any) {
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil || !strings.HasSuffix(line, "}\n") {
			ts.Fatalf("no object on a line: %q: %v", line, err)
		}
		all = append(all, e)
	}
	return all
}

// wantAttempts is the command attempts: the attempts that were printed last are the
// lines of a results log but for skipped rows, cell by cell, and empty cells are left
// out.
func wantAttempts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: attempts LOG")
	}
	lines, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	columns := lines[0]
	attempt := slices.Index(columns, "attempt")
	lines = slices.DeleteFunc(lines[1:], func(l []string) bool { return l[attempt] == "0" }) // rows that were skipped
	n := 0
	for _, e := range printedEvents(ts) {
		if e["event"] != "attempt" {
			continue
		}
		if n == len(lines) {
			ts.Fatalf("the log has only %d lines", n)
		}
		for i, column := range columns {
			v, has := e[column]
			text, isText := v.(string)
			if has && !isText {
				b, err := json.Marshal(v)
				ts.Check(err)
				text = string(b)
			}
			if cell := lines[n][i]; text != cell || has != (cell != "") {
				ts.Fatalf("%s of attempt %d is %q (given: %t), want %q", column, n+1, text, has, cell)
			}
		}
		if n++; len(e) > len(columns)+2 {
			ts.Fatalf("fields beyond the columns: %v", e)
		}
	}
	if n != len(lines) {
		ts.Fatalf("%d attempts, want %d", n, len(lines))
	}
}
