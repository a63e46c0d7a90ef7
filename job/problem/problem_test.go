package problem

import "testing"

func TestProblemString(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   Problem
		want string
	}{
		{"text", Problem{Text: "the file is empty"}, "the file is empty"},
		{"file", Problem{File: "m.csv", Text: "the file is empty"}, "m.csv: the file is empty"},
		{"line", Problem{File: "m.csv", Line: 3, Text: "no @"}, "m.csv:3: no @"},
		{"row", Problem{File: "m.csv", Line: 3, Row: 2, Text: "no @"}, "m.csv:3: row 2: no @"},
		{"row without line", Problem{File: "m.csv", Row: 2, Text: "no @"}, "m.csv: row 2: no @"},
		{"line without file", Problem{Line: 3, Text: "no @"}, "line 3: no @"},
		{"row without file", Problem{Line: 3, Row: 2, Text: "no @"}, "line 3: row 2: no @"},
		{"kind and hint are not told", Problem{Kind: "address", Text: "no @", Hint: "write one"}, "no @"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.in.String(); got != tt.want {
				t.Errorf("String of %+v = %q; want %q", tt.in, got, tt.want)
			}
		})
	}
}
