// Package secret says where a secret comes from and reads it. A secret is
// never part of an error, and neither is what a command prints on its standard
// output.
package secret

import (
	"context"
)

// MaxSize is how many bytes a secret may have.
const MaxSize = 64 << 10

// A Source is a place that a secret is read from. One of Env, File, Command
// and Ask is set; the zero Source is no place at all.
type Source struct {
	Env     string   // the name of an environment variable
	File    string   // a path, relative to Env.Dir
	Command []string // a program and its arguments, started without a shell
	Ask     bool     // the user is asked

	Line int // where the job file says so; no part of the place
}

// IsZero reports whether s names no place.
func (s Source) IsZero() bool {
	return s.Env == "" && s.File == "" && len(s.Command) == 0 && !s.Ask
}

// An Env is what secrets are read with. The zero Env has no variables, nobody
// to ask, and files relative to the working directory.
type Env struct {
	// Lookup finds an environment variable, as os.LookupEnv does.
	Lookup func(name string) (string, bool)

	// Prompt asks the user without showing the answer. nil means that there
	// is nobody to ask.
	Prompt func(ctx context.Context, question string) (string, error)

	// Question is what Prompt is given. "" means "password".
	Question string

	// Dir is what files are relative to, and where commands run. A command
	// with a slash in its name is relative to it too.
	Dir string

	// Environ is the environment of commands. nil means that of this process.
	Environ []string
}
