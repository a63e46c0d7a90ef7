package smtptest

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"
)

// iterations of SCRAM.
const iterations = 4096

// cramMD5 runs RFC 2195. The attempt has the password only if the answer was right.
func (p *peer) cramMD5(a *Attempt) error {
	challenge := "<" + rand.Text() + "@" + p.h.Hostname + ">"
	answer, err := p.ask(challenge)
	user, digest, _ := strings.Cut(answer, " ")
	a.User = user
	mac := hmac.New(md5.New, []byte(p.h.Users[user]))
	mac.Write([]byte(challenge))
	if fmt.Sprintf("%x", mac.Sum(nil)) == digest {
		a.Password = p.h.Users[user]
	}
	return err
}

// scram runs RFC 5802. The attempt has the password only if the proof was right; if not, the
// server's last message says so.
func (p *peer) scram(a *Attempt, initial func() (string, error)) error {
	first, err := initial()
	if err != nil {
		return err
	}
	bare := strings.TrimPrefix(first, "n,,")
	name, nonce, _ := strings.Cut(strings.TrimPrefix(bare, "n="), ",r=")
	a.User = strings.NewReplacer("=2C", ",", "=3D", "=").Replace(name)
	newHash := sha256.New
	if a.Mechanism == "SCRAM-SHA-1" {
		newHash = sha1.New
	}
	nonce += rand.Text()
	salt := []byte("salt of " + a.User)
	question := fmt.Sprintf("r=%s,s=%s,i=%d", nonce, base64.StdEncoding.EncodeToString(salt), iterations)
	final, err := p.ask(question)
	if err != nil {
		return err
	}
	without, proof, _ := strings.Cut(final, ",p=")
	signed := bare + "," + question + "," + without
	salted, err := pbkdf2.Key(newHash, p.h.Users[a.User], salt, iterations, newHash().Size())
	if err != nil {
		return err
	}
	clientKey := sum(newHash, salted, "Client Key")
	stored := newHash()
	stored.Write(clientKey)
	signature := sum(newHash, stored.Sum(nil), signed)
	for i := range signature {
		signature[i] ^= clientKey[i]
	}
	last := "e=invalid-proof"
	if without == "c=biws,r="+nonce && decode(proof) == string(signature) && p.h.Users[a.User] != "" {
		a.Password = p.h.Users[a.User]
		last = "v=" + base64.StdEncoding.EncodeToString(sum(newHash, sum(newHash, salted, "Server Key"), signed))
	}
	_, err = p.ask(last)
	return err
}

func sum(h func() hash.Hash, key []byte, text string) []byte {
	mac := hmac.New(h, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// bearer runs XOAUTH2 or OAUTHBEARER (RFC 7628). A token that is wrong gets its reason as one more
// challenge, unless Handler.Auth decides.
func (p *peer) bearer(a *Attempt, initial func() (string, error)) error {
	first, err := initial()
	if err != nil {
		return err
	}
	for field := range strings.SplitSeq(first, "\x01") {
		switch {
		case strings.HasPrefix(field, "user="):
			a.User = field[len("user="):]
		case strings.HasPrefix(field, "n,a="):
			a.User = strings.NewReplacer("=2C", ",", "=3D", "=").Replace(strings.TrimSuffix(field[len("n,a="):], ","))
		case strings.HasPrefix(field, "auth=Bearer "):
			a.Password = field[len("auth=Bearer "):]
		}
	}
	if p.h.Auth == nil && !p.knows(*a) {
		_, err = p.ask(`{"status":"invalid_token","schemes":"bearer","scope":"mail.send"}`)
	}
	return err
}
