package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// ownSecret ends the names of the files that may hold a password or a key.
const ownSecret = ".secret"

// noSecrets searches everything that a script printed or wrote for the
// passwords, as they are and in base64, and for the keys that there are.
func noSecrets(ts *testscript.TestScript, neg bool, args []string) {
	var secrets []string
	for _, s := range []string{password, wrongPassword} {
		secrets = append(secrets, s)
		for before := range 3 { // in base64, what does not depend on what stands around it
			encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + s))
			secrets = append(secrets, encoded[(before*8+5)/6:(before+len(s))*8/6])
		}
	}
	eachFile(ts, func(path string, _ os.FileInfo) {
		if strings.HasSuffix(path, ownSecret) {
			secrets = append(secrets, keyLines(ts.ReadFile(path))...)
		}
	})
	search := func(name, text string) {
		for _, s := range secrets {
			if strings.Contains(text, s) {
				ts.Fatalf("%s holds a secret", name)
			}
		}
	}
	search("stdout", ts.ReadFile("stdout"))
	search("stderr", ts.ReadFile("stderr"))
	eachFile(ts, func(path string, _ os.FileInfo) {
		if strings.HasSuffix(path, ownSecret) {
			return
		}
		b, err := os.ReadFile(path)
		ts.Check(err)
		search(path, string(b))
	})
}

// tidy wants the files that mailshot makes to be for their owner only, and
// none to be left that is for one run only, unless such a run goes on.
func tidy(ts *testscript.TestScript) {
	eachFile(ts, func(path string, info os.FileInfo) {
		name := filepath.Base(path)
		switch {
		case len(ts.BackgroundCmds()) == 0 && (strings.HasSuffix(name, ".spool") || strings.HasSuffix(name, ".journal")):
			ts.Fatalf("%s was left", path)
		case strings.HasSuffix(name, ".results.csv"), strings.HasSuffix(name, ".lock"), strings.HasSuffix(name, ".eml"), strings.HasPrefix(name, "trace"),
			strings.HasSuffix(filepath.Dir(path), ".transcripts"):
			if mode := info.Mode().Perm(); mode != 0o600 {
				ts.Fatalf("%s has the mode %o, want 600", path, mode)
			}
		}
	})
}

// eachFile visits the regular files of the script.
func eachFile(ts *testscript.TestScript, visit func(path string, info os.FileInfo)) {
	ts.Check(filepath.WalkDir(ts.Getenv("WORK"), func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			visit(path, info)
		}
		return err
	}))
}
