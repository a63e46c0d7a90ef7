package main

import (
	"time"

	"mailshot/job"
	"mailshot/job/plan"
	"mailshot/job/preview"
)

// checkSchema is the version of what check --json prints. Fields may be added
// to it; those that are there keep their names and what they mean.
const checkSchema = 1

type jsonCheck struct {
	Schema     int              `json:"schema"`
	Job        string           `json:"job"`
	Recipients string           `json:"recipients"`
	Rows       int              `json:"rows"`
	Letters    int              `json:"letters"`
	LeftOut    jsonLeftOut      `json:"left_out"`
	Skipped    []string         `json:"skipped"` // the first rows that are, with the reason
	Octets     int64            `json:"octets"`
	Largest    int64            `json:"largest"`
	LargestRow int              `json:"largest_row"`
	Froms      []string         `json:"from_domains"`
	Server     string           `json:"server"`
	Settings   string           `json:"settings"` // what comes from outside the job file, and from where
	SignedBy   string           `json:"signed_by"`
	Rate       string           `json:"rate"`
	Quota      string           `json:"quota"`
	Window     string           `json:"window"`
	Full       string           `json:"full"`
	Takes      string           `json:"takes"`
	Tested     *time.Time       `json:"tested"` // null: no test was sent
	Changed    bool             `json:"changed_since_test"`
	Begun      *jsonBegun       `json:"begun"`    // null: the mailing has not begun
	Untaken    []jsonBranch     `json:"untaken"`  // branches of the templates that no letter takes
	Attached   []int            `json:"attached"` // how many letters have how many attachments; empty: all have as many
	First      *jsonFirstLetter `json:"first"`    // null: there is no letter
	Columns    []jsonColumn     `json:"columns"`
	Warnings   []string         `json:"warnings"`
	Notes      []string         `json:"notes"` // what is good to know, and nothing to mend
}

type jsonLeftOut struct {
	Bad        int `json:"bad"`
	Filtered   int `json:"filtered"`
	Suppressed int `json:"suppressed"`
	Duplicates int `json:"duplicates"`
	NoFile     int `json:"no_file"`
}

type jsonBegun struct {
	Since   time.Time `json:"since"`
	Results string    `json:"results"`
	Left    int       `json:"left"` // rows that a rerun would send
}

type jsonFirstLetter struct {
	Recipient string     `json:"recipient"`
	Copies    string     `json:"copies"`
	From      string     `json:"from"`
	ReplyTo   string     `json:"reply_to"`
	Subject   string     `json:"subject"`
	Forms     []string   `json:"forms"`
	Text      string     `json:"text"`
	Pictures  []jsonFile `json:"pictures"`
	Attached  []jsonFile `json:"attached"`
}

type jsonFile struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Octets int64  `json:"octets"`
	ToAll  bool   `json:"to_all"`
}

type jsonBranch struct {
	Place  string `json:"place"`
	Branch string `json:"branch"`
}

type jsonColumn struct {
	Name     string `json:"name"`
	Filled   int    `json:"filled"`
	Distinct int    `json:"distinct"` // 1001 is over 1,000
	Shortest string `json:"shortest"`
	Longest  string `json:"longest"`
}

func checkJSON(r *job.CheckReport, warnings, notes []string) *jsonCheck {
	j := &jsonCheck{
		Schema: checkSchema, Job: r.Job, Recipients: r.Recipients, Rows: r.Rows, Letters: r.Letters, LeftOut: leftOutJSON(r.Left),
		Skipped: list(r.Skipped.First), Octets: r.Octets, Largest: r.Largest, LargestRow: r.LargestRow, Froms: list(r.Froms),
		Server: r.Server, Settings: r.Settings, SignedBy: r.Signed, Rate: r.Limits.Rate, Quota: r.Limits.Quota, Window: r.Limits.Window,
		Full: r.Limits.Full, Takes: r.Limits.Takes, Attached: list(r.Attached), Untaken: []jsonBranch{}, Columns: []jsonColumn{}, Warnings: list(warnings), Notes: list(notes),
	}
	if t := r.Tested; t != nil && !t.At.IsZero() {
		j.Tested, j.Changed = &t.At, t.Changed
	}
	if s := r.Begun; s != nil {
		j.Begun = &jsonBegun{s.Since, s.Results, s.Left}
	}
	for _, b := range r.Untaken {
		j.Untaken = append(j.Untaken, jsonBranch{b.Place, b.Text})
	}
	if l := r.Letter; l != nil {
		j.First = &jsonFirstLetter{
			Recipient: r.First, Copies: r.Copies, From: l.From, ReplyTo: l.ReplyTo, Subject: r.Subject, Forms: list(l.Forms), Text: l.Text,
			Pictures: []jsonFile{}, Attached: []jsonFile{},
		}
		for _, f := range l.Pictures {
			j.First.Pictures = append(j.First.Pictures, fileJSON(f, false))
		}
		for _, f := range l.Attached {
			j.First.Attached = append(j.First.Attached, fileJSON(f.File, f.ToAll))
		}
	}
	for _, c := range r.Columns {
		j.Columns = append(j.Columns, jsonColumn{c.Name, c.Filled, c.Distinct, c.Shortest, c.Longest})
	}
	return j
}

func leftOutJSON(l plan.Left) jsonLeftOut {
	return jsonLeftOut{l.Skipped, l.Filtered, l.Suppressed, l.Duplicates, l.NoFile}
}

func fileJSON(f preview.File, toAll bool) jsonFile { return jsonFile{f.Name, f.Type, f.Size, toAll} }

// list returns a list that is not nil.
func list[T any](of []T) []T { return append([]T{}, of...) }
