package advice

import (
	"strconv"
	"strings"
	"time"

	"mailshot/template/lazyregexp"
)

// waits finds a time in a reply that says when to come again.
var waits = lazyregexp.New(`(?i)(?:again|retry|later|wait|after|delay(?:ed)?|greylist(?:ed|ing)?)\b[^0-9]{0,40}?([0-9]{1,6}) ?(s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b`)

// Wait returns how long a reply asks to wait; 0 if it does not say.
func Wait(text string) time.Duration {
	m := waits().FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	unit := time.Second
	switch strings.ToLower(m[2])[0] {
	case 'm':
		unit = time.Minute
	case 'h':
		unit = time.Hour
	}
	return time.Duration(n) * unit
}
