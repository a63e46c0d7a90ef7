package job

import (
	"errors"
	"slices"
	"testing"

	"mailshot/job/delivery"
	"mailshot/job/mailing"
)

// The report names the directory of transcripts if there are some, and warns of
// those that could not be kept.
func TestReportTranscripts(t *testing.T) {
	for _, tt := range []struct {
		name     string
		sum      delivery.Summary
		dir      string
		warnings []string
	}{
		{"none", delivery.Summary{}, "", nil},
		{"some", delivery.Summary{Transcripts: true}, "a/b.2026-12.transcripts", nil},
		{"not all", delivery.Summary{Transcripts: true, TranscriptsError: errors.New("no space")}, "a/b.2026-12.transcripts", []string{"keeping transcripts: no space"}},
		{"all lost", delivery.Summary{TranscriptsError: errors.New("no space")}, "", []string{"keeping transcripts: no space"}},
	} {
		s := &sending{run: &run{inputs: &inputs{paths: mailing.Paths{Results: "a/b.2026-12.results.csv"}}}}
		var r Report
		s.reportTranscripts(&r, &tt.sum)
		if r.Transcripts != tt.dir || !slices.Equal(r.Warnings, tt.warnings) {
			t.Errorf("%s: directory %q, warnings %q; want %q, %q", tt.name, r.Transcripts, r.Warnings, tt.dir, tt.warnings)
		}
	}
}
