package job

import (
	"time"

	"mailshot/job/plan"
)

// A Step is what a run has done before it sends. Each Kind sets the fields that
// its comment names, and the others are zero.
type Step struct {
	Kind    StepKind
	Job     string        // Opened: its name
	Run     string        // Opened: its id
	Results string        // Opened: path of the log, which need not be there
	Sandbox string        // Opened: directory of the captured messages; "": none are captured
	Rows    int           // Checked: in the recipients file
	Letters int           // Checked: that are to be sent
	Left    plan.Left     // Checked: the selected rows that are left as they are
	Server  string        // Tried: its name in words
	Took    time.Duration // Tried: until the session was open, or the end was known
	Err     error         // Tried: why there is no session; nil: there is one
}

// A StepKind says what was done.
type StepKind uint8

const (
	Opened  StepKind = iota // the job file is read
	Checked                 // every row and letter is well
	Tried                   // one session was opened, or could not be; a sandbox is not tried
)

// step tells the program of a step.
func (in *inputs) step(s Step) {
	if in.env.Step != nil {
		in.env.Step(s)
	}
}
