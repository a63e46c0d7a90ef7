//go:build unix && !linux

package attachment

import "os"

// inodesMadeUpAt reports false, as inodesMadeUp does.
func inodesMadeUpAt(string) bool { return false }

// inodesMadeUp reports false: a file with another inode is another file.
func inodesMadeUp(*os.File) bool { return false }
