package jobfile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Rate is a number of attempts in a time. The zero Rate is no limit.
type Rate struct {
	Count int
	Per   time.Duration
}

// ParseRate returns a rate such as "50/5m", "10/s" or "600/h": a count, and a time with s, m or h
// for one second, minute or hour. Both are more than zero.
func ParseRate(s string) (Rate, error) {
	errForm := errors.New("must be a count and a time such as 50/5m, 10/s or 600/h")
	count, per, ok := strings.Cut(s, "/")
	if !ok {
		return Rate{}, errForm
	}
	n, err := parseDecimal(count)
	if err != nil || n < 1 {
		return Rate{}, errForm
	}
	if per == "s" || per == "m" || per == "h" {
		per = "1" + per
	}
	d, err := time.ParseDuration(per)
	if err != nil || d <= 0 {
		return Rate{}, errForm
	}
	return Rate{Count: n, Per: d}, nil
}

// String returns r as ParseRate reads it, but "no limit" for the zero Rate.
func (r Rate) String() string {
	if r == (Rate{}) {
		return "no limit"
	}
	per := r.Per.String()
	if strings.HasSuffix(per, "m0s") {
		per = strings.TrimSuffix(per, "0s")
	}
	if strings.HasSuffix(per, "h0m") {
		per = strings.TrimSuffix(per, "0m")
	}
	if per == "1s" || per == "1m" || per == "1h" {
		per = per[1:]
	}
	return fmt.Sprintf("%d/%s", r.Count, per)
}

// parseDecimal returns a whole number as people write it: digits without a leading zero, at most
// with a minus.
func parseDecimal(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err == nil && strconv.Itoa(n) != s {
		err = strconv.ErrSyntax
	}
	return n, err
}
