package jobfile

import (
	"strings"

	"mailshot/job/jobfile/fields"
)

// delivery decodes how the rows are sent.
func (d *decoder) delivery(s fields.Section, v *Delivery) {
	s.Number("workers", &v.Workers)
	s.Number("per_session", &v.PerSession)
	s.Rate("rate", &v.Rate)
	s.Quotas("quota", &v.Quotas)
	s.Plain("account", &v.Account)
	s.Windows("window", &v.Windows)
	s.Number("give_up_after", &v.GiveUpAfter)
	s.Word("keep_transcripts", &v.KeepTranscripts)
	d.retry(s.Group("retry"), &v.Retry)
}

// Account returns whose quota holds, and how it is told: the one that is given, or else the username
// with the host.
func (j *Job) Account() (account, shown string) {
	if a := j.Delivery.Account; a != "" {
		return a, a
	}
	account = j.Server.Username + "@" + j.Server.Host
	if strings.Contains(j.Server.Username, "@") {
		return account, j.Server.Username
	}
	return account, strings.TrimPrefix(account, "@")
}

func (d *decoder) retry(s fields.Section, r *Retry) {
	s.Number("attempts", &r.Attempts)
	s.Duration("wait", &r.Wait)
	f, given := s.Duration("max_wait", &r.MaxWait)
	if r.MaxWait < r.Wait {
		if given {
			f.Refuse("must not be less than `wait`")
		}
		r.MaxWait = r.Wait
	}
}
