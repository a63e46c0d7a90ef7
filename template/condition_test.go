package template

import (
	"strings"
	"testing"
)

// condition returns a condition as package job parses it.
func condition(text string) (*Condition, error) {
	return ParseCondition("where", Source{Name: "renewal.yaml:9 (recipients.where)", Text: text}, config("x"))
}

func TestConditionHolds(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want bool
	}{
		{`{{eq .lang "de"}}`, true},
		{`{{eq .lang "en"}}`, false},
		{`{{ne .lang "en"}}`, true},
		{`{{and (gt .amount 1000) (eq .lang "de" "fr")}}`, true},
		{`{{and (gt .amount 2000) (eq .lang "de")}}`, false},
		{`{{not (eq .lang "de")}}`, false},
		{`{{contains "vip" (split ";" .tags)}}`, true},
		{`{{if eq .lang "de"}}true{{end}}`, true},
		{`{{if eq .lang "en"}}true{{end}}`, false},
		{"\n  {{eq .lang \"de\"}}\n", true},
		{"{{.empty}}", false},
		{`{{eq (field "First name") "Ann Mary"}}`, true},
		{"{{gt row 16}}", true},
		{`{{eq key "M-17"}}`, true},
		{`{{eq mailing "2026-12"}}`, true},
		{"{{gt .due now}}", true},
		{"{{upper (print (eq .lang \"de\"))}}", true}, // as spreadsheets write it
		{`{{title "false"}}`, false},
		{"true", true},
		{" False\n", false},
	} {
		c, err := condition(tt.in)
		if err != nil {
			t.Errorf("ParseCondition(%q) gives %s", tt.in, shown(err))
			continue
		}
		for range 2 {
			if got, err := c.Holds(someRow()); got != tt.want || err != nil {
				t.Errorf("%q holds: %t, %v; want %t", tt.in, got, err, tt.want)
			}
		}
	}
}

func TestConditionErrors(t *testing.T) {
	const at = "renewal.yaml:9 (recipients.where)"
	for _, tt := range []struct{ in, want string }{
		{"{{.ctiy}}", at + `: no column "ctiy" | did you mean {{.city}}? ` + columnsHint},
		{"{{eq .lang}", at + `: unexpected "}" | an action ends in two braces, }}`},
		{"{{eq .lang \"de\"}}\n{{.nope_}}", at + `, line 2: no column "nope_" | ` + columnsHint},
		{`eq .lang "de"`, at + `: where is text, the same for every row | a condition stands in braces, and is true or false: {{eq .column "value"}}`},
		{"active", at + `: where is text, the same for every row | a condition stands in braces, and is true or false: {{eq .column "value"}}`},

		{"{{.lang}}", at + `: where gives "de", which is neither true nor false | compare it with what it is to be: {{eq .column "value"}}`},
		{`{{eq .lang "de"}}{{eq .lang "fr"}}`, at + `: where gives "truefalse", which is neither true nor false | compare it with what it is to be: {{eq .column "value"}}`},
		{"{{gt .city 100}}", at + `: gt: "Zürich" is no number (column "city")`},
		{`{{field (print "ct" "iy")}}`, at + `: no column "ctiy" | did you mean {{.city}}? ` + columnsHint},
		{`{{.lang eq "de"}}`, at + `: .lang is no function, nothing can follow it | a column whose name has a space is {{field "First name"}}`},
	} {
		c, err := condition(tt.in)
		if err == nil {
			_, err = c.Holds(someRow())
		}
		if err == nil {
			t.Errorf("%q has no error, want %s", tt.in, tt.want)
		} else if got := shown(err); got != tt.want {
			t.Errorf("%q gives\n%s\nwant\n%s", tt.in, got, tt.want)
		}
	}
}

// All problems are reported together.
func TestConditionAllProblems(t *testing.T) {
	_, err := condition("{{.ctiy}}{{.nope_}}")
	if got := strings.Count(shown(err), "no column"); got != 2 {
		t.Errorf("%d problems, want 2:\n%s", got, shown(err))
	}
}

// An error in one row leaves nothing behind for the next.
func TestConditionAfterError(t *testing.T) {
	c, err := condition("{{gt .amount 1000}}")
	if err != nil {
		t.Fatal(err)
	}
	bad := someRow()
	bad.Fields["amount"] = "n/a"
	if _, err := c.Holds(bad); err == nil {
		t.Error("no error for a cell that is no number")
	}
	if got, err := c.Holds(someRow()); !got || err != nil {
		t.Errorf("holds: %t, %v; want true", got, err)
	}
}

func BenchmarkConditionHolds(b *testing.B) {
	for _, in := range []string{`{{eq .lang "de"}}`, `{{and (eq .lang "de") (gt .amount 1000)}}`} {
		b.Run("where="+strings.ReplaceAll(in, " ", "_"), func(b *testing.B) {
			c, err := condition(in)
			if err != nil {
				b.Fatal(err)
			}
			row := someRow()
			b.ReportAllocs()
			for b.Loop() {
				if holds, err := c.Holds(row); !holds || err != nil {
					b.Fatal(holds, err)
				}
			}
		})
	}
}
