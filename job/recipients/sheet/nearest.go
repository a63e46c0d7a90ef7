package sheet

import (
	"strings"

	"mailshot/job/problem"
)

// nearest returns the name that want may be a slip of the pen for, or "". Case
// does not count; a third of the letters may be wrong.
func nearest(want string, names []string) string {
	best, bestDistance := "", 1+max(1, len(want)/3)
	for _, name := range names {
		if d := problem.Distance(strings.ToLower(want), strings.ToLower(name)); d < bestDistance {
			best, bestDistance = name, d
		}
	}
	return best
}
