package quota

import (
	"cmp"
	"path/filepath"
	"strings"
)

// Dir returns the directory of what is remembered beyond a mailing: the one that is given, or that
// of the service (systemd.exec(5), of several the first), or the user's (XDG Base Directory
// Specification, which ignores relative paths); "" if there is none.
func Dir(lookup func(string) (string, bool), given string) string {
	get := func(name string) string {
		v, _ := lookup(name)
		if !filepath.IsAbs(v) {
			return ""
		}
		return v
	}
	first, _, _ := strings.Cut(get("STATE_DIRECTORY"), ":")
	below := func(dir string, elements ...string) string {
		if dir == "" {
			return ""
		}
		return filepath.Join(append([]string{dir}, elements...)...)
	}
	return cmp.Or(given, first, below(get("XDG_STATE_HOME"), "mailshot"), below(get("HOME"), ".local", "state", "mailshot"))
}
