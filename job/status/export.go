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
	Status string // sent, failed, unknown, skipped or untried
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
func Export(ctx context.Context, ref mailing.Ref, env Env, x ExportOptions) (_ *ExportReport, err error) {
	states := []string{"sent", "failed", "unknown", "skipped", untried}
	if !slices.Contains(states, x.Status) {
		return nil, problem.Fail(problem.Usage, "--status %s: it is one of %s", x.Status, strings.Join(states, ", "))
	}
	r, err := newReader(ctx, ref, env)
	if err != nil {
		return nil, err
	}
	if _, err := r.look(ctx); err != nil {
		return nil, err
	}
	if err := r.narrow(x.Run); err != nil {
		return nil, err
	}
	in, err := recipients.Open(r.job, r.env.Stdin)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if x.File == "" {
		return r.export(ctx, x, in, x.Out)
	}
	out, err := createNew(x.File)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, out.discard()) }()
	report, err := r.export(ctx, x, in, out)
	if err != nil {
		return nil, err
	}
	return report, out.keep()
}

// narrow leaves only the records of a run in the fold, if one is asked for.
func (r *reader) narrow(run string) error {
	h := r.history
	if run == "" {
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
	keys, err := r.rowKeys(ctx, false)
	if err != nil {
		return nil, err
	}
	f := &exporter{status: result.Status(x.Status), fold: &r.history.Fold, keys: keys, strike: r.strike}
	defer f.close()
	if err := f.open(r.history); err != nil {
		return nil, err
	}
	rd, err := sheet.NewReader(in, recipients.SheetOptions(r.job))
	if err != nil {
		return nil, recipients.Unread(ctx, err)
	}
	report := &ExportReport{Recipients: recipients.ShownName(r.job.Recipients.File)}
	buffered := bufio.NewWriterSize(w, 1<<16)
	c, err := sheet.NewCopier(buffered, rd, exported()...)
	if err != nil {
		return nil, notExported(err)
	}
	for {
		if ctx.Err() != nil {
			return nil, problem.InterruptedBy(ctx)
		}
		row, err := rd.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, recipients.Unread(ctx, err)
		}
		cells, err := f.cells(row)
		if err != nil {
			return nil, mailing.Unreadable(r.history.Path, err)
		}
		if cells == nil {
			continue
		}
		if err := c.Row(row, cells...); err != nil {
			return nil, notExported(err)
		}
		report.Rows++
	}
	if err := buffered.Flush(); err != nil {
		return nil, notExported(err)
	}
	report.Gone = f.gone
	return report, nil
}

func notExported(err error) *problem.Error {
	return problem.Fail(problem.CantWrite, "writing the rows: %w", err)
}

// An exporter finds what the log says of rows that are asked for.
type exporter struct {
	status result.Status // "untried": rows without a record
	fold   *result.Fold
	keys   *rowKeys
	finder *result.Finder // of the records that are asked for; nil if there are none
	strike func(*result.Record)
	gone   int // those of them that no row was found for
}

const untried = "untried"

func (x *exporter) open(h *mailing.History) error {
	if h.Fold.Records() == 0 || x.status == untried {
		return nil
	}
	var err error
	if x.finder, err = h.Finder(h.Fold.Decides, x.status); err != nil {
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

// cells returns the further cells of a row; nil if it is not asked for.
func (x *exporter) cells(in *sheet.Row) ([]string, error) {
	key, own := x.keys.of(in)
	state := x.fold.Of(key).Status
	if state == "" && !own && in.Key != "" {
		state = x.fold.Of(in.Key).Status // which another row is exported for
		if state != "" {
			return nil, nil
		}
	}
	switch {
	case state == "" && x.keys.excluded.Of(in.Number) != recipients.Included:
		return nil, nil
	case state == "" && x.status == untried:
		return []string{untried, "", "", "", ""}, nil
	case state != x.status || x.finder == nil:
		return nil, nil
	}
	e, ok, err := x.finder.Find(key)
	if err != nil || !ok { // it is on its way
		return nil, err
	}
	x.gone--
	x.strike(&e.Record)
	return cellsOf(&e.Record), nil
}

// cellsOf returns what a record says of its row.
func cellsOf(r *result.Record) []string {
	status := string(r.Status)
	if r.Class != "" {
		status += " " + string(r.Class)
	}
	return []string{status, Said(r.Code, r.Enhanced, r.Reply, r.Error), r.Time.UTC().Format(time.RFC3339), r.MessageID, adviceOf(r)}
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

// Said returns a reply in one line, or what went wrong where there was none.
func Said(code int, enhanced, reply, otherwise string) string {
	if code == 0 {
		return strings.Join(strings.Fields(otherwise), " ")
	}
	return strings.Join(strings.Fields(strings.Join([]string{strconv.Itoa(code), enhanced, reply}, " ")), " ")
}
