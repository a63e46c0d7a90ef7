package completion

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailshot/job/jobfile"
	"mailshot/job/mailing"
)

// A job is the mailing that a command line names.
type job struct {
	mailing.Ref
	undo bool // of settle
}

// jobOf returns the mailing that the words before the cursor name. Options come before the job
// file: where none is named, it is the only one that may be one in the directory.
func jobOf(c *cobra.Command, args []string) *job {
	j := &job{}
	if len(args) > 0 {
		j.Path = args[0]
	} else {
		j.Path = onlyJob()
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "mailing":
			j.Mailing = f.Value.String()
		case "accept-edited":
			j.AcceptEdited = true
		case "undo":
			j.undo = true
		case "sandbox":
			j.Sandbox = true
			if dir := f.Value.String(); f.Value.Type() == "string" && dir != f.NoOptDefVal {
				j.SandboxDir = dir
			}
		}
	})
	return j
}

// onlyJob returns the only file of the working directory that is named as job files are, or "".
func onlyJob() string {
	entries, _ := os.ReadDir(".")
	only := ""
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); ext != ".yaml" && ext != ".yml" {
			continue
		}
		if only != "" {
			return ""
		}
		only = e.Name()
	}
	return only
}

// maxJob is how many octets of a job file are waited for.
const maxJob = 1 << 20

// load loads the job file. One that is broken, or large, is none.
func (j *job) load() (*jobfile.Job, bool) {
	info, err := os.Stat(j.Path)
	if err != nil || info.Size() > maxJob {
		return nil, false
	}
	loaded, err := j.Load()
	return loaded, err == nil
}
