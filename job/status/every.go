package status

import (
	"context"

	"mailshot/job/mailing"
	"mailshot/job/result"
)

// A Digest is that of the log as far as it was read.
type Digest struct {
	SHA256 string // hex
	Octets int64  // so many from the log's beginning
}

// A Visitor is shown the records of a log, in their order and without secrets.
type Visitor interface {
	// Begin is given the counts before the first record.
	Begin(*Report)
	// Visit is given a record, which is valid until it returns, and whether that decides the state
	// of its row.
	Visit(r *result.Record, decides bool)
	// Again reports, when there is no more record, whether all are to be shown once more.
	Again() bool
}

// ReadEvery is Read, and shows each record of the log to v. If run is not "", the report is by the
// records of that run alone, and these are shown. A log without a record is not shown.
func ReadEvery(ctx context.Context, ref mailing.Ref, env Env, run string, v Visitor) (*Report, Digest, error) {
	r, err := newReader(ctx, ref, env)
	if err != nil {
		return nil, Digest{}, err
	}
	s, err := r.look(ctx)
	if err != nil {
		return nil, Digest{}, err
	}
	defer func() { r.history.Fold.Free() }()
	if err := r.narrow(run); err != nil {
		return nil, Digest{}, err
	}
	if run != "" {
		s = r.narrowed(s)
	}
	if !r.history.Begun() {
		return s, Digest{}, nil
	}
	r.every = v.Visit
	v.Begin(s)
	none := func(*result.Record) error { return nil }
	if err := r.rest(ctx, s, none); err != nil {
		return nil, Digest{}, err
	}
	for v.Again() {
		if err := r.records(ctx, s, none); err != nil {
			return nil, Digest{}, err
		}
	}
	var d Digest
	if d.SHA256, d.Octets, err = r.history.Digest(); err != nil {
		return nil, Digest{}, mailing.Unreadable(r.history.Path, err)
	}
	return s, d, nil
}

// narrowed returns the report by the records of a run alone, of which rows that are on their way
// are none.
func (r *reader) narrowed(all *Report) *Report {
	s := r.count(nil)
	s.Begun, s.Unfinished = all.Begun, all.Unfinished
	if s.LastRun != nil && s.LastRun.Run != r.run {
		s.LastRun = nil
	}
	return s
}
