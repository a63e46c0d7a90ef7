package job

import (
	"slices"
	"strconv"
	"strings"
)

// Command is the command line that does verb to the mailing of these options,
// ready to be typed into a shell. Further flags come first.
func (o *Options) Command(verb string, flags ...string) string {
	args := append([]string{"mailshot", verb}, flags...)
	if o.Sandbox {
		s := "--sandbox"
		if o.SandboxDir != "" {
			s += "=" + o.SandboxDir
		}
		args = append(args, s)
	}
	if o.Mailing != "" {
		args = append(args, "--mailing", o.Mailing)
	}
	begins := verb == "run" && !slices.Contains(flags, "--resume") && !slices.Contains(flags, "--fresh")
	if o.AcceptEdited && !begins {
		args = append(args, "--accept-edited")
	}
	if o.SkipInvalid && (verb == "run" || verb == "rerun") {
		args = append(args, "--skip-invalid")
	}
	args = append(args, o.Path)
	for i := range args {
		args[i] = quote(args[i])
	}
	return strings.Join(args, " ")
}

// Repeat is the command line that asks for the same messages as these options,
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
	add(len(o.Only) > 0, "--only", strings.Join(o.Only, ","))
	add(o.IncludeUnknown, "--include", "unknown")
	add(o.Changed != "", "--changed", o.Changed)
	add(o.ChangedLetter, "--changed-letter")
	add(o.Limit > 0, "--limit", strconv.Itoa(o.Limit))
	flags = append(flags, o.Selected()...)
	if o.Rerun {
		return o.Command("rerun", flags...)
	}
	return o.Command("run", flags...)
}

// Selected are the flags that name the rows of these options, if they are not
// all.
func (o *Options) Selected() []string {
	var flags []string
	if o.Rows != "" {
		flags = append(flags, "--rows", o.Rows)
	}
	if len(o.Keys) > 0 {
		flags = append(flags, "--key", KeyList(o.Keys))
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

// quote makes an argument safe to be typed into a shell.
func quote(s string) string {
	unsafe := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=:,@+", r))
	}
	if s != "" && !strings.ContainsFunc(s, unsafe) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
