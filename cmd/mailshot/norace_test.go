//go:build !race

package main

// raceDetector reports whether the tests, and mailshot as they start it, have the race detector in
// them, which multiplies the memory of a program.
const raceDetector = false
