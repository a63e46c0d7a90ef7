package template

import (
	"fmt"
	"testing"
)

func TestCompared(t *testing.T) {
	for _, tt := range []struct{ condition, want string }{
		{`{{eq .status "Active"}}`, "map[status:[Active]]"},
		{`{{and (eq .status "a" "b") (ne .city "Rome")}}`, "map[city:[Rome] status:[a b]]"},
		{`{{if eq .status "a"}}yes{{else if eq "b" .status}}yes{{else}}{{eq .status "a"}}{{end}}`, "map[status:[a b]]"},
		{`{{eq (field "Last name") "No"}}`, "map[Last name:[No]]"},
		{`{{or (not (eq .status "x")) (lt .city "a")}}`, "map[status:[x]]"},
		{`{{eq .status .city}}`, "map[]"},
	} {
		c, err := ParseCondition("where", Source{Name: "where", Text: tt.condition}, Config{Columns: []string{"status", "city", "Last name"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(c.Compared()); got != tt.want {
			t.Errorf("%s compares %s; want %s", tt.condition, got, tt.want)
		}
	}
}
