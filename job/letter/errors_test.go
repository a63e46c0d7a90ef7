package letter

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"mailshot/job/attachment"
	"mailshot/job/problem"
	"mailshot/transport/message"
)

// A file that this machine can't open just now, or that is not what was checked, is
// no lasting fault of the row.
func TestTemporary(t *testing.T) {
	for _, tt := range []struct {
		err       error
		temporary bool
	}{
		{problem.FileError{Path: "a.pdf", Err: &fs.PathError{Op: "openat", Path: "a.pdf", Err: syscall.EMFILE}}, true},
		{problem.FileError{Path: "a.pdf", Err: &fs.PathError{Op: "openat", Path: "a.pdf", Err: fs.ErrNotExist}}, true},
		{problem.FileError{Path: "a.pdf", Err: attachment.ErrChanged}, true},
		{fmt.Errorf("a.pdf: %w", message.ErrFileSize), true},
		{errors.New("it leads out of the job's directory"), false},
		{errors.New("the subject is empty"), false},
	} {
		err := fmt.Errorf("row: %w", tt.err)
		if got := Temporary(err); got != tt.temporary {
			t.Errorf("Temporary(%v) = %t; want %t", err, got, tt.temporary)
		}
	}
}
