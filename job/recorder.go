package job

import "mailshot/job/result"

// A Recorder keeps what becomes of each attempt. Its methods are called by
// several goroutines at once.
type Recorder interface {
	// Intend is told that the MAIL flight of an attempt is about to leave. The
	// record is the one that the attempt gets if nothing more becomes known.
	// It must not wait: the round trip hides the writing.
	Intend(*result.Record) Intent
	// Record keeps outcomes. After an error nothing more may be sent, and it is
	// not known which of them are kept.
	Record(...*result.Record) error
}

// An Intent is a promise to keep what was intended.
type Intent interface {
	// Durable waits until the intent would survive a power cut. After an error
	// the message must not be committed.
	Durable() error
}

// logRecorder keeps intents in the journal and outcomes in the results log.
type logRecorder struct{ *result.Writer }

func (r logRecorder) Intend(rec *result.Record) Intent { return r.Writer.Intend(rec) }
