package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"mailshot/transport/smtptest"
)

var (
	portsRows     = flag.Int("ports.rows", 600, "rows of the test of few local ports, of which there are a third as many")
	portsTimeWait = flag.Bool("ports.timewait", false, "the test of few local ports also waits for ports, which takes three minutes")
	portsRequired = flag.Bool("ports.required", false, "the test of few local ports fails, instead of skipping, where no network of its own can be had")
	portsInside   = flag.Bool("ports.inside", false, "this process has the network of the test of few local ports")
)

// A run of three times as many sessions as there are local ports, each of which
// is locked for a minute by the side that closes first: that is the server, as
// long as it does so within a moment. Where it does not, the run waits for ports. In
// neither case is a row lost.
func TestPorts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		quit  smtptest.Reply
		slow  bool
		wrong func(used, ports int, waited bool) bool
	}{
		{"the server closes first", smtptest.Reply{Code: 221, Text: "bye", Wait: 5 * time.Millisecond, After: smtptest.Close}, false,
			func(used, ports int, waited bool) bool { return used > ports/2 || waited }},
		{"the server does not close", smtptest.Say(221, "bye").Then(smtptest.Hang), true,
			func(used, ports int, waited bool) bool { return used == 0 || !waited }},
	} {
		if tt.slow && !*portsTimeWait {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			if !*portsInside {
				inOwnNetwork(t)
				return
			}
			ports := *portsRows / 3
			fewPorts(t, ports)
			j := newLiveJob(t, *portsRows, "workers: 32", smtptest.Handler{Discard: true, Quit: func() smtptest.Reply { return tt.quit }})
			begun := time.Now()
			status, out := j.run("run", "--yes", "job.yaml")
			took := time.Since(begun)
			if status != 0 {
				t.Errorf("exit status %d\n%s", status, out)
			}
			used, waited := lockedPorts(t, j), strings.Contains(out, "no local port free")
			t.Logf("%d rows over %d ports in %.1f s; %d of the ports are locked on this side; waited for ports: %t", *portsRows, ports, took.Seconds(), used, waited)
			if tt.wrong(used, ports, waited) {
				t.Errorf("%d of %d ports are locked on this side; waited for ports: %t", used, ports, waited)
			}
			j.wantOnce(*portsRows)
			if n := j.records(",sent,"); n != *portsRows {
				t.Errorf("%d records of rows that were sent, want %d", n, *portsRows)
			}
			if status, out := j.run("status", "job.yaml"); status != 0 || !strings.Contains(out, fmt.Sprintf("%d  sent", *portsRows)) {
				t.Errorf("status: exit status %d\n%s", status, out)
			}
		})
	}
}

// inOwnNetwork runs this test once more, in a process with a network of its
// own, so that this machine's is not touched. Only root can; who is not skips.
func inOwnNetwork(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, "-test.v", "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$",
		"-ports.inside", "-ports.rows="+strconv.Itoa(*portsRows), "-ports.timewait="+strconv.FormatBool(*portsTimeWait))
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	out, err := c.CombinedOutput()
	switch {
	case errors.Is(err, syscall.EPERM) && !*portsRequired:
		t.Skip("only root can have a network of its own:", err)
	case err != nil:
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("\n%s", out)
}

// fewPorts starts the loopback of this process's network, and leaves it so many
// local ports, none of which is used again before its minute is over.
func fewPorts(t *testing.T, n int) {
	t.Helper()
	const first = 40000
	for name, value := range map[string]string{"ip_local_port_range": fmt.Sprintf("%d %d", first, first+n-1), "tcp_tw_reuse": "0"} {
		if err := os.WriteFile(filepath.Join("/proc/sys/net/ipv4", name), []byte(value), 0); err != nil {
			t.Fatal(err)
		}
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(os.NewSyscallError("socket", err))
	}
	defer syscall.Close(fd)
	request := struct {
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		_     [22]byte // what other requests need
	}{flags: syscall.IFF_UP}
	copy(request.name[:], "lo")
	if _, _, no := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request))); no != 0 {
		t.Fatal(os.NewSyscallError("ioctl", no))
	}
}

// lockedPorts counts the connections to the server of a live job that are in
// TIME_WAIT on the side of those who made them.
func lockedPorts(t *testing.T, j *liveJob) int {
	t.Helper()
	job, err := os.ReadFile(j.path("job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(job), "port: ")
	digits, _, _ := strings.Cut(rest, ",")
	port, err := net.LookupPort("tcp", digits)
	if err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile("/proc/self/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	const remote, state, timeWait = 2, 3, "06" // fields of a line, and what the second may be
	n := 0
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		if len(f) > state && f[state] == timeWait && strings.HasSuffix(f[remote], fmt.Sprintf(":%04X", port)) {
			n++
		}
	}
	return n
}
