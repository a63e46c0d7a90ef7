package doctor

import (
	"fmt"
	"slices"
	"strings"

	"mailshot/job/jobfile"
	"mailshot/job/jobfile/when"
	"mailshot/job/preset"
)

// examineProvider compares the job with what is known of its provider. signedIn tells that the server
// took the password. ok reports whether anything is known.
func examineProvider(j *jobfile.Job, signedIn bool) (s Step, ok bool) {
	p, ok := providerOf(j)
	if !ok {
		return s, false
	}
	s = Step{Name: "provider", State: StepPassed, Detail: []string{fmt.Sprintf("%s (`preset: %s`): %s", p.Title, p.Name, p.Servers.URL)}}
	if p.Limits.URL != "" {
		s.Detail = append(s.Detail, "what it takes: "+p.Limits.URL)
	}
	if p.Note != "" {
		s.Detail = append(s.Detail, p.Note)
	}
	different := otherWay(j, p)
	if !signedIn {
		different = append(different, otherSignIn(j, p)...)
	}
	different = append(different, otherLimits(j, p)...)
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
	known := preset.ForHost(j.Server.Host)
	if len(known) == 0 {
		return preset.Preset{}, false
	}
	_, domain, _ := strings.Cut(j.Server.Username, "@")
	private, ok := preset.ForDomain(domain)
	for _, p := range known {
		if ok && p.Name == private.Name || !ok && domain != "" && len(p.Domains) == 0 {
			return p, true
		}
	}
	return known[0], true
}

// otherWay says where port and TLS are none of those that the provider names.
func otherWay(j *jobfile.Job, p preset.Preset) []string {
	if s := &j.Server; !p.Takes(preset.Way{Port: s.Port, TLS: s.TLS.String()}) {
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
	case !slices.Contains(p.SignIn, "app password"):
		return []string{"it takes no password: the account signs in by `oauth` (mailshot help oauth)"}
	case p.OAuth != "":
		return []string{"the password has to be an app password, made in the account's security settings: that of the account is refused; or the account signs in by `oauth` (mailshot help oauth)"}
	default:
		return []string{"the password has to be an app password, made in the account's security settings: that of the account is refused"}
	}
	return nil
}

// otherLimits says which limits of the provider the job does not have.
func otherLimits(j *jobfile.Job, p preset.Preset) (all []string) {
	d := &j.Delivery
	named := ""
	if j.Server.Preset == "" {
		named = fmt.Sprintf("`preset: %s` under `server`, or ", p.Name)
	}
	for _, text := range p.Quotas {
		q, err := when.ParseQuota(text)
		held := func(own when.Rate) bool { return own.Per >= q.Per && own.Count <= q.Count }
		if err == nil && !slices.ContainsFunc(d.Quotas, held) {
			all = append(all, fmt.Sprintf("it takes %s of an account, and the job has no such quota: %s`quota: %s` under `delivery`", q.In(), named, text))
		}
	}
	if r, err := when.ParseRate(p.Rate); err == nil && (d.Rate.Count == 0 || float64(d.Rate.Count)/d.Rate.Per.Seconds() > float64(r.Count)/r.Per.Seconds()) {
		all = append(all, fmt.Sprintf("it takes %s, and the job sends faster: %s`rate: %s` under `delivery`", r.In(), named, p.Rate))
	}
	if p.Sessions > 0 && d.Workers > p.Sessions {
		all = append(all, fmt.Sprintf("it takes %d sessions at once, and the job opens up to %d: `workers: %d` under `delivery`", p.Sessions, d.Workers, p.Sessions))
	}
	return all
}
