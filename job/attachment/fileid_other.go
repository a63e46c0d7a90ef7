//go:build !unix

package attachment

import (
	"os"
	"path/filepath"
	"strings"
)

const nonblock = 0

// fileID stands for a file. Here it is its name, whatever the case.
func fileID(_ os.FileInfo, path string) string { return strings.ToLower(filepath.Clean(path)) }

// deviceOf can't tell.
func deviceOf(os.FileInfo) (device uint64, ok bool) { return 0, false }

// inodesMadeUpAt reports true, as inodesMadeUp does.
func inodesMadeUpAt(string) bool { return true }

// inodesMadeUp reports true: it is for the content to tell two files apart.
func inodesMadeUp(*os.File) bool { return true }
