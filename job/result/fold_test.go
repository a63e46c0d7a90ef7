package result

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// rec is a record of key k, so many seconds after at. What is
// "settle-sent", "settle-failed" or "settle-unknown" is a settle record.
func rec(second, attempt int, what string) Record {
	r := Record{Time: at.Add(time.Duration(second) * time.Second), Run: "r", Key: "k", Recipient: "k@a.example", Attempt: attempt, Status: Status(what)}
	if settled, ok := strings.CutPrefix(what, "settle-"); ok {
		r.Status, r.Stage = Status(settled), StageSettle
	}
	switch what {
	case "permanent":
		r.Status, r.Class = Failed, Permanent
	case "failed", "settle-failed":
		r.Class = Temporary
	case "skipped":
		r.Error = "suppressed"
	}
	return r
}

// fold returns a Fold of records, numbered as Read numbers them.
func fold(t *testing.T, records ...Record) *Fold {
	t.Helper()
	var f Fold
	for i, r := range records {
		if err := f.Add(Entry{Record: r, Line: i + 2, Number: i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	return &f
}

// state is a State with the number of the record that decides, from 1.
type state struct {
	Status   Status
	Class    Class
	Attempts int
	Number   int
}

func TestFoldState(t *testing.T) {
	for _, tt := range []struct {
		name    string
		records []Record
		want    state
	}{
		{"settled and taken back", []Record{rec(0, 1, "unknown"), rec(1, 1, "settle-sent"), rec(2, 1, "settle-unknown")}, state{Unknown, "", 1, 1}},
		{"settled otherwise", []Record{rec(0, 1, "unknown"), rec(1, 1, "settle-sent"), rec(2, 1, "settle-failed")}, state{Failed, Temporary, 1, 3}},
		{"settled once more", []Record{rec(0, 1, "unknown"), rec(1, 1, "settle-sent"), rec(2, 1, "settle-unknown"), rec(3, 1, "settle-sent")}, state{Sent, "", 1, 4}},
		{"the server's word", []Record{rec(0, 1, "sent"), rec(2, 1, "settle-unknown")}, state{Sent, "", 1, 1}},
		{"none", nil, state{}},
		{"sent", []Record{rec(0, 1, "sent")}, state{Sent, "", 1, 1}},
		{"failed", []Record{rec(0, 1, "failed")}, state{Failed, Temporary, 1, 1}},
		{"unknown", []Record{rec(0, 1, "unknown")}, state{Unknown, "", 1, 1}},
		{"skipped", []Record{rec(0, 0, "skipped")}, state{Skipped, "", 0, 1}},
		{"retried", []Record{rec(0, 1, "failed"), rec(1, 2, "permanent")}, state{Failed, Permanent, 2, 2}},
		{"retried, sorted the other way", []Record{rec(1, 2, "permanent"), rec(0, 1, "failed")}, state{Failed, Permanent, 2, 1}},
		{"same time", []Record{rec(0, 2, "permanent"), rec(0, 1, "failed")}, state{Failed, Permanent, 2, 1}},
		{"same time and attempt", []Record{rec(0, 0, "skipped"), rec(0, 0, "permanent")}, state{Failed, Permanent, 0, 2}},
		{"sent, then failed", []Record{rec(0, 1, "sent"), rec(1, 2, "failed")}, state{Sent, "", 2, 1}},
		{"sent, then skipped", []Record{rec(0, 1, "sent"), rec(1, 0, "skipped")}, state{Sent, "", 1, 1}},
		{"sent twice", []Record{rec(0, 1, "sent"), rec(1, 2, "sent")}, state{Sent, "", 2, 2}},
		{"sent twice at once", []Record{rec(0, 2, "sent"), rec(0, 1, "sent")}, state{Sent, "", 2, 1}},
		{"sent earlier", []Record{rec(1, 2, "failed"), rec(0, 1, "sent")}, state{Sent, "", 2, 2}},
		{"unknown, then sent", []Record{rec(0, 1, "unknown"), rec(1, 2, "sent")}, state{Sent, "", 2, 2}},
		{"unknown, then failed", []Record{rec(0, 1, "unknown"), rec(1, 2, "permanent")}, state{Unknown, "", 2, 1}},
		{"unknown, then skipped", []Record{rec(0, 1, "unknown"), rec(1, 0, "skipped")}, state{Unknown, "", 1, 1}},
		{"failed, then skipped", []Record{rec(0, 1, "failed"), rec(1, 0, "skipped")}, state{Skipped, "", 1, 2}},
		{"failed four times, one of them later", []Record{rec(0, 2, "failed"), rec(1, 3, "failed"), rec(0, 4, "failed"), rec(0, 0, "skipped"), rec(0, 1, "failed")}, state{Failed, Temporary, 4, 3}},
		{"skipped, then failed", []Record{rec(0, 0, "skipped"), rec(1, 1, "failed")}, state{Failed, Temporary, 1, 2}},
		{"settled sent", []Record{rec(0, 1, "unknown"), rec(1, 1, "settle-sent")}, state{Sent, "", 1, 2}},
		{"settled not sent", []Record{rec(0, 1, "unknown"), rec(1, 1, "settle-failed")}, state{Failed, Temporary, 1, 2}},
		{"settled at once", []Record{rec(0, 1, "settle-failed"), rec(0, 1, "unknown")}, state{Failed, Temporary, 1, 1}},
		{"settled before", []Record{rec(0, 1, "settle-failed"), rec(1, 1, "unknown")}, state{Unknown, "", 1, 2}},
		{"settled another", []Record{rec(0, 1, "unknown"), rec(1, 2, "unknown"), rec(2, 2, "settle-failed")}, state{Unknown, "", 2, 1}},
		{"settled both", []Record{rec(0, 1, "unknown"), rec(1, 2, "unknown"), rec(2, 2, "settle-failed"), rec(3, 1, "settle-failed")}, state{Failed, Temporary, 2, 4}},
		{"two unknown", []Record{rec(1, 2, "unknown"), rec(0, 1, "unknown")}, state{Unknown, "", 2, 1}},
		{"settled, then permanent", []Record{rec(0, 1, "unknown"), rec(1, 1, "settle-failed"), rec(2, 2, "permanent")}, state{Failed, Permanent, 2, 3}},
		{"a clock set back between attempts", []Record{rec(9, 1, "failed"), rec(0, 2, "permanent")}, state{Failed, Permanent, 2, 2}},
		{"and then skipped", []Record{rec(9, 1, "failed"), rec(0, 2, "permanent"), rec(1, 0, "skipped")}, state{Skipped, "", 2, 3}},
		{"by two runs, sent and failed", []Record{byOther(rec(0, 1, "sent")), rec(1, 1, "failed")}, state{Sent, "", 1, 1}},
		{"by two runs, failed and unknown", []Record{rec(0, 1, "unknown"), byOther(rec(1, 1, "failed"))}, state{Unknown, "", 1, 1}},
		{"by two runs, sent twice", []Record{rec(0, 1, "sent"), byOther(rec(1, 1, "sent"))}, state{Sent, "", 1, 2}},
		{"by two runs, failed twice", []Record{rec(0, 1, "permanent"), byOther(rec(1, 1, "failed"))}, state{Failed, Temporary, 1, 2}},
		{"by two runs, an attempt before the last", []Record{rec(0, 1, "failed"), rec(1, 2, "failed"), byOther(rec(2, 1, "unknown"))}, state{Unknown, "", 2, 3}},
		{"settled, then unknown", []Record{rec(0, 1, "unknown"), rec(1, 1, "settle-failed"), rec(2, 2, "unknown")}, state{Unknown, "", 2, 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := fold(t, tt.records...)
			s := f.Of("k")
			got := state{s.Status, s.Class, s.Attempts, 0}
			for i, r := range tt.records {
				if f.Decides(&Entry{Record: r, Number: i + 1}) {
					got.Number += i + 1 // one only
				}
			}
			if got != tt.want {
				t.Errorf("Of and Decides give %+v, want %+v", got, tt.want)
			}
			if got := f.Of("other"); got != (State{}) {
				t.Errorf("Of another key = %+v", got)
			}
		})
	}
}

// byOther returns a record as another run would have it.
func byOther(r Record) Record {
	r.Run = "other"
	return r
}

// The times by which a note and an attempt have to be recorded.
func TestFoldLatest(t *testing.T) {
	none := time.Time{}
	at := func(second int) time.Time { return rec(second, 1, "sent").Time }
	for _, tt := range []struct {
		name         string
		records      []Record
		latest, note time.Time
	}{
		{"an attempt", []Record{rec(3, 1, "failed")}, at(3), none},
		{"skipped", []Record{rec(3, 0, "skipped")}, at(3), at(3)},
		{"skipped between", []Record{rec(3, 1, "failed"), rec(5, 0, "skipped"), rec(9, 2, "failed")}, at(9), at(5)},
		{"settled", []Record{rec(3, 1, "unknown"), rec(5, 1, "settle-failed")}, at(5), at(5)},
	} {
		f := fold(t, tt.records...)
		if latest, note := f.Latest("k"), f.LatestNote("k"); !latest.Equal(tt.latest) || !note.Equal(tt.note) {
			t.Errorf("%s: Latest = %v, LatestNote = %v", tt.name, latest, note)
		}
		if !f.Latest("other").IsZero() {
			t.Errorf("%s: another key has a time", tt.name)
		}
	}
}

func TestFoldRepeated(t *testing.T) {
	note := rec(0, 0, "skipped")
	note.Error = "filtered"
	for _, tt := range []struct {
		name    string
		records []Record
		refused bool
	}{
		{"attempt", []Record{rec(0, 1, "failed"), rec(1, 1, "sent")}, false},
		{"identical, but for the run", []Record{rec(0, 1, "sent"), byOther(rec(0, 1, "sent"))}, false},
		{"identical", []Record{rec(0, 1, "sent"), rec(0, 1, "sent")}, true},
		{"one that does not decide", []Record{rec(0, 1, "failed"), rec(1, 2, "sent"), rec(2, 1, "failed")}, false},
		{"identical skipped", []Record{rec(0, 0, "skipped"), rec(0, 0, "skipped")}, true},
		{"identical settled", []Record{rec(0, 1, "unknown"), rec(1, 1, "settle-failed"), rec(1, 1, "settle-failed")}, true},
		{"identical, one between", []Record{rec(0, 0, "skipped"), rec(1, 0, "skipped"), rec(0, 0, "skipped")}, true},
		{"skipped again", []Record{rec(0, 0, "skipped"), rec(1, 0, "skipped")}, false},
		{"skipped for another reason", []Record{rec(0, 0, "skipped"), note}, false},
		{"settled", []Record{rec(0, 1, "unknown"), rec(1, 1, "settle-failed"), rec(2, 1, "settle-sent")}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := Fold{Name: "a.csv"}
			var err error
			for e, rerr := range Read(bytes.NewReader(logOf(t, tt.records...)), ReadOptions{}) {
				if rerr != nil || err != nil {
					t.Fatal(rerr, err)
				}
				err = f.Add(e)
			}
			var at *Error
			switch {
			case !tt.refused:
				if err != nil {
					t.Errorf("Add: %v", err)
				}
			case !errors.As(err, &at) || at.Line != len(tt.records)+1 || !errors.Is(err, ErrRepeated):
				t.Errorf("Add: %v; want one about line %d", err, len(tt.records)+1)
			case f.Records() != len(tt.records)-1:
				t.Errorf("%d records, want %d", f.Records(), len(tt.records)-1)
			}
		})
	}
}

func TestFoldKeys(t *testing.T) {
	a, b, c := rec(0, 1, "sent"), rec(1, 1, "permanent"), rec(2, 1, "failed")
	d, e, x := rec(3, 1, "unknown"), rec(4, 0, "skipped"), rec(5, 2, "failed")
	a.Key, b.Key, c.Key, d.Key, e.Key, x.Key = "a", "b", "c", "d", "e", "d"
	f := fold(t, a, b, c, d, e, x)
	if got, want := f.Counts(), (Counts{1, 1, 1, 1, 1}); got != want {
		t.Errorf("Counts() = %+v, want %+v", got, want)
	}
	if f.keys.Len() != 5 || f.Records() != 6 {
		t.Errorf("keys.Len() = %d, Records() = %d, want 5, 6", f.keys.Len(), f.Records())
	}
	n := 0
	for s := range f.states() {
		if n++; s.Status == "" {
			t.Errorf("All gives %+v", s)
		}
	}
	if n != 5 {
		t.Errorf("All gives %d keys, want 5", n)
	}
	for range f.states() {
		break // must not go on
	}
}

func TestFoldZero(t *testing.T) {
	var f Fold
	if f.keys.Len() != 0 || f.Records() != 0 || f.Of("k") != (State{}) || f.Counts() != (Counts{}) || len(f.Runs()) != 0 || reached(f.Reached("k", "a")) {
		t.Errorf("the zero Fold is not empty: %+v", f)
	}
}

func TestFoldRuns(t *testing.T) {
	a, b, c, d, e := rec(5, 1, "sent"), rec(1, 1, "permanent"), rec(9, 1, "unknown"), rec(3, 2, "failed"), rec(2, 0, "skipped")
	a.Run, b.Run, c.Run, d.Run, e.Run = "1", "2", "1", "2", "2"
	a.Key, b.Key, c.Key, d.Key = "a", "b", "c", "d"
	s := func(n int) time.Time { return at.Add(time.Duration(n) * time.Second) }
	want := []RunSummary{
		{ID: "2", First: s(1), Last: s(3), Failed: 2, Skipped: 1},
		{ID: "1", First: s(5), Last: s(9), Sent: 1, Unknown: 1},
	}
	if diff := cmp.Diff(want, fold(t, a, b, c, d, e).Runs()); diff != "" {
		t.Errorf("Runs: want -, got +\n%s", diff)
	}
}

// A run that tried a row again counts it once, by its last attempt.
func TestFoldRunsCountRows(t *testing.T) {
	of := func(run, key string, second, attempt int, status string) Record {
		r := rec(second, attempt, status)
		r.Run, r.Key = run, key
		return r
	}
	all := []Record{
		of("1", "a", 1, 1, "failed"), of("1", "a", 2, 2, "failed"), of("1", "a", 3, 3, "sent"),
		of("1", "b", 1, 1, "failed"), of("1", "b", 3, 2, "unknown"),
		of("1", "c", 1, 1, "failed"), of("1", "c", 3, 2, "failed"),
		of("2", "c", 5, 3, "failed"), of("2", "b", 6, 3, "failed"), of("2", "b", 7, 4, "permanent"),
	}
	counts := func(all []Record) string {
		text := ""
		for _, r := range fold(t, all...).Runs() {
			text += fmt.Sprintf("%s: %d sent, %d failed, %d unknown. ", r.ID, r.Sent, r.Failed, r.Unknown)
		}
		return text
	}
	const want = "1: 1 sent, 1 failed, 1 unknown. 2: 0 sent, 2 failed, 0 unknown. "
	if got := counts(all); got != want {
		t.Errorf("%s; want %s", got, want)
	}
	all = all[:7]
	slices.Reverse(all)
	if got, want := counts(all), "1: 1 sent, 1 failed, 1 unknown. "; got != want {
		t.Errorf("the other way round %s; want %s", got, want)
	}
}

func TestFoldReached(t *testing.T) {
	a, b, c, d := rec(0, 1, "sent"), rec(1, 2, "unknown"), rec(2, 3, "failed"), rec(3, 4, "sent")
	a.Recipient, b.Recipient, c.Recipient, d.Recipient = "A@x", "b@x", "c@x", "d@x"
	n := rec(4, 1, "failed")
	n.Key, n.Recipient = "n", "n@x"
	f := Fold{Compare: strings.ToLower}
	for i, r := range []Record{a, b, c, d, n} {
		if err := f.Add(Entry{Record: r, Number: i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		key, recipient string
		want           bool
	}{
		{"k", "a@x", true}, {"k", "b@x", true}, {"k", "c@x", false}, {"k", "d@x", true},
		{"k", "n@x", false}, {"n", "n@x", false}, {"n", "a@x", false}, {"none", "a@x", false},
	} {
		if s, got, alone := f.Reached(tt.key, tt.recipient); got != tt.want || alone || s != f.Of(tt.key) {
			t.Errorf("Reached(%q, %q) = %v, %t, want %t", tt.key, tt.recipient, s, got, tt.want)
		}
	}
}

// Has is about attempts, not about what settles them.
func TestFoldHas(t *testing.T) {
	late := rec(5, 40, "failed")
	f := fold(t, rec(0, 1, "failed"), rec(1, 3, "unknown"), rec(2, 5, "settle-failed"), late)
	other := rec(0, 2, "sent")
	other.Key = "o"
	if err := f.Add(Entry{Record: other, Number: 9}); err != nil {
		t.Fatal(err)
	}
	for attempt := range 42 {
		if got, want := f.Has("k", attempt), attempt == 1 || attempt == 3 || attempt == 40; got != want {
			t.Errorf("Has(k, %d) = %t", attempt, got)
		}
		if got, want := f.Has("o", attempt), attempt == 2; got != want {
			t.Errorf("Has(o, %d) = %t", attempt, got)
		}
	}
	if f.Has("none", 1) {
		t.Error("a key without records has an attempt")
	}
}

func TestFoldSkippedFor(t *testing.T) {
	f := fold(t, rec(0, 1, "failed"), rec(1, 0, "skipped"))
	if !f.SkippedFor("k", "suppressed") || f.SkippedFor("k", "filtered") || f.SkippedFor("none", "suppressed") {
		t.Error("the reason is not the one of the record")
	}
	if f := fold(t, rec(1, 0, "skipped"), rec(2, 1, "failed")); f.SkippedFor("k", "suppressed") {
		t.Error("a row that failed since is not skipped")
	}
}

// drawRecords makes records of a few keys that may stand in one log. Those
// that share a key, a time and an attempt are told apart by nothing but the
// order of the file, so there are none.
func drawRecords(t *rapid.T) []Record {
	kinds := []string{"sent", "failed", "permanent", "unknown", "unknown", "skipped", "settle-sent", "settle-failed", "settle-failed", "settle-unknown"}
	var records []Record
	seen := map[string]bool{}
	for range rapid.IntRange(1, 16).Draw(t, "n") {
		what := rapid.SampledFrom(kinds).Draw(t, "what")
		attempt := rapid.SampledFrom([]int{1, 2, 3, 4, 15, 16, 17, 300}).Draw(t, "attempt")
		unique := fmt.Sprint(attempt)
		r := rec(rapid.IntRange(0, 6).Draw(t, "second"), attempt, what)
		r.Key = rapid.SampledFrom([]string{"k", "l"}).Draw(t, "key")
		switch {
		case what == "skipped":
			r.Attempt, unique = 0, r.Time.String()
		case r.Stage == StageSettle:
			unique = "settle" + unique + r.Time.String()
		}
		if unique += r.Key; !seen[unique] {
			seen[unique] = true
			records = append(records, r)
		}
	}
	return records
}

// stateOf is what Fold's comment says, word for word.
func stateOf(records []Record, key string) (deciding Record) {
	records = slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return r.Key != key })
	isAttempt := func(r Record) bool { return r.Attempt > 0 && r.Stage != StageSettle }
	later := func(a, b Record) bool { // a than b
		if isAttempt(a) && isAttempt(b) && a.Attempt != b.Attempt {
			return a.Attempt > b.Attempt
		}
		if !a.Time.Equal(b.Time) {
			return a.Time.After(b.Time)
		}
		if a.Attempt != b.Attempt {
			return a.Attempt > b.Attempt
		}
		return a.Stage == StageSettle
	}
	every := slices.DeleteFunc(slices.Clone(records), func(r Record) bool {
		return r.Stage == StageSettle && slices.ContainsFunc(records, func(s Record) bool {
			return s.Stage == StageSettle && s.Attempt == r.Attempt && s.Time.After(r.Time)
		})
	})
	records = slices.DeleteFunc(slices.Clone(every), func(r Record) bool { return r.Stage == StageSettle && r.Status == Unknown })
	if len(records) == 0 { // nothing but words that were taken back, about attempts of which there is no record
		records = every
	}
	last := func(is func(Record) bool) (found Record) {
		for _, attempts := range []bool{true, false} { // a settle or skipped record only has to do with the last attempt
			for _, r := range records {
				if is(r) && isAttempt(r) == attempts && (found.Key == "" || later(r, found)) {
					found = r
				}
			}
		}
		return found
	}
	if sent := last(func(r Record) bool { return r.Status == Sent }); sent.Key != "" {
		return sent
	}
	unsettled := last(func(r Record) bool {
		return r.Status == Unknown && !slices.ContainsFunc(records, func(s Record) bool {
			return s.Stage == StageSettle && s.Attempt == r.Attempt && later(s, r)
		})
	})
	if unsettled.Key != "" {
		return unsettled
	}
	return last(func(Record) bool { return true })
}

func TestFoldWhateverTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := drawRecords(t)
		shuffled := slices.Clone(records)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		log := []byte(Header())
		for _, r := range shuffled {
			log, _ = r.AppendLine(log)
		}
		var f Fold
		for e, err := range Read(bytes.NewReader(log), ReadOptions{}) {
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Add(e); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range []string{"k", "l"} {
			want := stateOf(records, key)
			got := f.Of(key)
			if got.Status != want.Status || got.Class != want.Class {
				t.Fatalf("%s is %s %s, want %s %s", key, got.Status, got.Class, want.Status, want.Class)
			}
			for e := range Read(bytes.NewReader(log), ReadOptions{}) {
				if is := cmp.Equal(want, e.Record); e.Key == key && f.Decides(&e) != is {
					t.Fatalf("Decides gives %t for %+v", !is, e.Record)
				}
			}
		}
	})
}

// Every one of many keys is found again, whatever came to it meanwhile, and no
// other.
func TestFoldManyKeys(t *testing.T) {
	const n = 40_000
	var f Fold
	defer f.Free()
	for attempt := 1; attempt <= 2; attempt++ {
		for i := range n {
			r := rec(i, attempt, "failed")
			if r.Key = fmt.Sprintf("key-%d", i); i%3 == 0 && attempt == 2 {
				r.Status, r.Class = Sent, ""
			}
			if err := f.Add(Entry{Record: r, Line: i, Number: i}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range n {
		want := State{Failed, Temporary, 2}
		if i%3 == 0 {
			want = State{Sent, "", 2}
		}
		if got := f.Of(fmt.Sprintf("key-%d", i)); got != want {
			t.Fatalf("key-%d is %v, want %v", i, got, want)
		}
		if got := f.Of(fmt.Sprintf("key-%d", n+i)); got != (State{}) {
			t.Fatalf("key-%d is %v", n+i, got)
		}
	}
	if f.keys.Len() != n || f.Counts().Sent != (n+2)/3 {
		t.Errorf("%d keys, %+v", f.keys.Len(), f.Counts())
	}
}

func reached(_ State, reached, _ bool) bool { return reached }

// All records of a key are for one recipient, or they are not.
func TestFoldReachedAlone(t *testing.T) {
	a, b, other := rec(0, 1, "sent"), rec(1, 2, "sent"), rec(2, 3, "unknown")
	other.Recipient = "l@a.example"
	for _, tt := range []struct {
		name           string
		records        []Record
		reached, alone bool
	}{
		{"none", nil, false, false},
		{"one", []Record{a}, true, true},
		{"two", []Record{a, b}, true, true},
		{"two and another", []Record{a, b, other}, true, false},
		{"another", []Record{other}, false, false},
		{"one, and a failure", []Record{a, rec(1, 2, "failed")}, true, true},
	} {
		if _, reached, alone := fold(t, tt.records...).Reached("k", "k@a.example"); reached != tt.reached || alone != tt.alone {
			t.Errorf("%s: Reached gives %t, %t; want %t, %t", tt.name, reached, alone, tt.reached, tt.alone)
		}
	}
}

// What a Fold keeps in short says the same as all traces of a key. That a record was added
// before it tells of each but of those that it keeps only in short, which decide nothing.
func TestFoldAgainstTraces(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	noticed, unnoticed := 0, 0
	for round := range 5000 {
		var f Fold
		var all []mark
		var entries []Entry
		var short []bool // of all: nothing but its attempt is kept
		for i := range 1 + rng.IntN(6) {
			e := anyEntry(rng, i)
			tr := f.markOf(&e)
			repeated := -1
			for j := range all {
				if tr.repeats(&all[j]) && (repeated < 0 || short[repeated]) {
					repeated = j
				}
			}
			wantErr := repeated >= 0 && !short[repeated]
			if err := f.Add(e); errors.Is(err, ErrRepeated) != wantErr || err != nil && !wantErr {
				t.Fatalf("round %d: %+v: %+v repeats one that is kept %t; error %v", round, entries, e, wantErr, err)
			}
			switch {
			case wantErr:
				noticed++
			case repeated >= 0:
				unnoticed++
				fallthrough
			default:
				all, entries, short = append(all, tr), append(entries, e), append(short, false)
			}
			for j, decides := 0, deciding(all); j < len(all) && isShort(all); j++ {
				short[j] = short[j] || all[j] != decides
			}
			checkAgainst(t, &f, all, entries)
		}
		f.Free()
	}
	if noticed < 200 || unnoticed < 15 {
		t.Errorf("%d repetitions were noticed and %d were not: too few to tell", noticed, unnoticed)
	}
}

// isShort reports whether a Fold keeps of these records of a key only the one that decides,
// and the attempts of the others: failed ones and at most one that was sent.
func isShort(all []mark) bool {
	sent := 0
	for _, m := range all {
		if m.settles || m.attempt > maxCompact || m.milli >= 1<<47 {
			return false
		}
		if m.status == codeSent {
			sent++
		} else if m.status != codeFailed && len(all) > 1 {
			return false
		}
	}
	return sent <= 1
}

// anyEntry is a record of key k, as a clock that goes back and forth may make it.
func anyEntry(rng *rand.Rand, i int) Entry {
	e := Entry{Number: i + 1, Line: i + 2}
	e.Key, e.Recipient, e.Run = "k", fmt.Sprintf("r%d", rng.IntN(2)), "run"
	e.Time = time.UnixMilli(int64(1000 + rng.IntN(4)))
	if rng.IntN(20) == 0 {
		e.Time = time.Date(9000, 1, 1, 0, 0, rng.IntN(2), 0, time.UTC)
	}
	e.Status = []Status{Sent, Failed, Failed, Unknown, Skipped}[rng.IntN(5)]
	e.Attempt = 1 + rng.IntN(4)
	if rng.IntN(10) == 0 {
		e.Attempt = 15 + rng.IntN(4)
	}
	switch e.Status {
	case Skipped:
		e.Attempt, e.Error = 0, fmt.Sprint(rng.IntN(2))
	case Failed:
		e.Class = []Class{Temporary, Permanent}[rng.IntN(2)]
	}
	if rng.IntN(6) == 0 && e.Status != Skipped {
		e.Stage = StageSettle
	}
	return e
}

func checkAgainst(t *testing.T, f *Fold, all []mark, entries []Entry) {
	t.Helper()
	d := deciding(all)
	want := State{Status: d.status.status(), Class: d.class.class()}
	for _, tr := range all {
		want.Attempts = max(want.Attempts, int(tr.attempt))
	}
	if got := f.Of("k"); got != want {
		t.Fatalf("%+v: state %+v, want %+v", entries, got, want)
	}
	for i := range all {
		// Two that say the same at one time may stand for each other.
		if is := all[i] == d; is != f.Decides(&entries[i]) && !all[i].repeatable() {
			t.Fatalf("%+v: Decides gives %t for %+v", entries, !is, entries[i])
		}
	}
	for attempt := 1; attempt < 20; attempt++ {
		has := slices.ContainsFunc(all, func(tr mark) bool { return int(tr.attempt) == attempt && !tr.settles })
		if f.Has("k", attempt) != has {
			t.Fatalf("%+v: Has(%d) = %t", entries, attempt, !has)
		}
	}
	for _, r := range []string{"r0", "r1"} {
		is := func(tr mark) bool { return tr.delivered() && tr.hash == f.textHash(r) }
		want := slices.ContainsFunc(all, is)
		if _, got, _ := f.Reached("k", r); got != want {
			t.Fatalf("%+v: Reached(%s) = %t", entries, r, got)
		}
	}
}
