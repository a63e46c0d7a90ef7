//go:build unix

package private

import (
	"io/fs"
	"os"
	"syscall"
)

// noFollow makes an open fail for a symbolic link, and not wait for a pipe.
const noFollow = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// ownedOnce returns why a file may be another's: it has several names, or another
// owner than this process. Those who may do everything may use everybody's file: what
// is written to it changes nothing else.
func ownedOnce(info fs.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	switch uid := os.Geteuid(); {
	case !ok:
		return nil
	case info.Mode().IsRegular() && st.Nlink > 1:
		return ErrManyNames
	case uid != 0 && int(st.Uid) != uid:
		return ErrNotOurs
	}
	return nil
}
