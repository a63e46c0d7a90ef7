package letter

import (
	"testing"

	"mailshot/template"
)

func TestShows(t *testing.T) {
	for _, tt := range []struct {
		name   string
		letter Rendered
		cell   string
		want   bool
	}{
		{"text", Rendered{Letter: template.Letter{Text: "seat #N/A."}}, "#N/A", true},
		{"in capitals", Rendered{Letter: template.Letter{Text: "JÃ¼RGEN"}}, "jÃ¼rgen", true},
		{"subject", Rendered{Letter: template.Letter{Subject: "seat #N/A"}}, "#N/A", true},
		{"header", Rendered{Letter: template.Letter{Headers: []template.Field{{Name: "X-Seat", Value: "#N/A"}}}}, "#N/A", true},
		{"recipient", Rendered{Names: []string{"", "#N/A"}}, "#N/A", true},
		{"calendar", Rendered{Calendar: "SUMMARY:#REF!"}, "#REF!", true},
		{"HTML", Rendered{Letter: template.Letter{HTML: "<p>O&amp;#039;Brien</p>"}}, "O&#039;Brien", true},
		{"quotation marks in HTML", Rendered{Letter: template.Letter{HTML: "<p>=&#34;0123&#34;</p>"}}, `="0123"`, true},
		{"link", Rendered{Letter: template.Letter{HTML: `<a href="https://x.example/?a=%23N%2fA">`}}, "#N/A", true},
		{"nowhere", Rendered{Letter: template.Letter{Text: "no seat", HTML: "<p>no seat</p>", Subject: "Hi"}}, "#N/A", false},
		{"empty", Rendered{}, "#N/A", false},
	} {
		if got := tt.letter.Shows(tt.cell); got != tt.want {
			t.Errorf("%s: Shows(%q) = %t; want %t", tt.name, tt.cell, got, tt.want)
		}
	}
}
