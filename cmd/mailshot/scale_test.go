package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mailshot/job/result"
)

// The real program with a thousand rows and with a million: how long it takes,
// and how much memory it has at most. A run of a million takes some minutes.
//
//	go test ./cmd/mailshot -run xxx -bench Scale -benchtime 1x -timeout 1h
func BenchmarkScale(b *testing.B) {
	for _, rows := range []int{1_000, 1_000_000} {
		dir := scaleJob(b, rows)
		for _, command := range []string{"status", "rerun", "check", "run"} {
			b.Run(fmt.Sprintf("%s/rows=%d", command, rows), func(b *testing.B) {
				for b.Loop() {
					took, peak := scaleOnce(b, command, dir)
					b.ReportMetric(took.Seconds(), "s")
					b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
				}
			})
		}
	}
}

// scaleOnce runs a command over a log that says of each row that it was sent,
// or, for run, without a log. It gives the greatest memory in octets.
func scaleOnce(b *testing.B, command, dir string) (time.Duration, int64) {
	args := []string{command, filepath.Join(dir, "job.yaml")}
	switch command {
	case "rerun":
		args = append(args, "--yes", "--changed-letter")
	case "run":
		args = append(args, "--yes", "--workers", "32", "--mailing", fmt.Sprint(time.Now().UnixNano()))
	}
	u := runMeasured(b, args...)
	return u.took, u.peak
}

// scaleJob makes a job, its recipients, a log in which each has been sent to,
// and a server that takes everything.
func scaleJob(b *testing.B, rows int) string {
	dir := b.TempDir()
	host, port, err := net.SplitHostPort(sink(b))
	if err != nil {
		b.Fatal(err)
	}
	people, log, job := create(b, dir, "people.csv"), create(b, dir, "job.results.csv"), create(b, dir, "job.yaml")
	fmt.Fprintln(people, "email,name,company,city,code")
	fmt.Fprint(log, result.Header())
	at := time.Date(2026, 11, 23, 14, 5, 1, 123e6, time.UTC)
	var line []byte
	for i := range rows {
		address := fmt.Sprintf("user%07d@example.test", i)
		fmt.Fprintf(people, "%s,José %d,Company %d Ltd,Graz,%08X\n", address, i, i%997, i*40503)
		r := result.Record{
			Time: at.Add(time.Duration(i) * time.Millisecond), Run: "job-20261123T140501.123Z-9c41d2ab", Row: i + 1, Line: i + 2,
			Key: address, Recipient: address, Attempt: 1, Status: result.Sent, Stage: "final", Code: 250, Enhanced: "2.0.0",
			Reply: "2.0.0 Ok: queued as 4bXyZ1234", MessageID: fmt.Sprintf("%08d.9c41d2ab@club.example", i), SHA256: fmt.Sprintf("%064x", i), Bytes: 2413,
		}
		if line, err = r.AppendLine(line[:0]); err != nil {
			b.Fatal(err)
		}
		log.Write(line)
	}
	fmt.Fprintf(job, `version: 1
recipients: people.csv
message: {from: s@example.test, subject: "Hi {{.name}}", text: {inline: "Dear {{.name}} of {{.company}}, your number is {{.code}}."}}
server: {host: %q, port: %s, tls: none}
`, host, port)
	if err := errors.Join(people.Flush(), log.Flush(), job.Flush()); err != nil {
		b.Fatal(err)
	}
	return dir
}

// create makes a file that is written through a buffer, since what this
// process takes of memory counts for those that it starts.
func create(b testing.TB, dir, name string) *bufio.Writer {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	b.Cleanup(func() { f.Close() })
	return w
}

// sink starts a server that takes everything and keeps nothing, and gives its
// address.
func sink(b testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _ = swallow(c) }()
		}
	}()
	return l.Addr().String()
}

// swallow is one session.
func swallow(c net.Conn) error {
	defer c.Close()
	in := bufio.NewReaderSize(c, 64<<10)
	reply := "220 sink.test ESMTP\r\n"
	for {
		if _, err := io.WriteString(c, reply); err != nil {
			return err
		}
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		switch strings.ToUpper(strings.TrimSpace(string(line))) {
		case "DATA":
			if _, err := io.WriteString(c, "354 go on\r\n"); err != nil {
				return err
			}
			if err := skipContent(in); err != nil {
				return err
			}
			reply = "250 2.0.0 taken\r\n"
		case "QUIT":
			_, err := io.WriteString(c, "221 2.0.0 bye\r\n")
			return err
		default:
			reply = "250 2.0.0 yes\r\n"
			if strings.HasPrefix(string(line), "EHLO") {
				reply = "250-sink.test\r\n250 PIPELINING\r\n"
			}
		}
	}
}

// skipContent reads to the end of a message without looking at its lines.
func skipContent(in *bufio.Reader) error {
	const end = "\r\n.\r\n"
	for {
		if _, err := in.Peek(len(end)); err != nil {
			return err
		}
		b, _ := in.Peek(in.Buffered())
		n := len(b) - len(end) + 1
		i := bytes.Index(b, []byte(end))
		if i >= 0 {
			n = i + len(end)
		}
		if _, err := in.Discard(n); err != nil || i >= 0 {
			return err
		}
	}
}
