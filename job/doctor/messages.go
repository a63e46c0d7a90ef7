package doctor

import (
	"fmt"
	"strings"

	"mailshot/transport"
)

// What is recommended for large jobs, as a number of messages a session.
const (
	usualMessages = 20
	// eximMessages is how many Exim delivers at once: what comes in the same session behind these it
	// queues, by default (smtp_accept_queue_per_connection).
	eximMessages = 10
)

// messages returns how many messages a session may have, and whether the job goes beyond that. ok
// reports whether the server said what it offers.
func (x *examination) messages() (s Step, ok bool) {
	hellos := x.probe.Hellos
	if len(hellos) == 0 || x.failure != nil {
		return s, false
	}
	own, caps := x.job.Delivery.PerSession, hellos[len(hellos)-1].Capabilities
	most, why := x.mostMessages(caps)
	s = Step{Name: "messages", State: StepPassed, Detail: []string{fmt.Sprintf("at most %d a session, as the job says (`per_session` under `delivery`)", own)}}
	switch {
	case most > 0:
		s.Detail = append(s.Detail, why)
	default:
		s.Detail = append(s.Detail, "the server announces no limit (MAILMAX of RFC 9422)")
	}
	if !caps.Pipelining {
		s.Detail = append(s.Detail, "it does not pipeline, so that each message takes four round trips, in whatever session")
	}
	advised := usualMessages
	if strings.Contains(x.probe.Greeting.Text(), "Exim") {
		advised = eximMessages
		s.Detail = append(s.Detail, fmt.Sprintf("Exim delivers %d messages of a session at once, unless it is told otherwise, and the others later", eximMessages))
	}
	if most > 0 {
		advised = min(advised, most)
	}
	switch {
	case most > 0 && own > most:
		s.State, s.Advice = StepDoubtful, fmt.Sprintf("a run keeps to the server's limit; `per_session: %d` says the same", most)
	case own == 1 && advised > 1:
		s.Detail = append(s.Detail, fmt.Sprintf("for thousands of rows, `per_session: %d` is faster", advised))
	}
	return s, true
}

// mostMessages returns how many messages of a session the server takes, and who says so; 0 if nobody
// does.
func (x *examination) mostMessages(c transport.Capabilities) (most int, why string) {
	if c.MailMax > 0 {
		most, why = c.MailMax, fmt.Sprintf("the server takes %d in a session (MAILMAX)", c.MailMax)
	}
	if p, known := providerOf(x.job); known && p.PerSession > 0 && (most == 0 || p.PerSession < most) {
		most, why = p.PerSession, fmt.Sprintf("%s takes %d in a session", p.Title, p.PerSession)
	}
	return most, why
}
