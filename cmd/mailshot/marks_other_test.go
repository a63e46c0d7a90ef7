//go:build !linux

package main

import "math/rand/v2"

// harmMarks does nothing: there are no marks.
func harmMarks(*liveJob, *rand.Rand) string { return "" }
