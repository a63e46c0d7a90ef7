package fields

import (
	"testing"

	"mailshot/job/jobfile/keys"
)

// A key that is read is declared, with the kind that its reader takes.
func TestUndeclared(t *testing.T) {
	s := Section{Decl: keys.File().At("delivery"), Fields: map[string]Field{}}
	for _, tt := range []struct {
		key   string
		kind  keys.Kind
		panic bool
	}{
		{"workers", keys.Number, false},
		{"workers", keys.Text, true},
		{"wrokers", keys.Number, true},
		{"per_session", keys.Group, true},
	} {
		func() {
			defer func() {
				if got := recover() != nil; got != tt.panic {
					t.Errorf("reading %s as %s panics: %t; want %t", tt.key, tt.kind, got, tt.panic)
				}
			}()
			s.Find(tt.key, tt.kind)
		}()
	}
}
