package main

import (
	"time"

	"mailshot/job/doctor"
)

// doctorSchema is the version of what doctor --json prints. Fields may be added
// to it; those that are there keep their names and what they mean.
const doctorSchema = 1

type jsonDoctor struct {
	Schema      int              `json:"schema"`
	Job         string           `json:"job"`
	Server      string           `json:"server"`
	TLS         string           `json:"tls"`
	Username    string           `json:"username"`
	OK          bool             `json:"ok"`
	Status      int              `json:"exit_status"`
	Steps       []jsonStep       `json:"steps"`
	Addresses   []string         `json:"addresses"`
	Offers      []string         `json:"offers"`
	Ledger      string           `json:"ledger,omitempty"` // of the job's quota
	Certificate *jsonCertificate `json:"certificate"`
}

type jsonStep struct {
	Step   string   `json:"step"`
	State  string   `json:"state"`
	Detail []string `json:"detail"`
	Advice string   `json:"advice"`
	Took   float64  `json:"ms"`
}

type jsonCertificate struct {
	Names     []string  `json:"names"`
	Issuer    string    `json:"issuer"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
}

func doctorJSON(r *doctor.Report) *jsonDoctor {
	j := &jsonDoctor{
		Schema: doctorSchema, Job: r.Job, Server: r.Addr, TLS: r.TLS, Username: r.Username, Ledger: r.Ledger,
		OK: r.Err == nil, Addresses: append([]string{}, r.Probe.Addrs...), Offers: []string{},
	}
	if r.Err != nil {
		j.Status = exitStatus(r.Err)
	}
	for _, s := range r.Steps {
		j.Steps = append(j.Steps, jsonStep{s.Name, s.State.String(), s.Detail, s.Advice, float64(s.Took.Microseconds()) / 1000})
	}
	if n := len(r.Probe.Hellos); n > 0 {
		j.Offers = append(j.Offers, r.Probe.Hellos[n-1].Capabilities.Keywords...)
	}
	if c := r.Certificate; c != nil {
		j.Certificate = &jsonCertificate{Names: append([]string{}, c.DNSNames...), Issuer: c.Issuer.String(), NotBefore: c.NotBefore, NotAfter: c.NotAfter}
		for _, ip := range c.IPAddresses {
			j.Certificate.Names = append(j.Certificate.Names, ip.String())
		}
	}
	return j
}
