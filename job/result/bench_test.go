package result

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// sample is a record as they usually are.
func sample(i int) Record {
	return Record{
		Time: time.Date(2026, 11, 23, 14, 5, 1, 123e6, time.UTC).Add(time.Duration(i) * 7 * time.Millisecond),
		Run:  "renewal-2026-20261123T140501.123Z-9c41d2ab",
		Row:  i + 1, Line: i + 2,
		Key:       fmt.Sprintf("member%07d@example.test", i),
		Recipient: fmt.Sprintf("Member%07d@example.test", i),
		Attempt:   1, Status: Sent, Stage: "final", Code: 250, Enhanced: "2.0.0",
		Reply:     "2.0.0 Ok: queued as 4bXyZ1234",
		MessageID: fmt.Sprintf("<%08d.9c41d2ab@club.example>", i),
		SHA256:    fmt.Sprintf("%064x", i),
		Bytes:     2413, Duration: 131 * time.Millisecond,
	}
}

// logOf is a log of these records.
func logOf(tb testing.TB, records ...Record) []byte {
	tb.Helper()
	b := []byte(Header())
	for i := range records {
		var err error
		if b, err = records[i].AppendLine(b); err != nil {
			tb.Fatal(err)
		}
	}
	return b
}

func BenchmarkAppendLine(b *testing.B) {
	r := sample(1)
	buf := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.AppendLine(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	const n = 100_000
	log := []byte(Header())
	for i := range n {
		r := sample(i)
		log, _ = r.AppendLine(log)
	}
	b.ReportAllocs()
	for b.Loop() {
		var f Fold
		for e, err := range Read(bytes.NewReader(log), ReadOptions{}) {
			if err != nil {
				b.Fatal(err)
			}
			if err := f.Add(e); err != nil {
				b.Fatal(err)
			}
		}
		if f.keys.Len() != n {
			b.Fatalf("%d keys, want %d", f.keys.Len(), n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
}
