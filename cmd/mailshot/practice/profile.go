package practice

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mailshot/job/jobfile/when"
	"mailshot/job/problem"
	"mailshot/transport/sandbox"
)

// A profile is a fault by its name.
type profile struct {
	name  string
	value string // as it is without one of its own
	does  string // what, for the help
	set   func(f *sandbox.Faults, value string) error
}

// profiles returns all of them.
func profiles() []profile {
	return []profile{
		{"greylisting", "1m", "451 to each recipient until this time after the first try", func(f *sandbox.Faults, value string) (err error) {
			f.Greylist, err = positive(value)
			return err
		}},
		{"busy", "2", "421 to sessions beyond so many at once", func(f *sandbox.Faults, value string) (err error) {
			f.Sessions, err = count(value)
			return err
		}},
		{"reject", "10%", "550 to this share of the recipients", func(f *sandbox.Faults, value string) (err error) {
			f.Reject, err = share(value)
			return err
		}},
		{"quota", "500/24h", "550 to recipients beyond so many in that time", func(f *sandbox.Faults, value string) error {
			r, err := when.ParseRate(value)
			f.Quota, f.QuotaPer = r.Count, r.Per
			return err
		}},
		{"slow", "1s", "this long before each answer", func(f *sandbox.Faults, value string) (err error) {
			if f.Slow, err = positive(value); err == nil && f.Slow > maxSlow {
				err = fmt.Errorf("must be %v at most", maxSlow)
			}
			return err
		}},
		{"drop", "5%", "no reply after the final dot of this share of the\nmessages, half of which are kept", func(f *sandbox.Faults, value string) (err error) {
			f.Drop, err = share(value)
			return err
		}},
	}
}

// maxSlow is less than the server has for writing.
const maxSlow = 30 * time.Second

// Names returns what --fault takes, with what it is for, as completion has it.
func Names() []string {
	var all []string
	for _, p := range profiles() {
		does, _, _ := strings.Cut(p.does, "\n")
		all = append(all, p.name+"="+p.value+"\t"+does)
	}
	return all
}

// table lists the profiles for the help.
func table() string {
	var b strings.Builder
	for _, p := range profiles() {
		does := strings.ReplaceAll(p.does, "\n", "\n"+strings.Repeat(" ", 18))
		fmt.Fprintf(&b, "  %-15s %s\n", p.name+"="+p.value, does)
	}
	return b.String()
}

// parse reads the values of --fault: the names of profiles, each of which may have a value.
func parse(values []string) (f sandbox.Faults, err error) {
	given := make(map[string]bool)
	for _, v := range values {
		name, value, own := strings.Cut(strings.TrimSpace(v), "=")
		p, err := find(name)
		if err != nil {
			return f, err
		}
		if given[name] {
			return f, problem.Fail(problem.Usage, "--fault %s is given twice", name)
		}
		given[name] = true
		if !own {
			value = p.value
		}
		if err := p.set(&f, value); err != nil {
			return f, problem.Fail(problem.Usage, "--fault %s: %w", v, err)
		}
	}
	return f, nil
}

func find(name string) (profile, error) {
	var names []string
	for _, p := range profiles() {
		if p.name == name {
			return p, nil
		}
		names = append(names, p.name)
	}
	return profile{}, problem.Fail(problem.Usage, "--fault %s: it is one of %s", name, strings.Join(names, ", "))
}

func positive(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, errors.New("must be a time such as 30s or 5m")
	}
	return d, nil
}

func count(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, errors.New("must be a number from 1")
	}
	return n, nil
}

// share reads a percentage.
func share(s string) (float64, error) {
	digits, ok := strings.CutSuffix(s, "%")
	n, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || !(n > 0 && n <= 100) {
		return 0, errors.New("must be a share such as 10%")
	}
	return n / 100, nil
}
