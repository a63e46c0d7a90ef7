package main

import (
	"bytes"
	"os/exec"
	"testing"
	"time"
)

// A usage is what a process took.
type usage struct {
	took, cpu time.Duration
	peak      int64 // the most memory it had, in octets
}

// runMeasured runs the program to its end, which has to be a good one. Where a system does not
// tell how much memory a process had, the test is skipped.
func runMeasured(tb testing.TB, args ...string) usage {
	tb.Helper()
	c := exec.Command(mailshotBinary(tb), args...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	begun := time.Now()
	if err := c.Run(); err != nil {
		tb.Fatalf("%v: %v\n%s", args, err, out.String())
	}
	took, ps := time.Since(begun), c.ProcessState
	peak, ok := peakMemory(ps)
	if !ok {
		tb.Skip("this system does not tell how much memory a process had")
	}
	return usage{took, ps.UserTime() + ps.SystemTime(), peak}
}
