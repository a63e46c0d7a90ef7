//go:build unix

package quota

import (
	"errors"
	"os"
	"path/filepath"
)

// syncDirs makes the name of a new file in dir durable, and that of dir, which may
// be new.
func syncDirs(dir string) error {
	return errors.Join(syncDir(dir), syncDir(filepath.Dir(dir)))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
