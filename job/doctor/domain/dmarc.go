package domain

import (
	"fmt"

	"github.com/emersion/go-msgauth/dmarc"
)

// A policy is what a domain asks receivers to do.
type policy struct {
	known  bool
	of     string // the domain that publishes it
	asks   dmarc.Policy
	record *dmarc.Record
}

// examineDMARC finds the policy for the domain of From: its own, or that of its organisation (RFC 7489,
// section 6.6.3).
func (x *examination) examineDMARC() Part {
	p := Part{Name: "dmarc"}
	names := []string{x.From}
	if org := organisation(x.From); org != x.From {
		names = append(names, org)
	}
	for i, name := range names {
		records, err := x.txt("_dmarc."+name, "v=DMARC1")
		switch {
		case err != nil:
			return x.unsure(p, err.Error())
		case len(records) == 0:
			continue
		case len(records) > 1:
			p.State, p.Detail = Bad, []string{fmt.Sprintf("_dmarc.%s has %d DMARC records, and receivers take none of them", name, len(records))}
			p.Advice = "leave one"
			return p
		}
		return x.read(p, name, records[0], i > 0)
	}
	p.State, p.Detail = Doubtful, []string{fmt.Sprintf("%s has no DMARC record", x.From)}
	p.Advice = fmt.Sprintf(`publish a TXT record for _dmarc.%s, to begin with "v=DMARC1; p=none": Gmail and Yahoo want one of who sends 5,000 letters a day`, organisation(x.From))
	return p
}

// read reads a record. below says that it is of the organisation, and From of a domain below.
func (x *examination) read(p Part, name, text string, below bool) Part {
	record, err := dmarc.Parse(text)
	if err != nil {
		p.State, p.Detail = Bad, []string{fmt.Sprintf("_dmarc.%s says %s", name, short(text)), "receivers can't read it: " + err.Error()}
		p.Advice = `correct it: "v=DMARC1; p=none" is the least`
		return p
	}
	x.policy = policy{known: true, of: name, asks: record.Policy, record: record}
	if below && record.SubdomainPolicy != "" {
		x.policy.asks = record.SubdomainPolicy
	}
	p.Detail = []string{fmt.Sprintf("_dmarc.%s says %s", name, short(text)), fmt.Sprintf("receivers are to %s what passes neither by SPF nor by DKIM", x.policy.words())}
	if n := record.Percent; n != nil && *n < 100 {
		p.Detail[1] += fmt.Sprintf(", of %d in 100", *n)
	}
	return p
}

func (p *policy) words() string {
	switch p.asks {
	case dmarc.PolicyReject:
		return "refuse"
	case dmarc.PolicyQuarantine:
		return "put into the spam folder"
	}
	return "take, and report,"
}

// receivers says what becomes of a letter.
func (x *examination) receivers() Part {
	p := Part{Name: "receivers"}
	strictSPF := x.policy.record != nil && x.policy.record.SPFAlignment == dmarc.AlignmentStrict
	strictDKIM := x.policy.record != nil && x.policy.record.DKIMAlignment == dmarc.AlignmentStrict
	byDKIM := x.Signs != "" && aligned(x.Signs, x.From, strictDKIM)
	bySPF := x.spf == passes && aligned(x.Envelope, x.From, strictSPF)
	var why []string
	switch {
	case x.Broken:
		why = append(why, "the signature is made with a key that is not published")
	case x.Signs != "" && !byDKIM:
		why = append(why, fmt.Sprintf("the job signs for %s, which does not count for %s%s", x.Signs, x.From, strictly(strictDKIM)))
	}
	switch {
	case x.spf == passes && !bySPF:
		why = append(why, fmt.Sprintf("the envelope is of %s, which does not count for %s%s", x.Envelope, x.From, strictly(strictSPF)))
	case x.spf == fails:
		why = append(why, "SPF does not let this server send")
	}
	mend := fmt.Sprintf("sign for %s (mailshot help dkim), or have SPF of %s name the server and the envelope be of the same domain", x.From, x.From)
	switch {
	case byDKIM && bySPF:
		p.Detail = []string{fmt.Sprintf("letters From %s pass, by DKIM and by SPF", x.From)}
	case byDKIM:
		p.Detail = []string{fmt.Sprintf("letters From %s pass, by DKIM", x.From)}
	case bySPF:
		p.Detail = []string{fmt.Sprintf("letters From %s pass by SPF, but not where they are forwarded", x.From)}
		p.State, p.Advice = Doubtful, fmt.Sprintf("signing for %s too lets forwarded letters pass (mailshot help dkim); many providers do it themselves", x.From)
	case x.Signs == "" && !x.Broken: // the provider may sign, which nobody sees from here
		p.State, p.Detail = Doubtful, append([]string{fmt.Sprintf("whether letters From %s pass is for the server to say: it may sign them", x.From)}, why...)
		p.Advice = "look into a letter that arrived: mailshot run --to, and dkim= and dmarc= in its Authentication-Results; or " + mend
	case !x.policy.known:
		p.State, p.Detail, p.Advice = Doubtful, append([]string{fmt.Sprintf("letters From %s pass neither by DKIM nor by SPF", x.From)}, why...), mend
	default:
		p.State, p.Advice = Bad, mend
		p.Detail = append([]string{fmt.Sprintf("letters From %s pass neither by DKIM nor by SPF, and receivers are to %s them", x.From, x.policy.words())}, why...)
		if x.policy.asks == dmarc.PolicyNone {
			p.State = Doubtful
		}
	}
	return p
}

func strictly(strict bool) string {
	if strict {
		return ", as its DMARC record is strict"
	}
	return ""
}
