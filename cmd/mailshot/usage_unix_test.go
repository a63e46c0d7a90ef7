//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory returns the most memory in octets that a process had.
func peakMemory(ps *os.ProcessState) (octets int64, ok bool) {
	u, ok := ps.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, false
	}
	return octetsOf(u), true
}

// leastPeak returns the most memory in octets that this process had: the system counts it with what
// a program had that this process began.
func leastPeak() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return octetsOf(&u)
}

func octetsOf(u *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" { // they count octets, all others KiB
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) << 10
}
