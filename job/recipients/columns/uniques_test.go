package columns

import (
	"fmt"
	"slices"
	"testing"

	"mailshot/job/problem"
	"mailshot/job/recipients"
)

func texts(all []problem.Problem) []string {
	var t []string
	for _, p := range all {
		t = append(t, p.Text)
	}
	return t
}

func spoolOf(t testing.TB) *recipients.Spool {
	t.Helper()
	sp, err := recipients.NewSpool("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sp.Close(); err != nil {
			t.Error(err)
		}
	})
	return sp
}

func TestUniques(t *testing.T) {
	sp := spoolOf(t)
	u := rulesOf(t, "{b: {unique: true}, a: {unique: true}}").Uniques(sp)
	defer u.Free()
	var got []string
	for i, cells := range [][]string{{"x", "1"}, {"y", " 2 "}, {"X", "1"}, {"", ""}, {"", " "}, {"x", "2"}, {"z", "3"}} {
		r := &recipients.Row{Number: i + 1, Cells: cells}
		offset, err := sp.Add(r)
		if err != nil {
			t.Fatal(err)
		}
		conflicts, err := u.Add(r, offset)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range conflicts {
			got = append(got, fmt.Sprintf("%d: %s", r.Number, c.Problem(c.Earlier.Number).Text))
		}
	}
	want := []string{
		`3: "1" in column "b" is also that of row 1`,
		`6: "2" in column "b" is also that of row 2`,
		`6: "x" in column "a" is also that of row 1`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q; want %q", got, want)
	}
	for range 2 { // a row that is not added is in nobody's way
		conflicts, err := u.Conflicts(&recipients.Row{Number: 8, Cells: []string{"new", "3"}})
		if err != nil || len(conflicts) != 1 || conflicts[0].Earlier.Number != 7 {
			t.Errorf("%v, %v; want one with row 7", conflicts, err)
		}
	}
}

func TestNoUniques(t *testing.T) {
	u := rulesOf(t, "{a: {required: true}}").Uniques(nil)
	defer u.Free()
	if conflicts, err := u.Add(&recipients.Row{Cells: []string{"a", "b"}}, 0); u != nil || conflicts != nil || err != nil {
		t.Errorf("%v, %v, %v; want nothing", u, conflicts, err)
	}
}
