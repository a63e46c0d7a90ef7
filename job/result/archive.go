package result

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// Archive renames the log to path, and its journal, if there is one, to path
// with the suffix ".journal". Afterwards h is without records, and Begin makes
// a new log; until then a power cut may undo the renames. The caller holds the
// lock of the log and sees to it that no file has one of the new names.
func (h *History) Archive(path string) error {
	for _, suffix := range []string{"", journalSuffix} {
		if err := h.fsys.Rename(h.path+suffix, path+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("renaming the old results log: %w", err)
		}
	}
	h.Fold.Free()
	*h = *NewHistory(h.fsys, h.path, h.options, h.Fold.Compare)
	return nil
}

// ArchiveName returns a path for Archive: in the same directory, with now in
// UTC before the extension. No file has that name, nor that of its journal.
func (h *History) ArchiveName(now time.Time) (string, error) {
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
