package result

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/result/celltext"

	"github.com/google/go-cmp/cmp"
)

var at = time.Date(2026, 11, 23, 14, 5, 1, 123e6, time.UTC)

func TestHeader(t *testing.T) {
	want := "time,run,row,line,key,recipient,attempt,status,class,stage,code,enhanced,reply,error,message_id,sha256,bytes,duration_ms,sum\n"
	if got := Header(); got != want {
		t.Errorf("Header() = %q, want %q", got, want)
	}
}

func TestAppendLine(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   Record
		want string // without the sum
	}{
		{"sent", Record{Time: at, Run: "r", Row: 17, Line: 18, Key: "k", Recipient: "a@b.example", Attempt: 1, Status: Sent,
			Stage: "final", Code: 250, Enhanced: "2.0.0", Reply: "2.0.0 Ok", MessageID: "<1@x>", SHA256: "ab", Bytes: 9, Duration: 1999 * time.Microsecond},
			"2026-11-23T14:05:01.123Z,r,17,18,k,a@b.example,1,sent,,final,250,2.0.0,2.0.0 Ok,,<1@x>,ab,9,1,"},
		{"zero numbers", Record{Time: at, Key: "#3", Status: Skipped},
			"2026-11-23T14:05:01.123Z,,,,#3,,0,skipped,,,,,,,,,,,"},
		{"another zone", Record{Time: at.In(time.FixedZone("", 5400)), Key: "k", Status: Unknown},
			"2026-11-23T14:05:01.123Z,,,,k,,0,unknown,,,,,,,,,,,"},
		{"quotes", Record{Time: at, Key: `a "b", c`, Recipient: " x", Reply: "x;y", Error: "x ", Status: Failed, Class: Permanent},
			`2026-11-23T14:05:01.123Z,,,,"a ""b"", c"," x",0,failed,permanent,,,,"x;y","x ",,,,,`},
		{"formulas", Record{Time: at, Key: "=1", Recipient: "@x", Reply: "-1", Error: "+1", MessageID: "'", Status: Failed, Class: Temporary, Code: -4},
			`2026-11-23T14:05:01.123Z,,,,'=1,'@x,0,failed,temporary,,'-4,,'-1,'+1,'',,,,`},
		{"lines", Record{Time: at, Key: "k", Reply: "a\r\nb\x00", Status: Sent},
			`2026-11-23T14:05:01.123Z,,,,k,,0,sent,,,,,a\r\nb\x00,,,,,,`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := tt.in.AppendLine([]byte("before"))
			got, ok := strings.CutPrefix(string(b), "before"+tt.want)
			if err != nil || !ok || len(got) != 10 || !isSum(got[:9]) || got[9] != '\n' {
				t.Errorf("AppendLine = %s, %v; want %s and a sum", b, err, tt.want)
			}
		})
	}
}

func TestAppendLineRefuses(t *testing.T) {
	good := Record{Time: at, Key: "k", Status: Sent}
	for _, tt := range []struct {
		name  string
		spoil func(r *Record)
	}{
		{"no status", func(r *Record) { r.Status = "" }},
		{"other status", func(r *Record) { r.Status = "Sent" }},
		{"other class", func(r *Record) { r.Class = "unknown" }},
		{"failed without class", func(r *Record) { r.Status = Failed }},
		{"no key", func(r *Record) { r.Key = "" }},
		{"attempt below", func(r *Record) { r.Attempt = -1 }},
		{"attempt above", func(r *Record) { r.Attempt = MaxAttempt; r.Attempt++ }},
		{"year 10000", func(r *Record) { r.Time = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"year -1", func(r *Record) { r.Time = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"too long", func(r *Record) { r.Reply = strings.Repeat("x", maxLine) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := good
			tt.spoil(&r)
			got, err := r.AppendLine([]byte("before"))
			if err == nil || string(got) != "before" {
				t.Errorf("AppendLine = %.80q, %v; want an error and nothing appended", got, err)
			}
		})
	}
	if _, err := good.AppendLine(nil); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

// The sum is over the texts as they are read, one by one.
func TestSum(t *testing.T) {
	a := cells{colRun: "ab", colRow: "c"}
	for _, tt := range []struct {
		name string
		b    cells
		same bool
	}{
		{"same", cells{colRun: "ab", colRow: "c"}, true},
		{"the sum itself", cells{colRun: "ab", colRow: "c", colSum: "x"}, true},
		{"text moved on", cells{colRun: "a", colRow: "bc"}, false},
		{"text in the next cell", cells{colRow: "ab", colLine: "c"}, false},
		{"length as text", cells{colTime: "\x02ab", colRow: "c"}, false},
		{"other", cells{colRun: "aB", colRow: "c"}, false},
		{"last cell", cells{colRun: "ab", colRow: "c", colDuration: "1"}, false},
	} {
		if got := sumOf(&a, nil) == sumOf(&tt.b, nil); got != tt.same {
			t.Errorf("%s: the same sum is %t, want %t", tt.name, got, tt.same)
		}
	}
	if got, want := sumText(0xe3069283), "se3069283"; got != want || !isSum(got) || !sumHolds(got, 0xe3069283) || sumHolds(got, 1) {
		t.Errorf("sumText = %s, want %s", got, want)
	}
	for _, s := range []string{"", "s", "sE3069283", "e3069283", "se306928", "se30692833", "se306928g"} {
		if isSum(s) {
			t.Errorf("isSum(%q)", s)
		}
	}
}

// A log is read for years, so a line must not change. The sum was computed by
// another program, over the key without its apostrophe.
func TestLineStays(t *testing.T) {
	r := Record{Time: at, Key: "=1", Status: Skipped}
	got, err := r.AppendLine(nil)
	if want := "2026-11-23T14:05:01.123Z,,,,'=1,,0,skipped,,,,,,,,,,,scb1d20a8\n"; err != nil || string(got) != want {
		t.Errorf("AppendLine = %q, %v; want %q", got, err, want)
	}
}

// read returns all records of a log and all errors.
func read(log []byte, o ReadOptions) (records []Record, errs []error) {
	for e, err := range Read(bytes.NewReader(log), o) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		records = append(records, e.Record)
	}
	return records, errs
}

// asRead returns r as it is read from a log.
func asRead(r Record) Record {
	r.Time = r.Time.UTC().Truncate(time.Millisecond)
	r.Duration = r.Duration.Truncate(time.Millisecond)
	return r
}

// checkRoundTrip writes r, reads it back, and has another reader of CSV agree.
func checkRoundTrip(t *testing.T, r Record) {
	t.Helper()
	log := logOf(t, r)
	got, errs := read(log, ReadOptions{})
	if len(errs) > 0 || len(got) != 1 {
		t.Fatalf("%q gives %d records, %v", log, len(got), errs)
	}
	if diff := cmp.Diff(asRead(r), got[0]); diff != "" {
		t.Errorf("%q: want -, got +\n%s", log, diff)
	}
	if n := bytes.Count(log, []byte("\n")); n != 2 {
		t.Errorf("%q has %d lines, want 2", log, n)
	}
	lines, err := csv.NewReader(bytes.NewReader(log)).ReadAll()
	if err != nil || len(lines) != 2 || len(lines[1]) != width {
		t.Fatalf("encoding/csv reads %q, %v", lines, err)
	}
	if i := slices.IndexFunc(lines[1], celltext.Formula); i >= 0 {
		t.Errorf("%q has a formula", lines[1][i])
	}
}

func TestRoundTrip(t *testing.T) {
	nasty := "'=1,\"\r\n\\;=2\u0085\u2028\xff\x00 "
	for _, r := range []Record{
		sample(0),
		{Time: at, Key: "k", Status: Skipped},
		{Time: time.Time{}, Key: " ", Status: Unknown},
		{Time: time.Unix(-1, 1), Key: "k", Status: Failed, Class: Temporary, Row: -1, Line: math.MinInt, Code: -1, Bytes: math.MinInt64, Duration: -1999 * time.Microsecond, Attempt: MaxAttempt},
		{Time: time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC), Key: nasty, Status: Sent, Bytes: math.MaxInt64, Duration: math.MaxInt64},
		{Time: at, Run: nasty, Key: nasty, Recipient: nasty, Status: Sent, Stage: nasty, Enhanced: nasty, Reply: nasty, Error: nasty, MessageID: nasty, SHA256: nasty},
		{Time: at, Key: "k", Status: Sent, Reply: strings.Repeat("long; ", 100_000)},
	} {
		checkRoundTrip(t, r)
	}
}
