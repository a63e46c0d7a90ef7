package plan

import (
	"fmt"
	"strings"
)

// A SameLetter says to whom of those that are sent to now other mailings sent this
// letter, or may have. The zero value is nobody.
type SameLetter struct {
	People int      // rows of this run
	Logs   []string // paths of the logs that have them, the oldest first
	Meant  bool     // the letter is to go again: the mailing has a name of its own, or it was said so

	Spelled string // another spelling of the mailing's name, that one of the job's has; "" if none has
}

// MustAsk reports whether the letter is not to be sent again without being asked
// for.
func (s *SameLetter) MustAsk() bool { return s.People > 0 && !s.Meant }

// Words says who has the letter: "3 have this letter already, or may have it, by
// a.results.csv".
func (s *SameLetter) Words() string {
	have := fmt.Sprintf("%d of these people have", s.People)
	if s.People == 1 {
		have = "1 of these people has"
	}
	const most = 3
	logs := strings.Join(s.Logs[:min(len(s.Logs), most)], ", ")
	if more := len(s.Logs) - most; more > 0 {
		logs += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%s this letter already, or may have it, by %s", have, logs)
}
