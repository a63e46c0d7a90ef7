package completion

import (
	"fmt"
	"slices"
	"strings"

	"mailshot/job/mailing"
	"mailshot/job/recipients"
	"mailshot/job/recipients/sheet"
	"mailshot/job/result"
)

// mailings finds the names of the job's mailings, the newest first, by the logs in its directory.
func (e Env) mailings(j *job, typed string, most int) []string {
	j.Mailing, j.Sandbox = "", false // what is typed is not the name yet
	loaded, ok := j.load()
	if !ok {
		return nil
	}
	paths := j.Paths(loaded)
	paths.Resolve()
	var all []string
	for _, l := range slices.Backward(paths.Mailings(loaded)) {
		if l.Name == "" || !strings.HasPrefix(l.Name, typed) || len(all) == most {
			continue
		}
		all = append(all, fmt.Sprintf("%s\tbegun %s", l.Name, l.Begun.Format("2006-01-02")))
	}
	return all
}

// history reads the mailing's log. One that takes too long, or is damaged, is none.
func (e Env) history(j *job) (*mailing.History, bool) {
	loaded, ok := j.load()
	if !ok {
		return nil, false
	}
	paths := j.Paths(loaded)
	paths.Resolve()
	h := j.History(paths, timedFS{late: e.deadline()})
	if h.Read() != nil || h.CheckJob(loaded) != nil {
		h.Fold.Free()
		return nil, false
	}
	return h, true
}

// runs finds the ids of the runs in the log, the newest first.
func (e Env) runs(j *job, typed string, most int) []string {
	h, ok := e.history(j)
	if !ok {
		return nil
	}
	defer h.Fold.Free()
	var all []string
	for _, r := range slices.Backward(h.Fold.Runs()) {
		if strings.HasPrefix(r.ID, typed) && len(all) < most {
			all = append(all, fmt.Sprintf("%s\t%d sent, %d failed, %d unknown", r.ID, r.Sent, r.Failed, r.Unknown))
		}
	}
	return all
}

// settled finds the keys of the rows that can be settled: those that are unknown or, with --undo,
// were settled.
func (e Env) settled(j *job, typed string, most int) []string {
	h, ok := e.history(j)
	if !ok {
		return nil
	}
	defer h.Fold.Free()
	states := []result.Status{result.Unknown}
	if j.undo {
		states = []result.Status{result.Sent, result.Failed}
	}
	var all []string
	for r, err := range h.EachOf(states...) {
		if err != nil || len(all) == most {
			break
		}
		if strings.HasPrefix(r.Key, typed) && h.Fold.Decides(&r) && (!j.undo || h.Fold.Settled(r.Key)) {
			all = append(all, described(r.Key, r.Recipient))
		}
	}
	return all
}

// keys finds the keys of the rows of the recipients file, as far as it is read in time.
func (e Env) keys(j *job, typed string, most int) []string {
	loaded, ok := j.load()
	if !ok {
		return nil
	}
	late := e.deadline()
	file, err := recipients.Open(loaded, nil)
	if err != nil {
		return nil
	}
	defer file.Close()
	rows, err := sheet.NewReader(timedReader{file, late}, recipients.SheetOptions(loaded))
	if err != nil {
		return nil
	}
	var all []string
	seen := make(map[string]bool)
	for len(all) < most && !late() {
		row, err := rows.Next()
		if err != nil {
			break
		}
		if key := row.Key; key != "" && strings.HasPrefix(key, typed) && !seen[key] {
			seen[key] = true
			all = append(all, described(key, row.Address.String()))
		}
	}
	return all
}

// described returns a key with the address behind it, if that says more.
func described(key, address string) string {
	if address == "" || strings.EqualFold(key, address) {
		return key
	}
	return key + "\t" + address
}
