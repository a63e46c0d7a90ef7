package jobfile

import (
	"strings"
	"testing"
)

func TestResultsPath(t *testing.T) {
	for _, tt := range []struct {
		results, mailing string
		test             bool
		want             string
	}{
		{"", "", false, "jobs/renewal.results.csv"},
		{"", "2026-12", false, "jobs/renewal.2026-12.results.csv"},
		{"", "", true, "jobs/renewal.test.results.csv"},
		{"", "2026-12", true, "jobs/renewal.2026-12.test.results.csv"},
		{"out.results.csv", "", false, "jobs/out.results.csv"},
		{"out.results.csv", "m", false, "jobs/out.m.results.csv"},
		{"out.results.csv", "", true, "jobs/out.test.results.csv"},
		{"../logs/out.csv", "m", false, "logs/out.m.csv"},
		{"logs.d/out", "m", true, "jobs/logs.d/out.m.test"},
		{"/var/log/a.b.csv", "m", false, "/var/log/a.b.m.csv"},
		{"/var/log/a.b.csv", "", false, "/var/log/a.b.csv"},
	} {
		j := &Job{Path: "jobs/renewal.yaml", Dir: "jobs", Name: "renewal", Results: tt.results}
		if got := j.ResultsPath(tt.mailing, tt.test); got != tt.want {
			t.Errorf("results %q: ResultsPath(%q, %t) = %s; want %s", tt.results, tt.mailing, tt.test, got, tt.want)
		}
	}
}

func TestValidMailing(t *testing.T) {
	for _, s := range []string{"2026-12", "a", "test2", "_", "A-z_0"} {
		if err := ValidMailing(s); err != nil {
			t.Errorf("ValidMailing(%q): %v", s, err)
		}
	}
	for _, s := range []string{"", "test", "Test", "a.b", "a/b", "..", "a b", "März", "a\n", "a\x00", strings.Repeat("a", 101)} {
		if ValidMailing(s) == nil {
			t.Errorf("ValidMailing(%q) accepted it", s)
		}
	}
}
