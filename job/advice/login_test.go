package advice

import (
	"strings"
	"testing"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport"
)

// What was tried, and what else the server offers, decides about a refused mechanism.
func TestAdviseMechanisms(t *testing.T) {
	const simple = "set server.auth to plain or login"
	for _, tt := range []struct {
		name      string
		server    jobfile.Server
		code      int
		mechanism string
		offered   string
		advice    string // part of it
		not       string // no part of it
	}{
		{"504 with auto", jobfile.Server{Auth: "auto"}, 504, "PLAIN", "PLAIN LOGIN", "another one that it offers: login", "to auto"},
		{"504 with auto, and no other", jobfile.Server{Auth: "auto"}, 504, "PLAIN", "PLAIN XOAUTH2", "its operator", "xoauth2"},
		{"504 by name", jobfile.Server{Auth: "plain"}, 504, "PLAIN", "PLAIN LOGIN", "set server.auth to auto", "login"},
		{"CRAM under TLS", jobfile.Server{Auth: "auto"}, 535, "CRAM-MD5", "CRAM-MD5 LOGIN PLAIN", simple, ""},
		{"SCRAM under TLS", jobfile.Server{Auth: "auto"}, 535, "SCRAM-SHA-256", "SCRAM-SHA-256 PLAIN", "SCRAM-SHA-256 without being able to do it: set server.auth to plain", "login"},
		{"CRAM on loopback", jobfile.Server{Auth: "auto", TLS: jobfile.None, Host: "localhost"}, 535, "CRAM-MD5", "CRAM-MD5 LOGIN PLAIN", simple, ""},
		{"CRAM in the clear", jobfile.Server{Auth: "auto", TLS: jobfile.None, Host: "far.example"}, 535, "CRAM-MD5", "CRAM-MD5 LOGIN PLAIN", "check server.username", "plain"},
		{"CRAM alone", jobfile.Server{Auth: "auto"}, 535, "CRAM-MD5", "CRAM-MD5", "check server.username", "without being able"},
		{"PLAIN", jobfile.Server{Auth: "auto"}, 535, "PLAIN", "PLAIN LOGIN", "check server.username", "login"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			te := &transport.Error{
				Stage: transport.StageAuth, Class: transport.Permanent, Reply: &transport.Reply{Code: tt.code, Lines: []string{"no"}},
				Mechanism: tt.mechanism, Offered: strings.Fields(tt.offered),
			}
			got := Advise(&jobfile.Job{Server: tt.server}, te)
			if !strings.Contains(got, tt.advice) || tt.not != "" && strings.Contains(got, tt.not) {
				t.Errorf("advice %q, want %q, without %q", got, tt.advice, tt.not)
			}
		})
	}
}

// A refusal of AUTH for now is explained by the table where it is known there.
func TestAdviseLater(t *testing.T) {
	te := &transport.Error{Stage: transport.StageAuth, Reply: &transport.Reply{Code: 451, Lines: []string{"Authentication failed: Maximum credits exceeded"}}}
	if got := Advise(&jobfile.Job{}, te); got == "" || strings.Contains(got, "can't check passwords") {
		t.Errorf("advice %q, want what helps with used up credits", got)
	}
	if e := ServerError("server:1", &jobfile.Job{}, te); e.Kind != problem.Limited {
		t.Errorf("kind %d, want that of a limit", e.Kind)
	}
}
