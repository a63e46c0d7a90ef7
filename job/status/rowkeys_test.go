package status

import (
	"fmt"
	"testing"

	"mailshot/job/recipients/sheet"
	"mailshot/job/result"
)

// Of rows with one key the first has it for its own, whether the log knows the
// key or not.
func TestRowKeys(t *testing.T) {
	const n = 200_000
	var fold result.Fold
	for i := range 100 {
		rec := result.Record{Key: fmt.Sprintf("key%d", i*7), Attempt: 1, Status: result.Sent}
		if err := fold.Add(result.Entry{Record: rec, Number: i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	keys := rowKeys{fold: &fold}
	defer keys.free()
	wrong := 0
	for i := range 2 * n {
		key := fmt.Sprintf("key%d", i%n)
		want := key
		if i >= n {
			want = fmt.Sprintf("#%d", i+1)
		}
		if got, own := keys.of(&sheet.Row{Number: i + 1, Key: key}); got != want || own != (i < n) {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d rows have another's key", wrong, 2*n)
	}
	for _, key := range []string{"", "#12"} {
		if got, own := keys.of(&sheet.Row{Number: 5, Key: key}); got != "#5" || own {
			t.Errorf("a row with the key %q has %q, %t", key, got, own)
		}
	}
}
