package attachment

import (
	"errors"
	"os"
	"strings"

	"mailshot/job/jobfile"
)

// errOwnFile is a path of a row that leads to what is not for recipients.
var errOwnFile = errors.New("this is a file of the job itself, and for no recipient")

// checkRowFile sees that a file is one that a row's cells may name: a regular
// one, and none of the job's own. Logs of other mailings are known by their
// names.
func checkRowFile(j *jobfile.Job, info os.FileInfo) error {
	if err := regular(info); err != nil {
		return err // which must not be opened: a pipe would wait
	}
	if strings.Contains(info.Name(), ".results.csv") {
		return errOwnFile
	}
	for _, name := range j.OwnFiles() {
		if own, err := os.Stat(name); err == nil && os.SameFile(own, info) {
			return errOwnFile
		}
	}
	return nil
}
