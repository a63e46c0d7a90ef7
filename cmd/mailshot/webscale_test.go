package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// preview --web with a hundred thousand rows: how long the first page takes once the rows are read, and a
// search for words that no search before had, and how much memory it has beyond that of check.
//
//	go test ./cmd/mailshot -run xxx -bench PreviewWeb -benchtime 1x
func BenchmarkPreviewWeb(b *testing.B) {
	const rows = 100_000
	job := filepath.Join(scaleJob(b, rows), "job.yaml")
	checked := runMeasured(b, "check", job)
	for b.Loop() {
		c := exec.Command(mailshotBinary(b), "preview", "--web", job)
		out, err := c.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Start(); err != nil {
			b.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		address := regexp.MustCompile(`http://\S+`).FindString(line)
		if err != nil || address == "" {
			b.Fatalf("it prints %q, %v", line, err)
		}
		jar, err := cookiejar.New(nil)
		if err != nil {
			b.Fatal(err)
		}
		client := &http.Client{Jar: jar}
		get := func(address, want string) time.Duration {
			begun := time.Now()
			for {
				response, err := client.Get(address)
				if err != nil {
					b.Fatal(err)
				}
				page, err := io.ReadAll(response.Body)
				_ = response.Body.Close() // it is read
				if err != nil || !strings.Contains(string(page), want) {
					b.Fatalf("%s is without %s: %v\n%s", address, want, err, page)
				}
				if want != "" || !strings.Contains(string(page), `class="busy"`) {
					return time.Since(begun)
				}
			}
		}
		b.ReportMetric(get(address, "user0000000@").Seconds(), "first-page-s")
		base, _, _ := strings.Cut(address, "?")
		b.ReportMetric(get(base, "").Seconds(), "check-s")
		var longest time.Duration
		for n := range 10 {
			longest = max(longest, get(fmt.Sprintf("%s?q=user%07d+graz", base, 99_000+n), fmt.Sprintf("user%07d@", 99_000+n)))
		}
		b.ReportMetric(longest.Seconds(), "search-s")
		if err := c.Process.Signal(os.Interrupt); err != nil {
			b.Fatal(err)
		}
		if err := c.Wait(); err != nil {
			b.Fatal(err)
		}
		if peak, ok := peakMemory(c.ProcessState); ok {
			b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
			b.ReportMetric(float64(checked.peak)/(1<<20), "check-MiB")
			if peak > checked.peak+64<<20 {
				b.Errorf("it has %d octets of memory, and check %d", peak, checked.peak)
			}
		}
	}
}
