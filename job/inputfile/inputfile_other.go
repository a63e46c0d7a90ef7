//go:build !unix

package inputfile

// nonblock is nothing that this system has.
const nonblock = 0
