package job

import (
	"fmt"

	"mailshot/job/mailing"
	"mailshot/job/plan"
)

// sameLetter looks for the letter in the other logs where the mailing's own is.
// Neither a test nor a sandbox repeats what others sent.
func (r *run) sameLetter(p *plan.Plan) (s plan.SameLetter, err error) {
	o := &r.options
	if r.test != nil || o.Sandbox || len(o.Again) > 0 || p.Send.Len() == 0 || o.SameLetter && o.Yes {
		return s, nil
	}
	s.Meant = o.Mailing != "" || o.SameLetter
	var common *plan.Common
	for _, log := range r.paths.Logs(r.job) {
		if log.File == r.paths.File || !r.hasLetter(&log) || r.isPractice(&log) {
			continue
		}
		if common == nil {
			if common, err = p.NewCommon(r.history); err != nil {
				return s, err
			}
			defer common.Free()
		}
		found, err := common.Add(log.History(r.env.Files))
		if err != nil {
			r.unreadable(&log, err)
		}
		if found {
			s.Logs = append(s.Logs, log.Path)
		}
		if found && log.Name != "" && mailing.SameName(log.Name, o.Mailing) {
			s.Meant = o.SameLetter
			if log.Job == r.job.Name {
				s.Spelled = log.Name
			}
		}
	}
	if common != nil {
		s.People = common.Len()
	}
	return s, nil
}

// hasLetter reports whether a log has this letter. One that can't be read is told.
func (r *run) hasLetter(log *mailing.Log) bool {
	has, err := log.Has(r.digest)
	if err != nil {
		r.unreadable(log, err)
	}
	return has
}

// isPractice reports whether the letters of a log went to mailshot sandbox, so that nobody has them.
func (r *run) isPractice(log *mailing.Log) bool {
	h := log.History(r.env.Files)
	defer func() { h.Fold.Free() }()
	if h.Read() != nil {
		return false // that is told when its people are looked for
	}
	is, err := h.Kind()
	return err == nil && is == mailing.Practised
}

func (r *run) unreadable(log *mailing.Log, err error) {
	r.env.Warn(fmt.Sprintf("whom %s has sent this letter is not known, as it can't be read: %v", log.Path, err))
}
