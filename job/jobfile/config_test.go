package jobfile

import (
	stdcmp "cmp"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"mailshot/job/preset"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sameJob compares what two jobs mean, whatever the lines that say it.
func sameJob(a, b *Job) string {
	noLines := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Line" }, cmp.Ignore())
	return cmp.Diff(a, b, ignoreHidden, noLines, cmpopts.IgnoreFields(Job{}, "Path", "Dir"),
		cmpopts.IgnoreFields(Server{}, "File", "Preset"), cmpopts.IgnoreFields(Delivery{}, "RatePreset", "QuotaPreset"))
}

// What Config prints is a job file that means the same job.
func TestConfigIsTheJob(t *testing.T) {
	jobs := map[string]string{"least": least, "preset": least + "server: {preset: gmail, username: a@gmail.com, password: ask}\n"}
	for i, base := range bases() {
		jobs["base "+string(rune('a'+i))] = base
	}
	for name, text := range jobs {
		j, err := Parse("job.yaml", []byte(text))
		if err != nil {
			t.Fatal(name, err)
		}
		printed, err := j.Config()
		if err != nil {
			t.Fatal(name, err)
		}
		again, err := Parse("job.yaml", printed)
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, printed)
			continue
		}
		if diff := sameJob(j, again); diff != "" {
			t.Errorf("%s is another job:\n%s\n%s", name, diff, printed)
		}
	}
}

// environ makes a Lookup of pairs.
func environ(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
}

// The sources of settings, in the order of their precedence.
func TestOutside(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("live.yaml", "host: live.example\ntls: implicit\nusername: office\npassword: {file: secrets/pw}\nca: ca.pem\n")
	write("named.yaml", "server:\n  host: named.example\n")
	write("sub/other.yaml", "host: other.example\nca: ca.pem\npassword: {command: [./token, x]}\nusername: u\n")
	write("wrong.yaml", "hots: x\nport: many\n")
	write("empty.yaml", "")
	for _, tt := range []struct {
		name    string
		server  string // of the job, or all of its end
		outside Outside
		want    string // host port tls user ca password rate workers quotas
		words   string
	}{
		{"in the job", "server: {host: a.example, username: u, password: ask}", Outside{}, "a.example 587 starttls u   0 3 []", ""},
		{"a file", "server: live.yaml", Outside{}, "live.example 465 implicit office DIR/ca.pem DIR/secrets/pw 0 3 []", "host, tls, username, password, ca from live.yaml"},
		{"a file with the name of the section", "server: named.yaml", Outside{}, "named.example 587 starttls    0 3 []", "host from named.yaml"},
		{"a file of the command line", "server: {host: a.example}", Outside{Server: filepath.Join(dir, "sub/other.yaml")}, "other.example 587 starttls u DIR/sub/ca.pem DIR/sub/token 0 3 []", "host, username, password, ca from DIR/sub/other.yaml"},
		{"variables", "server: {host: a.example}\ndelivery: {rate: 5/s, workers: 2}", Outside{Lookup: environ(map[string]string{
			"MAILSHOT_SERVER_HOST": "env.example", "MAILSHOT_SERVER_PORT": "2525", "MAILSHOT_SERVER_TLS": "none", "MAILSHOT_RATE": "20/min", "MAILSHOT_WORKERS": "7",
		})}, "env.example 2525 none    20/m 7 []", "host from MAILSHOT_SERVER_HOST; port from MAILSHOT_SERVER_PORT; tls from MAILSHOT_SERVER_TLS; workers 7 from MAILSHOT_WORKERS; rate 20/min from MAILSHOT_RATE"},
		{"a variable alone", "", Outside{Lookup: environ(map[string]string{"MAILSHOT_SERVER_HOST": "env.example"})}, "env.example 587 starttls    0 3 []", "host from MAILSHOT_SERVER_HOST"},
		{"no rate", "server: {host: a.example}\ndelivery: {rate: 5/s}", Outside{Lookup: environ(map[string]string{"MAILSHOT_RATE": "none"})}, "a.example 587 starttls    0 3 []", "rate none from MAILSHOT_RATE"},
		{"a preset", "server: {preset: gmail, username: u, password: ask}", Outside{}, "smtp.gmail.com 587 starttls u   0 3 [500/24h]", "host, port, tls, quota 500/24h from preset gmail"},
		{"a preset and a port", "server: {preset: gmail, port: 465}", Outside{}, "smtp.gmail.com 465 implicit    0 3 [500/24h]", "host, quota 500/24h from preset gmail"},
		{"a preset without its quota", "server: {preset: gmail}\ndelivery: {quota: none}", Outside{}, "smtp.gmail.com 587 starttls    0 3 []", "host, port, tls from preset gmail"},
		{"a preset and another quota", "server: {preset: gmail}\ndelivery: {quota: 100/24h}", Outside{}, "smtp.gmail.com 587 starttls    0 3 [100/24h]", "host, port, tls from preset gmail"},
		{"an unknown preset", "server: {preset: gmial}", Outside{}, "job.yaml:LINE: `preset` names no provider that is known: `gmial`; did you mean `gmail`?", ""},
		{"a wrong variable", "server: {host: a.example}", Outside{Lookup: environ(map[string]string{"MAILSHOT_SERVER_PORT": "x"})}, "MAILSHOT_SERVER_PORT: `port` must be a whole number", ""},
		{"an empty variable", "server: {host: a.example}", Outside{Lookup: environ(map[string]string{"MAILSHOT_SERVER_HOST": " "})}, "MAILSHOT_SERVER_HOST: the environment variable is set, and empty", ""},
		{"no such file", "server: gone.yaml", Outside{}, "job.yaml:LINE: the file with the server section: there is no file gone.yaml", ""},
		{"a wrong file", "server: wrong.yaml", Outside{}, "wrong.yaml:1: unknown key `hots`; did you mean `host`?", ""},
		{"an empty file", "server: empty.yaml", Outside{}, "empty.yaml: the file is empty", ""},
		{"over the log", "server: live.yaml\nresults: live.yaml", Outside{}, "the results log live.yaml would be written over the file with the server section", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write("job.yaml", least+tt.server+"\n")
			j, err := LoadWith(path, tt.outside)
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				s, d := &j.Server, &j.Delivery
				pw := s.Password.File
				if len(s.Password.Command) > 0 {
					pw = s.Password.Command[0]
				}
				rate := "0"
				if d.Rate.Count > 0 {
					rate = d.Rate.String()
				}
				got = strings.Join([]string{s.Host, strconv.Itoa(s.Port), s.TLS.String(), s.Username, s.CA, pw, rate, strconv.Itoa(d.Workers)}, " ")
				var quotas []string
				for _, q := range d.Quotas {
					quotas = append(quotas, q.String())
				}
				got += " [" + strings.Join(quotas, " ") + "]"
			}
			tidy := strings.NewReplacer(dir+"/job.yaml", "job.yaml", dir, "DIR")
			want := strings.ReplaceAll(tt.want, "LINE", strconv.Itoa(1+strings.Count(least, "\n")))
			if got = tidy.Replace(got); !strings.Contains(got, want) || err == nil && got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if err == nil {
				if words := tidy.Replace(j.ElsewhereWords()); words != tt.words {
					t.Errorf("words %q, want %q", words, tt.words)
				}
			}
		})
	}
}

// The job of each preset is a good one, and has the provider's limits.
func TestPresetJobs(t *testing.T) {
	for _, p := range preset.All() {
		text := least + "server:\n  preset: " + p.Name + "\n"
		if p.Host == "" {
			text += "  host: here.example\n"
		}
		if len(p.SignIn) > 0 {
			text += "  username: u\n  password: {env: PW}\n"
		}
		j, err := Parse("job.yaml", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		s := &j.Server
		if s.Preset != p.Name || s.Host != stdcmp.Or(p.Host, "here.example") || s.Port != p.Port || s.TLS.String() != p.TLS || len(j.Delivery.Quotas) != len(p.Quotas) || (j.Delivery.Rate.Count > 0) != (p.Rate != "") {
			t.Errorf("%s: server %+v, delivery %+v", p.Name, s, j.Delivery)
		}
	}
}
