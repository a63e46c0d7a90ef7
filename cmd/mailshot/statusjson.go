package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"mailshot/cmd/mailshot/events"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/reasons"
	"mailshot/job/result"
	"mailshot/job/status"
)

// statusSchema is the version of what status --json prints. Fields may be added
// to it; those that are there keep their names and what they mean.
const statusSchema = 1

type jsonStatus struct {
	Job        string          `json:"job"`
	Mailing    string          `json:"mailing"`
	Results    string          `json:"results"`
	Server     string          `json:"server"`
	Begun      bool            `json:"begun"`
	Practised  bool            `json:"practised"` // nobody has what is sent: it went to mailshot sandbox
	LastRun    *events.LastRun `json:"last_run"`
	Counts     jsonCounts      `json:"counts"`
	Failures   []jsonFailure   `json:"failures"`
	Skips      []jsonSkip      `json:"skips"` // skipped rows by reason
	Runs       []jsonRun       `json:"runs"`
	Unfinished *jsonUnfinished `json:"unfinished"`
	Mailings   []jsonMailing   `json:"mailings"`
}

type jsonMailing struct {
	Mailing string    `json:"mailing"`
	Results string    `json:"results"`
	Start   time.Time `json:"start"`
}

type jsonCounts struct {
	Sent      int    `json:"sent"`
	Temporary int    `json:"failed_temporary"`
	Permanent int    `json:"failed_permanent"`
	Unknown   int    `json:"unknown"`
	Skipped   int    `json:"skipped"`
	InFlight  int    `json:"in_flight"`
	Untried   *int   `json:"untried"`
	Unread    string `json:"untried_error,omitempty"`
}

type jsonFailure struct {
	Count    int         `json:"count"`
	Class    string      `json:"class"`
	Stage    string      `json:"stage"`
	Code     int         `json:"code,omitempty"`
	Enhanced string      `json:"enhanced,omitempty"`
	Pattern  string      `json:"pattern"`
	Other    bool        `json:"other,omitempty"`
	Example  jsonExample `json:"example"`

	Explanation *jsonExplanation `json:"explanation,omitempty"` // where the reply is known
}

type jsonExample struct {
	Time    time.Time `json:"time"`
	Row     int       `json:"row"`
	Key     string    `json:"key"`
	Address string    `json:"address"`
	Text    string    `json:"text"`
}

type jsonSkip struct {
	Count   int         `json:"count"`
	Other   bool        `json:"other,omitempty"` // for various reasons
	Varied  bool        `json:"varied"`          // the reasons are not all that of the example, but alike
	Example jsonExample `json:"example"`
}

type jsonUnknown struct {
	Time      time.Time `json:"time"`
	Run       string    `json:"run"`
	Row       int       `json:"row"`
	Key       string    `json:"key"`
	Address   string    `json:"address"`
	MessageID string    `json:"message_id"`
	Stage     string    `json:"stage"`
	Error     string    `json:"error"`
}

type jsonRun struct {
	ID          string    `json:"id"`
	Start       time.Time `json:"start"`
	Last        time.Time `json:"last_record"`
	Sent        int       `json:"sent"`
	Failed      int       `json:"failed"`
	Unknown     int       `json:"unknown"`
	Skipped     int       `json:"skipped"`
	OtherLetter bool      `json:"other_letter"`
}

type jsonUnfinished struct {
	Run    string `json:"run"`
	Alive  bool   `json:"alive"`
	Holder string `json:"holder"`
	Rows   int    `json:"rows"`
}

// statusJSON prints one object. The unknown rows come first in it and are
// printed as they are read, since there may be many.
func (p *program) statusJSON(ctx context.Context, ref mailing.Ref) error {
	w := &jsonWriter{w: p.stdout.w}
	s, err := status.Read(ctx, ref, p.statusEnv(ctx), func(r *result.Record) error {
		return w.unknown(&jsonUnknown{r.Time, r.Run, r.Row, r.Key, r.Recipient, r.MessageID, r.Stage, r.Error})
	})
	if err != nil {
		return err
	}
	return w.end(jsonOf(s))
}

func jsonOf(s *status.Report) *jsonStatus {
	j := &jsonStatus{
		Job: s.Job, Mailing: s.Mailing, Results: s.Results, Server: s.Server, Begun: s.Begun, Practised: s.Practised,
		LastRun: events.LastRunOf(s.LastRun),
		Counts: jsonCounts{
			Sent: s.Counts.Sent, Temporary: s.Counts.Temporary, Permanent: s.Counts.Permanent,
			Unknown: s.Counts.Unknown, Skipped: s.Skipped, InFlight: s.InFlight,
		},
		Failures: []jsonFailure{}, Skips: []jsonSkip{}, Runs: []jsonRun{}, Mailings: []jsonMailing{},
	}
	if s.Unread != nil {
		j.Counts.Unread = s.Unread.Error()
	} else {
		j.Counts.Untried = &s.Untried
	}
	for i := range s.Failures {
		f, e := &s.Failures[i], &s.Failures[i].Example
		failure := jsonFailure{
			f.Count, string(f.Class), f.Stage, f.Code, f.Enhanced, f.Pattern, f.Other, exampleJSON(e), nil,
		}
		if x, known := f.Explain(); known {
			explanation := explanationJSON(&x)
			failure.Explanation = &explanation
		}
		j.Failures = append(j.Failures, failure)
	}
	for i := range s.Skips {
		g := &s.Skips[i]
		j.Skips = append(j.Skips, jsonSkip{g.Count, g.Other, g.Varied, exampleJSON(&g.Example)})
	}
	for i := range s.Runs {
		r := &s.Runs[i]
		j.Runs = append(j.Runs, jsonRun{r.ID, r.Began(), r.Last, r.Sent, r.Failed, r.Unknown, r.Skipped, r.OtherLetter})
	}
	for _, l := range s.Mailings {
		j.Mailings = append(j.Mailings, jsonMailing{l.Name, l.Path, l.Begun})
	}
	if u := s.Unfinished; u != nil {
		j.Unfinished = &jsonUnfinished{u.Run, u.Alive, u.Holder, u.Rows}
	}
	return j
}

func exampleJSON(e *reasons.Example) jsonExample {
	return jsonExample{e.Time, e.Row, e.Key, e.Recipient, e.Text}
}

// A jsonWriter prints the object.
type jsonWriter struct {
	w   io.Writer
	n   int // unknown rows so far
	buf bytes.Buffer
}

// unknown prints a row of the list.
func (w *jsonWriter) unknown(u *jsonUnknown) error {
	if w.n++; w.n > 1 {
		w.buf.WriteByte(',')
	} else {
		w.begin()
	}
	b, err := encode(u)
	if err != nil {
		return err
	}
	w.buf.Write(b)
	if w.buf.Len() < 1<<15 {
		return nil
	}
	return w.flush()
}

func (w *jsonWriter) begin() { fmt.Fprintf(&w.buf, `{"schema":%d,"unknown":[`, statusSchema) }

// end prints all but the list.
func (w *jsonWriter) end(s *jsonStatus) error {
	if w.n == 0 {
		w.begin()
	}
	w.buf.WriteString("],")
	b, err := encode(s)
	if err != nil {
		return err
	}
	w.buf.Write(b[1:]) // the object is open
	w.buf.WriteByte('\n')
	return w.flush()
}

func (w *jsonWriter) flush() error {
	_, err := w.w.Write(w.buf.Bytes())
	w.buf.Reset()
	if err != nil {
		return &problem.Error{Kind: problem.CantWrite, Err: fmt.Errorf("printing the status: %w", err)}
	}
	return nil
}
