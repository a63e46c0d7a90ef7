package marks

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// A place is a directory that marks may be in.
type place struct {
	dir string
	uid int // whose it must be
}

// File systems whose files are in memory alone, as statfs(2) has their types.
const (
	tmpfs = 0x01021994
	ramfs = 0x858458f6
)

var errPlace = errors.New("it is no directory of the user's own, in memory")

// make makes the directory if there is none, and checks it.
func (p place) make() error {
	_ = os.Mkdir(p.dir, 0o700)
	return p.check()
}

// check returns an error unless the directory is the user's own, no link, in memory-backed
// storage, and nobody else may do anything there.
func (p place) check() error {
	var st syscall.Stat_t
	if err := syscall.Lstat(p.dir, &st); err != nil {
		return err
	}
	if st.Mode&syscall.S_IFMT != syscall.S_IFDIR || st.Mode&0o077 != 0 || int(st.Uid) != p.uid {
		return errPlace
	}
	var at syscall.Statfs_t
	if err := syscall.Statfs(p.dir, &at); err != nil {
		return err
	}
	if kind := uint32(at.Type); kind != tmpfs && kind != ramfs {
		return errPlace
	}
	return nil
}

// path returns the path of the marks for a log: by its directory and its last name, whatever leads
// there.
func (p place) path(log string) (string, error) {
	var st syscall.Stat_t
	if err := syscall.Stat(filepath.Dir(log), &st); err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %s", st.Dev, st.Ino, filepath.Base(log)))
	return filepath.Join(p.dir, fmt.Sprintf("%x", sum[:16])), nil
}

// headOf returns the line that the marks of a journal begin with in a file of this boot, of this
// mount of its file system. It is an error if the file is none of the user's own.
func headOf(f *os.File, journal string) ([]byte, error) {
	var st syscall.Stat_t
	if err := syscall.Fstat(int(f.Fd()), &st); err != nil {
		return nil, err
	}
	if st.Mode&syscall.S_IFMT != syscall.S_IFREG || st.Mode&0o077 != 0 || int(st.Uid) != os.Geteuid() || st.Nlink != 1 {
		return nil, errors.New("it is no file of the user's own")
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return nil, err
	}
	mount, err := mountOf(f)
	if err != nil {
		return nil, err
	}
	line := fmt.Appendf(nil, "mailshot marks v1,%s,%s,%d,%d,%s\n", bytes.TrimSpace(boot), mount, st.Dev, st.Ino, journal)
	if len(line) > head || len(boot) == 0 || journal == "" {
		return nil, errors.New("it has no head")
	}
	return line, nil
}

// mountOf returns the id of the mount that a file was opened in.
func mountOf(f *os.File) (string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", f.Fd()))
	if err != nil {
		return "", err
	}
	for line := range bytes.Lines(text) {
		if id, ok := bytes.CutPrefix(line, []byte("mnt_id:")); ok {
			return string(bytes.TrimSpace(id)), nil
		}
	}
	return "", errors.New("its mount is not known")
}
