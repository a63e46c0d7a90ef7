package jobfile

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// version is the version of the job file that this package reads.
const version = 1

// job decodes the whole file into j.
func (d *decoder) job(root *yaml.Node, j *Job) {
	s := field{d: d, node: root, line: 0}.section()
	if s.broken {
		return
	}
	if f, ok := s.get("version", false); ok && f.node.Value != fmt.Sprint(version) {
		f.refuse("must be %d, not %s", version, showNode(f.node))
	}
	d.name(s, j)
	if f, ok := s.get("recipients", true); ok {
		d.recipients(f, &j.Recipients)
	}
	if f, ok := s.get("message", true); ok {
		d.message(f, &j.Message)
		if len(d.problems) == 0 {
			j.message = canonical(nil, f.node)
		}
	}
	if f, ok := s.get("server", false); ok {
		d.server(f, &j.Server)
	}
	j.Delivery = Delivery{Workers: 3, Retry: Retry{Attempts: 3, Wait: 5 * time.Minute, MaxWait: time.Hour}, GiveUpAfter: 10, KeepTranscripts: "none"}
	if f, ok := s.get("delivery", false); ok {
		d.delivery(f, &j.Delivery)
	}
	d.results(s, j)
}

func (d *decoder) name(s section, j *Job) {
	rule := fmt.Sprintf("at most %d letters, digits, `.`, `-` and `_`, the first no `.` or `-`", maxName)
	if f, ok := s.get("name", false); ok {
		if name, ok := f.plain(); ok {
			if !validName(name) {
				f.refuse("must be %s; not %s", rule, show(name))
			}
			j.Name = name
		}
		return
	}
	j.Name = defaultName(j.Path)
	if _, given := s.fields["name"]; !given && !validName(j.Name) {
		d.add(0, fmt.Sprintf("the job cannot be named %s after its file: a name is %s", show(j.Name), rule),
			"set `name` in the job file")
	}
}

func (d *decoder) recipients(f field, r *Recipients) {
	*r = Recipients{Delimiter: "auto", Encoding: "auto", Duplicates: "error"}
	if f.node.Kind == yaml.ScalarNode {
		if v, ok := f.fixedPath(); ok {
			r.File = v
			d.lines["recipients.file"] = f.line
		}
		return
	}
	s := f.section()
	if f, ok := s.get("file", true); ok {
		r.File, _ = f.fixedPath()
	}
	s.plain("email", &r.Email)
	s.plain("name", &r.Name)
	s.plain("key", &r.Key)
	s.plain("encoding", &r.Encoding)
	if f, ok := s.get("delimiter", false); ok {
		if f.node.Value == "\t" {
			f.node.Value = "tab"
		}
		f.oneOf(&r.Delimiter, "auto", ",", ";", "tab", "|")
	}
	if f, ok := s.get("where", false); ok {
		r.Where = f.filled()
	}
	if f, ok := s.get("suppress", false); ok {
		r.Suppress = f.fixedPaths()
	}
	_, keyGiven := s.fields["key"]
	if keyGiven {
		r.Duplicates = "all"
	}
	if f, ok := s.get("duplicates", false); ok {
		f.oneOf(&r.Duplicates, "error", "first", "all")
		if r.Duplicates == "all" && !keyGiven {
			f.refuseHint("name a column that tells the rows apart: `key`", "can be `all` only with `key`")
		}
	}
}

// fixedPath is a path that is no template.
func (f field) fixedPath() (string, bool) {
	s, ok := f.plain()
	if ok && strings.Contains(s, "{{") {
		f.refuse("is a path and cannot be a template")
		return "", false
	}
	return s, ok
}

// fixedPaths is one path or a list of them, with their lines.
func (f field) fixedPaths() []Text {
	var paths []Text
	for _, item := range f.items() {
		path, ok := item.fixedPath()
		switch {
		case !ok:
		case path == "-":
			item.refuse("must be the path of a file, not %s", show(path))
		default:
			paths = append(paths, Text{Value: path, Line: item.line})
		}
	}
	return paths
}

func (d *decoder) delivery(f field, v *Delivery) {
	s := f.section()
	if f, ok := s.get("workers", false); ok {
		f.number(&v.Workers, 1, 1000)
	}
	if f, ok := s.get("rate", false); ok {
		if text, ok := f.plain(); ok {
			rate, err := ParseRate(text)
			if err != nil {
				f.refuse("%v, not %s", err, show(text))
			}
			v.Rate = rate
		}
	}
	if f, ok := s.get("give_up_after", false); ok {
		f.number(&v.GiveUpAfter, 0, 1_000_000)
	}
	if f, ok := s.get("keep_transcripts", false); ok {
		f.oneOf(&v.KeepTranscripts, "none", "failed")
	}
	if f, ok := s.get("retry", false); ok {
		d.retry(f, &v.Retry)
	}
}

func (d *decoder) retry(f field, r *Retry) {
	s := f.section()
	if f, ok := s.get("attempts", false); ok {
		f.number(&r.Attempts, 1, 100)
	}
	if f, ok := s.get("wait", false); ok {
		f.duration(&r.Wait, 0)
	}
	f, given := s.get("max_wait", false)
	if given {
		f.duration(&r.MaxWait, 0)
	}
	if r.MaxWait < r.Wait {
		if given {
			f.refuse("must not be less than `wait`")
		}
		r.MaxWait = r.Wait
	}
}

// results decodes the path of the log and sees to it that no other file of the
// job is written over.
func (d *decoder) results(s section, j *Job) {
	f, given := s.get("results", false)
	if given {
		v, ok := f.fixedPath()
		if !ok {
			return
		}
		if base := filepath.Base(v); strings.HasSuffix(v, "/") || base == "." || base == ".." || base == "-" {
			f.refuse("must be the path of a file, not %s", show(v))
			return
		}
		j.Results = v
	}
	others := []struct{ path, what string }{
		{filepath.Base(j.Path), "the job file"},
		{j.Recipients.File, "the recipients file"},
		{j.Message.Text.File.Value, "the template of the message"},
		{j.Server.CA, "`ca` of the server"},
		{j.Server.ClientCertificate.Cert, "`cert` of `client_certificate`"},
		{j.Server.ClientCertificate.Key, "`key` of `client_certificate`"},
		{j.Server.Password.File, "the file of the password"},
	}
	add := func(path, what string) { others = append(others, struct{ path, what string }{path, what}) }
	for _, list := range j.Recipients.Suppress {
		add(list.Value, "a list of `suppress`")
	}
	m := &j.Message
	add(m.HTML.File.Value, "the template of the HTML")
	add(m.DKIM.Key.File, "the key of `dkim`")
	for _, t := range m.Include {
		add(t.Value, "a template of `include`")
	}
	for _, f := range m.Inline {
		add(f.File.Value, "a file of `inline`")
	}
	for _, a := range m.Attachments {
		add(a.File.Value, "an attachment")
	}
	log := j.ResultsPath("", false)
	for _, other := range others {
		if other.path != "" && j.Resolve(other.path) == log {
			d.add(f.line, fmt.Sprintf("the results log %s would be written over %s", filepath.Base(log), other.what),
				"name another file with `results`")
		}
	}
}
