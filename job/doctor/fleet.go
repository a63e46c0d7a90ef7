package doctor

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"mailshot/job/fleet"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
)

// lookFor is how long idle workers have to answer, and farClock how far their clocks may be.
const (
	lookFor  = 3 * time.Second
	farClock = 5 * time.Second
)

// examineFleet looks at the NATS server of a fleet, and for workers that have no run.
func examineFleet(ctx context.Context, a fleet.Address, j *jobfile.Job, now func() time.Time) (Step, *problem.Error) {
	a.Name = "mailshot doctor"
	begun := now()
	s := Step{Name: "fleet", State: StepFailed}
	if err := a.Check(); err != nil {
		s.Detail = []string{err.Error()}
		return s, &problem.Error{Kind: problem.Usage, Err: err}
	}
	conn, err := fleet.Connect(a, false)
	if err != nil {
		s.Detail, s.Advice = []string{err.Error()}, "is the NATS server there, and do its certificate and the credentials go together? See mailshot help fleet"
		return s, &problem.Error{Kind: problem.Unreachable, Err: err}
	}
	defer conn.Close()
	s.Took = now().Sub(begun)
	c, err := fleet.Start(fleet.Config{Bus: conn, Run: "look-" + rand.Text(), Server: fleet.Server(j.Server.Host, j.Server.Username), PerSession: 1, Looks: true, Now: now})
	if err != nil {
		s.Detail = []string{err.Error()}
		return s, &problem.Error{Kind: problem.Unreachable, Err: err}
	}
	c.Drain()
	t := time.NewTimer(lookFor)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
	members := c.Members()
	c.Close(ctx)
	s.State, s.Detail = StepPassed, []string{fmt.Sprintf("%s lets this machine in; %d idle workers answer", a.URL, len(members))}
	if len(members) == 0 {
		s.State = StepDoubtful
		s.Advice = "start mailshot work on the other machines, with this URL and a server file for the same host and user"
	}
	for _, m := range members {
		text := fmt.Sprintf("%s: %d sessions", m.Name, m.Sessions)
		if m.Ahead.Abs() > farClock {
			s.State = StepDoubtful
			text += fmt.Sprintf("; its clock is %s from this one", m.Ahead.Round(time.Second))
		}
		s.Detail = append(s.Detail, text)
	}
	return s, nil
}
