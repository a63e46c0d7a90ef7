package job

import "strings"

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
	if o.AcceptEdited && verb == "rerun" {
		args = append(args, "--accept-edited")
	}
	if o.SkipInvalid {
		args = append(args, "--skip-invalid")
	}
	args = append(args, o.Path)
	for i := range args {
		args[i] = quote(args[i])
	}
	return strings.Join(args, " ")
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
