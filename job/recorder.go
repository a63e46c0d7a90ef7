package job

import (
	"sync/atomic"

	"mailshot/job/result"
)

// A Recorder keeps what becomes of each attempt. Its methods are called by
// several workers at once.
type Recorder interface {
	// Intend is told that the MAIL flight of an attempt is about to leave. The
	// record is the one that the attempt gets if nothing more becomes known.
	// It must not wait: the round trip hides the writing.
	Intend(*result.Record) Intent
	// Record keeps the outcome. After an error nothing more may be sent.
	Record(*result.Record) error
}

// An Intent is a promise to keep what was intended.
type Intent interface {
	// Durable waits until the intent would survive a power cut. After an error
	// the message must not be committed.
	Durable() error
}

// logRecorder appends records to the results log. Intents are not kept yet: a
// process that is killed between MAIL and its record leaves no trace of the
// attempt.
type logRecorder struct {
	log    *result.Log
	broken atomic.Pointer[error] // why the log can't be written; nil: it can
}

// Intend keeps nothing, but stops who comes when the log is broken.
func (r *logRecorder) Intend(*result.Record) Intent { return r }

// Durable gives the error of a log that can't be written any more: sessions in
// flight then end before their commit point.
func (r *logRecorder) Durable() error {
	if err := r.broken.Load(); err != nil {
		return *err
	}
	return nil
}

func (r *logRecorder) Record(rec *result.Record) error {
	err := r.log.Append(rec)
	if err != nil {
		r.broken.Store(&err)
	}
	return err
}
