package recipients

import "testing"

// A column that is named as a number or code is preferred to one that happens to
// have all cells different.
func TestKeyRank(t *testing.T) {
	for _, tt := range []struct {
		column string
		want   int
	}{
		{"id", 0}, {"member_id", 0}, {"Member No.", 0}, {"customerId", 0}, {"Kunden-Nr", 0}, {"CODE", 0},
		{"name", 1}, {"paid", 1}, {"notes", 1}, {"valid", 1}, {"", 1},
	} {
		if got := keyRank(tt.column); got != tt.want {
			t.Errorf("keyRank(%q) = %d, want %d", tt.column, got, tt.want)
		}
	}
}

// A column is told as it can be written in a job file.
func TestQuoteYAML(t *testing.T) {
	for column, want := range map[string]string{
		"id": "id", "member_id": "member_id", "Member No": "'Member No'", "it's": "'it''s'", "2026": "'2026'", "größe": "'größe'",
		"no": "'no'", "NULL": "'NULL'",
	} {
		if got := quoteYAML(column); got != want {
			t.Errorf("quoteYAML(%q) = %s, want %s", column, got, want)
		}
	}
}
