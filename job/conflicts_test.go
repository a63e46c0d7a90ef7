package job

import (
	"strings"
	"testing"

	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/problem"
)

// Every pair of options is one that makes sense, or is refused; x is refused,
// for run and for rerun.
func TestOptionPairs(t *testing.T) {
	set := map[string]func(*Options){
		"resume":       func(o *Options) { o.Resume = true },
		"fresh":        func(o *Options) { o.Fresh = true },
		"to":           func(o *Options) { o.To = "me@club.example" },
		"again":        func(o *Options) { o.Again = []string{"a"} },
		"only":         func(o *Options) { o.Only = []plan.State{plan.Untried} },
		"include":      func(o *Options) { o.IncludeUnknown = true },
		"changed-skip": func(o *Options) { o.Changed = "skip" },
		"changed-send": func(o *Options) { o.Changed = "send" },
		"letter":       func(o *Options) { o.ChangedLetter = true },
		"sandbox":      func(o *Options) { o.Sandbox = true },
		"limit":        func(o *Options) { o.Limit = 1 },
		"rows":         func(o *Options) { o.Rows = []plan.Range{{First: 1, Last: 1}} },
		"key":          func(o *Options) { o.Keys = []string{"a"} },
		"mailing":      func(o *Options) { o.Mailing = "m" },
		"edited":       func(o *Options) { o.AcceptEdited = true },
		"invalid":      func(o *Options) { o.SkipInvalid = true },
	}
	for _, tt := range []struct {
		rerun bool
		table string
	}{
		{false, `
			            resume fresh to sandbox limit rows key mailing edited invalid changed-skip changed-send letter again only include
			resume      .      x     x  .       .     .    .   .       .      .       .            .            .      x     x    x
			fresh       x      .     x  x       .     x    x   .       .      .       x            x            x      x     x    x
			to          x      x     .  .       .     .    .   .       .      .       x            x            x      x     x    x
			sandbox     .      x     .  .       .     .    .   .       .      .       x            x            x      x     x    x
			limit       .      .     .  .       .     .    .   .       .      .       x            x            x      x     x    x
			rows        .      x     .  .       .     .    .   .       .      .       x            x            x      x     x    x
			key         .      x     .  .       .     .    .   .       .      .       x            x            x      x     x    x`},
		{true, `
			             again only include changed-skip changed-send letter sandbox limit rows key mailing edited invalid resume fresh to
			again        .     x    x       x            .            .      .       x     x    x   .       .      .       x      x     x
			only         x     .    .       .            .            .      .       .     .    .   .       .      .       x      x     x
			include      x     .    .       .            .            .      .       .     .    .   .       .      .       x      x     x
			changed-skip x     .    .       .            .            .      .       .     .    .   .       .      .       x      x     x
			changed-send .     .    .       .            .            .      .       .     .    .   .       .      .       x      x     x
			letter       .     .    .       .            .            .      .       .     .    .   .       .      .       x      x     x
			sandbox      .     .    .       .            .            .      .       .     .    .   .       .      .       x      x     x
			limit        x     .    .       .            .            .      .       .     .    .   .       .      .       x      x     x
			rows         x     .    .       .            .            .      .       .     .    .   .       .      .       x      x     x
			key          x     .    .       .            .            .      .       .     .    .   .       .      .       x      x     x`},
	} {
		lines := strings.Split(strings.TrimSpace(tt.table), "\n")
		columns := strings.Fields(lines[0])
		for _, line := range lines[1:] {
			cells := strings.Fields(line)
			for i, column := range columns {
				o := Options{Rerun: tt.rerun}
				set[cells[0]](&o)
				set[column](&o)
				if err := o.check(); (err != nil) != (cells[i+1] == "x") {
					t.Errorf("rerun %t: %s and %s: %v; want %s", tt.rerun, cells[0], column, err, cells[i+1])
				} else if err != nil {
					wantKind(t, err, problem.Usage)
				}
			}
		}
	}
}

func TestRepeat(t *testing.T) {
	for _, tt := range []struct {
		o    Options
		want string
	}{
		{Options{}, "mailshot run job.yaml"},
		{Options{Yes: true, Workers: 3, Selection: plan.Selection{Limit: 5, Rows: []plan.Range{{First: 1, Last: 10}}}}, "mailshot run --limit 5 --rows 1-10 --workers 3 job.yaml"},
		{Options{To: "me@club.example", Selection: plan.Selection{Keys: []string{"7", "a b"}}}, "mailshot run --to me@club.example --key '7,a b' job.yaml"},
		{Options{Resume: true, Ref: mailing.Ref{Mailing: "m", AcceptEdited: true}, Policy: plan.Policy{Changed: plan.SkipChanged}}, "mailshot run --resume --changed skip --mailing m --accept-edited job.yaml"},
		{Options{Fresh: true, Ref: mailing.Ref{AcceptEdited: true}}, "mailshot run --fresh --accept-edited job.yaml"},
		{Options{Rerun: true, Policy: plan.Policy{Again: []string{"a,b", `say "x"`}}}, `mailshot rerun --again '"a,b","say ""x"""' job.yaml`},
		{Options{Rerun: true, Policy: plan.Policy{Only: []plan.State{plan.Temporary, plan.Untried}, IncludeUnknown: true}, ChangedLetter: true}, "mailshot rerun --only temporary,untried --include unknown --changed-letter job.yaml"},
	} {
		tt.o.Path = "job.yaml"
		if got := tt.o.Repeat(); got != tt.want {
			t.Errorf("Repeat of %+v is\n%s; want\n%s", tt.o, got, tt.want)
		}
	}
}
