package mailing

import "testing"

// The command line names the mailing as the user did, and can be typed as it is.
func TestCommand(t *testing.T) {
	all := Ref{Path: "my job.yaml", Mailing: "2026-12", Sandbox: true, SandboxDir: "a'b", AcceptEdited: true}
	edited := Ref{Path: "job.yaml", AcceptEdited: true}
	for _, tt := range []struct {
		ref   Ref
		verb  string
		flags []string
		more  []string
		want  string
	}{
		{Ref{Path: "job.yaml"}, "rerun", nil, nil, "mailshot rerun job.yaml"},
		{Ref{Path: "job.yaml"}, "run", []string{"--fresh"}, nil, "mailshot run --fresh job.yaml"},
		{Ref{Path: "job.yaml", Mailing: "2026-12"}, "rerun", []string{"--rows", "1-10,13-"}, nil, "mailshot rerun --rows 1-10,13- --mailing 2026-12 job.yaml"},
		{Ref{Path: "job.yaml", Sandbox: true}, "run", nil, nil, "mailshot run --sandbox job.yaml"},
		{Ref{Path: "job.yaml", Test: true}, "status", nil, nil, "mailshot status job.yaml"},
		{all, "settle", []string{"--sent"}, []string{"r 1"}, `mailshot settle --sent '--sandbox=a'\''b' --mailing 2026-12 --accept-edited 'r 1' 'my job.yaml'`},
		// A run that begins has no log to read.
		{edited, "run", nil, nil, "mailshot run job.yaml"},
		{edited, "run", []string{"--resume"}, nil, "mailshot run --resume --accept-edited job.yaml"},
		{edited, "run", []string{"--fresh"}, nil, "mailshot run --fresh --accept-edited job.yaml"},
		{edited, "rerun", nil, nil, "mailshot rerun --accept-edited job.yaml"},
	} {
		if got := tt.ref.CommandWith(tt.verb, tt.flags, tt.more...); got != tt.want {
			t.Errorf("CommandWith(%q, %q, %q) of %+v:\n\t%s\nwant\n\t%s", tt.verb, tt.flags, tt.more, tt.ref, got, tt.want)
		}
		if tt.more != nil {
			continue
		}
		if got := tt.ref.Command(tt.verb, tt.flags...); got != tt.want {
			t.Errorf("Command(%q, %q) of %+v:\n\t%s\nwant\n\t%s", tt.verb, tt.flags, tt.ref, got, tt.want)
		}
	}
}
