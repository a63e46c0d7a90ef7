package jobfile

import (
	"fmt"
	"path/filepath"
	"strings"

	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// job decodes the whole file into j.
func (d *decoder) job(s fields.Section, j *Job) {
	var version string // there is only one, and it says nothing more
	s.Word("version", &version)
	d.name(s, j)
	if f, ok := s.Get("recipients", keys.Group); ok {
		d.recipients(f, &j.Recipients)
	}
	if f, ok := s.Get("message", keys.Group); ok {
		d.message(f.Section(), &j.Message)
		if d.Good() {
			j.message = canonical(nil, f.Node)
		}
	}
	server, given := d.serverSection(s, j)
	if given {
		d.preset(server)
		j.Server.Preset = d.provider.Name
		d.server(server, &j.Server)
		j.Server.rebase()
	}
	delivery := s.Group("delivery")
	if !s.Has("delivery") {
		delivery = d.Given(s.Decl.Key("delivery"))
	}
	for _, v := range Variables() {
		d.override(delivery, v)
	}
	d.limits(delivery, &j.Delivery)
	d.delivery(delivery, &j.Delivery)
	j.sections = map[string]fields.Section{"server": server, "delivery": delivery}
	j.root = s
	d.results(s, j)
}

// results decodes the path of the log and sees to it that no other file of the job is written over.
func (d *decoder) results(s fields.Section, j *Job) {
	f, given := s.Get("results", keys.Path)
	if given {
		v, ok := f.FixedPath()
		if !ok {
			return
		}
		base := filepath.Base(v)
		if strings.HasSuffix(v, "/") || base == "." || base == ".." || base == "-" {
			f.Refuse("must be the path of a file, not %s", fields.Show(v))
			return
		}
		j.Results = v
	}
	log := j.ResultsPath("", false)
	for _, other := range j.inputs() {
		if other.path != "" && j.Resolve(other.path) == log {
			d.Add(f.Line, fmt.Sprintf("the results log %s would be written over %s", filepath.Base(log), other.what),
				"name another file with `results`")
		}
	}
}

// An input is a file that the job reads, by its path as written, or "", and in words.
type input struct{ path, what string }

// inputs returns the files that the job names and that are the same for all rows, and the job file.
func (j *Job) inputs() []input {
	m, s := &j.Message, &j.Server
	all := []input{
		{filepath.Base(j.Path), "the job file"},
		{j.Recipients.File, "the recipients file"},
		{m.Text.File.Value, "the template of the message"},
		{s.File, "the file with the server section"},
		{s.CA, "`ca` of the server"},
		{s.ClientCertificate.Cert, "`cert` of `client_certificate`"},
		{s.ClientCertificate.Key, "`key` of `client_certificate`"},
		{s.Password.File, "the file of the password"},
		{s.OAuth.ClientSecret.File, "the file of `client_secret`"},
	}
	add := func(path, what string) { all = append(all, input{path, what}) }
	for _, list := range j.Recipients.Suppress {
		add(list.Value, "a list of `suppress`")
	}
	add(m.HTML.File.Value, "the template of the HTML")
	add(m.Calendar.File.Value, "the template of the calendar")
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
	return all
}
