// Package tuning sets what a run asks of Go's runtime.
package tuning

import (
	"runtime"
	"runtime/debug"
)

const (
	// checkingPercent lets the heap grow by three quarters of what is in use: the rows of
	// a large file are looked at in little memory, and that takes a tenth more time.
	checkingPercent = 75

	// sendingPercent lets the heap grow to three times what is in use before
	// garbage is collected. A TLS handshake leaves 120 KB of garbage, and what is in
	// use is a few megabytes whatever the number of rows.
	sendingPercent = 200

	// minProcs is the least value of GOMAXPROCS. A sync of the journal is a system
	// call that blocks for as long as the disk takes. With a single one no session
	// goes on meanwhile, until the runtime takes the processor from the call.
	minProcs = 2
)

// ForChecking sets the percentage at which garbage is collected unless lookup finds
// GOGC in the environment. It is for the whole process.
func ForChecking(lookup func(name string) (string, bool)) { collectAt(checkingPercent, lookup) }

// ForSending sets the percentage at which garbage is collected and the least
// number of threads that execute Go code at once. What lookup finds in the
// environment as GOGC or GOMAXPROCS goes first. It is for the whole process, and
// is called before rows are sent.
func ForSending(lookup func(name string) (string, bool)) {
	collectAt(sendingPercent, lookup)
	if _, set := lookup("GOMAXPROCS"); !set && runtime.GOMAXPROCS(0) < minProcs {
		runtime.GOMAXPROCS(minProcs)
	}
}

func collectAt(percent int, lookup func(name string) (string, bool)) {
	if _, set := lookup("GOGC"); !set {
		debug.SetGCPercent(percent)
	}
}
