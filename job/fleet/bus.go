package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// A Bus carries messages; a Conn is one. It may lose them, repeat them, and bring them late. Its
// methods are safe for concurrent use.
type Bus interface {
	Publish(subject string, data []byte) error
	// Subscribe has f called with each message, one after the other, until stop is called.
	Subscribe(subject string, f func(data []byte)) (stop func(), err error)
}

const (
	subjectRuns = "mailshot.runs"
	anyRun      = "*"
)

// token makes a part of a subject from a run's id.
func token(run string) string {
	sum := sha256.Sum256([]byte(run))
	return hex.EncodeToString(sum[:12])
}

func subjectReport(run string) string { return "mailshot." + token(run) + ".report" }

// subjectTo returns the subject of what is for one start of a worker.
func subjectTo(token, worker, nonce string) string {
	return "mailshot." + token + ".to." + worker + "." + nonce
}

// isToken reports whether a worker's id or nonce may be a part of a subject.
func isToken(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// Server returns the digest by which a run and a worker compare where they send to, and as whom.
func Server(host, user string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q", strings.ToLower(host), user))
	return hex.EncodeToString(sum[:])
}

// An announcement says which run there is.
type announcement struct {
	Version    int    `json:"version"`
	Run        string `json:"run"`
	Server     string `json:"server"`
	PerSession int    `json:"per_session"`
	Looks      bool   `json:"looks,omitempty"`
	Over       bool   `json:"over,omitempty"`
}

const thisVersion = 1
