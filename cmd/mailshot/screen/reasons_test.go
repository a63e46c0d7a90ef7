package screen

import (
	"fmt"
	"slices"
	"testing"

	"mailshot/job/reasons"
	"mailshot/job/result"
)

// Rows that are bad for the same are one line; where each is bad in its own way, each has one.
func TestSkipped(t *testing.T) {
	t.Parallel()
	var groups reasons.Groups
	skip := func(row int, address, why string) {
		groups.Add(&result.Record{Row: row, Recipient: address, Status: result.Skipped, Error: why})
	}
	for row := range 12 {
		skip(row+1, fmt.Sprintf("r%d@club.example", row+1), "letter.txt:1: money takes 2 values, and was given 1")
	}
	for row := 21; row <= 31; row++ {
		skip(row, "", fmt.Sprintf("address %q: no @", fmt.Sprint("r", row)))
	}
	skip(40, "ada@club.example", "there is no file A1.pdf")
	want := []string{
		"skipped: 12 rows: letter.txt:1: money takes 2 values, and was given 1: rows 1 (r1@club.example), 2 (r2@club.example), " +
			"3 (r3@club.example), 4 (r4@club.example), 5 (r5@club.example), 6 (r6@club.example), 7 (r7@club.example), " +
			"8 (r8@club.example), 9 (r9@club.example), 10 (r10@club.example) and 2 more",
	}
	for row := 21; row <= 30; row++ {
		want = append(want, fmt.Sprintf("skipped: row %d: address \"r%d\": no @", row, row))
	}
	want = append(want, "skipped: … and 1 row like these", "skipped: row 40: there is no file A1.pdf")
	if got := Skipped(groups.List()); !slices.Equal(got, want) {
		t.Errorf("got %q;\nwant %q", got, want)
	}
}

// Of many reasons the most frequent are told, and the others counted.
func TestSkippedForMuch(t *testing.T) {
	t.Parallel()
	var groups reasons.Groups
	for n := range 13 {
		for range 2 {
			groups.Add(&result.Record{Row: n + 1, Status: result.Skipped, Error: "reason " + string(rune('a'+n))})
		}
	}
	got := Skipped(groups.List())
	if last := "skipped: 6 rows for 3 other reasons"; len(got) != reasonsShown+1 || got[reasonsShown] != last {
		t.Errorf("got %q; want %d lines, the last %q", got, reasonsShown+1, last)
	}
}

// Rows are told in their order, whatever they are bad for.
func TestSkippedInOrder(t *testing.T) {
	t.Parallel()
	var groups reasons.Groups
	skip := func(row int, why string) {
		groups.Add(&result.Record{Row: row, Status: result.Skipped, Error: why})
	}
	skip(1, "there is no file A1.pdf")
	skip(2, `address "bert": no @`)
	skip(3, "there is no file C3.pdf")
	skip(4, "the key is empty")
	skip(5, `address "emil": no @`)
	skip(6, "the key is empty")
	want := []string{
		"skipped: row 1: there is no file A1.pdf", `skipped: row 2: address "bert": no @`, "skipped: row 3: there is no file C3.pdf",
		"skipped: 2 rows: the key is empty: rows 4, 6", `skipped: row 5: address "emil": no @`,
	}
	if got := Skipped(groups.List()); !slices.Equal(got, want) {
		t.Errorf("got %q;\nwant %q", got, want)
	}
}
