package jobfile

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"mailshot/job/jobfile/fields"
	"mailshot/template/lazyregexp"
)

const resultsSuffix = ".results.csv"

// ResultsPath returns where the results log of a mailing is, resolved. mailing "" is the job's only
// one; test is for the messages that go to a test address. The default is
// NAME[.MAILING][.test].results.csv beside the job file. Where the job file names a log, the two go
// in before .results.csv, or else before the last extension.
func (j *Job) ResultsPath(mailing string, test bool) string {
	infix := ""
	if mailing != "" {
		infix += "." + mailing
	}
	if test {
		infix += ".test"
	}
	if j.Results == "" {
		return j.Resolve(j.Name + infix + resultsSuffix)
	}
	dir, base := filepath.Split(j.Results)
	suffix := filepath.Ext(base)
	if strings.HasSuffix(base, resultsSuffix) {
		suffix = resultsSuffix
	}
	return j.Resolve(dir + strings.TrimSuffix(base, suffix) + infix + suffix)
}

// archived are the names that logs get which were put aside.
var archived = lazyregexp.New(`(?i)^until-[0-9]{8}T[0-9]{6}Z`)

// ValidMailing returns what is wrong with the name of a mailing, or nil. It has letters, digits,
// "-" and "_", all ASCII, since it becomes part of file names; "test" is the log of test messages,
// "until-" and a time one that was put aside.
func ValidMailing(s string) error {
	switch {
	case s == "":
		return errors.New("the name of a mailing must not be empty")
	case strings.EqualFold(s, "test"): // file names may not tell the two apart
		return errors.New("a mailing cannot be named `test`; that is the log of test messages")
	case archived().MatchString(s):
		return errors.New("a mailing cannot be named `until-` and a time; that is a log that was put aside")
	case !fields.Only(s, "-_"):
		return errors.New("the name of a mailing may have only letters, digits, `-` and `_`")
	case len(s) > maxName:
		return fmt.Errorf("the name of a mailing may have at most %d characters", maxName)
	}
	return nil
}
