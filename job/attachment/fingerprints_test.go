package attachment

import "testing"

// TestFingerprints: each file of a row has its own, and what was not checked has
// none.
func TestFingerprints(t *testing.T) {
	file := func(n int) File { return File{fingerprint: uint64(n)} }
	var f fingerprints
	f.set(3, []File{file(30)})
	f.set(4, []File{file(40), file(41), file(42)})
	f.set(5, nil)
	f.set(chunkRows*2+1, []File{file(50), file(51)})
	for _, tt := range []struct {
		row, n int
		want   uint64
	}{
		{0, 0, 0}, {3, 0, 30}, {3, 1, 0}, {4, 0, 40}, {4, 1, 41}, {4, 2, 42}, {4, 3, 0}, {5, 0, 0},
		{chunkRows + 1, 0, 0}, {chunkRows*2 + 1, 0, 50}, {chunkRows*2 + 1, 1, 51}, {chunkRows * 9, 0, 0},
	} {
		if got := f.of(tt.row, tt.n); got != tt.want {
			t.Errorf("file %d of row %d has %d; want %d", tt.n, tt.row, got, tt.want)
		}
	}
}
