// Package screen puts into words for a terminal what the job tells: what is asked before a run, and
// what check, run, status and doctor have found. It prints nothing itself.
package screen
