package result

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// A dataSyncFile is synced by fdatasync(2), which leaves out the times of the
// file: no reader needs them, and to write them takes longer than the data.
type dataSyncFile struct{ *os.File }

// dataSynced returns what was opened as a File.
func dataSynced(f *os.File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return dataSyncFile{f}, nil
}

// Sync makes what was written durable, and the size of the file.
func (f dataSyncFile) Sync() error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) {
		for failed = syscall.Fdatasync(int(fd)); failed == syscall.EINTR; failed = syscall.Fdatasync(int(fd)) {
		}
	})
	if err = errors.Join(err, failed); err != nil {
		err = &fs.PathError{Op: "sync", Path: f.Name(), Err: err}
	}
	return err
}
