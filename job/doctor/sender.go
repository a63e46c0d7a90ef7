package doctor

import (
	"context"
	"net"
	"strings"

	"mailshot/job/doctor/domain"
	"mailshot/job/jobfile"
	"mailshot/job/letter"
	"mailshot/job/problem"
)

// examineDomain adds what receivers will make of the sender's domain. signed is how the key that signs is
// published.
func examineDomain(ctx context.Context, r *Report, j *jobfile.Job, env Env, signed StepState) {
	dns := env.DNS
	if dns == nil {
		dns = net.DefaultResolver
	}
	for _, p := range domain.Examine(ctx, senderOf(j, signed), dns, env.Now) {
		s := Step{Name: p.Name, Detail: p.Detail, Advice: p.Advice, Took: p.Took, State: StepPassed}
		var bad *problem.Error
		switch p.State {
		case domain.Doubtful:
			s.State = StepDoubtful
		case domain.Bad:
			s.State = StepFailed
			bad = problem.Fail(problem.BadJob, "%s", p.Detail[len(p.Detail)-1])
		}
		r.add(s, bad)
	}
}

func senderOf(j *jobfile.Job, signed StepState) domain.Sender {
	m := &j.Message
	s := domain.Sender{
		From: strings.ToLower(m.From.Address.Domain), Envelope: strings.ToLower(m.EnvelopeFrom.Address.Domain), Server: j.Server.Host,
		Broken: signed == StepFailed,
	}
	if m.FromVaries {
		s.From = ""
	}
	if signed == StepPassed || signed == StepDoubtful {
		s.Signs = strings.ToLower(letter.UnreadDKIM(j).Domain)
	}
	if p, known := providerOf(j); known {
		s.Relay = p.SPF
	}
	return s
}
