package secret

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// hidden is the secret of all tests here: no error may have it in it.
const hidden = "hunter2-s3cret"

func testEnv(t *testing.T) Env {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"good":    hidden + "\n",
		"windows": hidden + "\r\n",
		"two":     hidden + "\n\n",
		"empty":   "",
		"blank":   "\n",
		"big":     strings.Repeat(hidden, MaxSize),
		"script":  "#!/bin/sh\necho " + hidden + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "script"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "windows"), 0o644); err != nil {
		t.Fatal(err)
	}
	vars := map[string]string{"SET": hidden, "EMPTY": "", "LINE": hidden + "\n"}
	return Env{
		Dir:    dir,
		Lookup: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
		Prompt: func(_ context.Context, question string) (string, error) { return question + ":" + hidden, nil },
	}
}

func sh(script string) []string { return []string{"sh", "-c", script} }

func TestRead(t *testing.T) {
	e := testEnv(t)
	for _, tt := range []struct {
		name string
		src  Source
		want string
	}{
		{"variable", Source{Env: "SET"}, hidden},
		{"variable with line end", Source{Env: "LINE"}, hidden},
		{"file", Source{File: "good"}, hidden},
		{"file that all may read", Source{File: "windows"}, hidden},
		{"absolute path", Source{File: filepath.Join(e.Dir, "good")}, hidden},
		{"one line end is cut", Source{File: "two"}, hidden + "\n"},
		{"command", Source{Command: sh("echo " + hidden)}, hidden},
		{"command beside the job", Source{Command: []string{"./script"}}, hidden},
		{"command runs in the directory", Source{Command: []string{"cat", "good"}}, hidden},
		{"no shell", Source{Command: []string{"echo", "$SET;"}}, "$SET;"},
		{"no input", Source{Command: sh("cat; echo " + hidden)}, hidden},
		{"what it says beside is not part", Source{Command: sh("echo note >&2; echo " + hidden)}, hidden},
		{"prompt", Source{Ask: true}, "password:" + hidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.src.Check(e); err != nil {
				t.Errorf("Check: %v", err)
			}
			got, err := tt.src.Read(t.Context(), e)
			if err != nil || got != tt.want {
				t.Errorf("Read = %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	e := testEnv(t)
	for _, tt := range []struct {
		name  string
		src   Source
		check string // "" if only reading tells
		read  string // "" if the same
		is    error
	}{
		{"none", Source{}, "the secret has no source", "", nil},
		{"unset", Source{Env: "UNSET"}, "environment variable UNSET is not set", "", nil},
		{"empty variable", Source{Env: "EMPTY"}, "environment variable EMPTY is empty", "", nil},
		{"missing file", Source{File: "none"}, "secret file none: no such file or directory", "", fs.ErrNotExist},
		{"empty file", Source{File: "empty"}, "secret file empty is empty", "secret file empty: the secret is empty", nil},
		{"blank file", Source{File: "blank"}, "", "secret file blank: the secret is empty", nil},
		{"big file", Source{File: "big"}, "secret file big has more than 65536 octets", "", nil},
		{"directory", Source{File: "."}, "secret file . is a directory", "secret file .: is a directory", nil},
		{"no command", Source{Command: []string{"no-such-command-here"}}, "command no-such-command-here: executable file not found in $PATH", "", exec.ErrNotFound},
		{"no script", Source{Command: []string{"./none"}}, "command ./none: no such file or directory", "", fs.ErrNotExist},
		{"no program", Source{Command: []string{"./good"}}, "command ./good: permission denied", "", fs.ErrPermission},
		{"fails", Source{Command: sh("echo " + hidden + "; exit 3")}, "", "command sh: exit status 3", nil},
		{"fails and says why", Source{Command: sh("printf 'no key\\n\\tfor you\\033[31m\\n' >&2; exit 1")}, "", "command sh: exit status 1: no key for you [31m", nil},
		{"says the secret", Source{Command: sh("echo " + hidden + "; echo got " + hidden + " >&2; exit 1")}, "", "command sh: exit status 1: got ***", nil},
		{"says much", Source{Command: sh("yes no | head -n 1000 >&2; exit 1")}, "", "command sh: exit status 1: " + strings.Repeat("no ", 66) + "no…", nil},
		{"prints nothing", Source{Command: sh("echo; echo locked >&2")}, "", "command sh printed no secret: locked", nil},
		{"prints much", Source{Command: sh("yes " + hidden + " | head -c 70000")}, "", "command sh printed more than 65536 octets", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := tt.src.Check(e); err != nil {
				got = err.Error()
			}
			if got != tt.check {
				t.Errorf("Check = %q; want %q", got, tt.check)
			}
			value, err := tt.src.Read(t.Context(), e)
			want := tt.read
			if want == "" {
				want = tt.check
			}
			if err == nil || value != "" || err.Error() != want {
				t.Fatalf("Read = %q, %v; want error %q", value, err, want)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("Read: %v is not %v", err, tt.is)
			}
			if strings.Contains(err.Error(), hidden) {
				t.Errorf("the secret is in %v", err)
			}
		})
	}
}

func TestAskNobody(t *testing.T) {
	src := Source{Ask: true}
	_, err := src.Read(t.Context(), Env{})
	for _, err := range []error{src.Check(Env{}), err} {
		if err == nil || !strings.Contains(err.Error(), "{env: NAME}, {file: PATH} or {command:") {
			t.Errorf("got %v; want the other ways", err)
		}
	}
}

func TestAskFails(t *testing.T) {
	gone := errors.New("the terminal is gone")
	e := Env{Question: "password of office", Prompt: func(_ context.Context, q string) (string, error) {
		if q != "password of office" {
			t.Errorf("asked %q; want the question of Env", q)
		}
		return hidden, gone
	}}
	if got, err := (Source{Ask: true}).Read(t.Context(), e); got != "" || !errors.Is(err, gone) {
		t.Errorf("Read = %q, %v; want %v", got, err, gone)
	}
}

func TestCommandEnviron(t *testing.T) {
	src := Source{Command: []string{"/bin/sh", "-c", `echo "<$ONLY>"`}}
	got, err := src.Read(t.Context(), Env{Environ: []string{"ONLY=this"}})
	if err != nil || got != "<this>" {
		t.Errorf("Read = %q, %v; want %q", got, err, "<this>")
	}
}

func TestCommandTooSlow(t *testing.T) {
	t.Parallel()
	_, err := (Env{}).run(t.Context(), sh("echo "+hidden+"; echo waiting for the card >&2; exec sleep 60"), 2*time.Second)
	want := "command sh: not done within 2s: waiting for the card"
	if err == nil || err.Error() != want {
		t.Errorf("run: %v; want %s", err, want)
	}
}

func TestCommandCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("interrupted")
	cancel(why)
	if _, err := (Source{Command: sh("exec sleep 60")}).Read(ctx, Env{}); !errors.Is(err, why) {
		t.Errorf("Read: %v; want %v", err, why)
	}
}

// A program that a command leaves behind may keep its output open.
func TestCommandLeavesOneBehind(t *testing.T) {
	t.Parallel()
	start := time.Now()
	got, err := (Env{}).run(t.Context(), sh("sleep 8 & echo "+hidden), commandTime)
	if err != nil || got != hidden+"\n" {
		t.Errorf("run = %q, %v; want the secret", got, err)
	}
	if took := time.Since(start); took > 7*time.Second {
		t.Errorf("run took %s; want it not to wait for the program left behind", took)
	}
}

func TestIsZero(t *testing.T) {
	for _, tt := range []struct {
		src  Source
		want bool
	}{
		{Source{}, true},
		{Source{Line: 7}, true},
		{Source{Env: "A"}, false},
		{Source{File: "a"}, false},
		{Source{Command: []string{"a"}}, false},
		{Source{Ask: true}, false},
	} {
		if got := tt.src.IsZero(); got != tt.want {
			t.Errorf("%+v.IsZero() = %t; want %t", tt.src, got, tt.want)
		}
	}
}
