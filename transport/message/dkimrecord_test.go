package message_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"

	"mailshot/transport/message"
)

func TestPublished(t *testing.T) {
	withRSA, withEd := identities()[0], identities()[1]
	bare := base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PublicKey(&withRSA.Key.(*rsa.PrivateKey).PublicKey))
	p := func(d *message.DKIM) string { _, p, _ := strings.Cut(d.Record(), "p="); return p }
	for _, tt := range []struct {
		name   string
		d      *message.DKIM
		record string
		want   string // in the error; "": none
	}{
		{"ours", withRSA, withRSA.Record(), ""},
		{"ours, Ed25519", withEd, withEd.Record(), ""},
		{"the least", withRSA, "p=" + p(withRSA), ""},
		{"without its wrapping", withRSA, "v=DKIM1; p=" + bare, ""},
		{"all tags", withRSA, "v=DKIM1;h=sha1:sha256;k=rsa;n=a note;s=email:x;t=y:s;p=" + p(withRSA) + ";", ""},
		{"white space", withEd, " v = DKIM1 ; k = ed25519 ; p = " + p(withEd)[:9] + "  \t" + p(withEd)[9:] + " ; ", ""},
		{"any service", withEd, withEd.Record() + "; s=*", ""},

		{"another key", withRSA, "v=DKIM1; k=rsa; p=" + strings.Replace(p(withRSA), "A", "B", 1), "another key"},
		{"half a key", withRSA, "v=DKIM1; k=rsa; p=" + p(withRSA)[:100], "another key"},
		{"another kind", withRSA, withEd.Record(), "ed25519"},
		{"no kind", withEd, "v=DKIM1; p=" + p(withEd), "kind"},
		{"revoked", withRSA, "v=DKIM1; p=", "revokes"},
		{"no key", withRSA, "v=DKIM1; k=rsa", "no key"},
		{"no base64", withRSA, "v=DKIM1; p=!", "base64"},
		{"SHA-1 alone", withRSA, "v=DKIM1; h=sha1; p=" + p(withRSA), "sha256"},
		{"another service", withRSA, "v=DKIM1; s=web; p=" + p(withRSA), "service"},
		{"another version", withRSA, "v=DKIM2; p=" + p(withRSA), "no DKIM record"},
		{"something else", withRSA, "v=spf1 -all", "no DKIM record"},
		{"a word", withRSA, "hello", "no DKIM record"},
		{"nothing", withRSA, "", "no DKIM record"},
		{"twice", withRSA, withRSA.Record() + ";p=" + p(withRSA), "no DKIM record"},
	} {
		err := tt.d.Published(tt.record)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %q", tt.name, err, tt.want)
		}
	}
	if message.Testing(withEd.Record()) || !message.Testing(withEd.Record()+"; t=s:y") {
		t.Error("Testing does not know the flag y")
	}
}
