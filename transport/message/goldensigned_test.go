package message_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"os"
	"testing"

	"mailshot/transport/message"
)

// Letters that are signed, by keys that never change.
var signedGoldens = []struct {
	golden
	selector string
}{
	{golden{"signed-rsa", letter(func(m *message.Message) { m.Body.Text = "Grüße \n\n\n" })}, "rsa"},
	{golden{"signed-ed25519", letter(func(m *message.Message) { m.Subject, m.Body.Text = "a  b", "" })}, "ed25519"},
	{golden{"signed-one-click", letter(func(m *message.Message) {
		m.Cc = []message.Mailbox{{Name: "Zoë", Address: "zoe@club.example"}}
		m.ListID = message.ListID{Description: "News", ID: "news.club.example"}
		m.Headers = []message.Field{
			{Name: "List-Unsubscribe", Value: "<https://club.example/u?m=0a>"}, {Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"},
		}
	})}, "rsa"},
	{golden{"signed-streamed", withFiles(
		message.Part{Type: "application/pdf", File: fileOf(octetsTo(500)), FileName: "Rechnung für Zoë.pdf"},
		message.Part{Type: "image/png", Encoded: encoded(octetsTo(100)), FileName: "logo.png"},
	)}, "ed25519"},
}

// fixedIdentity signs with a key of which nothing is secret.
func fixedIdentity(t *testing.T, selector string) *message.DKIM {
	t.Helper()
	d := &message.DKIM{Domain: "club.example", Selector: selector}
	if selector == "ed25519" {
		d.Key = ed25519.NewKeyFromSeed([]byte("mailshot's letters for its tests"))
		return d
	}
	b, err := os.ReadFile("testdata/dkim-rsa.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(b)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	d.Key = key.(crypto.Signer)
	return d
}

// TestGoldenSigned: a signature of the same letter by the same key is the same,
// and stands before a letter that is read as it was.
func TestGoldenSigned(t *testing.T) {
	for _, tt := range signedGoldens {
		t.Run(tt.name, func(t *testing.T) {
			d := fixedIdentity(t, tt.selector)
			b := sign(t, d, tt.m)
			wantGolden(t, tt.name, b)
			wantLetter(t, b, tt.m)
			if err := verify(t, b, d); err != nil {
				t.Errorf("the signature: %v", err)
			}
		})
	}
}
