// Package page makes the report of a mailing: one page of HTML that needs nothing else, to be handed
// on or printed. Its memory does not grow with the number of rows.
//
//	page.go       what is asked for, and the order of the steps
//	tally.go      what the records of the log add up to
//	pace.go       attempts over the time of a run; gaps.go when there were none
//	domains.go    rows by the domains of their addresses
//	durations.go  how long attempts took
//	letter.go     the letter as it is today; mask.go takes out what is somebody's own
//	view.go       what the page shows; rows.go its lists of rows, chart.go its pictures
//	html.go       the page: page.html and style.css
package page

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"time"

	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/status"
)

// Options say which mailing is reported, and how.
type Options struct {
	mailing.Ref
	Run       string // the id of a run: by its records alone; "": by all
	Anonymous bool   // without addresses, keys, names, cells and what may repeat one
}

// An Env is what the program lends. Nil fields are the real thing.
type Env struct {
	status.Env
	Random io.Reader // for the Message-ID of the letter
}

// A Page is a report that is ready to be written.
type Page struct {
	Results string // path of the log
	view    *view
}

// Make reads the log, the recipients and the letter, and writes nothing. Times are in the zone that
// env.Now has.
func Make(ctx context.Context, o Options, env Env) (*Page, error) {
	if env.Now == nil {
		env.Now = time.Now
	}
	j, err := o.Load()
	if err != nil {
		return nil, err
	}
	t := &tally{}
	s, digest, err := status.ReadEvery(ctx, o.Ref, env.Env, o.Run, t)
	if err != nil {
		return nil, err
	}
	if digest.SHA256 == "" {
		return nil, problem.Fail(problem.NoInput, "there is nothing to report: %s has no record", s.Results).WithHint("%s", o.Command("run"))
	}
	l, err := letterOf(ctx, o, env, j)
	if err != nil {
		return nil, err
	}
	v := viewer{o: o, job: j, s: s, digest: digest, tally: t, letter: l, now: env.Now()}
	return &Page{s.Results, v.view()}, nil
}

// DefaultName returns the path of the report beside its log.
func (p *Page) DefaultName(anonymous bool) string {
	name := strings.TrimSuffix(p.Results, ".results.csv")
	if name == p.Results {
		name = strings.TrimSuffix(name, filepath.Ext(name))
	}
	if anonymous {
		name += ".anonymous"
	}
	return name + ".report.html"
}
