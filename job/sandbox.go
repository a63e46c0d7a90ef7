package job

import (
	"errors"
	"fmt"
	"sync"

	"mailshot/job/delivery"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/job/server"
	"mailshot/transport"
	"mailshot/transport/sandbox"
)

// startSandbox starts the capture server in place of the job's: no TLS, no
// password, and nothing leaves the machine.
func (s *sending) startSandbox() (target, error) {
	if !s.rerun {
		if err := s.paths.EmptySandbox(); err != nil {
			return target{}, &problem.Error{Kind: problem.Exists, Err: err}
		}
	}
	names := &rowNames{rows: make(map[string]int)}
	list, err := s.paths.OpenSandboxList()
	if err != nil {
		return target{}, problem.Fail(problem.Exists, "listing the files of the sandbox: %w", err)
	}
	srv := &sandbox.Server{Dir: s.paths.Sandbox, Name: names.of, Making: list.Add}
	addr, err := srv.Start()
	if err != nil {
		return target{}, problem.Fail(problem.Exists, "starting the sandbox: %w", errors.Join(err, list.Close()))
	}
	d := &transport.Dialer{Addr: addr, TLSMode: transport.Plaintext, Trace: s.env.Trace, Grace: server.ReplyGrace, DialContext: s.env.Dial}
	naming := func(r delivery.Recorder) delivery.Recorder { return namingRecorder{r, names} }
	return target{dialer: d, recorder: naming, close: func() { _ = errors.Join(srv.Close(), list.Close()) }}, nil
}

// rowNames knows under which Message-IDs rows are on their way, so that the
// sandbox can name messages by row.
type rowNames struct {
	mu   sync.Mutex // guards rows
	rows map[string]int
}

// of returns the name for a message, or "" if it is none of this run's.
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
	delivery.Recorder
	names *rowNames
}

// Arm implements delivery.Recorder.
func (r namingRecorder) Arm(rec *result.Record) delivery.Intent {
	r.names.mu.Lock()
	r.names.rows[rec.MessageID] = rec.Row
	r.names.mu.Unlock()
	return r.Recorder.Arm(rec)
}

// Record implements delivery.Recorder.
func (r namingRecorder) Record(recs ...*result.Record) error {
	r.names.mu.Lock()
	for _, rec := range recs {
		delete(r.names.rows, rec.MessageID)
	}
	r.names.mu.Unlock()
	return r.Recorder.Record(recs...)
}
