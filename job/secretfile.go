package job

import (
	"errors"
	"os"

	"mailshot/job/jobfile"
)

// errSecretFile is a path of a row that leads to a secret.
var errSecretFile = errors.New("the job has it as a secret")

// checkRowFile sees that a file is one that a row's cells may name: a regular
// one, and none in which the job has a secret.
func checkRowFile(j *jobfile.Job, info os.FileInfo) error {
	if err := regular(info); err != nil {
		return err // which must not be opened: a pipe would wait
	}
	for _, name := range j.SecretFiles() {
		if secret, err := os.Stat(j.Resolve(name)); err == nil && os.SameFile(secret, info) {
			return errSecretFile
		}
	}
	return nil
}
