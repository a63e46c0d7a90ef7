package status

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/reasons"
	"mailshot/job/recipients"
	"mailshot/job/recipients/sheet"
	"mailshot/job/result"
)

// ExportOptions say which rows Export writes, and where.
type ExportOptions struct {
	States States
	Run    string // the id of a run: by its records alone; "": by all
	File   string // a new file; "" is Out
	Out    io.Writer
}

// An ExportReport says what Export wrote.
type ExportReport struct {
	Rows       int
	Gone       int    // records that were asked for and whose key no row has any more
	Recipients string // the recipients file
}

// exported returns the columns that Export appends.
func exported() []string {
	return []string{"mailshot_status", "mailshot_reason", "mailshot_time", "mailshot_message_id", "mailshot_advice"}
}

// Export writes the rows of the recipients file that are in a state, in the
// file's own shape and with what became of them in further columns, so that
// the copy can be looked at in a spreadsheet and be the recipients of a job.
// Nothing else is written, and no file that is there is touched.
func Export(ctx context.Context, ref mailing.Ref, env Env, x ExportOptions) (*ExportReport, error) {
	r, in, err := narrowed(ctx, ref, env, x.Run)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if x.File == "" {
		return r.export(ctx, x, in, x.Out)
	}
	var report *ExportReport
	err = WriteNew(x.File, nil, func(w io.Writer) error {
		report, err = r.export(ctx, x, in, w)
		return err
	})
	if err != nil {
		return nil, err
	}
	return report, nil
}

// List gives the rows of the recipients file that are in one of the states to f, in the order of the
// file. Run is as in ExportOptions.
func List(ctx context.Context, ref mailing.Ref, env Env, states States, run string, f func(ListedRow) error) (*ExportReport, error) {
	r, in, err := narrowed(ctx, ref, env, run)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	rd, err := sheet.NewReader(in, recipients.SheetOptions(r.job))
	if err != nil {
		return nil, recipients.Unread(ctx, err)
	}
	return r.walk(ctx, states, rd, func(row *sheet.Row, rec *result.Record) error { return f(listedRow(row, rec)) })
}

// narrowed looks at the log, or at what one run has in it, and opens the recipients.
func narrowed(ctx context.Context, ref mailing.Ref, env Env, run string) (*reader, io.ReadCloser, error) {
	r, err := newReader(ctx, ref, env)
	if err != nil {
		return nil, nil, err
	}
	if _, err := r.look(ctx); err != nil {
		return nil, nil, err
	}
	if err := r.narrow(run); err != nil {
		return nil, nil, err
	}
	in, err := recipients.Open(r.job, r.env.Stdin)
	if err != nil {
		return nil, nil, err
	}
	return r, in, nil
}

// narrow leaves only the records of a run in the fold, if one is asked for.
func (r *reader) narrow(run string) error {
	h := r.history
	if r.run = run; run == "" {
		return nil
	}
	if !slices.ContainsFunc(h.Fold.Runs(), func(s result.RunSummary) bool { return s.ID == run }) {
		return problem.Fail(problem.Usage, "%s has no record of a run %s", h.Path, run).WithHint("its runs: %s", r.ref.Command("status"))
	}
	if err := h.Narrow(run); err != nil {
		return mailing.Unreadable(h.Path, err)
	}
	return nil
}

// export writes rows to w.
func (r *reader) export(ctx context.Context, x ExportOptions, in io.Reader, w io.Writer) (*ExportReport, error) {
	rd, err := sheet.NewReader(in, recipients.SheetOptions(r.job))
	if err != nil {
		return nil, recipients.Unread(ctx, err)
	}
	buffered := bufio.NewWriterSize(w, 1<<16)
	c, err := sheet.NewCopier(buffered, rd, exported()...)
	if err != nil {
		return nil, notExported(err)
	}
	report, err := r.walk(ctx, x.States, rd, func(row *sheet.Row, rec *result.Record) error {
		if err := c.Row(row, cellsOf(rec)...); err != nil {
			return notExported(err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := buffered.Flush(); err != nil {
		return nil, notExported(err)
	}
	return report, nil
}

// walk gives the rows in one of the states to visit, with their records; nil is that of an untried row.
func (r *reader) walk(ctx context.Context, states States, rd *sheet.Reader, visit func(*sheet.Row, *result.Record) error) (*ExportReport, error) {
	keys, err := r.rowKeys(ctx, false)
	if err != nil {
		return nil, err
	}
	f := &exporter{states: states, fold: &r.history.Fold, keys: keys, strike: r.strike}
	defer f.close()
	if err := f.open(r.history); err != nil {
		return nil, err
	}
	report := &ExportReport{Recipients: recipients.ShownName(r.job.Recipients.File)}
	for {
		if ctx.Err() != nil {
			return nil, problem.InterruptedBy(ctx)
		}
		row, err := rd.Next()
		if errors.Is(err, io.EOF) {
			report.Gone = f.gone
			return report, nil
		}
		if err != nil {
			return nil, recipients.Unread(ctx, err)
		}
		rec, ok, err := f.find(row)
		if err != nil {
			return nil, mailing.Unreadable(r.history.Path, err)
		}
		if !ok {
			continue
		}
		if err := visit(row, rec); err != nil {
			return nil, err
		}
		report.Rows++
	}
}

func notExported(err error) *problem.Error {
	return problem.Fail(problem.CantWrite, "writing the rows: %w", err)
}

// An exporter finds what the log says of rows that are asked for.
type exporter struct {
	states States
	fold   *result.Fold
	keys   *rowKeys
	finder *result.Finder // of the records that are asked for; nil if there are none
	strike func(*result.Record)
	gone   int // those of them that no row was found for
}

func (x *exporter) open(h *mailing.History) error {
	statuses := x.states.statuses()
	if h.Fold.Records() == 0 || len(statuses) == 0 {
		return nil
	}
	decides := func(e *result.Entry) bool { return x.states.has(e.Status, e.Class) && h.Fold.Decides(e) }
	var err error
	if x.finder, err = h.Finder(decides, statuses...); err != nil {
		return mailing.Unreadable(h.Path, err)
	}
	x.gone = x.finder.Len()
	return nil
}

func (x *exporter) close() {
	x.keys.free()
	if x.finder != nil {
		x.finder.Close()
	}
}

// find returns the record of a row, nil if it is untried, and reports whether the row is asked for.
func (x *exporter) find(in *sheet.Row) (_ *result.Record, ok bool, _ error) {
	key, own := x.keys.of(in)
	state := x.fold.Of(key)
	if state.Status == "" && !own && in.Key != "" && x.fold.Of(in.Key).Status != "" {
		return nil, false, nil // which another row is told for
	}
	switch {
	case state.Status == "" && x.keys.excluded.Of(in.Number) != recipients.Included:
		return nil, false, nil
	case !x.states.has(state.Status, state.Class):
		return nil, false, nil
	case state.Status == "":
		return nil, true, nil
	}
	e, ok, err := x.finder.Find(key)
	if err != nil || !ok { // it is on its way
		return nil, false, err
	}
	x.gone--
	x.strike(&e.Record)
	return &e.Record, true, nil
}

// cellsOf returns what a record says of its row; nil is that of an untried one.
func cellsOf(r *result.Record) []string {
	if r == nil {
		return []string{untried, "", "", "", ""}
	}
	status := string(r.Status)
	if r.Class != "" {
		status += " " + string(r.Class)
	}
	said := Said(r.Code, r.Enhanced, r.Reply, r.Error)
	if r.Stage == result.StageSettle {
		said = Settled(r.Status, r.Error)
	}
	return []string{status, said, r.Time.UTC().Format(time.RFC3339), r.MessageID, adviceOf(r)}
}

// adviceOf returns what the reply of a failed row means and what to do; "" where the server said
// nothing, or nothing that is known.
func adviceOf(r *result.Record) string {
	if r.Status != result.Failed {
		return ""
	}
	x, ok := reasons.Explain(r.Stage, r.Code, r.Enhanced, r.Reply)
	if !ok {
		return ""
	}
	return x.String()
}

// Settled returns what the user found out about a row, and the note on how that is known, if there is
// one.
func Settled(as result.Status, note string) string {
	text := "settled as not sent"
	switch as {
	case result.Sent:
		text = "settled as sent"
	case result.Unknown:
		text = "settled, and made unknown again"
	}
	if note = Said(0, "", "", note); note != "" {
		text += ": " + note
	}
	return text
}

// Said returns a reply in one line, or what went wrong where there was none.
func Said(code int, enhanced, reply, otherwise string) string {
	if code == 0 {
		return strings.Join(strings.Fields(otherwise), " ")
	}
	return strings.Join(strings.Fields(strings.Join([]string{strconv.Itoa(code), enhanced, reply}, " ")), " ")
}
