package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Check finds what can be known without reading the secret: a variable that is
// unset or empty, a file that is missing, empty or not readable, a command
// that is not there, and nobody to ask. An error of the file system is kept
// for errors.Is.
func (s Source) Check(e Env) error {
	switch {
	case s.Env != "":
		_, err := e.variable(s.Env)
		return err
	case s.File != "":
		return e.checkFile(s.File)
	case len(s.Command) > 0:
		_, err := e.program(s.Command[0])
		return err
	case s.Ask:
		return e.checkPrompt()
	}
	return errNone
}

// Shared returns the name of the file that a secret is in, if others than its owner may read it or
// write to it. It is "" where they may not, where the secret is in no file, and where that is a pipe.
func (e Env) Shared(s Source) string {
	if s.File == "" {
		return ""
	}
	info, err := os.Stat(e.path(s.File))
	if runtime.GOOS == "windows" { // whose files have no such bits
		return ""
	}
	if err != nil || !info.Mode().IsRegular() || info.Mode()&0o077 == 0 {
		return ""
	}
	return s.File
}

// Read reads the secret, without one line end at its end. An empty secret is
// an error. Read blocks while a command runs, for 30 seconds at most, or the
// user answers, or somebody writes into a pipe, and until ctx is done.
func (s Source) Read(ctx context.Context, e Env) (string, error) {
	value, what, err := "", "", error(nil)
	switch {
	case s.Env != "":
		what = "environment variable " + s.Env
		value, err = e.variable(s.Env)
	case s.File != "":
		what = "secret file " + s.File
		value, err = e.readPipe(ctx, s.File)
	case len(s.Command) > 0:
		what = "command " + s.Command[0]
		value, err = e.run(ctx, s.Command, commandTime)
	case s.Ask:
		what = "the answer"
		value, err = e.ask(ctx)
	default:
		err = errNone
	}
	if err != nil {
		return "", err
	}
	value = cutLineEnd(value)
	if value == "" {
		return "", fmt.Errorf("%s: the secret is empty", what)
	}
	return value, nil
}

var errNone = errors.New("the secret has no source")

func (e Env) variable(name string) (string, error) {
	if e.Lookup != nil {
		if v, ok := e.Lookup(name); ok {
			if cutLineEnd(v) == "" {
				return "", fmt.Errorf("environment variable %s is empty", name)
			}
			return v, nil
		}
	}
	return "", fmt.Errorf("environment variable %s is not set", name)
}

func (e Env) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(e.Dir, name)
}

// checkFile opens the file to see that it can be read, but no pipe, which
// would be read empty by that.
func (e Env) checkFile(name string) error {
	info, err := os.Stat(e.path(name))
	switch {
	case err != nil:
		return fmt.Errorf("secret file %s: %w", name, cause(err))
	case info.IsDir():
		return fmt.Errorf("secret file %s is a directory", name)
	case !info.Mode().IsRegular():
		return nil
	case info.Size() == 0:
		return fmt.Errorf("secret file %s is empty", name)
	case info.Size() > MaxSize:
		return fmt.Errorf("secret file %s has more than %d octets", name, MaxSize)
	}
	f, err := os.Open(e.path(name))
	if err != nil {
		return fmt.Errorf("secret file %s: %w", name, cause(err))
	}
	return f.Close()
}

// readPipe is readFile, which may wait for the other end of a pipe. It is left alone
// when ctx is done: the program is about to end.
func (e Env) readPipe(ctx context.Context, name string) (string, error) {
	if info, err := os.Stat(e.path(name)); err != nil || info.Mode().IsRegular() {
		return e.readFile(name)
	}
	type content struct {
		text string
		err  error
	}
	read := make(chan content, 1)
	go func() {
		text, err := e.readFile(name)
		read <- content{text, err}
	}()
	select {
	case c := <-read:
		return c.text, c.err
	case <-ctx.Done():
		return "", fmt.Errorf("secret file %s: %w", name, context.Cause(ctx))
	}
}

func (e Env) readFile(name string) (string, error) {
	f, err := os.Open(e.path(name))
	if err != nil {
		return "", fmt.Errorf("secret file %s: %w", name, cause(err))
	}
	defer f.Close() // only read
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("secret file %s: %w", name, cause(err))
	case len(data) > MaxSize:
		return "", fmt.Errorf("secret file %s has more than %d octets", name, MaxSize)
	}
	return string(data), nil
}

func (e Env) checkPrompt() error {
	if e.Prompt == nil {
		return errors.New("nobody can be asked for the secret without a terminal; take it from {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}")
	}
	return nil
}

func (e Env) ask(ctx context.Context) (string, error) {
	if err := e.checkPrompt(); err != nil {
		return "", err
	}
	question := e.Question
	if question == "" {
		question = "password"
	}
	answer, err := e.Prompt(ctx, question)
	if err != nil {
		return "", fmt.Errorf("asking for the secret: %w", err)
	}
	return answer, nil
}

// cause is a file system's error without the path, which was said already.
func cause(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	return err
}

func cutLineEnd(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r")
}
