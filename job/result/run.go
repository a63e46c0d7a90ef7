package result

import (
	"fmt"
	"strings"
	"time"

	"mailshot/job/result/celltext"
)

// runTime is the format of the start in the id of a run, in UTC.
const runTime = "20060102T150405.000Z"

// RunID returns the id of a run: the job's name, the run's start in UTC to the
// millisecond, and the digest of the letter, eight lower-case hex digits:
// NAME-20261123T140501.123Z-9c41d2ab.
func RunID(name string, start time.Time, digest string) string {
	return name + "-" + start.UTC().Format(runTime) + "-" + digest
}

// ParseRun returns the parts of the id of a run. The name may contain hyphens.
func ParseRun(id string) (name string, start time.Time, digest string, err error) {
	rest, digest, _ := cutLast(id)
	name, stamp, ok := cutLast(rest)
	if _, hexed := celltext.Hex(digest, 8); !ok || !hexed || len(digest) != 8 || name == "" {
		return "", time.Time{}, "", fmt.Errorf("run %q is not NAME-TIME-DIGEST", id)
	}
	start, err = time.Parse(runTime, stamp)
	if err != nil {
		return "", time.Time{}, "", fmt.Errorf("run %q has no start such as %s", id, runTime)
	}
	return name, start, digest, nil
}

// cutLast slices s around its last hyphen.
func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '-')
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+1:], true
}
