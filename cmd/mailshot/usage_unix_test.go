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
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" { // they count octets, all others KiB
		return int64(u.Maxrss), true
	}
	return int64(u.Maxrss) << 10, true
}
