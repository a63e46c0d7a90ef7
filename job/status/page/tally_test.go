package page

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // for machines that have no names of time zones

	"mailshot/job/result"
	"mailshot/job/status"
)

func second(n float64) time.Time {
	return time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC).Add(time.Duration(n * float64(time.Second)))
}

// A gap is where no attempt was on its way, also where a long one ends after a short one began.
func TestGaps(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		attempts [][2]float64 // begun, ended
		want     [][2]float64
	}{
		{"none", nil, nil},
		{"one attempt", [][2]float64{{0, 1}}, nil},
		{"close together", [][2]float64{{0, 1}, {20, 21}, {40, 41}}, nil},
		{"one gap", [][2]float64{{0, 1}, {31, 32}, {33, 34}}, [][2]float64{{1, 31}}},
		{"two gaps", [][2]float64{{0, 1}, {40, 41}, {100, 101}}, [][2]float64{{1, 40}, {41, 100}}},
		{"a long one fills it", [][2]float64{{0, 1}, {40, 41}, {1, 50}}, nil},
		{"a long one fills two", [][2]float64{{0, 1}, {40, 41}, {100, 101}, {1, 110}}, nil},
		{"a long one fills its end", [][2]float64{{0, 1}, {90, 91}, {40, 95}}, [][2]float64{{1, 40}}},
		{"a long one fills the second", [][2]float64{{0, 1}, {40, 41}, {100, 101}, {41, 110}}, [][2]float64{{1, 40}}},
	} {
		var g gaps
		for _, a := range tt.attempts {
			g.add(second(a[0]), second(a[1]))
		}
		var got [][2]float64
		sum := time.Duration(0)
		for _, x := range g.longest(10) {
			got = append(got, [2]float64{x.from.Sub(second(0)).Seconds(), x.to.Sub(second(0)).Seconds()})
			sum += x.length()
		}
		if !reflect.DeepEqual(got, tt.want) || g.count != len(tt.want) || g.sum != sum {
			t.Errorf("%s: %v, %d of %v; want %v", tt.name, got, g.count, g.sum, tt.want)
		}
	}
}

// The longest of many gaps are remembered, and all are counted.
func TestManyGaps(t *testing.T) {
	t.Parallel()
	var g gaps
	at, sum, n := 0.0, time.Duration(0), 3000
	for i := range n {
		length := time.Duration(30+(i*7919)%3000) * time.Second
		g.add(second(at), second(at+1))
		at += 1 + length.Seconds()
		sum += length
	}
	g.add(second(at), second(at+1))
	longest := g.longest(10)
	if g.count != n || g.sum != sum || len(g.all) > mostGaps+lateGaps {
		t.Errorf("%d gaps of %v, %d remembered; want %d of %v", g.count, g.sum, len(g.all), n, sum)
	}
	for _, x := range longest {
		if x.length() < 3020*time.Second {
			t.Errorf("%v is among the longest", x.length())
		}
	}
}

// Spans of time are as many as fit the picture, and every attempt is in one.
func TestPace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		length time.Duration
		width  time.Duration
	}{{time.Second, time.Second}, {20 * time.Second, time.Second}, {time.Minute, 5 * time.Second}, {4 * time.Hour, 15 * time.Minute}, {40 * 24 * time.Hour, 48 * time.Hour}, {4000 * 24 * time.Hour, 6144 * time.Hour}} {
		var r status.Run
		r.ID, r.Sent, r.First, r.Last = "a", 1000, second(0.7), second(0.7).Add(tt.length)
		all, others := pacesOf([]status.Run{r})
		if len(all) != 1 || others != 0 {
			t.Fatalf("%v: %d paces, %d others", tt.length, len(all), others)
		}
		p := all[0]
		for i := range 1000 {
			p.add(&result.Record{Run: "a", Time: r.First.Add(tt.length / 999 * time.Duration(i)), Status: result.Sent})
		}
		n := 0
		for _, s := range p.spans {
			n += s.total()
		}
		if n != 1000 || len(p.spans) > mostSpans || p.width != tt.width {
			t.Errorf("%v: %d attempts in %d spans of %v; want spans of %v", tt.length, n, len(p.spans), p.width, tt.width)
		}
	}
}

// The runs with the most attempts have a pace.
func TestPaces(t *testing.T) {
	t.Parallel()
	var runs []status.Run
	for i, n := range []int{5, 0, 70, 3, 80, 90, 60} {
		var r status.Run
		r.ID, r.Sent, r.First, r.Last = fmt.Sprint(n), n, second(float64(100*i)), second(float64(100*i+50))
		runs = append(runs, r)
	}
	runs = append(runs, status.Run{RunSummary: result.RunSummary{ID: "short", Sent: 99}})
	all, others := pacesOf(runs)
	var got []string
	for _, p := range all {
		got = append(got, p.run)
	}
	if want := []string{"70", "80", "90", "60"}; !slices.Equal(got, want) || others != 3 {
		t.Errorf("%q and %d others; want %q and 3", got, others, want)
	}
}

// However many domains there are, the figures of those with the most rows are exact.
func TestDomains(t *testing.T) {
	t.Parallel()
	var records []*result.Record
	add := func(n int, domain string, status result.Status, class result.Class) {
		for range n {
			records = append(records, &result.Record{Recipient: "x@" + domain, Status: status, Class: class, Attempt: 1})
		}
	}
	for i := range 6000 { // and so many of their own, before and between
		add(1, fmt.Sprintf("a%d.example", i), result.Sent, "")
		if i%10 == 0 {
			add(1, "Large.example", result.Sent, "")
		}
	}
	add(300, "last.example", result.Failed, result.Permanent)
	add(40, "last.example", result.Failed, result.Temporary)
	add(5, "large.example", result.Unknown, "")
	var tl tally
	for {
		for _, r := range records {
			tl.Visit(r, true)
		}
		if !tl.Again() {
			break
		}
	}
	got, others := tl.domains.list(2, 1)
	want := []domain{{"large.example", outcomes{Sent: 600, Unknown: 5}}, {"last.example", outcomes{Temporary: 40, Permanent: 300}}}
	if !slices.Equal(got, want) || others != (outcomes{Sent: 6000}) {
		t.Errorf("%v and others %v; want %v and others {6000}", got, others, want)
	}
	if tl.attempts != len(records) || len(tl.sent) != mostSent {
		t.Errorf("%d attempts, %d rows sent by name; the second pass counts, too", tl.attempts, len(tl.sent))
	}
}

// Times are told to within a twelfth.
func TestDurations(t *testing.T) {
	t.Parallel()
	var d durations
	for i := range 1000 {
		d.add(&result.Record{Status: result.Sent, Stage: "final", Duration: time.Duration(i+1) * 10 * time.Millisecond})
	}
	d.add(&result.Record{Status: result.Failed, Stage: "rcpt"}) // without a time
	all := d.list()
	if len(all) != 1 || all[0].count != 1000 || all[0].longest != 10*time.Second {
		t.Fatalf("%+v", all)
	}
	for share, want := range map[float64]time.Duration{0.5: 5 * time.Second, 0.9: 9 * time.Second, 0.99: 9900 * time.Millisecond, 1: 10 * time.Second} {
		if got := all[0].within(share); got < want || got > want*13/12 {
			t.Errorf("%v of all took up to %v; want %v", share, got, want)
		}
	}
	counts := d.sent([]time.Duration{time.Second, 5 * time.Second})
	for i, want := range []int{100, 400, 500} {
		if diff := counts[i] - want; diff < -want/12 || diff > want/12 {
			t.Errorf("%v of the steps; want about 100, 400 and 500", counts)
		}
	}
	for i := range 2 * mostEnds {
		d.add(&result.Record{Status: result.Failed, Stage: fmt.Sprint("stage", i), Duration: time.Second})
	}
	if len(d.of) > mostEnds+1 {
		t.Errorf("%d ends are told apart", len(d.of))
	}
}

func TestMasked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Dear {{.name}},":                               "Dear {{.name}},",
		`{{if eq .name "Zoë"}}you{{end}}`:               "{{if eq .name …}}you{{end}}",
		"{{if eq .id `K-1`}}{{/* Zoë's */}}{{end}}":     "{{if eq .id …}}{{…}}{{end}}",
		`{{if eq .n "a\"Zoë"}}"quoted"{{end}}`:          `{{if eq .n …}}"quoted"{{end}}`,
		`{{if eq .n "Zoë}}K"}}x{{end}}`:                 "{{if eq .n …}}x{{end}}",
		"{{if eq .n `Zoë}}K`}}x{{/* Zoë }} K */}}":      "{{if eq .n …}}x{{…}}",
		`x {{if eq .n "Zo`:                              "x {{if eq .n …",
		`{{if lt .n -4711.5}}a1{{end}}{{.a1 | f 2}}`:    "{{if lt .n …}}a1{{end}}{{.a1 | f …}}",
		`"zoë k"@b.example mailto:zoë%40b.example`:      "… mailto:…",
		"zoë&#64;b.example, zoë&#x40;b.example":         "…, …",
		"ask <office@club.example> or zoë@b.example.":   "ask <…> or …",
		"Dear {{.name}}, {{ printf \"%s\"\n .x }} it's": "Dear {{.name}}, {{ printf …\n .x }} it's",
	} {
		if got := masked(text); got != want {
			t.Errorf("%q is masked to %q; want %q", text, got, want)
		}
	}
	for from, want := range map[string]string{"Zoë <zoe@club.example>": "…@club.example", "a@b.example": "…@b.example", "{{.x}} <a@b.example>": "…"} {
		if got := senderOf(from); got != want {
			t.Errorf("%q is told as %q; want %q", from, got, want)
		}
	}
}

func TestLong(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 ms", 1500 * time.Microsecond: "2 ms", 2 * time.Second: "2 s", 2340 * time.Millisecond: "2.3 s", 42 * time.Second: "42 s",
		60 * time.Second: "1 min", 61 * time.Second: "1 min 1 s", 3 * time.Hour: "3 h", 50 * time.Hour: "2 d 2 h",
	} {
		if got := long(d); got != want {
			t.Errorf("%v is told as %s; want %s", d, got, want)
		}
	}
}

// A time of another offset than the page's says so.
func TestStamp(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	v := &viewer{now: time.Date(2026, 12, 1, 9, 0, 0, 0, berlin)}
	for at, want := range map[time.Time]string{
		time.Date(2026, 11, 30, 23, 5, 6, 7, time.UTC): "2026-12-01 00:05:06",
		time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC):   "2026-07-01 14:00:00 +0200",
	} {
		if got := v.stamp(at).String(); got != want {
			t.Errorf("%v is shown as %s; want %s", at, got, want)
		}
	}
}

func TestDefaultName(t *testing.T) {
	t.Parallel()
	for results, want := range map[string]string{
		"a/renewal.results.csv": "a/renewal.report.html", "renewal.2026-12.results.csv": "renewal.2026-12.report.html",
		"a.b/log": "a.b/log.report.html", "x/job.sandbox.csv": "x/job.sandbox.report.html",
	} {
		if got := (&Page{Results: results}).DefaultName(false); got != want {
			t.Errorf("the report of %s is %s; want %s", results, got, want)
		}
	}
}
