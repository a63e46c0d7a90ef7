package mailing

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"mailshot/job/problem"
)

// sandboxMark names, with ".lock", the file that tells a sandbox directory
// from a directory with somebody's files, and keeps two runs in it apart.
const sandboxMark = ".mailshot-sandbox"

// claimSandbox makes the directory, or accepts one that is empty or marked.
func claimSandbox(dir string) error {
	if err := os.Mkdir(dir, 0o700); err == nil {
		return nil
	} else if !errors.Is(err, os.ErrExist) {
		return problem.Fail(problem.Exists, "making the sandbox directory: %w", err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return problem.Fail(problem.Exists, "opening the sandbox directory: %w", err)
	}
	defer d.Close()
	if _, err := os.Stat(filepath.Join(dir, sandboxMark+".lock")); err == nil {
		return nil
	}
	switch _, err := d.Readdirnames(1); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return problem.Fail(problem.Exists, "%s is no directory to keep messages in: %w", dir, err)
	}
	return problem.Fail(problem.Exists, "%s holds files that are not from a sandbox run", dir).WithHint("name another directory with --sandbox=DIR")
}

// sandboxFile is the name of a file that a sandbox run leaves.
var sandboxFile = regexp.MustCompile(`^([0-9]{6,}(-[0-9]+)?\.eml|.*\.results\.csv|\.incoming-.*)$`)

// besideLog are the endings of files that a run keeps beside its log, and that
// one that was killed leaves there. A .new is a file that was not whole yet.
var besideLog = regexp.MustCompile(`(\.journal)?(\.new)?$|\.spool$`)

// EmptySandbox removes what the last sandbox run left: its messages and its
// logs with what is beside them, and nothing else.
func (p *Paths) EmptySandbox() error {
	entries, err := os.ReadDir(p.Sandbox)
	if err != nil {
		return fmt.Errorf("reading the sandbox directory: %w", err)
	}
	for _, e := range entries {
		name := besideLog.ReplaceAllString(e.Name(), "")
		ours := sandboxFile.MatchString(name) || name == filepath.Base(p.Results)
		if !ours || !e.Type().IsRegular() || e.Name() == filepath.Base(p.Spool) {
			continue
		}
		if err := os.Remove(filepath.Join(p.Sandbox, e.Name())); err != nil {
			return fmt.Errorf("emptying the sandbox directory: %w", err)
		}
	}
	return nil
}
