//go:build !unix

package main

import "os"

// peakMemory reports that a process's memory is not known here.
func peakMemory(*os.ProcessState) (octets int64, ok bool) { return 0, false }
