package after

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// script makes a program of the lines.
func script(t *testing.T, lines string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there is no shell")
	}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+lines+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRun(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines string
		limit time.Duration
		out   string
		err   string // "" if it ends well
	}{
		{"well", `echo "$VALUE"; echo wrong >&2`, 0, "7\nwrong\n", ""},
		{"fails", "echo x; exit 3", 0, "x\n", "exit status 3"},
		{"too long", "exec sleep 600", 100 * time.Millisecond, "", "not done within 100ms, and killed"},
		{"leaves a program behind that holds the output", "sleep 20 &\necho x", 0, "x\n", ""},
		{"too long, with a child", "sleep 20; echo x", 100 * time.Millisecond, "", "not done within 100ms, and killed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			begun := time.Now()
			err := Program{Path: script(t, tt.lines), Environ: []string{"VALUE=7", "PATH=" + os.Getenv("PATH")}, Output: &out, Limit: tt.limit}.Run(t.Context())
			if got := errorText(err); got != tt.err {
				t.Errorf("error %q; want %q", got, tt.err)
			}
			if out.String() != tt.out {
				t.Errorf("it printed %q; want %q", out.String(), tt.out)
			}
			if took := time.Since(begun); took > 15*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestRunInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted by SIGTERM"))
	err := Program{Path: script(t, "exec sleep 600")}.Run(ctx)
	if got := errorText(err); got != "killed: interrupted by SIGTERM" {
		t.Errorf("error %q", got)
	}
}

func TestRunNone(t *testing.T) {
	if err := (Program{}).Run(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestFind(t *testing.T) {
	path := script(t, "")
	t.Chdir(filepath.Dir(path))
	if got, err := Find("program"); err != nil || filepath.Base(got) != "program" || !filepath.IsAbs(got) {
		t.Errorf("Find(program) = %s, %v", got, err)
	}
	if got, err := Find(""); got != "" || err != nil {
		t.Errorf("Find() = %s, %v", got, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"program": "it can't be executed", "nosuch": "there is no such file", "sh": "there is no such file", ".": "it can't be executed: is a directory",
	} {
		if _, err := Find(file); errorText(err) != file+": "+want {
			t.Errorf("Find(%s): %v; want %s", file, err, want)
		}
	}
}

func TestWithheld(t *testing.T) {
	var w Withheld
	all := []string{"A=1", "SECRET=2", "SECRET_NAME=3", "=C:=x"}
	lookup := w.Lookup(func(name string) (string, bool) { return "value of " + name, true })
	if v, ok := lookup("SECRET"); v != "value of SECRET" || !ok {
		t.Errorf("the lookup gives %q, %t", v, ok)
	}
	if got, want := strings.Join(w.Environ(all), " "), "A=1 SECRET_NAME=3 =C:=x"; got != want {
		t.Errorf("Environ gives %s; want %s", got, want)
	}
	if !slices.Contains(all, "SECRET=2") {
		t.Error("the environment itself was changed")
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
