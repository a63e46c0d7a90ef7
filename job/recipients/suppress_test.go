package recipients

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/address"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
)

func parsed(t testing.TB, s string) address.Address {
	t.Helper()
	a, err := address.Parse(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return a
}

func suppressionOf(t testing.TB, file string, r io.Reader) suppression {
	t.Helper()
	var problems problem.List
	s, err := readSuppression(r, file, "", &problems)
	if err != nil || problems.Len() > 0 {
		t.Fatalf("reading the list: %v, %v", err, problems.Err())
	}
	return s
}

func TestSuppressedBy(t *testing.T) {
	s := Filter{lists: []suppression{
		suppressionOf(t, "a.txt", strings.NewReader("Ada@Club.example\nada@club.example\n@bücher.example\njo\u0308@club.example\n")),
		suppressionOf(t, "empty.txt", strings.NewReader("# nobody\n")),
		suppressionOf(t, "b.txt", strings.NewReader("cleo@bücher.example\n@other.example\nbert@club.example\n")),
	}}
	for _, tt := range []struct{ address, want string }{
		{"ada@club.example", "suppressed: the address is in a.txt"},
		{"ADA@CLUB.EXAMPLE", "suppressed: the address is in a.txt"},
		{"Bert@club.example", "suppressed: the address is in b.txt"},
		{"JÖ@club.example", "suppressed: the address is in a.txt"},
		{"anybody@xn--bcher-kva.example", "suppressed: @xn--bcher-kva.example is in a.txt"},
		{"cleo@bücher.example", "suppressed: @xn--bcher-kva.example is in a.txt"}, // the first list that has it
		{"x@other.example", "suppressed: @other.example is in b.txt"},
		{"x@sub.other.example", ""},
		{"x@another.example", ""},
		{"x@example.other", ""},
		{"ad@club.example", ""},
		{"ada@club.example.net", ""},
	} {
		if got := s.SuppressedBy(parsed(t, tt.address)); got != tt.want {
			t.Errorf("%s: %q; want %q", tt.address, got, tt.want)
		}
	}
	if got := s.SuppressedBy(address.Address{}); got != "" {
		t.Errorf("no address: %q", got)
	}
	if got := (&Filter{}).SuppressedBy(parsed(t, "ada@club.example")); got != "" {
		t.Errorf("no list: %q", got)
	}
}

// Every entry of a long list is found, and nobody else.
func TestSuppressionFindsAll(t *testing.T) {
	const n = 2000
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "r%d@club.example\n", 2*i)
	}
	s := Filter{lists: []suppression{suppressionOf(t, "a.txt", strings.NewReader(text.String()))}}
	for i := range 2 * n {
		got := s.SuppressedBy(parsed(t, fmt.Sprintf("r%d@club.example", i))) != ""
		if want := i%2 == 0; got != want {
			t.Errorf("r%d is suppressed: %t; want %t", i, got, want)
		}
	}
}

// manyLines returns a list of n addresses.
func manyLines(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		for i := range n {
			if _, err := fmt.Fprintf(w, "user%07d@mail%d.example\n", i, i%97); err != nil {
				return
			}
		}
		_ = w.Close() // never fails
	}()
	return r
}

// A list takes some 16 bytes an entry.
func TestSuppressionIsSmall(t *testing.T) {
	const n = 200_000
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := suppressionOf(t, "a.txt", manyLines(n))
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / n; each > 24 || len(s.entries) != n {
		t.Errorf("%d entries take %d bytes each; want %d of at most 24", len(s.entries), each, n)
	}
	runtime.KeepAlive(s)
}

func BenchmarkReadSuppression(b *testing.B) {
	const n = 100_000
	b.ReportAllocs()
	for b.Loop() {
		suppressionOf(b, "a.txt", manyLines(n))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/entry")
}

func BenchmarkSuppressed(b *testing.B) {
	s := Filter{lists: []suppression{suppressionOf(b, "a.txt", manyLines(1_000_000))}}
	var rows []address.Address
	for i := range 1000 {
		rows = append(rows, parsed(b, fmt.Sprintf("user%07d@mail%d.example", i*999, i%50)))
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		s.SuppressedBy(rows[i%len(rows)])
		i++
	}
}

func TestFilterMatch(t *testing.T) {
	f := Filter{lists: []suppression{suppressionOf(t, "a.txt", strings.NewReader("ada@club.example\n"))}}
	text := "email,n\nada@club.example,2\nada@club.example,0\nbert@club.example,2\nbert.club.example,0\nbert.club.example,2\nada@club.example,x\nada@club.example,0,0\n"
	rd, err := sheet.NewReader(strings.NewReader(text), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Parse(jobWhere(t, `{{gt .n 1}}`), rd.Columns(), time.Now(), ""); err != nil {
		t.Fatal(err)
	}
	var got []Exclusion
	var failed []int
	for {
		in, err := rd.Next()
		if err != nil {
			break
		}
		why, err := f.match(in)
		got = append(got, why)
		if err != nil {
			failed = append(failed, in.Number)
		}
	}
	if want := []Exclusion{Suppressed, filtered, Included, filtered, Included, Included, Included}; !slices.Equal(got, want) {
		t.Errorf("rows are %v; want %v", got, want)
	}
	if want := []int{6}; !slices.Equal(failed, want) {
		t.Errorf("rows %v can't be decided; want %v", failed, want)
	}
}

// jobWhere returns a job with a condition.
func jobWhere(t testing.TB, where string) *jobfile.Job {
	t.Helper()
	j, err := jobfile.Parse("job.yaml", fmt.Appendf(nil, `recipients: {file: people.csv, where: '%s'}
message: {from: office@club.example, subject: Hi, text: letter.txt}
`, where))
	if err != nil {
		t.Fatal(err)
	}
	return j
}
