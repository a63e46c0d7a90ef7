package letter

import (
	"fmt"
	"strings"

	"mailshot/job/address"
	"mailshot/job/jobfile"
)

// readFrom reads what FromOfRow made. Where the address is that of all rows, what stands before it is
// the name, whatever it contains.
func (w *headerWriter) readFrom(s string) (address.Mailbox, error) {
	m := &w.job.Message
	if m.FromVaries {
		return readMailbox("from", s)
	}
	name := strings.TrimSpace(s[:strings.LastIndexByte(s, '<')])
	if template := m.FromOfRow.Value; strings.HasPrefix(template, `"`) && strings.Count(template, `"`) == 2 {
		name = strings.Trim(name, `"`)
	}
	return address.Mailbox{Name: name, Address: m.From.Address}, nil
}

// mayBeFrom refuses a row's From for which the signature would count for nothing. The zero address
// is that of all letters, which was looked at before.
func (l *Letters) mayBeFrom(from address.Address) error {
	if l.dkim == nil || from == (address.Address{}) {
		return nil
	}
	_, err := Alignment(l.dkim.Domain, from.Domain)
	return err
}

// FromDoubt says what may be wrong with letters that are from a domain; it is "" where nothing is.
func (l *Letters) FromDoubt(domain string) string {
	if !l.job.Message.FromVaries {
		return "" // it is that of the job, and was looked at before
	}
	if l.dkim != nil {
		doubt, _ := Alignment(l.dkim.Domain, domain)
		return doubt
	}
	envelope := l.job.Message.EnvelopeFrom.Address.Domain
	if doubt, err := Alignment(envelope, domain); doubt == "" && err == nil {
		return ""
	}
	return fmt.Sprintf("From is of %s, and the envelope of %s: receivers that go by DMARC want both to be one organisation's, or a signature of From's (`message.dkim`)", domain, envelope)
}

// AlignedFrom returns Alignment for a From that is of one domain whatever the row.
func AlignedFrom(j *jobfile.Job, signs string) (doubt string, err error) {
	if j.Message.FromVaries {
		return "", nil
	}
	return Alignment(signs, j.Message.From.Address.Domain)
}
