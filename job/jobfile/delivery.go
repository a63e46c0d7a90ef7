package jobfile

import "strings"

// delivery decodes how the rows are sent.
func (d *decoder) delivery(s section, v *Delivery) {
	s.number("workers", &v.Workers)
	s.rate("rate", &v.Rate)
	s.quotas("quota", &v.Quotas)
	s.plain("account", &v.Account)
	s.windows("window", &v.Windows)
	s.number("give_up_after", &v.GiveUpAfter)
	s.word("keep_transcripts", &v.KeepTranscripts)
	d.retry(s.group("retry"), &v.Retry)
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

func (d *decoder) retry(s section, r *Retry) {
	s.number("attempts", &r.Attempts)
	s.duration("wait", &r.Wait)
	f, given := s.duration("max_wait", &r.MaxWait)
	if r.MaxWait < r.Wait {
		if given {
			f.refuse("must not be less than `wait`")
		}
		r.MaxWait = r.Wait
	}
}
