package events

import "mailshot/job/mailing"

// A LastRun is what a run decided and how it ended, as status tells it.
type LastRun struct {
	Run       string     `json:"run"`
	Decisions []decision `json:"decisions"`
	Summary   *summary   `json:"summary"` // null: it goes on, or was cut off
}

type decision struct {
	Time  string `json:"time"`
	Event string `json:"event"`
	Text  string `json:"text"`
}

type summary struct {
	Time      string `json:"time"`
	Took      int64  `json:"took_ms"`
	Total     int    `json:"total"`
	Sent      int    `json:"sent"`
	Temporary int    `json:"failed_temporary"`
	Permanent int    `json:"failed_permanent"`
	Unknown   int    `json:"unknown"`
	Sessions  int    `json:"sessions"` // 0: the server took all
	Pauses    int    `json:"pauses"`
	Stopped   string `json:"stopped"`
}

// LastRunOf makes JSON of what is known of a run; nil stays nil.
func LastRunOf(l *mailing.LastRun) *LastRun {
	if l == nil {
		return nil
	}
	j := &LastRun{Run: l.Run, Decisions: []decision{}}
	for _, d := range l.Decisions {
		j.Decisions = append(j.Decisions, decision{stamp(d.Time), d.Event, d.Text})
	}
	if e := l.End; e != nil {
		j.Summary = &summary{stamp(e.Time), e.Took.Milliseconds(), e.Total, e.Sent, e.Temporary, e.Permanent, e.Unknown, e.Sessions, e.Pauses, e.Stopped}
	}
	return j
}
