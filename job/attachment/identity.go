package attachment

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// identities tell what stands for a file, whatever its name. Where the file system
// makes its inodes up, that is its path with links followed. They are safe for concurrent use.
type identities struct {
	madeUp func(path string) bool // nil is inodesMadeUpAt

	mu    sync.Mutex // guards what follows
	known map[uint64]bool
}

// maxDevices is how many file systems are remembered.
const maxDevices = 100

// of returns what stands for the file at a path that is absolute: the same for two names
// of one file, if that can be told.
func (d *identities) of(info os.FileInfo, path string) string {
	if d.invented(info, path) {
		if real, err := realPath(path); err == nil {
			path = real
		}
		return strings.ToLower(filepath.Clean(path))
	}
	return fileID(info, path)
}

// invented reports whether the inode of a file is made up.
func (d *identities) invented(info os.FileInfo, path string) bool {
	device, ok := deviceOf(info)
	if !ok {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	is, known := d.known[device]
	if !known {
		madeUp := d.madeUp
		if madeUp == nil {
			madeUp = inodesMadeUpAt
		}
		is = madeUp(path)
		if d.known == nil || len(d.known) >= maxDevices {
			d.known = make(map[uint64]bool)
		}
		d.known[device] = is
	}
	return is
}

// A namedFile is a file that has a name of its own in the job.
type namedFile struct {
	path string
	info os.FileInfo
}

// is reports whether this is the file that was found at a path. Inodes that are made up
// may differ for one file, its path does not.
func (n *namedFile) is(info os.FileInfo, path string) bool {
	if os.SameFile(n.info, info) {
		return true
	}
	if !sameTimeAndSize(n.info, info) {
		return false
	}
	own, err := realPath(n.path)
	if err != nil {
		return false
	}
	real, err := realPath(path)
	return err == nil && strings.EqualFold(own, real)
}

func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}
