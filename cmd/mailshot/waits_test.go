package main

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"mailshot/transport/smtptest"
)

// A signal ends the wait for a time and for a window; nothing was sent by then, and nobody is written to.
func TestSignalEndsWait(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		args []string
		word string
	}{
		{"window", []string{"--wait"}, "this is outside of delivery.window"},
		{"time", []string{"--at", time.Now().Add(48 * time.Hour).Format(time.RFC3339)}, "this run begins then"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tomorrow := time.Now().UTC().AddDate(0, 0, 2).Format("Mon")
			j := newLiveJob(t, 3, "window: "+tomorrow+" 12:00-13:00 UTC", smtptest.Handler{})
			c := j.command(append(append([]string{"run", "--yes"}, tt.args...), "job.yaml")...)
			out := &listener{word: tt.word, heard: make(chan struct{})}
			c.Stdout, c.Stderr = out, out
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			wait(t, "the program to wait", out.heard)
			if err := c.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- c.Wait() }()
			if got := j.status(wait(t, "the end", ended)); got != 143 {
				t.Errorf("exit status %d, want 143\n%s", got, out)
			}
			if n := len(j.server.Sessions()); n != 0 || !strings.Contains(out.String(), "nothing was sent. Next: mailshot run ") {
				t.Errorf("%d sessions\n%s", n, out)
			}
		})
	}
}

// A kill at any stage leaves what was reserved counted: a run after it never brings the account above
// its quota, as the server counts.
func TestQuotaKilled(t *testing.T) {
	t.Parallel()
	for i, stage := range []string{"mail", "data", "final", "quit"} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			reached, letGo := make(chan struct{}), make(chan struct{})
			j := newLiveJob(t, 60, "workers: 3, quota: 40/24h", stageHook(stage, int32(5+7*i), reached, letGo))
			c := j.command("run", "--yes", "--state", j.path("state"), "job.yaml")
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			wait(t, "the stage", reached)
			if err := c.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = c.Wait() // it was killed
			close(letGo)
			status, out := j.run("rerun", "--yes", "--state", j.path("state"), "job.yaml")
			for n := 0; status == 4 && n < 2; n++ { // some are unknown, and the quota is not used up
				status, out = j.run("rerun", "--yes", "--include", "unknown", "--state", j.path("state"), "job.yaml")
			}
			j.server.Wait()
			if n := len(j.server.Messages()); n > 40 || n < 30 {
				t.Errorf("the server has %d messages; want 40 at most, and not many less\n%d: %s", n, status, out)
			}
			if _, err := os.Stat(j.path("state/quota")); err != nil {
				t.Error(err)
			}
		})
	}
}
