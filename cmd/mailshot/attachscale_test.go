package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The real program with files: one of 5 MB that five thousand letters have, and
// one of 25 MB for each row. Some minutes.
//
//	go test ./cmd/mailshot -run xxx -bench Attach -benchtime 1x -timeout 1h
func BenchmarkAttach(b *testing.B) {
	for _, bb := range []struct {
		name   string
		rows   int
		shared bool
		size   int64
	}{
		{"text", 5000, true, 0},
		{"shared", 5000, true, 5 << 20},
		{"row", 100, false, 25 << 20},
	} {
		b.Run(fmt.Sprintf("file=%s/rows=%d/size=%d", bb.name, bb.rows, bb.size), func(b *testing.B) {
			dir := attachJob(b, bb.rows, bb.shared, bb.size)
			for b.Loop() {
				u := runAttached(b, dir)
				b.ReportMetric(u.took.Seconds(), "s")
				b.ReportMetric(float64(u.peak)/(1<<20), "peak-MiB")
				b.ReportMetric(float64(u.cpu.Microseconds())/1000/float64(bb.rows), "cpu-ms/message")
			}
		})
	}
}

// TestAttachMemory is a short one of these: what a run takes of memory with
// files, and without, differs by less than a few copies of one of them. Were
// they in the memory of each worker it would be hundreds of megabytes.
func TestAttachMemory(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("sends 300 MB over loopback")
	}
	if raceDetector {
		t.Skip("what the race detector takes of memory is not mailshot's")
	}
	without := runAttached(t, attachJob(t, 100, true, 0))
	for _, tt := range []struct {
		name   string
		rows   int
		shared bool
		size   int64
	}{
		{"shared", 32, true, 4 << 20},
		{"row", 8, false, 12 << 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			with := runAttached(t, attachJob(t, tt.rows, tt.shared, tt.size))
			t.Logf("%d MiB, without files %d MiB; %v of CPU", with.peak>>20, without.peak>>20, with.cpu)
			if most := without.peak + 60<<20; with.peak > most {
				t.Errorf("the run took %d MiB; want no more than %d", with.peak>>20, most>>20)
			}
		})
	}
}

func runAttached(tb testing.TB, dir string) usage {
	tb.Helper()
	return runMeasured(tb, "run", "--yes", "--workers", "16", "--mailing", fmt.Sprint(time.Now().UnixNano()), filepath.Join(dir, "job.yaml"))
}

// attachJob makes a job whose letters have a file, shared or each its own, and a
// server that takes everything. All files of rows are one and the same.
func attachJob(tb testing.TB, rows int, shared bool, size int64) string {
	dir := tb.TempDir()
	host, port, err := net.SplitHostPort(sink(tb))
	if err != nil {
		tb.Fatal(err)
	}
	file, err := os.Create(filepath.Join(dir, "file.bin"))
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.CopyN(file, rand.NewChaCha8([32]byte{}), size); err != nil {
		tb.Fatal(err)
	}
	if err := file.Close(); err != nil {
		tb.Fatal(err)
	}
	attachments := `, attachments: ["file.bin"]`
	switch {
	case size == 0:
		attachments = ""
	case !shared:
		attachments = `, attachments: [{file: "files/{{.code}}.bin", unique: false}]`
		if err := os.Mkdir(filepath.Join(dir, "files"), 0o700); err != nil {
			tb.Fatal(err)
		}
	}
	people, job := create(tb, dir, "people.csv"), create(tb, dir, "job.yaml")
	fmt.Fprintln(people, "email,name,code")
	for i := range rows {
		fmt.Fprintf(people, "user%07d@example.test,José %d,%08X\n", i, i, i*40503)
		if !shared {
			if err := os.Link(file.Name(), filepath.Join(dir, "files", fmt.Sprintf("%08X.bin", i*40503))); err != nil {
				tb.Fatal(err)
			}
		}
	}
	fmt.Fprintf(job, `version: 1
recipients: people.csv
message: {from: s@example.test, subject: "Hi {{.name}}", text: {inline: "Dear {{.name}}, your number is {{.code}}."}%s}
server: {host: %q, port: %s, tls: none}
`, attachments, host, port)
	if err := errors.Join(people.Flush(), job.Flush()); err != nil {
		tb.Fatal(err)
	}
	return dir
}
