package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"

	"mailshot/template/lazyregexp"
)

// ended holds that a run that came to its end says truly how the log stands,
// and leaves no file that is for one run only.
func (c *crash) ended(status int, out string) {
	c.t.Helper()
	c.tidy()
	lc := &ledgerCheck{}
	if err := lc.readLog(c.job.path("job.results.csv")); err != nil {
		c.t.Errorf("reading the log: %v\n%s", err, out)
		return
	}
	if want := lc.status(); status != want {
		c.t.Errorf("exit status %d, want %d by the log, which has %+v\n%s", status, want, lc.fold.Counts(), out)
	}
}

// tidy holds that what is for one run only is not there.
func (c *crash) tidy() {
	c.t.Helper()
	entries, err := os.ReadDir(c.job.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	known := []string{"job.yaml", "letter.txt", "people.csv", "job.results.csv", "job.results.csv.lock"}
	for _, e := range entries {
		if !slices.Contains(known, e.Name()) {
			c.t.Errorf("%s was left", e.Name())
		}
	}
}

var statusCounts = lazyregexp.New(`(?m)^ *([0-9]+)  (sent|unknown)$`)

// look asks for the status of a mailing whose run was killed. It writes
// nothing, and tells of everybody who may have the letter.
func (c *crash) look() {
	c.t.Helper()
	if c.rnd.IntN(3) != 0 {
		return
	}
	before := c.files()
	status, out := c.job.run("status", "job.yaml")
	if status != 0 {
		c.wrong = append(c.wrong, fmt.Sprintf("after %d runs status ended with %d\n%s", len(c.trail), status, out))
	}
	if after := c.files(); !maps.Equal(before, after) {
		c.wrong = append(c.wrong, fmt.Sprintf("status wrote: %v were there, now %v", slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after))))
	}
	told := 0
	for _, m := range statusCounts().FindAllStringSubmatch(out, -1) {
		n, _ := strconv.Atoi(m[1]) // digits
		told += n
	}
	have := make(map[string]bool)
	for _, v := range visitsOf(c.job.server) {
		if v.accepted {
			have[v.to] = true
		}
	}
	if told < len(have) {
		c.wrong = append(c.wrong, fmt.Sprintf("after %d runs the status told of %d rows that are sent or unknown, the server had the letters of %d\n%s", len(c.trail), told, len(have), out))
	}
}

// files returns the content of each file.
func (c *crash) files() map[string]string {
	c.t.Helper()
	all := make(map[string]string)
	err := fs.WalkDir(os.DirFS(c.job.dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(c.job.path(name))
		all[name] = string(b)
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}
