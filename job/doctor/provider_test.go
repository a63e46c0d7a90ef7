package doctor

import (
	"strings"
	"testing"

	"mailshot/job/jobfile"
)

// What is known of a provider is compared with the job.
func TestProvider(t *testing.T) {
	for _, tt := range []struct {
		name, server, delivery string
		state                  StepState
		detail, advice         string // "" of detail: nothing is known
	}{
		{"unknown", "host: smtp.club.example", "", StepNotReached, "", ""},
		{"this machine", "host: localhost", "", StepNotReached, "", ""},
		{"as it should be", "preset: mailbox.org, username: u, password: ask", "", StepPassed, "mailbox.org (`preset: mailbox.org`): https://kb.mailbox.org", ""},
		{"by its host", "host: smtp.mailbox.org, port: 465, username: u, password: ask", "", StepPassed, "`preset: mailbox.org`", ""},
		{"a private account", "host: smtp.gmail.com, username: a@gmail.com, password: ask", "", StepDoubtful, "`preset: gmail`",
			"the password has to be an app password, made in the account's security settings: that of the account is refused; it takes 500 in 24 h of an account, and the job has no such quota: `quota: 500/24h` under `delivery`"},
		{"a token", "host: smtp.gmail.com, username: a@club.example, password: {env: T}, auth: xoauth2", "quota: [2000/24h, 100/h]", StepPassed, "`preset: google-workspace`", ""},
		{"a smaller quota", "host: smtp.gmail.com, username: a@club.example, password: {env: T}, auth: xoauth2", "quota: 500/48h", StepPassed, "`preset: google-workspace`", ""},
		{"a password where there is none", "host: smtp.office365.com, username: a@club.example, password: ask", "quota: 10000/24h", StepDoubtful, "`preset: microsoft-365`",
			"it takes no password, but a token: mailshot help server; it takes 30 in 1 min, and the job sends faster: `rate: 30/min` under `delivery`"},
		{"another way in", "host: smtp.mailbox.org, tls: none, allow_plaintext_auth: true, username: u, password: ask", "", StepDoubtful, "mailbox.org", "the provider names port 465 with `tls: implicit`"},
		{"nobody signs in", "host: smtp.mailbox.org, port: 465", "", StepDoubtful, "mailbox.org", "it takes mail from who signs in: `username` and password or app password"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := "recipients: m.csv\nmessage: {from: o@club.example, subject: Hi, text: l.txt}\nserver: {" + tt.server + "}\ndelivery: {" + tt.delivery + "}\n"
			j, err := jobfile.Parse("job.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			s, known := examineProvider(j)
			if known != (tt.detail != "") || s.State != tt.state || s.Advice != tt.advice || known && !strings.Contains(s.Detail[0], tt.detail) {
				t.Errorf("%t, %+v;\nwant %s with %q and %q", known, s, tt.state, tt.detail, tt.advice)
			}
		})
	}
}
