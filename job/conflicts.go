package job

import (
	"mailshot/job/plan"
	"mailshot/job/problem"
)

// check refuses options that do not go together, or not with the command.
func (o *Options) check() error {
	given := o.given()
	for _, c := range conflicts() {
		if given[c.one] && given[c.other] {
			return problem.Fail(problem.Usage, "%s and %s do not go together: %s", c.one, c.other, c.why)
		}
	}
	for _, name := range []string{"--again", "--only", "--include"} {
		if given[name] && !o.Rerun {
			return problem.Fail(problem.Usage, "%s goes with rerun", name)
		}
	}
	for _, name := range []string{"--resume", "--fresh", "--to"} {
		if given[name] && o.Rerun {
			return problem.Fail(problem.Usage, "%s goes with run", name)
		}
	}
	for _, name := range []string{"--changed", "--changed-letter"} {
		if given[name] && !o.Rerun && !o.Resume {
			return problem.Fail(problem.Usage, "%s goes with rerun and with run --resume", name)
		}
	}
	return nil
}

// given says which of the options that are not for every run are there.
func (o *Options) given() map[string]bool {
	return map[string]bool{
		"--resume": o.Resume, "--fresh": o.Fresh, "--again": len(o.Again) > 0, "--to": o.To != "", "--sandbox": o.Sandbox,
		"--rows": len(o.Rows) > 0, "--key": len(o.Keys) > 0, "--limit": o.Limit > 0,
		"--only": len(o.Only) > 0, "--include": o.IncludeUnknown,
		"--changed": o.Changed != plan.StopChanged, "--changed skip": o.Changed == plan.SkipChanged, "--changed-letter": o.ChangedLetter,
	}
}

// A conflict is of two options.
type conflict struct{ one, other, why string }

func conflicts() []conflict {
	const (
		apart = "a test is no part of the mailing"
		alone = "--again names all the rows that are sent"
		whole = "a part of the rows is sent once more by rerun --again"
	)
	return []conflict{
		{"--resume", "--fresh", "one goes on with the mailing, the other begins it anew"},
		{"--resume", "--to", apart},
		{"--fresh", "--to", apart},
		{"--fresh", "--sandbox", "a sandbox run begins anew anyway"},
		{"--fresh", "--rows", whole},
		{"--fresh", "--key", whole},
		{"--again", "--rows", alone},
		{"--again", "--key", alone},
		{"--again", "--limit", alone},
		{"--again", "--only", alone},
		{"--again", "--include", alone},
		{"--again", "--changed skip", "one sends to these people, the other does not"},
	}
}
