package start

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mailshot/job/address"
	"mailshot/job/preset"
	"mailshot/job/problem"
)

// A server is what the job file says of it.
type server struct {
	preset   *preset.Preset // nil: it is none that is known
	host     string         // "": that of the preset
	username string         // "": nobody signs in
	by       string         // how it was found, in words
}

// find finds the server: by name, by the domain of the sender, or by asking.
func (v *server) find(f from, o Options, q *questions) error {
	v.host = o.Host
	switch {
	case o.Preset != "":
		p, ok := preset.Find(o.Preset)
		if !ok {
			return problem.Fail(problem.Usage, "--preset %s: there is none of this name", o.Preset).WithHint("mailshot help presets lists them")
		}
		v.preset, v.by = &p, "by its preset"
	case o.Host == "" && f.domain != "":
		if err := v.byDomain(f.domain, q); err != nil {
			return err
		}
	}
	if v.host != "" {
		if err := checkHost(v.host); err != nil {
			return problem.Fail(problem.Usage, "--host %s: %w", v.host, err)
		}
	}
	if v.preset != nil && v.preset.Host == "" && v.host == "" {
		if err := v.askHost(q); err != nil {
			return err
		}
	}
	return v.findUser(f, o, q)
}

// byDomain finds the server of a domain.
func (v *server) byDomain(domain string, q *questions) error {
	if p, ok := preset.ForDomain(domain); ok {
		v.preset, v.by = &p, "by the sender's domain"
		return nil
	}
	if q.ask == nil {
		q.lacks(problem.Usage, fmt.Sprintf("which server sends the mail of %s is not known", domain),
			"say it with --host smtp."+domain+", as mail programs have it, or --preset NAME (mailshot help presets)")
		return nil
	}
	answer, err := q.put(Question{
		Text: fmt.Sprintf("Which server sends the mail of %s? (its name as mail programs have it, or one of: gmail, google-workspace, microsoft-365, … as mailshot help presets lists)", domain),
		Check: func(s string) error {
			if _, ok := preset.Find(s); ok {
				return nil
			}
			return checkHost(s)
		},
	})
	if err != nil {
		return err
	}
	if p, ok := preset.Find(answer); ok {
		v.preset, v.by = &p, "by its preset"
		return nil
	}
	v.host = answer
	return nil
}

func (v *server) askHost(q *questions) (err error) {
	if q.ask == nil {
		q.lacks(problem.Usage, fmt.Sprintf("the preset %s has no host of its own", v.preset.Name), "name the server with --host")
		return nil
	}
	v.host, err = q.put(Question{Text: fmt.Sprintf("Which server is it? (%s)", v.preset.Note), Check: checkHost})
	return err
}

// checkHost says why a text is no name of a server.
func checkHost(s string) error {
	if s == "localhost" || s == "127.0.0.1" || s == "::1" {
		return nil
	}
	if strings.ContainsAny(s, " /:@") || s == "" {
		return errors.New("it is the name of a server, as smtp.club.example")
	}
	_, err := address.Domain(s)
	if err != nil {
		return errors.New("it is neither the name of a server, as smtp.club.example, nor a preset")
	}
	return nil
}

// findUser finds as whom the account signs in: mostly as its whole address.
func (v *server) findUser(f from, o Options, q *questions) (err error) {
	v.username = o.Username
	switch {
	case v.username != "" || f.address == "":
		return nil
	case v.preset == nil:
		if v.host != "localhost" {
			v.username = f.address
		}
		return nil
	case len(v.preset.SignIn) == 0:
		return nil
	case strings.HasPrefix(v.preset.Username, "the whole address"):
		v.username = f.address
		return nil
	case q.ask == nil:
		q.lacks(problem.Usage, fmt.Sprintf("as whom %s signs in is not known", v.preset.Name), "say it with --username: "+v.preset.Username)
		return nil
	}
	v.username, err = q.put(Question{Text: fmt.Sprintf("What is the user name? (%s: %s)", v.preset.Title, v.preset.Username), Default: f.address, Check: oneLine})
	return err
}

// oauth reports whether the account takes no password.
func (v *server) oauth() bool {
	return v.preset != nil && len(v.preset.SignIn) > 0 &&
		!slices.ContainsFunc(v.preset.SignIn, func(way string) bool { return strings.Contains(way, "password") })
}

// words returns the server as it is told.
func (v *server) words() string {
	switch {
	case v.preset == nil:
		return v.host
	case v.host != "":
		return fmt.Sprintf("%s, preset %s, %s", v.host, v.preset.Name, v.by)
	}
	return fmt.Sprintf("%s, preset %s, %s", v.preset.Host, v.preset.Name, v.by)
}
