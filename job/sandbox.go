package job

import (
	"fmt"
	"sync"

	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport"
	"mailshot/transport/sandbox"
)

// startSandbox starts the capture server in place of the job's: no TLS, no
// password, and nothing leaves the machine.
func (m *mailing) startSandbox() (target, func(), error) {
	if !m.options.Rerun {
		if err := emptySandbox(m.place); err != nil {
			return target{}, nil, &problem.Error{Kind: problem.Exists, Err: err}
		}
	}
	names := &rowNames{rows: make(map[string]int)}
	s := &sandbox.Server{Dir: m.place.sandbox, Name: names.of}
	addr, err := s.Start()
	if err != nil {
		return target{}, nil, problem.Fail(problem.Exists, "starting the sandbox: %w", err)
	}
	d := &transport.Dialer{Addr: addr, TLSMode: transport.Plaintext, Trace: m.env.Trace, Grace: replyGrace, DialContext: m.env.Dial}
	return target{dialer: d, recorder: func(r Recorder) Recorder { return namingRecorder{r, names} }}, func() { _ = s.Close() }, nil
}

// rowNames knows under which Message-IDs rows are on their way, so that the
// sandbox can name messages by row.
type rowNames struct {
	mu   sync.Mutex // guards rows
	rows map[string]int
}

// of gives the name for a message, or "" if it is none of this run's.
func (n *rowNames) of(messageID string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	row, ok := n.rows[messageID]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%06d", row)
}

// namingRecorder tells the sandbox what is coming.
type namingRecorder struct {
	Recorder
	names *rowNames
}

func (r namingRecorder) Intend(rec *result.Record) Intent {
	r.names.mu.Lock()
	r.names.rows[rec.MessageID] = rec.Row
	r.names.mu.Unlock()
	return r.Recorder.Intend(rec)
}

func (r namingRecorder) Record(recs ...*result.Record) error {
	r.names.mu.Lock()
	for _, rec := range recs {
		delete(r.names.rows, rec.MessageID)
	}
	r.names.mu.Unlock()
	return r.Recorder.Record(recs...)
}
