package result

import (
	"bytes"
	"testing"
	"time"
)

// Any record that can be written is read back.
func FuzzRecord(f *testing.F) {
	f.Add(int64(1), "run", 1, "key", "a@b.example", 1, "final", 250, "Ok", "", int64(5))
	f.Add(int64(-1), "=", -1, "'", "\n", 0, "\\", -7, "\xff", "\u2028;=", int64(-5))
	f.Fuzz(func(t *testing.T, milli int64, run string, row int, key, recipient string, attempt int, stage string, code int, reply, text string, n int64) {
		r := Record{Time: time.UnixMilli(milli), Run: run, Row: row, Line: -row, Key: key, Recipient: recipient, Attempt: attempt,
			Status: []Status{Sent, Failed, Unknown, Skipped}[uint(row)%4], Class: []Class{Temporary, Permanent}[uint(code)%2],
			Stage: stage, Code: code, Enhanced: text, Reply: reply, Error: text, MessageID: run, SHA256: key, Bytes: n, Duration: time.Duration(n)}
		if _, err := r.AppendLine(nil); err != nil {
			return
		}
		checkRoundTrip(t, r)
	})
}

// Any bytes are read to an end, what is taken for a record is one, and a fold
// takes it.
func FuzzRead(f *testing.F) {
	log := []byte(Header())
	for i := range 3 {
		r := sample(i)
		log, _ = r.AppendLine(log)
	}
	f.Add(log, false)
	f.Add(bytes.ReplaceAll(log, []byte(","), []byte(";")), true)
	f.Add(append([]byte(byteOrderMark), log[:len(log)-20]...), true)
	f.Add([]byte("\"\n\"\r\n,"), true)
	f.Fuzz(func(t *testing.T, b []byte, accept bool) {
		var fold Fold
		last := 0
		for e, err := range Read(bytes.NewReader(b), ReadOptions{AcceptEdited: accept}) {
			if err != nil {
				continue
			}
			if e.Number != last+1 || e.Line <= e.Number {
				t.Errorf("record %d on line %d behind record %d", e.Number, e.Line, last)
			}
			last = e.Number
			if _, err := e.Record.AppendLine(nil); err != nil {
				t.Errorf("read, but not to be written: %v", err)
			}
			if err := fold.Add(e); err == nil && fold.Of(e.Key).Status == "" {
				t.Errorf("key %q has no state", e.Key)
			}
		}
		fold.Counts()
	})
}
