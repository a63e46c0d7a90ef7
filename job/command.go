package job

import (
	"fmt"
	"strconv"
	"strings"

	"mailshot/job/jobfile/when"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/problem"
)

// ref returns the mailing of these options; a test has a log of its own.
func (o *Options) ref() mailing.Ref {
	ref := o.Ref
	ref.Test = o.To != ""
	return ref
}

// Command returns the command line that does verb to the mailing of these options,
// ready to be typed into a shell. Further flags come first.
func (o *Options) Command(verb string, flags ...string) string {
	var more []string
	if o.SameLetter && verb == "rerun" {
		more = append(more, "--same-letter")
	}
	if o.SkipInvalid && (verb == "run" || verb == "rerun") {
		more = append(more, "--skip-invalid")
	}
	if o.StateDir != "" && (verb == "run" || verb == "rerun") {
		more = append(more, "--state", o.StateDir)
	}
	if o.Wait && (verb == "run" || verb == "rerun") {
		more = append(more, "--wait")
	}
	if verb == "run" || verb == "rerun" {
		more = append(more, o.fleetFlags()...)
	}
	return o.CommandWith(verb, flags, more...)
}

// Repeat returns the command line that asks for the same messages as these options,
// where none of them was sent.
func (o *Options) Repeat() string {
	var flags []string
	add := func(given bool, flag ...string) {
		if given {
			flags = append(flags, flag...)
		}
	}
	add(o.Resume, "--resume")
	add(o.Fresh, "--fresh")
	add(o.To != "", "--to", o.To)
	add(len(o.Again) > 0, "--again", KeyList(o.Again))
	add(len(o.Only) > 0, "--only", joinStates(o.Only))
	add(o.IncludeUnknown, "--include", "unknown")
	add(o.Changed != plan.StopChanged, "--changed", string(o.Changed))
	add(o.ChangedLetter, "--changed-letter")
	add(o.SameLetter && !o.Rerun, "--same-letter")
	flags = append(flags, o.Kept()...)
	if o.Rerun {
		return o.Command("rerun", flags...)
	}
	return o.Command("run", flags...)
}

// sameLetterSent is the end of a run that would send a letter again, where nobody can be
// asked.
func (o *Options) sameLetterSent(s *plan.SameLetter) error {
	again, anew := *o, *o
	again.SameLetter, anew.Mailing = true, "NAME"
	hint := fmt.Sprintf("to send it to them again:  %s\nas a mailing of its own:   %s", again.Repeat(), anew.Command("run"))
	if s.Spelled != "" {
		other := *o
		other.Mailing = s.Spelled
		hint = fmt.Sprintf("%-26s %s\n", "to go on with "+s.Spelled+":", other.Command("rerun")) + hint
	}
	return problem.Fail(problem.Exists, "%s", s.Words()).WithHint("%s", hint)
}

// Kept returns the flags of these options that a command which goes on needs, too: how many rows,
// which, and how fast.
func (o *Options) Kept() []string {
	var flags []string
	if o.Limit > 0 {
		flags = append(flags, "--limit", strconv.Itoa(o.Limit))
	}
	flags = append(flags, o.selected()...)
	return append(flags, o.Paced()...)
}

// selected returns the flags that name the rows of these options, if they are not all.
func (o *Options) selected() []string {
	var flags []string
	if len(o.Rows) > 0 {
		flags = append(flags, "--rows", plan.FormatRanges(o.Rows))
	}
	if len(o.Keys) > 0 {
		flags = append(flags, "--key", KeyList(o.Keys))
	}
	return flags
}

// Paced returns the flags that say how fast to send.
func (o *Options) Paced() []string {
	var flags []string
	if o.Workers > 0 {
		flags = append(flags, "--workers", strconv.Itoa(o.Workers))
	}
	if o.Rate != (when.Rate{}) {
		flags = append(flags, "--rate", o.Rate.String())
	}
	return flags
}

// KeyList makes keys the value of one flag: K,….
func KeyList(keys []string) string {
	quoted := make([]string, len(keys))
	for i, k := range keys {
		if strings.ContainsAny(k, ",\"\r\n") {
			k = `"` + strings.ReplaceAll(k, `"`, `""`) + `"`
		}
		quoted[i] = k
	}
	return strings.Join(quoted, ",")
}

func joinStates(states []plan.State) string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = string(s)
	}
	return strings.Join(names, ",")
}
