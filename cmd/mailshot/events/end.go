package events

import (
	"os"
	"strconv"

	"mailshot/job"
)

// An End is how a run ended. It is the last line, and what the program that is
// started afterwards is told.
type End struct {
	head
	Job     string `json:"job"`
	File    string `json:"file"`
	Mailing string `json:"mailing"`
	Log     string `json:"log"`
	Status  int    `json:"exit_status"`
	Counts  Counts `json:"counts"`
	Error   string `json:"error,omitempty"`
	Dropped int    `json:"dropped,omitempty"`
}

// Counts are the rows that a run was to send, by what became of them, and the bad
// ones.
type Counts struct {
	Total     int `json:"total"`
	Sent      int `json:"sent"`
	Temporary int `json:"failed_temporary"`
	Permanent int `json:"failed_permanent"`
	Unknown   int `json:"unknown"` // with those that are in the journal alone
	Untried   int `json:"untried"`
	Skipped   int `json:"skipped"`
}

// End writes the last line, and returns what it says. The report is nil where
// nothing could be sent, and err is nil where nothing stopped the run.
func (t *Teller) End(r *job.Report, status int, err error) End {
	e := End{
		head: t.head("end"), Job: t.opened.Job, File: t.File, Mailing: t.Mailing, Log: t.opened.Results,
		Status: status, Counts: t.counts(r), Dropped: t.dropped,
	}
	if r != nil {
		e.Log = r.Results
	}
	if _, missing := os.Stat(e.Log); missing != nil {
		e.Log = ""
	}
	if err != nil {
		e.Error = err.Error()
	}
	t.print(e)
	return e
}

func (t *Teller) counts(r *job.Report) Counts {
	if r == nil {
		return Counts{Total: t.checked.Letters, Untried: t.checked.Letters, Skipped: t.checked.Left.Skipped}
	}
	return Counts{
		Total: r.Total, Sent: r.Counts.Sent, Temporary: r.Counts.Temporary, Permanent: r.Counts.Permanent,
		Unknown: r.Counts.Unknown + len(r.Lost), Untried: r.Untried(), Skipped: r.Left.Skipped,
	}
}

// Environ returns the end as variables of an environment.
func (e *End) Environ() []string {
	c := &e.Counts
	env := []string{"MAILSHOT_JOB=" + e.File, "MAILSHOT_MAILING=" + e.Mailing, "MAILSHOT_LOG=" + e.Log}
	for _, v := range []struct {
		name  string
		value int
	}{
		{"STATUS", e.Status}, {"TOTAL", c.Total}, {"SENT", c.Sent}, {"TEMPORARY", c.Temporary}, {"PERMANENT", c.Permanent},
		{"UNKNOWN", c.Unknown}, {"UNTRIED", c.Untried}, {"SKIPPED", c.Skipped},
	} {
		env = append(env, "MAILSHOT_"+v.name+"="+strconv.Itoa(v.value))
	}
	return env
}
