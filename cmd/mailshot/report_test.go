package main

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mailshot/transport/smtptest"
)

// The figures of report are those of status --json, of a mailing with all kinds of outcomes.
func TestReportFigures(t *testing.T) {
	t.Parallel()
	j := newLiveJob(t, 40, "workers: 4, retry: {attempts: 1}", smtptest.Handler{
		Rcpt: func(to string) smtptest.Reply {
			switch to {
			case "r3@club.example", "r4@club.example":
				return smtptest.Reply{Code: 550, Text: "5.1.1 no such user " + to}
			case "r5@club.example":
				return smtptest.Reply{Code: 451, Text: "4.3.0 come back"}
			case "r6@club.example":
				return smtptest.Reply{Code: 554, Text: "5.7.1 <script>alert(1)</script>"}
			}
			return smtptest.Reply{}
		},
		Final: func(m smtptest.Message) smtptest.Reply {
			if m.To[0] == "r7@club.example" {
				return smtptest.Silent(smtptest.Close)
			}
			return smtptest.Reply{}
		},
	})
	j.edit("job.yaml", "recipients: people.csv", "recipients: {file: people.csv, where: '{{ne .code \"C0009\"}}'}")
	if status, out := j.run("run", "--yes", "--limit", "35", "job.yaml"); status != 4 {
		t.Fatalf("status %d: %s", status, out)
	}
	var want struct {
		Counts   map[string]int   `json:"counts"`
		Failures []map[string]any `json:"failures"`
		Runs     []map[string]any `json:"runs"`
	}
	_, out := j.run("status", "--json", "job.yaml")
	if err := json.Unmarshal([]byte(out), &want); err != nil {
		t.Fatal(err)
	}
	_, text := j.run("report", "--output", "-", "job.yaml")
	got := make(map[string]int)
	for _, m := range regexp.MustCompile(`<data value="(\d+)" data-figure="(\w+)">`).FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		got[m[2]] += n
	}
	for name, n := range want.Counts {
		if n == 0 && name != "in_flight" {
			t.Errorf("no row is %s: %v", name, want.Counts)
		}
		if got[name] != n {
			t.Errorf("%s: the page has %d, status %d", name, got[name], n)
		}
	}
	failed := 0
	for _, f := range want.Failures {
		failed += int(f["count"].(float64))
	}
	if got["reason"] != failed {
		t.Errorf("the reasons are of %d rows; by status of %d", got["reason"], failed)
	}
	for _, r := range want.Runs {
		if !strings.Contains(text, r["id"].(string)) {
			t.Errorf("the page has no run %s", r["id"])
		}
	}
}
