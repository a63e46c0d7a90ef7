package doctor

import (
	"strings"
	"testing"

	"mailshot/job/jobfile"
	"mailshot/job/preset"
)

// What is known of a provider is compared with the job, in these words.
func TestProvider(t *testing.T) {
	t.Parallel()
	const (
		appPassword = "the password has to be an app password, made in the account's security settings: that of the account is refused"
		orOAuth     = "; or the account signs in by `oauth` (mailshot help oauth)"
	)
	for _, tt := range []struct {
		name, server, delivery string
		signedIn               bool
		state                  StepState
		detail, advice         string // "" of detail: nothing is known
	}{
		{"unknown", "host: smtp.club.example", "", false, StepNotReached, "", ""},
		{"this machine", "host: localhost", "", false, StepNotReached, "", ""},
		{"this machine, by name", "preset: local-postfix, port: 2525, tls: none", "", false, StepPassed, "`preset: local-postfix`", ""},
		{"as it should be", "preset: mailbox.org, username: u, password: ask", "", false, StepPassed, "mailbox.org (`preset: mailbox.org`): https://kb.mailbox.org", ""},
		{"by its host", "host: smtp.mailbox.org, port: 465, username: u, password: ask", "", false, StepPassed, "`preset: mailbox.org`", ""},
		{"by another host", "host: email-smtp.eu-west-1.amazonaws.com, username: u, password: ask", "", false, StepPassed, "`preset: amazon-ses`", ""},
		{"a private account", "host: smtp.gmail.com, username: a@gmail.com, password: ask", "", false, StepDoubtful, "`preset: gmail`",
			appPassword + orOAuth + "; it takes 500 in 24 h of an account, and the job has no such quota: `preset: gmail` under `server`, or `quota: 500/24h` under `delivery`"},
		{"an app password", "preset: gmail, username: a@gmail.com, password: ask", "", true, StepPassed, "`preset: gmail`", ""},
		{"an app password, and nothing else", "preset: icloud, username: a@icloud.com, password: ask", "", false, StepDoubtful, "`preset: icloud`", appPassword},
		{"a quota above the provider's", "preset: gmail, username: a@gmail.com, password: ask", "quota: 900/24h", true, StepDoubtful, "`preset: gmail`",
			"it takes 500 in 24 h of an account, and the job has no such quota: `quota: 500/24h` under `delivery`"},
		{"a token", "host: smtp.gmail.com, username: a@club.example, password: {env: T}, auth: xoauth2", "quota: [2000/24h, 100/h]", false, StepPassed, "`preset: google-workspace`", ""},
		{"a smaller quota", "host: smtp.gmail.com, username: a@club.example, password: {env: T}, auth: xoauth2", "quota: 500/48h", false, StepPassed, "`preset: google-workspace`", ""},
		{"a password where there is none", "host: smtp.office365.com, username: a@club.example, password: ask", "quota: 10000/24h", false, StepDoubtful, "`preset: microsoft-365`",
			"it takes no password: the account signs in by `oauth` (mailshot help oauth); it takes 30 in 1 min, and the job sends faster: `preset: microsoft-365` under `server`, or `rate: 30/min` under `delivery`"},
		{"too many sessions", "preset: microsoft-365, username: a@club.example, password: {env: T}, auth: xoauth2", "workers: 8", true, StepDoubtful, "`preset: microsoft-365`",
			"it takes 3 sessions at once, and the job opens up to 8: `workers: 3` under `delivery`"},
		{"the other way in", "preset: gmail, port: 465, username: a@gmail.com, password: ask", "", true, StepPassed, "`preset: gmail`", ""},
		{"a port of another TLS", "preset: gmail, port: 465, tls: starttls, username: a@gmail.com, password: ask", "", true, StepDoubtful, "`preset: gmail`", "the provider names port 587 with `tls: starttls`"},
		{"TLS of another port", "preset: gmail, port: 587, tls: implicit, username: a@gmail.com, password: ask", "", true, StepDoubtful, "`preset: gmail`", "the provider names port 587 with `tls: starttls`"},
		{"no TLS", "host: smtp.mailbox.org, tls: none, allow_plaintext_auth: true, username: u, password: ask", "", false, StepDoubtful, "mailbox.org", "the provider names port 465 with `tls: implicit`"},
		{"nobody signs in", "host: smtp.mailbox.org, port: 465", "", false, StepDoubtful, "mailbox.org", "it takes mail from who signs in: `username` and password or app password"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, known := compared(t, tt.server, tt.delivery, tt.signedIn)
			if known != (tt.detail != "") || s.State != tt.state || s.Advice != tt.advice || known && !strings.Contains(s.Detail[0], tt.detail) {
				t.Errorf("%t, %+v;\nwant %s with %q and %q", known, s, tt.state, tt.detail, tt.advice)
			}
		})
	}
}

// compared examines the provider of a job.
func compared(t *testing.T, server, delivery string, signedIn bool) (Step, bool) {
	t.Helper()
	return examineProvider(jobOf(t, server, delivery), signedIn)
}

// jobOf returns a job with these sections.
func jobOf(t *testing.T, server, delivery string) *jobfile.Job {
	t.Helper()
	text := "recipients: m.csv\nmessage: {from: o@club.example, subject: Hi, text: l.txt}\nserver: {" + server + "}\ndelivery: {" + delivery + "}\n"
	j, err := jobfile.Parse("job.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// The job of each preset is as its provider wants it, once the server took its password.
func TestProviderOfPresets(t *testing.T) {
	t.Parallel()
	for _, p := range preset.All() {
		section := "preset: " + p.Name
		if p.Host == "" {
			section += ", host: email-smtp.eu-west-1.amazonaws.com"
		}
		if len(p.SignIn) > 0 {
			section += ", username: a@club.example, password: ask"
		}
		if s, known := compared(t, section, "", true); !known || s.State != StepPassed || s.Advice != "" {
			t.Errorf("%s: %t, %+v", p.Name, known, s)
		}
	}
}
