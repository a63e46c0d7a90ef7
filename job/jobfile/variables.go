package jobfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mailshot/job/problem"
)

// VariablePrefix begins the names of the environment variables that are ours.
const VariablePrefix = "MAILSHOT_"

// CheckVariables looks at the names of environment variables that begin with VariablePrefix: one that
// means nothing, and that the job does not name, is told to warn, and is an error where it is within
// two letters of one that stands for a key.
func (j *Job) CheckVariables(names []string, warn func(string)) error {
	known := j.named()
	for _, v := range Variables() {
		known = append(known, v.Name)
	}
	var wrong []error
	for _, name := range names {
		if slices.Contains(known, name) || !strings.HasPrefix(name, VariablePrefix) {
			continue
		}
		meant, distance := nearestVariable(name)
		switch {
		case distance <= 2:
			wrong = append(wrong, fmt.Errorf("the environment variable %s means nothing; did you mean %s?", name, meant))
		case 2*distance <= len(name)-len(VariablePrefix):
			warn(fmt.Sprintf("the environment variable %s means nothing to mailshot; did you mean %s?", name, meant))
		default:
			warn(fmt.Sprintf("the environment variable %s means nothing to mailshot", name))
		}
	}
	return errors.Join(wrong...)
}

// nearestVariable returns the variable that a name is closest to, and how many letters differ.
func nearestVariable(name string) (best string, least int) {
	least = len(name)
	for _, v := range Variables() {
		if d := problem.Distance(name, v.Name); d < least {
			best, least = v.Name, d
		}
	}
	return best, least
}

// named returns the environment variables that have the job's secrets.
func (j *Job) named() []string {
	return []string{j.Server.Password.Env, j.Server.OAuth.ClientSecret.Env, j.Message.DKIM.Key.Env}
}
