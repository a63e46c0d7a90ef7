package status

import (
	"context"
	"hash/maphash"

	"mailshot/job/index"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/recipients/sheet"
	"mailshot/job/result"
)

// A rowKeys finds the key under which the log has a row of the recipients file.
// It is asked for the rows in the order of the file, since of rows with one key
// only the first has it for its own. It takes a bit for each key that the log
// has, and some 11 octets for each that it has not.
type rowKeys struct {
	fold *result.Fold
	none bool // the log has no record of a row without a key of its own: all keys are the rows' own

	// Of a job that leaves rows out, which may leave a key to a row further down:
	filtered bool
	excluded recipients.Exclusions
	shadowed index.Bits // rows whose key stands for another row

	seen  index.Bits // places of the fold
	seed  maphash.Seed
	other index.Index // keys that the fold does not have; of hashes, which with its own are 70 bits
}

// rowKeys finds out which rows the job leaves out, if it leaves out any.
func (r *reader) rowKeys(ctx context.Context, none bool) (*rowKeys, error) {
	k := &rowKeys{fold: &r.history.Fold, none: none}
	rc := &r.job.Recipients
	if rc.Where.Value == "" && len(rc.Suppress) == 0 {
		return k, nil
	}
	filter, err := recipients.NewFilter(r.job)
	if err != nil {
		return nil, err
	}
	if err := filter.Problems().Err(); err != nil {
		return nil, err
	}
	in, err := recipients.Open(r.job, r.env.Stdin)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	sp, err := recipients.NewSpool("")
	if err != nil {
		return nil, problem.Fail(problem.Exists, "making a spool: %w", err)
	}
	defer sp.Close()
	t, err := recipients.NewTable(ctx, in, r.job, filter, sp, recipients.NewRejected(false))
	if err != nil {
		return nil, err
	}
	defer t.Free()
	if err := filter.Parse(r.job, t.Columns, r.env.Now(), r.ref.Mailing); err != nil {
		return nil, err
	}
	if err := t.Read(ctx); err != nil {
		return nil, err
	}
	k.filtered, k.excluded, k.shadowed = true, t.Excluded, t.Shadowed
	return k, nil
}

// of returns the key of a row's records, and tells whether it is the row's own.
// Where it is not, as in a duplicate, what the row has for a key is that of
// another row.
func (k *rowKeys) of(in *sheet.Row) (key string, own bool) {
	if k.none && !k.filtered && in.Key != "" {
		return in.Key, true
	}
	own = in.Key != "" && !recipients.StandsForRow(in.Key) && !k.isShadowed(in)
	r := recipients.Row{Number: in.Number, Key: in.Key}
	return r.RecordKey(own), own
}

// isShadowed reports whether the row's key stands for another row.
func (k *rowKeys) isShadowed(in *sheet.Row) bool {
	if k.filtered {
		return k.shadowed.Has(in.Number)
	}
	return k.sees(in.Key)
}

// sees reports whether a key was there before.
func (k *rowKeys) sees(key string) bool {
	if place, ok := k.fold.Slot(key); ok {
		before := k.seen.Has(place)
		k.seen.Add(place)
		return before
	}
	if k.other.Len() == 0 {
		k.seed = maphash.MakeSeed()
	}
	h := maphash.String(k.seed, key) % index.MaxValue
	if _, before := k.other.Find(key, func(other uint64) bool { return other == h }); before {
		return true
	}
	_ = k.other.Add(key, h) // which is no more than it can hold
	return false
}

// free gives the memory back.
func (k *rowKeys) free() { k.other.Free() }
