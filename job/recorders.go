package job

import (
	"sync"

	"mailshot/job/delivery"
	"mailshot/job/plan"
	"mailshot/job/result"
)

// logRecorder keeps intents in the journal and outcomes in the results log.
type logRecorder struct{ *result.Writer }

// Arm implements delivery.Recorder.
func (r logRecorder) Arm(rec *result.Record) delivery.Intent { return r.Writer.Arm(rec) }

// outcomes is a Recorder that remembers what became of each key last.
type outcomes struct {
	delivery.Recorder
	mu   sync.Mutex               // guards last
	last map[string]result.Status // nil: nothing is remembered
}

func newOutcomes(r delivery.Recorder, remember bool) *outcomes {
	o := &outcomes{Recorder: r}
	if remember {
		o.last = make(map[string]result.Status)
	}
	return o
}

// Record implements delivery.Recorder.
func (o *outcomes) Record(recs ...*result.Record) error {
	if o.last != nil {
		o.mu.Lock()
		for _, rec := range recs {
			o.last[rec.Key] = rec.Status
		}
		o.mu.Unlock()
	}
	return o.Recorder.Record(recs...)
}

// report tells what became of the rows that were asked for by their keys: of the
// second copies, and which keys are to be tried once more.
func (o *outcomes) report(r *Report, second []plan.SecondCopy, keys []string) {
	if o.last == nil {
		return
	}
	for i := range second {
		second[i].Now = o.last[second[i].Key]
	}
	r.Again = second
	var unknown []string
	for _, key := range keys {
		switch o.last[key] {
		case result.Sent:
		case result.Unknown:
			unknown = append(unknown, key)
		default:
			r.Unsent = append(r.Unsent, key)
		}
	}
	if len(r.Unsent) == 0 {
		r.Unsent = unknown
	}
}
