package columns

import (
	"fmt"
	"hash/maphash"
	"testing"

	"mailshot/job/recipients"
)

func BenchmarkSurvey(b *testing.B) {
	s := NewSurvey(maphash.MakeSeed(), []int{0, 1, 2, 3, 4})
	rows := make([][]string, 5000)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(1000000 + i), fmt.Sprint("First", i%500), fmt.Sprint("Last", i), "2026-03-05", fmt.Sprint(i%900, ".50")}
	}
	n := 0
	for b.Loop() {
		s.Add(n, rows[n%len(rows)])
		n++
	}
}

func BenchmarkCheck(b *testing.B) {
	r := rulesOf(b, `{a: {match: '\d{7}', required: true}, b: {one_of: [de, en]}}`)
	row := &recipients.Row{Cells: []string{"1234567", "en"}}
	for b.Loop() {
		r.Check(row)
	}
}
