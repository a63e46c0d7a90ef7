package domain

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"blitiri.com.ar/go/spf"
)

// maxLookups is how many questions a receiver asks for one record (RFC 7208, section 4.6.4).
const maxLookups = 10

// examineSPF finds out whether the server may send for the envelope's domain.
func (x *examination) examineSPF() Part {
	p := Part{Name: "spf"}
	records, err := x.txt(x.Envelope, "v=spf1")
	switch {
	case err != nil:
		return x.unsure(p, err.Error())
	case len(records) == 0:
		x.spf = fails
		p.State, p.Detail = Doubtful, []string{fmt.Sprintf("%s has no SPF record, so receivers can't tell who may send for it", x.Envelope)}
		p.Advice = x.publish("publish")
		return p
	case len(records) > 1:
		x.spf = fails
		p.State, p.Detail = Bad, []string{fmt.Sprintf("%s has %d SPF records, and receivers take none of them (RFC 7208, section 4.5)", x.Envelope, len(records))}
		p.Advice = "put their terms into one record, and remove the others"
		return p
	}
	p.Detail = []string{fmt.Sprintf("%s says %s", x.Envelope, short(records[0]))}
	w := walk{x: x, domain: x.Envelope}
	w.record(x.Envelope, records[0], nil)
	if w.loop != "" {
		x.spf = fails
		p.State = Bad
		p.Detail = append(p.Detail, fmt.Sprintf("%s includes itself, and receivers stop at %d lookups with an error", w.loop, maxLookups))
		p.Advice = "take that include: out"
		return p
	}
	if w.lookups > maxLookups {
		x.spf = fails
		p.State = Bad
		p.Detail = append(p.Detail, fmt.Sprintf("it takes %d lookups, and receivers stop at %d with an error: %s", w.lookups, maxLookups, w.told()))
		p.Advice = "take out what sends no more, or name addresses (ip4:, ip6:) in the place of include:"
		return p
	}
	return x.judge(p, &w)
}

func (x *examination) unsure(p Part, why string) Part {
	p.State, p.Detail, p.Advice = Doubtful, append(p.Detail, why), "what receivers will see is not known; try again"
	return p
}

// publish says which record would let the server send.
func (x *examination) publish(verb string) string {
	if x.Relay != "" {
		return fmt.Sprintf(`%s a TXT record for %s: "v=spf1 include:%s ~all"`, verb, x.Envelope, x.Relay)
	}
	return fmt.Sprintf(`%s a TXT record for %s, as "v=spf1 a:%s ~all"; where the server hands on to others, its operator says what to include`, verb, x.Envelope, x.Server)
}

// judge asks for each address of the server, as receivers would for the address that delivers to them.
func (x *examination) judge(p Part, w *walk) Part {
	addrs, err := x.dns.LookupIPAddr(x.ctx, x.Server)
	if err != nil {
		return x.unsure(p, fmt.Sprintf("looking up the addresses of %s: %v", x.Server, plain(err)))
	}
	counts := map[spf.Result][]string{}
	var why error
	for _, a := range addrs {
		result, err := spf.CheckHostWithSender(a.IP, x.Server, "postmaster@"+x.Envelope, spf.WithContext(x.ctx), spf.WithResolver(x.dns))
		counts[result] = append(counts[result], a.IP.String())
		if result == spf.PermError || result == spf.TempError {
			why = err
		}
	}
	switch {
	case len(counts[spf.PermError]) > 0:
		x.spf = fails
		p.State, p.Detail = Bad, append(p.Detail, "receivers can't read it: "+fault(why))
		p.Advice = "correct the record: receivers take it for none, or refuse"
	case len(counts[spf.TempError]) > 0:
		return x.unsure(p, "the answers of the DNS are not complete: "+plain(why).Error())
	case x.Relay != "":
		return x.judgeRelay(p, w)
	case len(counts[spf.Pass]) == len(addrs):
		x.spf = passes
		p.Detail = append(p.Detail, fmt.Sprintf("pass for %s (%s)", x.Server, strings.Join(counts[spf.Pass], ", ")))
	default:
		x.notNamed(&p, counts)
	}
	return p
}

// judgeRelay says whether the record names the provider, whose addresses are its own business.
func (x *examination) judgeRelay(p Part, w *walk) Part {
	if w.includes[x.Relay] {
		x.spf = passes
		p.Detail = append(p.Detail, fmt.Sprintf("it includes %s, which names the servers of the provider", x.Relay))
		return p
	}
	x.spf = fails
	p.State = Bad
	p.Detail = append(p.Detail, fmt.Sprintf("it does not name %s, whose servers deliver for %s", x.Relay, x.Server))
	p.Advice = fmt.Sprintf("add include:%s to it, before its all", x.Relay)
	return p
}

// notNamed says what receivers do with a server that the record does not name.
func (x *examination) notNamed(p *Part, counts map[spf.Result][]string) {
	words := map[spf.Result]string{spf.Fail: "fail", spf.SoftFail: "softfail", spf.Neutral: "neutral", spf.None: "none", spf.Pass: "pass"}
	var said []string
	for _, r := range []spf.Result{spf.Pass, spf.Fail, spf.SoftFail, spf.Neutral, spf.None} {
		if len(counts[r]) > 0 {
			said = append(said, fmt.Sprintf("%s for %s", words[r], strings.Join(counts[r], ", ")))
		}
	}
	p.State = Doubtful
	p.Detail = append(p.Detail, fmt.Sprintf("%s: %s", x.Server, strings.Join(said, "; ")))
	p.Advice = "if the server delivers from these addresses, the record has to name them; if it hands on to others, look into a letter that arrived: mailshot run --to, and Authentication-Results there"
}

// fault says what is wrong with a record.
func fault(err error) string {
	for _, f := range []struct {
		is    error
		words string
	}{
		{spf.ErrLookupLimitReached, "it takes more than ten lookups"}, {spf.ErrVoidLookupLimitReached, "more than two of the names in it are not there"},
		{spf.ErrMultipleRecords, "a domain that it includes has two records"}, {spf.ErrNoResult, "a domain that it includes has no record"},
		{spf.ErrUnknownField, "a term in it is unknown"}, {spf.ErrInvalidIP, "an address in it is none"}, {spf.ErrInvalidMask, "a mask in it is none"},
		{spf.ErrInvalidMacro, "a macro in it can't be read"}, {spf.ErrInvalidDomain, "a domain in it is none"}, {spf.ErrTooManyMXRecords, "a domain in it has more than ten MX records"},
	} {
		if errors.Is(err, f.is) {
			return f.words
		}
	}
	return fmt.Sprint(err)
}

// A walk goes through a record and all that it includes, whatever matches, and counts the questions that
// a receiver may have to ask.
type walk struct {
	x        *examination
	domain   string
	lookups  int
	includes map[string]bool // A-labels
	loop     string          // a domain that includes itself; "": none does
	chain    []string        // "a.example (4)", as they are met
}

func (w *walk) record(domain, record string, above []string) {
	if w.includes == nil {
		w.includes = map[string]bool{}
	}
	before := w.lookups
	for _, term := range strings.Fields(record)[1:] {
		name, value, _ := strings.Cut(strings.TrimLeft(strings.ToLower(term), "+-~?"), ":")
		if key, to, isModifier := strings.Cut(name, "="); isModifier {
			name, value = key, to
		}
		name, _, _ = strings.Cut(name, "/")
		switch name {
		case "a", "mx", "ptr", "exists":
			w.lookups++
		case "include", "redirect":
			w.lookups++
			w.below(value, append(above, domain))
		}
	}
	w.chain = append(w.chain, fmt.Sprintf("%s %d", domain, w.lookups-before))
}

// below goes into a domain that a record includes.
func (w *walk) below(domain string, above []string) {
	w.includes[domain] = true
	if slices.Contains(above, domain) {
		w.loop = domain
		return
	}
	if strings.Contains(domain, "%") || len(above) > maxLookups || w.lookups > 3*maxLookups {
		return
	}
	records, err := w.x.txt(domain, "v=spf1")
	if err == nil && len(records) == 1 {
		w.record(domain, records[0], above)
	}
}

// told returns the domains with their lookups, the one that is examined first.
func (w *walk) told() string {
	const most = 8
	parts := make([]string, 0, len(w.chain))
	for i := len(w.chain) - 1; i >= 0; i-- {
		parts = append(parts, w.chain[i])
	}
	if len(parts) > most {
		parts = append(parts[:most], "…")
	}
	return strings.Join(parts, ", ")
}

var _ spf.DNSResolver = rooted{}
var _ Resolver = (*net.Resolver)(nil)
