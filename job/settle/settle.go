// Package settle records in a log what the user found out about rows that are unknown.
package settle

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mailshot/job/address"
	"mailshot/job/jobfile"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// A Finding is what the user found out about unknown rows.
type Finding struct {
	Keys []string // as they are typed: keys or addresses, or several with commas between
	From string   // a file with further keys, in the column of the recipients file; "": there is none
	Sent bool     // they have the message; else they do not
	Undo bool     // they are unknown again, whatever was settled; Sent says nothing
	Note string   // is kept in the log
}

// A Report says what was settled.
type Report struct {
	Results string
	Keys    []string // as the log has them, each once
	Unknown int      // rows that are still unknown
}

// An Env is what the program lends to a settlement. Nil fields are what their comments
// say.
type Env struct {
	Now    func() time.Time // nil: time.Now
	Holder string           // named in the lock file: who settles, and since when
	Files  result.FS        // where the results log and its journal are; nil: the system's files
}

// Record records for rows that are unknown, or were settled before, whether they were
// sent: for all of the keys, or for none if one of them is of another row. It needs no
// recipients.
func Record(ref mailing.Ref, f Finding, env Env) (report *Report, err error) {
	if env.Now == nil {
		env.Now = time.Now
	}
	x := &settlement{Finding: f, ref: ref, start: env.Now()}
	if x.job, err = ref.Load(); err != nil {
		return nil, err
	}
	x.paths = ref.Paths(x.job)
	if !x.paths.HaveDir() {
		x.paths.Resolve() // there is no log, nor a place for its lock
		return x.settle(env)
	}
	lock, err := x.paths.TryLock(env.Holder)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if err := x.paths.RemoveSpool(); err != nil {
		return nil, err
	}
	return x.settle(env)
}

// A settlement is what is recorded of rows of a mailing.
type settlement struct {
	Finding
	ref     mailing.Ref
	job     *jobfile.Job
	paths   mailing.Paths
	start   time.Time
	history *mailing.History
}

// read reads what the log says, and recovers it after a run that was cut off.
func (x *settlement) read(env Env) error {
	x.history = x.ref.History(x.paths, env.Files)
	if err := x.history.Read(); err != nil {
		return x.history.LostLog(err, x.ref.Command)
	}
	if err := x.history.CheckJob(x.job); err != nil {
		return err
	}
	if err := x.history.Recover(); err != nil {
		return err
	}
	if !x.history.Begun() {
		return problem.Fail(problem.NoInput, "there is nothing to settle: %s", x.history.None()).WithHint("%s", x.ref.Command("run"))
	}
	return nil
}

func (x *settlement) settle(env Env) (*Report, error) {
	if err := x.read(env); err != nil {
		return nil, err
	}
	defer x.history.Fold.Free()
	rows, err := x.rows()
	if err != nil {
		return nil, err
	}
	r := &Report{Results: x.paths.Results}
	var records []result.Record
	for _, u := range rows {
		r.Keys = append(r.Keys, u.key)
		records = append(records, u.settle(x.Finding, x.start)...)
	}
	// Its digest is that of the letter that is settled about, as it went.
	run := result.RunID(x.ref.RunName(x.job), x.start, mailing.LetterDigest(rows[len(rows)-1].last().Run))
	log, err := x.history.Begin(run)
	if err != nil {
		return nil, problem.Fail(problem.Exists, "%w", err)
	}
	for i := range records {
		records[i].Run = run
		if err = log.Record(&records[i]); err != nil {
			break // Close fails, too
		}
	}
	if err := log.Close(); err != nil {
		return nil, problem.Fail(problem.CantWrite, "%w", err).WithHint("some of it may be recorded; see %s", x.ref.Command("status"))
	}
	r.Unknown = x.history.Fold.Counts().Unknown
	for _, u := range rows {
		switch before := x.history.Fold.Of(u.key).Status == result.Unknown; {
		case before && !x.Undo:
			r.Unknown--
		case !before && x.Undo:
			r.Unknown++
		}
	}
	return r, nil
}

// rows finds out about the keys, or says which of them can't be settled.
func (x *settlement) rows() ([]*settledRow, error) {
	keys, err := x.keys()
	if err != nil {
		return nil, err
	}
	var all []*settledRow
	var wrong []string
	of := make(map[string]*settledRow)
	for _, k := range keys {
		if of[k.key] != nil {
			continue
		}
		if why := x.refused(k.key); why != "" {
			wrong = append(wrong, k.place+why)
			continue
		}
		of[k.key] = &settledRow{key: k.key}
		all = append(all, of[k.key])
	}
	if more := len(wrong) - problem.Listed; more > 0 {
		wrong = append(wrong[:problem.Listed], fmt.Sprintf("… and %d more", more))
	}
	if wrong != nil {
		return nil, problem.Fail(problem.BadData, "%s", strings.Join(wrong, "\n")).WithHint("nothing was settled; the rows that are unknown: %s", x.ref.Command("status"))
	}
	err = x.history.Each(func(e result.Entry) error {
		if u := of[e.Key]; u != nil {
			u.add(e)
		}
		return nil
	})
	for _, u := range all {
		if err == nil && len(u.unknown) == 0 {
			err = problem.Fail(problem.BadData, "%s: the log lacks the attempt that was settled", u.key).WithHint("nothing was settled; restore %s", x.paths.Results)
		}
	}
	return all, err
}

// refused says why a key can't be settled; "" if it can.
func (x *settlement) refused(key string) string {
	st := x.history.Fold.Of(key)
	settled := x.history.Fold.Settled(key)
	if settled || st.Status == result.Unknown && !x.Undo {
		return ""
	}
	state := strings.TrimSpace(fmt.Sprintf("%s %s", st.Status, st.Class))
	switch {
	case state == "":
		return key + " is not in the log"
	case x.Undo:
		return fmt.Sprintf("%s is %s, and nothing that was settled", key, state)
	}
	return fmt.Sprintf("%s is %s, not unknown", key, state)
}

// A namedKey is a key that was named to be settled.
type namedKey struct {
	key   string
	place string // of a file that names it, as "unknown.csv:7: "; "" if it was typed
}

// keys returns the keys that were named, as the log has them.
func (x *settlement) keys() ([]namedKey, error) {
	var all []namedKey
	hasKey := x.job.Recipients.Key != ""
	for _, typed := range x.Keys {
		for _, t := range x.split(typed, hasKey) {
			all = append(all, namedKey{key: recipients.TypedKey(t, hasKey)})
		}
	}
	if x.From != "" {
		more, err := x.keysIn(x.From)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	if len(all) == 0 {
		return nil, problem.Fail(problem.Usage, "there is no key in what is given")
	}
	return all, x.findAddresses(all)
}

// findAddresses puts the keys of rows in the place of their addresses, where the log does not have
// these as keys.
func (x *settlement) findAddresses(all []namedKey) error {
	other := make(map[string]bool)
	for _, k := range all {
		if x.isAddress(k.key) {
			other[address.CompareText(k.key)] = true
		}
	}
	if len(other) == 0 {
		return nil
	}
	found, err := x.keysOf(other)
	if err != nil {
		return err
	}
	for i, k := range all {
		of := found[address.CompareText(k.key)]
		switch {
		case !x.isAddress(k.key) || len(of) == 0:
		case len(of) == 1:
			all[i].key = of[0]
		default:
			return problem.Fail(problem.BadData, "%s%s is the address of several rows", k.place, k.key).WithHint("nothing was settled; give their keys: %s", strings.Join(of, ", "))
		}
	}
	return nil
}

// isAddress reports whether the log does not have a key, and it may be the address of a row.
func (x *settlement) isAddress(key string) bool {
	return strings.Contains(key, "@") && x.history.Fold.Of(key).Status == ""
}

// split returns the keys of an argument, which are separated by commas unless the log has one with
// that comma.
func (x *settlement) split(typed string, hasKey bool) []string {
	if !strings.Contains(typed, ",") || x.history.Fold.Of(recipients.TypedKey(typed, hasKey)).Status != "" {
		return []string{typed}
	}
	r := csv.NewReader(strings.NewReader(typed))
	r.TrimLeadingSpace = true
	keys, err := r.Read()
	if err != nil {
		return []string{typed}
	}
	return slices.DeleteFunc(keys, func(key string) bool { return strings.TrimSpace(key) == "" })
}

// keysOf returns the keys of rows with these addresses, in the form that is compared, that may be
// settled; of many the first.
func (x *settlement) keysOf(addresses map[string]bool) (map[string][]string, error) {
	found := make(map[string][]string)
	err := x.history.Each(func(e result.Entry) error {
		if e.Status != result.Unknown || x.refused(e.Key) != "" {
			return nil
		}
		a := address.CompareText(e.Recipient)
		if of := found[a]; addresses[a] && !slices.Contains(of, e.Key) && len(of) < problem.Listed {
			found[a] = append(of, e.Key)
		}
		return nil
	})
	return found, err
}
