package wording

import "testing"

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		line          string
		hang, columns int
		want          string
	}{
		{"  1 failed: no such mailbox", 4, 0, "  1 failed: no such mailbox"},
		{"  1 failed: no such mailbox", 4, 27, "  1 failed: no such mailbox"},
		{"  1 failed: no such mailbox", 4, 16, "  1 failed: no\n    such mailbox"},
		{"  1  failed  for two  spaces", 5, 18, "  1  failed  for\n     two  spaces"},
		{"    ünï çødé", 4, 9, "    ünï\n    çødé"},
		{"  a-word-longer-than-that b", 4, 8, "  a-word-longer-than-that\n    b"},
		{"  too narrow", 4, 4, "  too narrow"},
		{"  東京 大阪 京都", 4, 11, "  東京 大阪\n    京都"},
		{"  longer-than-that", 4, 8, "  longer-than-that"},
	} {
		if got := Wrap(tt.line, tt.hang, tt.columns); got != tt.want {
			t.Errorf("Wrap(%q, %d, %d) = %q; want %q", tt.line, tt.hang, tt.columns, got, tt.want)
		}
	}
}
