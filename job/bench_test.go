package job

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mailshot/job/mailing"
	"mailshot/job/result"
	"mailshot/transport/smtptest"
)

// The whole of a run: checks, canary, sessions over loopback, log. A message
// is one of 1,000; the server is in the same process and shares its time.
func BenchmarkRun(b *testing.B) {
	const rows = 1000
	defer debug.SetGCPercent(debug.SetGCPercent(200)) // as the program has it while it sends
	for _, workers := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			s := smtptest.NewServer(smtptest.Handler{Discard: true})
			defer s.Close()
			addr, err := s.Listen()
			if err != nil {
				b.Fatal(err)
			}
			dir := benchJob(b, rows, addr)
			o := Options{Ref: mailing.Ref{Path: filepath.Join(dir, "job.yaml")}, Yes: true, Workers: workers}
			b.ReportAllocs()
			for b.Loop() {
				if err := os.Remove(filepath.Join(dir, "job.results.csv")); err != nil && !os.IsNotExist(err) {
					b.Fatal(err)
				}
				r, err := Run(b.Context(), o, Env{})
				if err != nil || r.Counts.Sent != rows {
					b.Fatal(r, err)
				}
			}
			perMessage := float64(b.Elapsed().Nanoseconds()) / float64(b.N*rows)
			b.ReportMetric(perMessage/1000, "µs/message")
			b.ReportMetric(1e9/perMessage, "messages/s")
		})
	}
}

// What durability costs: each run once as it is and once with syncs that do
// nothing, in turn. Run it with one place for running code more than there are
// processors, as the program does: -cpu 3 on two of them.
func BenchmarkDurability(b *testing.B) {
	const rows = 10000
	for _, workers := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			s := smtptest.NewServer(smtptest.Handler{Discard: true})
			defer s.Close()
			addr, err := s.Listen()
			if err != nil {
				b.Fatal(err)
			}
			dir := benchJob(b, rows, addr)
			o := Options{Ref: mailing.Ref{Path: filepath.Join(dir, "job.yaml")}, Yes: true, Workers: workers}
			var took [2]time.Duration
			var syncs atomic.Int64
			for b.Loop() {
				for i, files := range []result.FS{meddled{syncs: &syncs}, meddled{}} {
					if err := os.Remove(filepath.Join(dir, "job.results.csv")); err != nil && !os.IsNotExist(err) {
						b.Fatal(err)
					}
					begun := time.Now()
					r, err := Run(b.Context(), o, Env{Files: files})
					took[i] += time.Since(begun)
					if err != nil || r.Counts.Sent != rows {
						b.Fatal(r, err)
					}
				}
			}
			b.ReportMetric(float64(b.N*rows)/took[0].Seconds(), "messages/s")
			b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "of-unsynced")
			b.ReportMetric(float64(syncs.Load())/float64(b.N*rows), "syncs/message")
		})
	}
}

// meddled is a file system that counts syncs or, where that is nil, syncs
// nothing.
type meddled struct {
	result.OS
	syncs *atomic.Int64
}

func (m meddled) Create(name string) (result.File, error) {
	file, err := m.OS.Create(name)
	return &meddledFile{file, m.syncs}, err
}

func (m meddled) OpenAppend(name string) (result.File, error) {
	file, err := m.OS.OpenAppend(name)
	return &meddledFile{file, m.syncs}, err
}

func (m meddled) OpenWrite(name string) (result.File, error) {
	file, err := m.OS.OpenWrite(name)
	return &meddledFile{file, m.syncs}, err
}

func (m meddled) SyncDir(name string) error {
	if m.syncs == nil {
		return nil
	}
	return m.OS.SyncDir(name)
}

type meddledFile struct {
	result.File
	syncs *atomic.Int64
}

func (f *meddledFile) Sync() error {
	if f.syncs == nil {
		return nil
	}
	f.syncs.Add(1)
	return f.File.Sync()
}

// The checks alone: rows read and spooled, letters made.
func BenchmarkCheck(b *testing.B) {
	const rows = 10000
	dir := benchJob(b, rows, "127.0.0.1:1")
	o := Options{Ref: mailing.Ref{Path: filepath.Join(dir, "job.yaml")}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Check(b.Context(), o, Env{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows)/1000, "µs/row")
}

// benchJob writes a job with a letter of some 2.4 KB.
func benchJob(b *testing.B, rows int, addr string) string {
	b.Helper()
	dir := b.TempDir()
	host, port, _ := strings.Cut(addr, ":")
	line := "Dear {{.name}} of {{.company}} in {{.city}}, the number is {{.code}}; café, naïve, Grüße.\n"
	files := map[string]string{
		"job.yaml": fmt.Sprintf(`version: 1
recipients: {file: people.csv, name: name}
message: {from: s@example.test, subject: "Hi {{.name}}", text: letter.txt}
server: {host: %q, port: %s, tls: none}
`, host, port),
		"letter.txt": strings.Repeat(line, 5) + strings.Repeat("a line of a letter that says nothing at all, as letters do\n", 30),
	}
	var csv strings.Builder
	csv.WriteString("email,name,company,city,code\n")
	for i := range rows {
		fmt.Fprintf(&csv, "user%07d@example.test,José %d,Company %d Ltd,Graz,%08X\n", i, i, i%997, i*40503)
	}
	files["people.csv"] = csv.String()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}
