//go:build unix

package attachment

import (
	"encoding/binary"
	"os"
	"syscall"
)

// nonblock keeps an open from waiting for the other end of a pipe.
const nonblock = syscall.O_NONBLOCK

// deviceOf returns the file system of a file.
func deviceOf(info os.FileInfo) (device uint64, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return uint64(st.Dev), true
}

// fileID stands for a file, whatever its name: two names of one file have the
// same.
func fileID(info os.FileInfo, path string) string {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return path
	}
	var id [16]byte
	binary.LittleEndian.PutUint64(id[:], uint64(st.Dev))
	binary.LittleEndian.PutUint64(id[8:], uint64(st.Ino))
	return string(id[:])
}
