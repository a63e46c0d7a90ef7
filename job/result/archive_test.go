package result_test

import (
	"testing"
	"time"

	"mailshot/job/result"
	"mailshot/job/result/disktest"
)

// A name for an old log is free, and so is that of its journal.
func TestArchiveName(t *testing.T) {
	at := time.Date(2026, 11, 24, 8, 14, 31, 0, time.UTC)
	for _, tt := range []struct {
		log   string
		taken []string
		want  string
	}{
		{"/d/a.results.csv", nil, "/d/a.results.until-20261124T081431Z.csv"},
		{"/d/a.results.csv", []string{"/d/a.results.until-20261124T081431Z.csv"}, "/d/a.results.until-20261124T081431Z-2.csv"},
		{"/d/a.results.csv", []string{"/d/a.results.until-20261124T081431Z.csv.journal", "/d/a.results.until-20261124T081431Z-2.csv"}, "/d/a.results.until-20261124T081431Z-3.csv"},
		{"/d/log", nil, "/d/log.until-20261124T081431Z"},
	} {
		d := &disktest.Disk{}
		for _, path := range tt.taken {
			d.Put(path, []byte("x"))
		}
		h := result.NewHistory(d, tt.log, result.ReadOptions{}, nil)
		if got, err := h.ArchiveName(at); err != nil || got != tt.want {
			t.Errorf("with %q there the name is %s, %v; want %s", tt.taken, got, err, tt.want)
		}
	}
}
