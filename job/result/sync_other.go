//go:build !linux

package result

import "os"

// dataSynced returns what was opened as a File. There is one way to sync it.
func dataSynced(f *os.File, err error) (File, error) { return file(f, err) }
