package letter

import (
	"os"

	"golang.org/x/sys/unix"
)

// freeSpace is how many octets the disk of a file still takes, or 0 if nobody knows.
func freeSpace(f *os.File) int64 {
	var s unix.Statfs_t
	if unix.Fstatfs(int(f.Fd()), &s) != nil {
		return 0
	}
	return int64(s.Bavail) * int64(s.Bsize)
}
