package sheet

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// Reading ahead gives what Next gives, and may be left at any row.
func TestAhead(t *testing.T) {
	for _, n := range []int{0, 1, 255, 256, 257, 3000} {
		var file strings.Builder
		file.WriteString("email\n")
		for i := range n {
			fmt.Fprintf(&file, "r%d@club.example\n", i+1)
		}
		for _, tail := range []string{"", "\"open"} {
			r, err := NewReader(strings.NewReader(file.String()+tail), Options{})
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			for row, err := range r.Ahead() {
				if err == nil {
					if rows++; row.Number != rows {
						t.Fatalf("row %d is the %dth", row.Number, rows)
					}
				} else if (err == io.EOF) != (tail == "") {
					t.Errorf("%d rows with %q behind them end with %v", n, tail, err)
				}
			}
			if rows != n {
				t.Errorf("%d rows, want %d", rows, n)
			}
		}
		r, err := NewReader(strings.NewReader(file.String()), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range r.Ahead() {
			break // its goroutine ends, or the test does not
		}
	}
}
