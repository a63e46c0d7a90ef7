package mailing

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/template/lazyregexp"
)

// A directory of sandbox runs has a mark: a file that lists what they made in it, a
// name a line below a line of its own. Nothing else is removed from it. Beside the
// mark is the lock that keeps two runs in it apart.

// markHead is the first line of a mark.
const markHead = "mailshot sandbox v1: the files that may be removed\n"

// sandboxRun and testRun are behind the job's name in the ids of sandbox runs and of tests.
// No job's name has such a character.
const (
	sandboxRun = "~sandbox"
	testRun    = "~test"
)

// RunName returns the name of the mailing's runs for their ids: that of the job, and
// another one for a test and in the sandbox, so that nothing it sent counts for the
// real log.
func (r *Ref) RunName(j *jobfile.Job) string {
	switch {
	case r.Sandbox:
		return j.Name + sandboxRun
	case r.Test:
		return j.Name + testRun
	}
	return j.Name
}

// ofReal reports whether a name of runs is that of real ones.
func ofReal(name string) bool { return !strings.Contains(name, "~") }

// sandboxLog returns the name of a sandbox run's log for that of the real one:
// job.sandbox.csv for job.results.csv.
func sandboxLog(base string) string {
	if name, ok := strings.CutSuffix(base, ".results.csv"); ok {
		return name + ".sandbox.csv"
	}
	ext := filepath.Ext(base)
	return strings.TrimSuffix(base, ext) + ".sandbox" + ext
}

// besideLog returns the names of a log and of all that a run keeps beside it, and
// that one which was killed leaves there. A .new is a file that was not whole yet.
func besideLog(log string) []string {
	var all []string
	for _, end := range []string{"", ".new", ".journal", ".journal.new", ".spool"} {
		all = append(all, log+end)
	}
	return all
}

// CheckDir refuses a real log in a directory of sandbox runs, the next of which may
// remove what is in it.
func (p *Paths) CheckDir() error {
	if p.Sandbox != "" {
		return nil
	}
	for _, log := range []string{p.Results, p.File} {
		if dir := filepath.Dir(log); log != "" && isMarked(dir) {
			return problem.Fail(problem.Exists, "%s is a directory of sandbox runs, and no place for the results log %s", dir, filepath.Base(log)).
				WithHint("name another place with `results`")
		}
	}
	return nil
}

func isMarked(dir string) bool {
	return slices.ContainsFunc(jobfile.SandboxMarks(), func(mark string) bool {
		_, err := os.Lstat(filepath.Join(dir, mark))
		return err == nil
	})
}

// claimSandbox makes the directory, or accepts one that is empty or marked, and in
// which no real log belongs.
func (p *Paths) claimSandbox() error {
	if sameDir(p.Sandbox, filepath.Dir(p.real)) {
		return problem.Fail(problem.Exists, "%s is where the results log of this job goes, which no sandbox may remove", p.Sandbox).WithHint("%s", p.elsewhere())
	}
	return p.claimDir()
}

// elsewhere is the hint for a directory that can't be claimed.
func (p *Paths) elsewhere() string {
	return "name another directory with " + cmp.Or(p.option, "--sandbox=DIR")
}

// claimDir makes the directory, or accepts one that is empty or marked.
func (p *Paths) claimDir() error {
	dir := p.Sandbox
	if err := os.Mkdir(dir, 0o700); err == nil {
		return nil
	} else if !errors.Is(err, os.ErrExist) {
		return problem.Fail(problem.Exists, "making the sandbox directory: %w", err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return problem.Fail(problem.Exists, "opening the sandbox directory: %w", err)
	}
	defer d.Close() // read only: nothing is lost
	if isMarked(dir) {
		return p.refuseLogs(d)
	}
	switch _, err := d.Readdirnames(1); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return problem.Fail(problem.Exists, "%s is no directory to keep messages in: %w", dir, err)
	}
	return problem.Fail(problem.Exists, "%s holds files that are not from a sandbox run", dir).WithHint("%s", p.elsewhere())
}

// sameDir reports whether both are one directory. One that is not there is known by
// its name.
func sameDir(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(x, y)
	}
	a, errA = filepath.Abs(a)
	b, errB = filepath.Abs(b)
	return errA == nil && errB == nil && a == b
}

// capturedFile is the name of a message, or of one that is not whole.
var capturedFile = lazyregexp.New(`^(?:[0-9]{6,}(?:-[0-9]+)?\.eml|\.incoming-.*)$`)

// refuseLogs refuses a directory with a log that no sandbox run made, or with a file
// of another in the place of this run's log.
func (p *Paths) refuseLogs(d *os.File) error {
	foreign, err := p.unlisted(d)
	if err != nil {
		return problem.Fail(problem.Exists, "reading the sandbox directory: %w", err)
	}
	for _, name := range foreign {
		if p.isRealLog(name) {
			return problem.Fail(problem.Exists, "%s holds a results log that is not of a sandbox run, %s", p.Sandbox, name).
				WithHint("move it to where it belongs, or %s", p.elsewhere())
		}
		if slices.Contains(besideLog(filepath.Base(p.Results)), name) {
			return problem.Fail(problem.Exists, "%s is not from a sandbox run, and in the way of its log", filepath.Join(p.Sandbox, name)).
				WithHint("%s", p.elsewhere())
		}
	}
	return nil
}

// unlisted returns the files of the directory that the mark does not list, but for
// those that are named as messages are. A listed log whose runs were no sandbox's is
// another's too.
func (p *Paths) unlisted(d *os.File) ([]string, error) {
	var names []string
	for {
		entries, err := d.ReadDir(256)
		for _, e := range entries {
			if e.Type().IsRegular() && !capturedFile().MatchString(e.Name()) && !slices.Contains(jobfile.SandboxMarks(), e.Name()) {
				names = append(names, e.Name())
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	err := p.eachListed(func(name string) error {
		if i := slices.Index(names, name); i >= 0 && !p.hasRealRun(name) {
			names = slices.Delete(names, i, i+1)
		}
		return nil
	})
	return names, err
}

// isRealLog reports whether a file of the directory is a results log.
func (p *Paths) isRealLog(name string) bool {
	head, _ := p.firstLines(name)
	return head == strings.TrimSuffix(result.Header(), "\n")
}

// hasRealRun reports whether a file of the directory is a results log whose first
// record is not that of a sandbox run.
func (p *Paths) hasRealRun(name string) bool {
	head, record := p.firstLines(name)
	if head != strings.TrimSuffix(result.Header(), "\n") || record == "" {
		return false
	}
	_, cells, _ := strings.Cut(record, ",") // the run is behind the time
	run, _, _ := strings.Cut(cells, ",")
	name, _, _, err := result.ParseRun(run)
	return err != nil || !strings.HasSuffix(name, sandboxRun)
}

// firstLines returns the first two lines of a file of the directory.
func (p *Paths) firstLines(name string) (first, second string) {
	f, err := os.Open(filepath.Join(p.Sandbox, name))
	if err != nil {
		return "", ""
	}
	defer f.Close() // read only: nothing is lost
	b, _ := io.ReadAll(io.LimitReader(f, 4096))
	one, rest, _ := bytes.Cut(bytes.TrimPrefix(b, []byte("\ufeff")), []byte("\n"))
	two, _, _ := bytes.Cut(rest, []byte("\n"))
	return string(bytes.TrimSuffix(one, []byte("\r"))), string(two)
}

func (p *Paths) mark() string { return filepath.Join(p.Sandbox, jobfile.SandboxMark) }

// eachListed calls f for each name that the mark lists. No mark lists none.
func (p *Paths) eachListed(f func(name string) error) error {
	mark, err := os.Open(p.mark())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer mark.Close() // read only: nothing is lost
	lines := bufio.NewScanner(mark)
	if !lines.Scan() || lines.Text()+"\n" != markHead {
		return cmp.Or(lines.Err(), fmt.Errorf("%s is no mark of a sandbox", p.mark()))
	}
	for lines.Scan() {
		name := lines.Text()
		if name == "" || name != filepath.Base(name) || name == "." || name == ".." {
			continue // which no run wrote
		}
		if err := f(name); err != nil {
			return err
		}
	}
	return lines.Err()
}

// EmptySandbox removes what the mark lists, which is what the last sandbox runs left,
// and nothing else. The caller holds the lock.
func (p *Paths) EmptySandbox() error {
	err := p.eachListed(func(name string) error {
		file := filepath.Join(p.Sandbox, name)
		info, err := os.Lstat(file)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() || name == filepath.Base(p.Spool) {
			return nil
		}
		if err == nil {
			err = os.Remove(file)
		}
		return err
	})
	if err == nil {
		err = p.writeMark()
	}
	if err != nil {
		return fmt.Errorf("emptying the sandbox directory: %w", err)
	}
	return nil
}

// writeMark makes the mark anew, with the files of this run's log alone, if it has one.
// It is whole at any time.
func (p *Paths) writeMark() error {
	text := markHead
	if p.Results != "" {
		text += strings.Join(besideLog(filepath.Base(p.Results)), "\n") + "\n"
	}
	whole := p.mark() + ".new"
	if err := os.Remove(whole); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(whole, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(whole, p.mark())
}

// listLog sees that the mark lists this run's log.
func (p *Paths) listLog() error {
	names := besideLog(filepath.Base(p.Results))
	err := p.eachListed(func(name string) error {
		names = slices.DeleteFunc(names, func(n string) bool { return n == name })
		return nil
	})
	if err != nil || len(names) == 0 {
		return err
	}
	if _, err := os.Lstat(p.mark()); errors.Is(err, fs.ErrNotExist) {
		return p.writeMark()
	}
	list, err := p.OpenSandboxList()
	if err != nil {
		return err
	}
	for _, name := range names {
		err = errors.Join(err, list.Add(name))
	}
	return errors.Join(err, list.Close())
}

// A SandboxList is the mark of a sandbox directory, open to list what is made in it.
// It is safe for concurrent use.
type SandboxList struct {
	mu   sync.Mutex // held during a write, so that lines are whole
	file *os.File
}

// OpenSandboxList opens the mark. The caller holds the lock.
func (p *Paths) OpenSandboxList() (*SandboxList, error) {
	info, err := os.Lstat(p.mark())
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no mark of a sandbox", p.mark())
	}
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(p.mark(), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, err
	}
	// A run that was cut off may have left a line without its end.
	if _, err := f.WriteString("\n"); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &SandboxList{file: f}, nil
}

// Add lists a file that is about to be made, by its base name.
func (l *SandboxList) Add(name string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := l.file.WriteString(name + "\n")
	return err
}

// Close closes the mark.
func (l *SandboxList) Close() error { return l.file.Close() }
