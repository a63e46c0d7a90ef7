//go:build !unix

package jobfile

// nonblock is nothing that this system has.
const nonblock = 0
