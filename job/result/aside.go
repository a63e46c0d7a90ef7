package result

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// PutAside renames the log to path, and its journal if there is one to path and
// ".journal", so that both can be made anew; h is then without records. Nothing
// may stand under the new names. They are durable when Begin has made a log.
func (h *History) PutAside(path string) error {
	for _, suffix := range []string{"", journalSuffix} {
		if err := h.fsys.Rename(h.path+suffix, path+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("renaming the old results log: %w", err)
		}
	}
	h.Fold.Free()
	*h = *NewHistory(h.fsys, h.path, h.options, h.Fold.Compare)
	return nil
}

// AsideName gives a name for a log that is put aside: beside it, with the time
// in it, and still with its extension. Neither it nor the name of its journal
// is taken.
func (h *History) AsideName(now time.Time) (string, error) {
	ext := filepath.Ext(h.path)
	stem := strings.TrimSuffix(h.path, ext) + now.UTC().Format(".until-20060102T150405Z")
	for n := 1; ; n++ {
		path := stem + ext
		if n > 1 {
			path = fmt.Sprintf("%s-%d%s", stem, n, ext)
		}
		free := true
		for _, suffix := range []string{"", journalSuffix} {
			switch _, err := h.fsys.Stat(path + suffix); {
			case err == nil:
				free = false
			case !errors.Is(err, fs.ErrNotExist):
				return "", fmt.Errorf("naming the old results log: %w", err)
			}
		}
		if free {
			return path, nil
		}
	}
}
