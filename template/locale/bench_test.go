package locale

import "testing"

// A layout without words of its own, which most are, is looked at without the names of all languages.
func BenchmarkCheckLayout(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if f := CheckLayout("Monday, 2 January 2006"); f != nil {
			b.Fatal(f.Text)
		}
	}
}

func BenchmarkKnownNames(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if len(allNames()) < 500 {
			b.Fatal("few names")
		}
	}
}
