package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/letter"
	"mailshot/job/problem"
	"mailshot/transport/message"
)

// examineDKIM compares the key that signs the letters with the one that is
// published, where receivers look for it. The error is why letters must not be
// sent like this; nil: they may.
func examineDKIM(ctx context.Context, j *jobfile.Job, env Env) (Step, *problem.Error) {
	s := Step{Name: "dkim"}
	d := letter.UnreadDKIM(j)
	doubt, err := letter.AlignedFrom(j, d.Domain)
	if err != nil {
		err = letter.DKIMError(j, "domain", err)
	} else {
		err = letter.ReadDKIM(ctx, j, env.Secrets, d)
	}
	var je *problem.Error
	if errors.As(err, &je) {
		s.State, s.Detail, s.Advice = StepFailed, []string{je.Error()}, je.Hint
		return s, je
	}
	found, err := lookUp(ctx, env, d.RecordName(), &s.Took)
	var dns *net.DNSError
	switch missing := errors.As(err, &dns) && dns.IsNotFound; {
	case err != nil && !missing:
		s.State, s.Detail = StepDoubtful, []string{fmt.Sprintf("looking up the TXT record %s: %v", d.RecordName(), err)}
		s.Advice = "it is not known whether receivers can verify the signatures; try again"
		return s, nil
	case missing:
		found = nil
	}
	why := published(d, found, &s)
	if why != "" {
		s.State, s.Detail, s.Advice = StepFailed, []string{why}, "publish the TXT record "+d.RecordName()+" with this text: "+d.Record()
		return s, problem.Fail(problem.BadJob, "%s", why)
	}
	if doubt != "" && s.State == StepPassed {
		s.State, s.Advice = StepDoubtful, doubt
	}
	return s, nil
}

// lookUp returns the TXT records of a name.
func lookUp(ctx context.Context, env Env, name string, took *time.Duration) ([]string, error) {
	ask := env.LookupTXT
	if ask == nil {
		ask = net.DefaultResolver.LookupTXT
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	begun := env.Now()
	found, err := ask(ctx, name+".") // no search domain
	*took = env.Now().Sub(begun)
	return found, err
}

// published makes a step of the records that were found, or says why none of
// them will do.
func published(d *message.DKIM, found []string, s *Step) (why string) {
	var records []string // that are meant to be DKIM records
	good := ""
	for _, r := range found {
		err := d.Published(r)
		switch {
		case err == nil:
			good = r
			records = append(records, r)
		case !errors.Is(err, message.ErrNoRecord):
			why = err.Error()
			records = append(records, r)
		}
	}
	switch {
	case good == "" && why != "":
		return fmt.Sprintf("the TXT record %s is not for this key (%s): %s", d.RecordName(), letter.KeyWords(d.Key), why)
	case good == "" && len(found) > 0:
		return fmt.Sprintf("the TXT record %s is no DKIM record: %s", d.RecordName(), cut(strings.Join(found, ", ")))
	case good == "":
		return fmt.Sprintf("there is no TXT record %s: receivers can't verify the signatures", d.RecordName())
	}
	s.State, s.Detail = StepPassed, []string{fmt.Sprintf("%s publishes the key that signs (%s)", d.RecordName(), letter.KeyWords(d.Key))}
	switch {
	case len(records) > 1:
		s.State, s.Advice = StepDoubtful, fmt.Sprintf("there are %d DKIM records of this name, and receivers take any of them: leave one", len(records))
	case message.Testing(good):
		s.State, s.Advice = StepDoubtful, "the record says t=y, that the domain only tests DKIM: take it out once letters arrive well"
	}
	return ""
}
