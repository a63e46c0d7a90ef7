package attachment

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestSpell: a name is found whichever way its accents are written, in folders
// too, and one of two such names is not chosen.
func TestSpell(t *testing.T) {
	for _, tt := range []struct {
		there      []string
		name, want string
		twins      bool
	}{
		{[]string{"a.pdf"}, "a.pdf", "a.pdf", false},
		{[]string{"u\u0308.pdf"}, "ü.pdf", "u\u0308.pdf", false},
		{[]string{"ü.pdf"}, "u\u0308.pdf", "ü.pdf", false},
		{[]string{"ü.pdf"}, "ü.pdf", "ü.pdf", false},
		{[]string{"\u30cf\u309a.pdf"}, "\u30d1.pdf", "\u30cf\u309a.pdf", false},
		{[]string{"\u1112\u1161\u11ab.pdf"}, "\ud55c.pdf", "\u1112\u1161\u11ab.pdf", false},
		{[]string{"\u00ea\u0303.pdf"}, "\u1ec5.pdf", "\u00ea\u0303.pdf", false},        // as Vietnamese keyboards write it
		{[]string{"\u00ea\u0303.pdf"}, "e\u0302\u0303.pdf", "\u00ea\u0303.pdf", false}, // neither form
		{[]string{"\u1ec5.pdf"}, "\u00ea\u0303.pdf", "\u1ec5.pdf", false},
		{[]string{"Ma\u0308rz/ü.pdf"}, "März/u\u0308.pdf", "Ma\u0308rz/ü.pdf", false},
		{[]string{"ö.pdf"}, "ü.pdf", "ü.pdf", false}, // is not there
		{[]string{"u.pdf"}, "ü.pdf", "ü.pdf", false},
		{[]string{"ü.pdf", "u\u0308.pdf"}, "ü.pdf", "", true},
		{[]string{"ü.pdf", "u\u0308.pdf"}, "u\u0308.pdf", "", true},
		{[]string{"\u1ec5.pdf", "\u00ea\u0303.pdf"}, "\u1ec5.pdf", "", true},
		{[]string{"März/a.pdf", "Ma\u0308rz/b.pdf"}, "März/a.pdf", "", true},
		{[]string{"ü.pdf", "u\u0308.pdf", "ö.pdf"}, "ö.pdf", "ö.pdf", false},
	} {
		dir := t.TempDir()
		for _, name := range tt.there {
			path := filepath.Join(dir, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(name), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		got, err := (&spellings{}).spell(root, tt.name)
		if got != tt.want || errors.As(err, new(errTwins)) != tt.twins || !tt.twins && err != nil {
			t.Errorf("with %+q, %+q is spelled %+q, %v; want %+q, twins %t", tt.there, tt.name, got, err, tt.want, tt.twins)
		}
		root.Close()
	}
}
