package result

import (
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	for _, tt := range []struct {
		name   string
		start  time.Time
		digest string
		want   string
	}{
		{"NAME", at, "9c41d2ab", "NAME-20261123T140501.123Z-9c41d2ab"},
		{"renewal-2026", at.In(time.FixedZone("", -3600)), "00000000", "renewal-2026-20261123T140501.123Z-00000000"},
		{"-", at.Truncate(time.Second), "ffffffff", "--20261123T140501.000Z-ffffffff"},
	} {
		id := RunID(tt.name, tt.start, tt.digest)
		if id != tt.want {
			t.Errorf("RunID(%q, %v, %q) = %q, want %q", tt.name, tt.start, tt.digest, id, tt.want)
		}
		name, start, digest, err := ParseRun(id)
		if err != nil || name != tt.name || !start.Equal(tt.start) || start.Location() != time.UTC || digest != tt.digest {
			t.Errorf("ParseRun(%q) = %q, %v, %q, %v; want %q, %v, %q", id, name, start, digest, err, tt.name, tt.start, tt.digest)
		}
	}
}

func TestParseRunRefuses(t *testing.T) {
	for _, id := range []string{
		"", "x", "-", "a-b-c", "20261123T140501.123Z-9c41d2ab", "-20261123T140501.123Z-9c41d2ab",
		"n-20261123T140501.123Z", "n-20261123T140501.123Z-9c41d2a", "n-20261123T140501.123Z-9C41D2AB",
		"n-20261123T140501.123Z-9c41d2abc", "n-20261123T140501Z-9c41d2ab", "n-20261323T140501.123Z-9c41d2ab",
	} {
		if name, _, _, err := ParseRun(id); err == nil {
			t.Errorf("ParseRun(%q) = %q, want an error", id, name)
		}
	}
}
