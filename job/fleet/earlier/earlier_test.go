package earlier

import (
	"testing"
	"time"

	"mailshot/job/fleet/piece"
	"mailshot/job/result"
)

// TestSettle says what a worker's word about an unknown row of an earlier run comes to.
func TestSettle(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	const run = "job-20261101T120000.000Z-9c41d2ab"
	unknown := result.Record{Time: at, Run: run, Row: 7, Line: 8, Key: "k", Recipient: "a@club.example", Attempt: 2, Status: result.Unknown, Stage: "final", MessageID: "<m@x>", Error: "cut off"}
	settled := unknown
	settled.Time, settled.Stage, settled.Status, settled.Class, settled.Error = at.Add(time.Minute), result.StageSettle, result.Failed, result.Temporary, "a person"
	sent := unknown
	sent.Time, sent.Attempt, sent.Status, sent.Code = at.Add(time.Hour), 3, result.Sent, 250
	for _, tt := range []struct {
		name   string
		log    []result.Record
		run    string
		word   piece.Word
		status result.Status // "": there is no record
		class  result.Class
	}{
		{"sent", nil, run, piece.Word{Row: 7, Attempt: 2, Kind: piece.Sent, End: piece.Outcome{Code: 250}}, result.Sent, ""},
		{"refused for good", nil, run, piece.Word{Row: 7, Attempt: 2, Kind: piece.Failed, End: piece.Outcome{Code: 550, Class: 1}}, result.Failed, result.Permanent},
		{"not begun", nil, run, piece.Word{Row: 7, Attempt: 2, Kind: piece.Untouched}, result.Failed, result.Temporary},
		{"in doubt", nil, run, piece.Word{Row: 7, Attempt: 2, Kind: piece.InDoubt}, "", ""},
		{"another attempt", nil, run, piece.Word{Row: 7, Attempt: 1, Kind: piece.Sent}, "", ""},
		{"another row", nil, run, piece.Word{Row: 8, Attempt: 2, Kind: piece.Sent}, "", ""},
		{"another run", nil, "other", piece.Word{Row: 7, Attempt: 2, Kind: piece.Sent}, "", ""},
		{"settled by a person, not begun", []result.Record{settled}, run, piece.Word{Row: 7, Attempt: 2, Kind: piece.Untouched}, "", ""},
		{"settled by a person, sent", []result.Record{settled}, run, piece.Word{Row: 7, Attempt: 2, Kind: piece.Sent, End: piece.Outcome{Code: 250}}, result.Sent, ""},
		{"sent again since", []result.Record{sent}, run, piece.Word{Row: 7, Attempt: 2, Kind: piece.Sent, End: piece.Outcome{Code: 250}}, "", ""},
	} {
		var f result.Fold
		for i, r := range append([]result.Record{unknown}, tt.log...) {
			if err := f.Add(result.Entry{Record: r, Line: i + 2, Number: i + 1}); err != nil {
				t.Fatal(err)
			}
		}
		w := Words{fold: &f, runs: map[string]map[try]result.Record{run: {{7, 2}: unknown}}}
		recs, known := w.Settle(tt.run, []piece.Word{tt.word}, "east-1", "now", at.Add(-time.Hour)) // whose clock is slow
		if known != (tt.run == run) || (len(recs) == 1) != (tt.status != "") {
			t.Errorf("%s: %d records, known %t", tt.name, len(recs), known)
			continue
		}
		for _, r := range recs {
			if r.Status != tt.status || r.Class != tt.class || r.Run != "now" || r.Stage != result.StageSettle || r.Attempt != 2 || r.MessageID != "<m@x>" {
				t.Errorf("%s: %+v", tt.name, r)
			}
			if err := f.Add(result.Entry{Record: *r, Line: 9, Number: 9}); err != nil {
				t.Fatal(err)
			}
			if st := f.Of("k"); st.Status != tt.status {
				t.Errorf("%s: the row is %s then", tt.name, st.Status)
			}
		}
		if again, _ := w.Settle(tt.run, []piece.Word{tt.word}, "east-1", "now", at); len(again) != 0 {
			t.Errorf("%s: it is settled twice", tt.name)
		}
		f.Free()
	}
}
