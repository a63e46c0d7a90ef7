package jobfile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"mailshot/job/inputfile"
	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
	"mailshot/job/preset"
	"mailshot/job/problem"
)

// Outside is what is said of a job outside its file. The zero value is nothing.
type Outside struct {
	Server string // a file in the place of the section server, relative to the working directory; "": none
	// Lookup returns the value of an environment variable; nil: there are none.
	Lookup func(name string) (string, bool)
}

// A Variable is an environment variable that stands for a key of the job file.
type Variable struct{ Name, Section, Key string }

// Variables returns the environment variables that stand for keys.
func Variables() []Variable {
	return []Variable{
		{"MAILSHOT_SERVER_HOST", "server", "host"},
		{"MAILSHOT_SERVER_PORT", "server", "port"},
		{"MAILSHOT_SERVER_USERNAME", "server", "username"},
		{"MAILSHOT_SERVER_TLS", "server", "tls"},
		{"MAILSHOT_RATE", "delivery", "rate"},
		{"MAILSHOT_WORKERS", "delivery", "workers"},
	}
}

// serverSection finds the section server, wherever it is: given reports whether there is one.
func (d *decoder) serverSection(root fields.Section, j *Job) (s fields.Section, given bool) {
	decl := root.Decl.Key("server")
	s, given = d.writtenServer(root, decl, j)
	if !given {
		s = d.Given(decl)
	}
	for _, v := range Variables() {
		given = d.override(s, v) || given
	}
	return s, given
}

// writtenServer returns the section as a file has it: that of the command line, one that the job
// names, or the job file itself.
func (d *decoder) writtenServer(root fields.Section, decl *keys.Key, j *Job) (fields.Section, bool) {
	f, ok := root.Get("server", keys.Group)
	if path := d.outside.Server; path != "" {
		abs, err := filepath.Abs(path)
		if err != nil {
			d.unread = &unread{0, err}
			return d.Absent(decl), true
		}
		return d.serverFile(path, abs, 0, decl, j), true
	}
	if !ok {
		return fields.Section{}, false
	}
	if f.Node.Kind != yaml.ScalarNode {
		return f.Section(), true
	}
	path, ok := f.FixedPath()
	if ok && strings.ContainsAny(path, "@") {
		f.RefuseHint(serverHint, "must be a group of keys, or the path of a file with these") // what is written may be a URL with a password
		ok = false
	}
	if !ok {
		return d.Absent(decl), true
	}
	return d.serverFile(path, j.Resolve(path), f.Line, decl, j), true
}

const serverHint = "a server is named by its host: server: {host: smtp.club.example}"

// maxServer is how many octets a file with a server section may have.
const maxServer = 1 << 20

// serverFile returns the section that a file has. shown is its path as it is told, path as it is
// opened, and line where the job file names it; 0: the command line does.
func (d *decoder) serverFile(shown, path string, line int, decl *keys.Key, j *Job) fields.Section {
	data, err := inputfile.Read(path, maxServer)
	if err != nil {
		d.unread = &unread{line, fmt.Errorf("the file with the server section: %w", problem.FileError{Path: shown, Err: err})}
		return d.Absent(decl)
	}
	j.Server.File, j.serverFile = path, shown
	own := *decl
	own.Hint = "it has the keys of the section `server`: host: smtp.club.example"
	r := d.Beside(shown, &own)
	root := r.Document(data)
	if root == nil {
		return d.Absent(decl)
	}
	// The section with its name on it can't be mistaken for anything else.
	if root.Kind == yaml.MappingNode && len(root.Content) == 2 && root.Content[0].Value == "server" && root.Content[1].Kind == yaml.MappingNode {
		root = root.Content[1]
	}
	return r.SectionOf(decl, root)
}

// unread is that the file with the server section can't be read.
type unread struct {
	line int
	err  error
}

func (u *unread) error(path string) error {
	kind, place := problem.BadJob, "--server"
	if errors.Is(u.err, fs.ErrNotExist) {
		kind = problem.NoInput
	}
	if u.line > 0 {
		place = fmt.Sprintf("%s:%d", path, u.line)
	}
	e := &problem.Error{Kind: kind, Err: fmt.Errorf("%s: %w", place, u.err)}
	if u.line > 0 {
		e.Hint = serverHint
	}
	return e
}

// override puts the value of an environment variable in the place of that of its key, if the section
// is the variable's, and reports whether it is set.
func (d *decoder) override(s fields.Section, v Variable) bool {
	if d.outside.Lookup == nil || s.Decl.Name != v.Section || s.Broken {
		return false
	}
	value, set := d.outside.Lookup(v.Name)
	if !set {
		return false
	}
	r := d.Beside(v.Name, s.Decl)
	if strings.TrimSpace(value) == "" {
		r.Add(0, "the environment variable is set, and empty", "unset it, or give it a value")
		return true
	}
	s.Put(r, v.Key, value)
	return true
}

// preset gives the section server the values of the provider that it names, as far as it has none.
// Port and TLS go together: one that is given says what the other is.
func (d *decoder) preset(s fields.Section) {
	f, ok := s.Get("preset", keys.Text)
	if !ok {
		return
	}
	name, ok := f.Plain()
	if !ok {
		return
	}
	p, known := preset.Find(name)
	if !known {
		text := fmt.Sprintf("names no provider that is known: %s", fields.Show(name))
		if near := fields.Closest(name, preset.Names()); near != "" {
			text += fmt.Sprintf("; did you mean `%s`?", near)
		}
		f.RefuseHint("mailshot help presets lists them; any other server is named by `host`", "%s", text)
		s.Excused["host"] = true
		return
	}
	d.provider = p
	d.provided = d.Beside("preset "+p.Name, s.Decl)
	if p.Host != "" && !s.Has("host") {
		s.Put(d.provided, "host", p.Host)
	}
	if !s.Has("port") && !s.Has("tls") {
		s.Put(d.provided, "port", strconv.Itoa(p.Port))
		s.Put(d.provided, "tls", p.TLS)
	}
}

// limits gives the section delivery the limits of the provider, as far as it has none.
func (d *decoder) limits(s fields.Section, v *Delivery) {
	if d.provided == nil || s.Broken {
		return
	}
	if d.provider.Rate != "" && !s.Has("rate") {
		s.Put(d.provided, "rate", d.provider.Rate)
		v.RatePreset = d.provider.Name
	}
	if len(d.provider.Quotas) > 0 && !s.Has("quota") {
		s.PutList(d.provided, "quota", d.provider.Quotas)
		v.QuotaPreset = d.provider.Name
	}
}

// rebase makes the paths of a section that stands in a file of its own relative to that file.
func (s *Server) rebase() {
	if s.File == "" {
		return
	}
	dir := filepath.Dir(s.File)
	for _, path := range []*string{&s.CA, &s.ClientCertificate.Cert, &s.ClientCertificate.Key, &s.Password.File, &s.OAuth.ClientSecret.File} {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(dir, *path)
		}
	}
	for _, argv := range [][]string{s.Password.Command, s.OAuth.ClientSecret.Command} {
		if len(argv) > 0 && strings.ContainsRune(argv[0], filepath.Separator) && !filepath.IsAbs(argv[0]) {
			argv[0] = filepath.Join(dir, argv[0])
		}
	}
}

// LoginCommand returns the command line by which the account signs in, ready to be typed into a shell.
// state is the directory that was given for what is remembered; "": none was.
func (j *Job) LoginCommand(state string) string {
	args := []string{"mailshot", "login"}
	if state != "" {
		args = append(args, "--state", problem.Quote(state))
	}
	if j.outside != "" {
		args = append(args, "--server", problem.Quote(j.outside))
	}
	return strings.Join(append(args, problem.Quote(j.Path)), " ")
}

// ServerPath returns the path, as it is told, of the file that has the server section.
func (j *Job) ServerPath() string { return cmp.Or(j.serverFile, j.Path) }
