//go:build !unix

package main

import "os"

// peakMemory reports that a process's memory is not known here.
func peakMemory(*os.ProcessState) (octets int64, ok bool) { return 0, false }

// leastPeak returns 0: what a program had is not told.
func leastPeak() int64 { return 0 }
