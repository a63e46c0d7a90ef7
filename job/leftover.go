package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"mailshot/job/problem"
)

// checkFiles looks at the files of all rows together, once each has been found:
// whether a row that is not sent now has a file of one that is, and which files
// no row has.
func (m *mailing) checkFiles(ctx context.Context, c *choice, cl *claims) error {
	if cl == nil || m.test != nil {
		return nil
	}
	if err := m.otherRows(ctx, c, cl); err != nil {
		return err
	}
	for _, at := range cl.letters.attachments.list {
		if at.contain >= 0 && at.tautology() && !isText(cmp.Or(at.Type, typeByName(at.File.Value)), nil) {
			m.doubt("must_contain of %s can't fail: the path is made with it, and only a text is searched", at.File.Value)
		}
		if at.shared == nil {
			continue
		}
		if info, err := os.Stat(at.shared.path); err == nil {
			if err := cl.others.Add(fileID(info, at.shared.path), 0); err != nil {
				return problem.InternalError(err)
			}
		}
	}
	return m.leftover(ctx, cl)
}

// otherRows takes in the files of rows that this run does not send. What such a
// row says counts if it is a recipient: it was sent to, or will be.
func (m *mailing) otherRows(ctx context.Context, c *choice, cl *claims) error {
	in := m.spool.rows()
	for {
		if ctx.Err() != nil {
			return problem.InterruptedBy(ctx)
		}
		r, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return problem.InternalError(err)
		}
		if c.send.has(r.number) {
			continue
		}
		_, bad := m.book.rejects.of(r.number)
		counts := !bad && m.book.excluded.of(r.number) == included
		for _, f := range cl.filesOf(r) {
			if counts {
				if err := m.rowsClash(c, cl, r, f); err != nil {
					return err
				}
			}
			if _, have := cl.others.Find(f.id, func(uint64) bool { return true }); !have {
				if err := cl.others.Add(f.id, 0); err != nil {
					return problem.InternalError(err)
				}
			}
		}
	}
}

// rowsClash rejects the row that is to be sent with the file of another one.
func (m *mailing) rowsClash(c *choice, cl *claims, other *row, f claim) error {
	r, unique, err := cl.holder(f.id)
	if err != nil {
		return problem.InternalError(err)
	}
	if r != nil && (unique || f.unique) && c.send.has(r.number) {
		m.rejectFile(c, r, other, f.shown)
		c.send.remove(r.number)
	}
	return nil
}

// rejectFile rejects a row that has the file of another row.
func (m *mailing) rejectFile(c *choice, r, other *row, shown string) {
	text := fmt.Sprintf("%s is also the file of row %d", shown, other.number)
	p := problem.Problem{
		File: m.book.file, Line: r.line, Row: r.number, Kind: "attachment", Text: text,
		Hint: "who is to have it? Files that several rows may have are attachments with unique: false",
	}
	why := reject{reason: text, own: true, problem: p}
	c.skip(r.number, why)
	m.book.rejects.reject(r.number, why)
}

// leftover warns of the files in the rows' folders that no row has.
func (m *mailing) leftover(ctx context.Context, cl *claims) error {
	list := cl.letters.attachments.list
	for i := range list {
		f := &list[i].folder
		same := func(o attachment) bool { return o.path >= 0 && o.folder.root == f.root && o.folder.dir == f.dir }
		if list[i].path < 0 || slices.ContainsFunc(list[:i], same) {
			continue
		}
		if err := m.leftoverIn(ctx, cl, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

func (m *mailing) leftoverIn(ctx context.Context, cl *claims, at *attachment) error {
	takes := at.leftovers()
	if takes == nil {
		return nil
	}
	var first []string // in order; at most problem.Listed
	n := 0
	yes := func(uint64) bool { return true } // 30 bits of a hash will do for a warning
	err := at.folder.each(func(name string, info os.FileInfo) error {
		if ctx.Err() != nil {
			return problem.InterruptedBy(ctx)
		}
		id := fileID(info, at.folder.fixed+name)
		if _, sent := cl.sent.Find(id, yes); sent || !takes(name) {
			return nil
		}
		if _, other := cl.others.Find(id, yes); other {
			return nil
		}
		n++
		i, _ := slices.BinarySearch(first, name)
		first = slices.Insert(first, i, name)
		first = first[:min(len(first), problem.Listed)]
		return nil
	})
	if err != nil {
		return err
	}
	for _, name := range first {
		m.doubt("%s is the file of no row", at.folder.fixed+name)
	}
	if more := n - len(first); more > 0 {
		m.doubt("… and %d more files of no row in %s", more, path.Clean("./"+at.folder.fixed))
	}
	return nil
}

// leftovers says which names in the folder are those of rows' files, or gives
// nil where that can't be told: below the folder there are others. The job's own
// directory has other files too.
func (at *attachment) leftovers() func(name string) bool {
	_, rest := splitFolder(at.File.Value)
	begin, end := rest, rest[strings.LastIndex(rest, "}}")+2:]
	begin, _, _ = strings.Cut(begin, "{{")
	if strings.Contains(begin+end, "/") || at.folder.fixed == "" && strings.Trim(end, ". ") == "" {
		return nil
	}
	return func(name string) bool {
		return at.folder.fixed != "" || strings.HasPrefix(name, begin) && strings.HasSuffix(name, strings.TrimRight(end, " "))
	}
}

// each gives the regular files in the folder, but for those that systems put
// there themselves.
func (f *folder) each(yield func(name string, info os.FileInfo) error) error {
	var failed error
	err := f.eachName(func(name string) bool {
		if strings.HasPrefix(name, ".") || name == "Thumbs.db" || name == "desktop.ini" {
			return true
		}
		info, err := f.root.Stat(path.Join(f.dir, name))
		if err != nil || !info.Mode().IsRegular() {
			return true // gone meanwhile, or a link to where no row's file can be
		}
		failed = yield(name, info)
		return failed == nil
	})
	return cmp.Or(failed, err)
}

// eachName gives the names in the folder, but for those of directories, until
// yield says no.
func (f *folder) eachName(yield func(name string) bool) error {
	dir, err := f.root.Open(f.dir)
	if err != nil {
		return attachedError{f.fixed, err}
	}
	defer dir.Close() // read only: nothing is lost
	for {
		entries, err := dir.ReadDir(256)
		for _, e := range entries {
			if !e.IsDir() && !yield(e.Name()) {
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return attachedError{f.fixed, err}
		}
	}
}
