package doctor

import (
	"fmt"
	"slices"
	"strings"

	"mailshot/job/jobfile"
	"mailshot/job/jobfile/when"
	"mailshot/job/preset"
)

// examineProvider compares the job with what is known of its provider. ok reports whether anything is.
func examineProvider(j *jobfile.Job) (s Step, ok bool) {
	p, ok := providerOf(j)
	if !ok {
		return s, false
	}
	s = Step{Name: "provider", State: StepPassed, Detail: []string{fmt.Sprintf("%s (`preset: %s`): %s", p.Title, p.Name, p.Source)}}
	if p.Note != "" {
		s.Detail = append(s.Detail, p.Note)
	}
	different := slices.Concat(otherWay(j, p), otherSignIn(j, p), otherLimits(j, p))
	if len(different) > 0 {
		s.State, s.Advice = StepDoubtful, strings.Join(different, "; ")
	}
	return s, true
}

// providerOf returns the preset of the job's server: the one that it names, or else the one of its host
// that fits its username.
func providerOf(j *jobfile.Job) (preset.Preset, bool) {
	if j.Server.Preset != "" {
		return preset.Find(j.Server.Preset)
	}
	known := slices.DeleteFunc(preset.ForHost(j.Server.Host), func(p preset.Preset) bool { return len(p.SignIn) == 0 }) // this machine may be anything
	if len(known) == 0 {
		return preset.Preset{}, false
	}
	_, domain, _ := strings.Cut(strings.ToLower(j.Server.Username), "@")
	private := slices.Contains([]string{"gmail.com", "googlemail.com", ""}, domain)
	for _, p := range known {
		if len(known) == 1 || private == (p.Name == "gmail") {
			return p, true
		}
	}
	return known[0], true
}

// otherWay says where port and TLS differ from the provider's.
func otherWay(j *jobfile.Job, p preset.Preset) []string {
	if s := &j.Server; s.Port != p.Port && s.TLS.String() != p.TLS {
		return []string{fmt.Sprintf("the provider names port %d with `tls: %s`", p.Port, p.TLS)}
	}
	return nil
}

// otherSignIn says where the provider wants another kind of password.
func otherSignIn(j *jobfile.Job, p preset.Preset) []string {
	s := &j.Server
	switch {
	case len(p.SignIn) == 0:
	case !s.HasAuth:
		return []string{"it takes mail from who signs in: `username` and " + strings.Join(p.SignIn, " or ")}
	case s.UsesToken() || slices.Contains(p.SignIn, "password"):
	case slices.Contains(p.SignIn, "app password"):
		return []string{"the password has to be an app password, made in the account's security settings: that of the account is refused"}
	default:
		return []string{"it takes no password, but a token: mailshot help server"}
	}
	return nil
}

// otherLimits says which limits of the provider the job does not have.
func otherLimits(j *jobfile.Job, p preset.Preset) (all []string) {
	d := &j.Delivery
	for _, text := range p.Quotas {
		q, err := when.ParseQuota(text)
		held := func(own when.Rate) bool { return own.Per >= q.Per && own.Count <= q.Count }
		if err == nil && !slices.ContainsFunc(d.Quotas, held) {
			all = append(all, fmt.Sprintf("it takes %s of an account, and the job has no such quota: `quota: %s` under `delivery`", q.In(), text))
		}
	}
	if r, err := when.ParseRate(p.Rate); err == nil && (d.Rate.Count == 0 || float64(d.Rate.Count)/d.Rate.Per.Seconds() > float64(r.Count)/r.Per.Seconds()) {
		all = append(all, fmt.Sprintf("it takes %s, and the job sends faster: `rate: %s` under `delivery`", r.In(), p.Rate))
	}
	return all
}
