package domain

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

var update = flag.Bool("update", false, "write the words anew")

// A zone has records by name and type, as a zone file has them.
type zone map[string][]string

// serve starts a DNS server on the loopback that answers by a zone, and returns its address. A name of
// broken. is answered by SERVFAIL, and one of silent. never.
func serve(t *testing.T, z zone) string {
	t.Helper()
	pc, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp4", pc.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) {
		m := new(dns.Msg)
		m.SetReply(r)
		q := r.Question[0]
		name := strings.ToLower(q.Name)
		switch {
		case strings.HasSuffix(name, "broken.example."):
			m.Rcode = dns.RcodeServerFailure
		case strings.HasSuffix(name, "silent.example."):
			return
		default:
			z.answer(t, m, name, q.Qtype)
		}
		_ = w.WriteMsg(m)
	})
	var begun sync.WaitGroup
	begun.Add(2)
	for _, s := range []*dns.Server{{PacketConn: pc, Handler: handler}, {Listener: l, Handler: handler}} {
		s.NotifyStartedFunc = begun.Done
		go func() { _ = s.ActivateAndServe() }()
		t.Cleanup(func() { _ = s.Shutdown() })
	}
	begun.Wait()
	return pc.LocalAddr().String()
}

func (z zone) answer(t *testing.T, m *dns.Msg, name string, kind uint16) {
	known := false
	for _, line := range z[name] {
		rr, err := dns.NewRR(name + " 60 IN " + line)
		if err != nil {
			t.Errorf("%s %s: %v", name, line, err)
			continue
		}
		known = true
		if rr.Header().Rrtype == kind || rr.Header().Rrtype == dns.TypeCNAME {
			m.Answer = append(m.Answer, rr)
			if c, ok := rr.(*dns.CNAME); ok {
				z.answer(t, m, c.Target, kind)
			}
		}
	}
	if !known && len(m.Answer) == 0 {
		m.Rcode = dns.RcodeNameError
	}
}

// world is the domains of the tests. The server is smtp.club.example at 192.0.2.1.
func world() zone {
	z := zone{
		"smtp.club.example.":          {"A 192.0.2.1"},
		"club.example.":               {`TXT "v=spf1 ip4:192.0.2.1 -all"`, `TXT "google-site-verification=x"`},
		"_dmarc.club.example.":        {`TXT "v=DMARC1; p=reject; rua=mailto:d@club.example"`},
		"by-a.example.":               {`TXT "v=spf1 a:smtp.club.example " "~all"`}, // in two strings
		"_dmarc.by-a.example.":        {`TXT "v=DMARC1; p=none"`},
		"soft.example.":               {`TXT "v=spf1 ip4:192.0.2.9 ~all"`},
		"_dmarc.soft.example.":        {`TXT "v=DMARC1; p=quarantine; pct=50"`},
		"hard.example.":               {`TXT "v=spf1 ip4:192.0.2.9 -all"`},
		"_dmarc.hard.example.":        {`TXT "v=DMARC1; p=reject"`},
		"neutral.example.":            {`TXT "v=spf1 ?all"`},
		"bare.example.":               {`TXT "hello"`},
		"two.example.":                {`TXT "v=spf1 ip4:192.0.2.1 -all"`, `TXT "v=spf1 -all"`},
		"_dmarc.two.example.":         {`TXT "v=DMARC1; p=none"`, `TXT "v=DMARC1; p=reject"`},
		"loop.example.":               {`TXT "v=spf1 include:loop.example -all"`},
		"void.example.":               {`TXT "v=spf1 a:gone1.club.example a:gone2.club.example a:gone3.club.example -all"`},
		"typo.example.":               {`TXT "v=spf1 ipv4:192.0.2.1 -all"`},
		"_dmarc.typo.example.":        {`TXT "v=DMARC1; policy=reject"`},
		"macro.example.":              {`TXT "v=spf1 exists:%{i}.spf.club.example -all"`},
		"192.0.2.1.spf.club.example.": {"A 127.0.0.2"},
		"redirect.example.":           {`TXT "v=spf1 redirect=club.example"`},
		"alias.example.":              {"CNAME club.example."},
		"google.example.":             {`TXT "v=spf1 include:_spf.google.test ~all"`},
		"_dmarc.google.example.":      {`TXT "v=DMARC1; p=reject; aspf=s; adkim=s"`},
		"_spf.google.test.":           {`TXT "v=spf1 ip4:198.51.100.0/24 ~all"`},
		"smtp.google.test.":           {"A 203.0.113.5"},
		"many.example.":               {`TXT "v=spf1 include:a.many.example include:b.many.example mx -all"`, "MX 10 smtp.club.example."},
		"a.many.example.":             {`TXT "v=spf1 a a:x.many.example a:y.many.example a:z.many.example -all"`},
		"b.many.example.":             {`TXT "v=spf1 include:c.many.example exists:e.many.example -all"`},
		"c.many.example.":             {`TXT "v=spf1 mx ptr -all"`},
		"_dmarc.sub.example.":         {`TXT "v=DMARC1; p=none; sp=reject"`},
		"post.sub.example.":           {`TXT "v=spf1 ip4:192.0.2.1 -all"`},
	}
	return z
}

// The words for domains right and wrong.
func TestWords(t *testing.T) {
	addr := serve(t, world())
	relay := func(s *Sender) { s.Server, s.Relay = "smtp.google.test", "_spf.google.test" }
	cases := []struct {
		name, domain string
		change       func(*Sender)
	}{
		{"all well", "club.example", func(s *Sender) { s.Signs = "club.example" }},
		{"by SPF alone", "club.example", nil},
		{"the name of the server, in two strings", "by-a.example", nil},
		{"softfail", "soft.example", nil},
		{"fail", "hard.example", nil},
		{"fail, but signed", "hard.example", func(s *Sender) { s.Signs = "mail.hard.example" }},
		{"fail, and signed by another", "hard.example", func(s *Sender) { s.Signs = "club.example" }},
		{"fail, and the key is not published", "hard.example", func(s *Sender) { s.Broken = true }},
		{"neutral", "neutral.example", nil},
		{"no record", "bare.example", nil},
		{"no record, and a relay", "bare.example", relay},
		{"no domain", "gone.example", nil},
		{"two records", "two.example", nil},
		{"a loop", "loop.example", nil},
		{"names that are not there", "void.example", nil},
		{"a typing error", "typo.example", nil},
		{"a macro", "macro.example", nil},
		{"a redirect", "redirect.example", nil},
		{"an alias", "alias.example", nil},
		{"a relay that is named", "google.example", relay},
		{"a relay that is not named", "club.example", relay},
		{"strict, and a domain below signs", "google.example", func(s *Sender) { relay(s); s.Envelope, s.Signs = "bounces.google.example", "post.google.example" }},
		{"too many lookups", "many.example", nil},
		{"the organisation's policy", "post.sub.example", func(s *Sender) { s.Signs = "post.sub.example" }},
		{"an envelope of another's", "hard.example", func(s *Sender) { s.Envelope = "club.example"; s.Signs = "other.example" }},
		{"a From of each row", "club.example", func(s *Sender) { s.From = "" }},
		{"a server that fails", "broken.example", nil},
	}
	var b strings.Builder
	for _, c := range cases {
		s := Sender{From: c.domain, Envelope: c.domain, Server: "smtp.club.example"}
		if c.change != nil {
			c.change(&s)
		}
		fmt.Fprintf(&b, "== %s\n", c.name)
		for _, p := range Examine(t.Context(), s, At(addr), time.Now) {
			fmt.Fprintf(&b, "%s %s\n", [...]string{"pass", "note", "FAIL"}[p.State], p.Name)
			for _, d := range p.Detail {
				fmt.Fprintf(&b, "     %s\n", d)
			}
			if p.Advice != "" {
				fmt.Fprintf(&b, "  => %s\n", p.Advice)
			}
		}
	}
	const golden = "testdata/words.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		gots, wants := strings.Split(got, "\n"), strings.Split(string(want), "\n")
		for i := range gots {
			if i >= len(wants) || gots[i] != wants[i] {
				t.Errorf("line %d:\n%s\nwant\n%s", i+1, gots[i], slices.Concat(wants, make([]string, len(gots)))[i])
				break
			}
		}
	}
}

// Who does not answer is not waited for without end, and an interrupt ends the waiting at once.
func TestSilence(t *testing.T) {
	addr := serve(t, world())
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	begun := time.Now()
	parts := Examine(ctx, Sender{From: "silent.example", Envelope: "silent.example", Server: "smtp.club.example"}, At(addr), time.Now)
	if took := time.Since(begun); took > 4*time.Second || parts[0].State != Doubtful {
		t.Errorf("after %s: %+v", took, parts[0])
	}
}
