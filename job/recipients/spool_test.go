package recipients

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailshot/template/cell"
)

// The spool keeps what a spreadsheet has behind cells, and nothing for a row that has none.
func TestSpoolStored(t *testing.T) {
	t.Parallel()
	s, err := NewSpool("")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows := []*Row{
		{Number: 1, Line: 2, Key: "a", Cells: []string{"a", "1.00", ""}, Stored: []cell.Stored{"", cell.StoredNumber("1"), ""}},
		{Number: 2, Line: 3, Key: "b", Cells: []string{"b", "c"}},
		{Number: 3, Line: 4, Key: "c", Cells: []string{"1", "2"}, Stored: []cell.Stored{cell.StoredNumber("1"), cell.StoredNumber("2")}},
	}
	for _, r := range rows {
		if _, err := s.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	in := s.Rows()
	for _, want := range rows {
		got, err := in.Next()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Row{})); diff != "" {
			t.Error(diff)
		}
	}
	dst := map[string]cell.Stored{"old": "x"}
	if got := rows[0].StoredFields([]string{"k", "n", "z"}, dst); len(got) != 1 || got["n"] != cell.StoredNumber("1") {
		t.Errorf("fields are %v", got)
	}
	if got := rows[1].StoredFields([]string{"k", "n"}, dst); got != nil {
		t.Errorf("fields are %v, want nil", got)
	}
}
