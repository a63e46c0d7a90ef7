// Package after starts one program when a run has ended.
package after

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"time"
)

// limit is Program.Limit where that is zero.
const limit = time.Minute

// pipeTime is how long its output may stay open after it has ended: a program that
// it left behind may hold it.
const pipeTime = time.Second

// A Program is what is started. The zero value is none.
type Program struct {
	Path    string        // as Find returns it; "": there is none
	Environ []string      // "NAME=value"
	Output  io.Writer     // takes what it prints to stdout and stderr
	Limit   time.Duration // how long it may take before it is killed; zero: a minute
}

// Find returns the absolute path of an executable file, which is not searched for
// in PATH. No name, no path. It is an error if it is not there or can't be
// executed.
func Find(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	found, err := exec.LookPath(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s: there is no such file", file)
	case errors.Is(err, fs.ErrPermission):
		return "", fmt.Errorf("%s: it can't be executed", file)
	case err != nil:
		return "", fmt.Errorf("%s: it can't be executed: %w", file, cause(err))
	}
	return found, nil
}

// Run starts the program, without a shell, without arguments and with an empty
// standard input, and waits for it. It is killed when its time is over or ctx is
// done.
func (p Program) Run(ctx context.Context) error {
	if p.Path == "" {
		return nil
	}
	most := p.Limit
	if most == 0 {
		most = limit
	}
	run, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	cmd := exec.CommandContext(run, p.Path)
	cmd.Env = p.Environ
	cmd.Stdout, cmd.Stderr = p.Output, p.Output
	cmd.WaitDelay = pipeTime
	err := cmd.Run()
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // it ended well
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("killed: %w", context.Cause(ctx))
	case run.Err() != nil:
		return fmt.Errorf("not done within %s, and killed", most)
	}
	return cause(err)
}

// cause returns an error without the file that it is about.
func cause(err error) error {
	if e, ok := errors.AsType[*exec.Error](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
