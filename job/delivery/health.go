package delivery

import (
	"fmt"
	"strings"
	"time"

	"mailshot/job/result"
)

// Waits of the host's failures, and the number of equal refusals of the
// sender that end a run.
const (
	firstPause     = time.Second
	longestPause   = time.Minute
	senderRefusals = 3
)

// health watches how sessions end and says when to pause and when to give up.
// It belongs to one goroutine.
type health struct {
	giveUp int // equal failures in a row that stop the run; 0: never

	hostFailures int       // in a row; those of one wave of sessions are one
	pausedAt     time.Time // the last host failure that counted
	probing      bool      // one session only, until one reaches MAIL

	last  string // what the last failed rows have in common
	equal int    // how many of them in a row
}

// width returns how many sessions may be open, of the workers there are.
func (h *health) width(workers int) int {
	if h.probing {
		return 1
	}
	return workers
}

// hostFailed is told of a session, begun at a time, that ended before MAIL
// for a reason that is the host's. It gives the pause that all starts make,
// or zero where the failure belongs to a wave that was counted, and whether
// it is time to give up.
func (h *health) hostFailed(begun, now time.Time) (pause time.Duration, stop bool) {
	if h.hostFailures > 0 && !begun.After(h.pausedAt) {
		return 0, false
	}
	h.hostFailures++
	h.pausedAt, h.probing = now, true
	if h.giveUp > 0 && h.hostFailures >= h.giveUp {
		return 0, true
	}
	pause = longestPause
	if n := h.hostFailures - 1; n < 6 {
		pause = min(firstPause<<n, longestPause)
	}
	return pause, false
}

// reached is told that a session, begun at a time, got as far as MAIL: the host
// is well, unless it failed since.
func (h *health) reached(begun time.Time) {
	if begun.After(h.pausedAt) {
		h.hostFailures, h.probing = 0, false
	}
}

// recorded is told of a row's record, in the order in which attempts end. It
// gives the reason to stop, or "".
func (h *health) recorded(rec *result.Record) string {
	kind := sameness(rec)
	if kind == "" || kind != h.last {
		h.last, h.equal = kind, 0
	}
	if kind == "" {
		return ""
	}
	h.equal++
	switch {
	case rec.Stage == "mail" && rec.Code >= 500 && h.equal >= senderRefusals:
		return fmt.Sprintf("the server refused the sender of %d messages in a row: %s", h.equal, reply(rec))
	case h.giveUp > 0 && h.equal >= h.giveUp:
		return fmt.Sprintf("%d in a row ended alike: %s", h.equal, reply(rec))
	}
	return ""
}

// sameness says what a failure has in common with others of its kind, or ""
// where it speaks of the one row alone: success, an address that is wrong
// (RFC 3463, section 3.2, or without an enhanced code 550, 551 and 553 to
// RCPT), or greylisting (RFC 6647).
func sameness(rec *result.Record) string {
	switch {
	case rec.Status == result.Sent || rec.Status == result.Skipped:
		return ""
	case rec.Stage != "mail" && ofRecipient(rec.Enhanced):
		return ""
	case rec.Stage == "rcpt" && (rec.Code == 450 || rec.Code == 451):
		return ""
	case rec.Stage == "rcpt" && rec.Enhanced == "" && (rec.Code == 550 || rec.Code == 551 || rec.Code == 553):
		return ""
	case rec.Code == 0 && rec.Class == result.Permanent:
		return "" // found here, without asking the server
	case rec.Code == 0:
		return "no reply at " + rec.Stage
	case rec.Stage == "mail":
		return fmt.Sprintf("%d at mail", rec.Code)
	}
	return fmt.Sprint(rec.Code)
}

// ofRecipient reports whether an enhanced code speaks of the recipient's address:
// x.1.x, but for x.1.7 and x.1.8, which are about the sender's (RFC 3463,
// section 3.2).
func ofRecipient(enhanced string) bool {
	_, rest, _ := strings.Cut(enhanced, ".")
	return strings.HasPrefix(rest, "1.") && rest != "1.7" && rest != "1.8"
}

func reply(rec *result.Record) string {
	if rec.Code == 0 {
		return rec.Error
	}
	if rec.Enhanced != "" {
		return fmt.Sprintf("%d %s %s", rec.Code, rec.Enhanced, rec.Reply)
	}
	return fmt.Sprintf("%d %s", rec.Code, rec.Reply)
}
