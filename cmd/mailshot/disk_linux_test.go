package main

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

var diskRequired = flag.Bool("disk.required", false, "tests that need a disk of their own fail, instead of skipping, where none can be mounted")

// A disk is a small file system of its own, which can be full or read-only.
type disk struct {
	t   *testing.T
	dir string
}

// newDisk mounts a disk of a size such as 1m. Only root can; who is not skips.
func newDisk(t *testing.T, size string) *disk {
	t.Helper()
	d := &disk{t, t.TempDir()}
	err := syscall.Mount("mailshot-test", d.dir, "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, "mode=0700,size="+size)
	switch {
	case err == nil:
	case errors.Is(err, syscall.EPERM) && !*diskRequired:
		t.Skip("only root can mount a disk that may be filled:", err)
	default:
		t.Fatal("mounting a disk:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.dir, 0); err != nil {
			t.Error("unmounting:", err)
		}
	})
	return d
}

func (d *disk) path(name string) string { return filepath.Join(d.dir, name) }

// fill writes until nothing more fits but what fits into the pages that other
// files have begun.
func (d *disk) fill() error {
	f, err := os.OpenFile(d.path("filler"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	page := []byte(strings.Repeat("x", os.Getpagesize()))
	for range 1 << 20 {
		if _, err := f.Write(page); errors.Is(err, syscall.ENOSPC) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return errors.New("the disk has no end")
}

// must fails the test for an error.
func (d *disk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// free takes back what fill wrote.
func (d *disk) free() {
	d.t.Helper()
	if err := os.Remove(d.path("filler")); err != nil {
		d.t.Fatal(err)
	}
}

// readOnly makes the disk read-only, or writable again.
func (d *disk) readOnly(yes bool) {
	d.t.Helper()
	flags := uintptr(syscall.MS_REMOUNT | syscall.MS_NOSUID | syscall.MS_NODEV)
	if yes {
		flags |= syscall.MS_RDONLY
	}
	if err := syscall.Mount("", d.dir, "", flags, ""); err != nil {
		d.t.Fatal("mounting the disk again:", err)
	}
}

// keep makes the job of a live job keep its log, and what is beside it, on the
// disk, and gives its path.
func (d *disk) keep(j *liveJob) (log string) {
	j.t.Helper()
	log = d.path("job.results.csv")
	j.edit("job.yaml", "version: 1\n", "version: 1\nresults: "+log+"\n")
	return log
}

// A disk that is full, or can't be written, from the start: nothing is sent,
// and once there is room everything is.
func TestDiskCannotBegin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		prepare func(*disk)
		mend    func(*disk)
		late    bool // it fills when the server is tried
	}{
		{"full", func(d *disk) { d.must(d.fill()) }, (*disk).free, false},
		{"full, with a lock", func(d *disk) {
			d.must(os.WriteFile(d.path("job.results.csv.lock"), []byte("x\n"), 0o600))
			d.must(d.fill())
		}, (*disk).free, false},
		{"full before the log is made", func(*disk) {}, (*disk).free, true},
		{"read-only", func(d *disk) { d.readOnly(true) }, func(d *disk) { d.readOnly(false) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDisk(t, "1m")
			w := newTamperer("greeting", 1, d.fill)
			if !tt.late {
				w.does(func() error { return nil })
			}
			j := newLiveJob(t, 100, "workers: 4", w.handler())
			d.keep(j)
			tt.prepare(d)
			status, out := j.run("run", "--yes", "job.yaml")
			if status != exitExists {
				t.Errorf("exit status %d, want %d\n%s", status, exitExists, out)
			}
			j.server.Wait()
			for _, v := range visitsOf(j.server) {
				if v.mailed {
					t.Error("a message was begun")
				}
			}
			tt.mend(d)
			if status, out := j.run("run", "--yes", "job.yaml"); status != 0 {
				t.Errorf("when there is room, exit status %d\n%s", status, out)
			}
			j.wantOnce(100)
			w.report(t)
		})
	}
}

// A mailing that has begun is not gone on with where its log can't be written;
// its status can be told.
func TestDiskReadOnly(t *testing.T) {
	t.Parallel()
	d := newDisk(t, "1m")
	j := newLiveJob(t, 20, "", (&killer{}).hooked(oneRefused("r7@club.example")))
	d.keep(j)
	if status, out := j.run("run", "--yes", "job.yaml"); status != exitSomeFailed {
		t.Fatalf("exit status %d, want %d\n%s", status, exitSomeFailed, out)
	}
	sessions := len(j.server.Sessions())
	d.readOnly(true)
	if status, out := j.run("rerun", "--yes", "job.yaml"); status != exitExists {
		t.Errorf("rerun: exit status %d, want %d\n%s", status, exitExists, out)
	}
	if n := len(j.server.Sessions()) - sessions; n > 0 {
		t.Errorf("%d sessions were opened", n)
	}
	if status, out := j.run("status", "job.yaml"); status != 0 || !strings.Contains(out, "19  sent") {
		t.Errorf("status: exit status %d\n%s", status, out)
	}
	d.readOnly(false)
}

// The disk is full in mid-run: sending stops before the next message is
// committed, the run says so, and the rerun, once there is room, knows of
// everything that may have been accepted.
func TestDiskFills(t *testing.T) {
	t.Parallel()
	for _, stage := range []string{"rcpt", "final", "quit"} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			d := newDisk(t, "4m")
			tamper(t, tampering{
				stage: stage, place: d.keep,
				act:    func(string) error { return d.fill() },
				broken: []int{exitExists, exitCantWrite},
				worse:  d.fill, // the spool is gone
				mend:   func(string) error { d.free(); return nil },
			})
		})
	}
}
