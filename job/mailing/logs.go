package mailing

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/private"
	"mailshot/job/result"
	"mailshot/template/lazyregexp"
)

// A Log is a results log that lies where a mailing's does.
type Log struct {
	Path  string    // as it is told
	File  string    // as it is opened
	Job   string    // name of the job whose run began it; "" if it names none that can be read
	Name  string    // of the mailing; "" is the one without a name
	Begun time.Time // start of the first run that it names
}

// Logs returns the results logs in the directory of the mailing's own, and that one,
// but for those of tests and those that were archived. It reads the heads of files
// only. Those that can't be read are left out. In a sandbox there are none.
func (p *Paths) Logs(j *jobfile.Job) []Log {
	if p.Sandbox != "" {
		return nil
	}
	var all []Log
	own := filepath.Dir(p.Results)
	dirs := []string{own}
	if real, err := filepath.EvalSymlinks(own); err == nil && real != filepath.Dir(p.File) { // the log is a link
		dirs = append(dirs, filepath.Dir(p.File))
	}
	for _, dir := range dirs {
		entries, _ := os.ReadDir(dir) // what can't be read holds no log that could be told
		for _, e := range entries {
			if !p.mayBeLog(e.Name()) {
				continue
			}
			l, ok := readHead(filepath.Join(dir, e.Name()))
			if !ok || slices.ContainsFunc(all, func(o Log) bool { return o.File == l.File }) {
				continue
			}
			l.Name = nameOf(l, j)
			all = append(all, l)
		}
	}
	slices.SortStableFunc(all, func(a, b Log) int { return a.Begun.Compare(b.Begun) })
	return all
}

// Mailings returns those of Logs that runs of the job wrote.
func (p *Paths) Mailings(j *jobfile.Job) []Log {
	return slices.DeleteFunc(p.Logs(j), func(l Log) bool { return l.Job != j.Name })
}

// apart tells the logs that were archived, by their names without the extension.
var apart = lazyregexp.New(`(?i)\.until-[0-9]{8}T[0-9]{6}Z(-[0-9]+)?$`)

// mayBeLog reports whether a file has the name of a log that counts.
func (p *Paths) mayBeLog(name string) bool {
	ext := filepath.Ext(name)
	if !strings.EqualFold(ext, ".csv") && ext != filepath.Ext(p.Results) {
		return false
	}
	return !apart().MatchString(strings.TrimSuffix(name, ext)) && !apart().MatchString(stem(name))
}

// stem returns the name of a log without what all logs end in.
func stem(path string) string {
	base := filepath.Base(path)
	if s, ok := strings.CutSuffix(base, ".results.csv"); ok {
		return s
	}
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// headSize is how many octets of a file are read to see whether it is a log.
const headSize = 1 << 20

// readHead reads the beginning of a file, and reports whether it is a log of
// real runs.
func readHead(path string) (l Log, ok bool) {
	l = Log{Path: path, File: path}
	if file, err := private.Resolve(path); err == nil {
		l.File = file
	}
	f, err := openRegular(l.File)
	if err != nil {
		return l, false
	}
	defer f.Close()
	run := ""
	for e, err := range result.Read(io.LimitReader(f, headSize), result.ReadOptions{AcceptEdited: true}) {
		if errors.Is(err, result.ErrHeader) || errors.Is(err, result.ErrEmpty) {
			return l, false
		}
		if err == nil {
			run = e.Run
		}
		break
	}
	if run == "" {
		run = journalRun(l.File + ".journal")
	}
	l.Job, l.Begun, _, _ = result.ParseRun(run)
	return l, ofReal(l.Job) // a sandbox sent nothing, and a test nothing to those whom it names
}

func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // to open a pipe may block
		return nil, errors.ErrUnsupported
	}
	return os.Open(path)
}

// journalRun returns the run that a journal names, or "".
func journalRun(path string) string {
	f, err := openRegular(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	line, _ := bufio.NewReader(io.LimitReader(f, 4096)).ReadString('\n')
	if parts := strings.Split(line, ","); len(parts) == 5 {
		return parts[1]
	}
	return ""
}

// nameOf returns the name of the mailing that a log is of, by the log's own name.
func nameOf(l Log, j *jobfile.Job) string {
	s := stem(l.Path)
	unnamed := stem(j.ResultsPath("", false))
	for _, prefix := range []string{unnamed, l.Job} {
		if prefix == "" {
			continue
		}
		if s == prefix {
			return ""
		}
		if name, ok := strings.CutPrefix(s, prefix+"."); ok {
			return name
		}
	}
	if i := strings.LastIndexByte(s, '.'); i >= 0 && jobfile.ValidMailing(s[i+1:]) == nil {
		return s[i+1:]
	}
	return ""
}

// Has reports whether a run in the log, or in its journal, had the letter with this
// digest. It looks at the octets of the files, and takes no record apart.
func (l *Log) Has(digest string) (bool, error) {
	for _, path := range []string{l.File, l.File + ".journal"} {
		f, err := openRegular(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return false, err
		}
		has, err := contains(f, []byte("Z-"+digest)) // as the id of a run ends
		if err = cmp.Or(err, f.Close()); has || err != nil {
			return has, err
		}
	}
	return false, nil
}

// contains reports whether text is in what r reads.
func contains(r io.Reader, text []byte) (bool, error) {
	buf := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		n += kept
		switch {
		case bytes.Contains(buf[:n], text):
			return true, nil
		case err == io.EOF:
			return false, nil
		case err != nil:
			return false, err
		}
		kept = min(n, len(text)-1)
		copy(buf, buf[n-kept:n])
	}
}

// History returns that of the log, which is not read yet. It accepts what another
// program changed: nothing is sent by it.
func (l *Log) History(fsys result.FS) *History {
	r := Ref{AcceptEdited: true}
	return r.History(Paths{Results: l.Path, File: l.File}, fsys)
}

// SameName reports whether two names of mailings are one but for case, hyphens,
// underscores and leading zeros: 2026-w09 is 2026_W9, and 2026-12 is 202612.
func SameName(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	joined := strings.NewReplacer("-", "", "_", "")
	return joined.Replace(a) == joined.Replace(b) || slices.Equal(nameParts(a), nameParts(b))
}

// nameParts returns the words and numbers of a name, without leading zeros. They
// are told apart, since 2026-01-11 is another day than 2026-11-01.
func nameParts(name string) []string {
	parts := namePart().FindAllString(name, -1)
	for i, p := range parts {
		parts[i] = cmp.Or(strings.TrimLeft(p, "0"), "0")
	}
	return parts
}

var namePart = lazyregexp.New(`[0-9]+|[^-_0-9]+`)
