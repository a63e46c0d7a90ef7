//go:build !unix

package private

import "io/fs"

// noFollow is nothing that this system has.
const noFollow = 0

// ownedOnce can't tell here.
func ownedOnce(fs.FileInfo) error { return nil }
