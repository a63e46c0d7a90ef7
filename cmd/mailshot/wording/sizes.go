package wording

import (
	"fmt"
	"time"
)

// Took returns how long something took, in hundredths of a second up to ten seconds, then in seconds.
func Took(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// ShortTime returns a time that people compare with others; "" is none.
func ShortTime(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d < time.Millisecond:
		return "<1ms"
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}

// Octets returns a size as people say it.
func Octets(n int64) string {
	unit, words := int64(1), []string{"kB", "MB", "GB", "TB"}
	if n < 1000 {
		return fmt.Sprintf("%d octets", n)
	}
	for len(words) > 1 && n >= 999_950*unit {
		unit *= 1000
		words = words[1:]
	}
	return fmt.Sprintf("%.1f %s", float64(n)/float64(1000*unit), words[0])
}
