//go:build !unix

package result

// noFollow is nothing that this system has.
const noFollow = 0
