package events

import (
	"bytes"

	"mailshot/job/result"
)

// An attempt is a line of the results log. Its fields have the names of the
// columns.
type attempt struct {
	head             // whose time is that of the record
	Run       string `json:"run,omitempty"`
	Row       int    `json:"row,omitempty"`
	Line      int    `json:"line,omitempty"`
	Key       string `json:"key,omitempty"`
	Recipient string `json:"recipient,omitempty"`
	Attempt   int    `json:"attempt,omitempty"`
	Status    string `json:"status,omitempty"`
	Class     string `json:"class,omitempty"`
	Stage     string `json:"stage,omitempty"`
	Code      int    `json:"code,omitempty"`
	Enhanced  string `json:"enhanced,omitempty"`
	Reply     string `json:"reply,omitempty"`
	Error     string `json:"error,omitempty"`
	MessageID string `json:"message_id,omitempty"`
	SHA256    string `json:"sha256,omitempty"`
	Bytes     int64  `json:"bytes,omitempty"`
	Duration  int64  `json:"duration_ms,omitempty"`
	Sum       string `json:"sum,omitempty"` // by which the line in the log is found
}

func attemptOf(r *result.Record) attempt {
	return attempt{
		head: head{version, "attempt", stamp(r.Time)}, Run: r.Run, Row: r.Row, Line: r.Line, Key: r.Key, Recipient: r.Recipient,
		Attempt: r.Attempt, Status: string(r.Status), Class: string(r.Class), Stage: r.Stage, Code: r.Code, Enhanced: r.Enhanced,
		Reply: r.Reply, Error: r.Error, MessageID: r.MessageID, SHA256: r.SHA256, Bytes: r.Bytes,
		Duration: r.Duration.Milliseconds(), Sum: sumOf(r),
	}
}

// sumOf returns the last cell of the record's line.
func sumOf(r *result.Record) string {
	line, err := r.AppendLine(nil)
	if err != nil {
		return "" // no record that was written
	}
	line = bytes.TrimSpace(line)
	return string(line[bytes.LastIndexByte(line, ',')+1:])
}
