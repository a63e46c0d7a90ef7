//go:build !linux

package result

import "os"

// quiet is for systems that know one way to sync a file.
func quiet(f *os.File, err error) (File, error) { return file(f, err) }
