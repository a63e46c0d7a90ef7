package message

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
)

// leastRSA is the size of the smallest RSA key that signs, in bits (RFC 8301, section 3.2).
const leastRSA = 2048

// A DKIM is who signs messages: a domain that answers for them, and its key (RFC 6376). It is safe
// for concurrent use.
type DKIM struct {
	Domain   string // in ASCII, as in "club.example"
	Selector string // tells the keys of a domain apart, as in "s1"

	// Key is an *rsa.PrivateKey of 2048 bits or more, or an ed25519.PrivateKey (RFC 8463).
	Key crypto.Signer
}

// Check returns why d can't sign; nil if it can.
func (d *DKIM) Check() error {
	if err := checkName(d.Domain); err != nil {
		return fmt.Errorf("domain %+q: %w", d.Domain, err)
	}
	if err := checkName(d.Selector); err != nil {
		return fmt.Errorf("selector %+q: %w", d.Selector, err)
	}
	if d.Key == nil {
		return errors.New("there is no key")
	}
	switch k := d.Key.Public().(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n < leastRSA {
			return fmt.Errorf("an RSA key of %d bits is too weak; it needs %d", n, leastRSA)
		}
	case ed25519.PublicKey:
	default:
		return fmt.Errorf("a key of type %T can't sign; it is RSA or Ed25519", d.Key.Public())
	}
	return nil
}

// checkName returns why s is not a domain name, or some labels of one, as a tag may have it (RFC
// 6376, section 3.1).
func checkName(s string) error {
	label := 0
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9',
			c == '_', // no host name has it, and the DNS does
			c == '-' && label > 0 && i+1 < len(s) && s[i+1] != '.':
			if label++; label > 63 {
				return errors.New("it has a label of more than 63 characters")
			}
		case c == '.' && label > 0:
			label = 0
		default:
			return errors.New("it is made of letters, digits and hyphens, in labels with dots between them")
		}
	}
	if label == 0 || len(s) > 253 {
		return errors.New("it is no name: empty, too long, or with a dot at its end")
	}
	return nil
}

func (d *DKIM) algorithm() string {
	if _, ok := d.Key.Public().(*rsa.PublicKey); ok {
		return "rsa-sha256"
	}
	return "ed25519-sha256"
}

// signature signs the SHA-256 of the header. Neither algorithm has anything random in it, so the
// same header gives the same signature.
func (d *DKIM) signature(sum []byte) ([]byte, error) {
	if _, ok := d.Key.Public().(*rsa.PublicKey); ok {
		return d.Key.Sign(nil, sum, crypto.SHA256)
	}
	return d.Key.Sign(nil, sum, crypto.Hash(0)) // RFC 8463, section 3: PureEdDSA of the hash
}

// size returns the number of octets of a signature.
func (d *DKIM) size() int {
	if k, ok := d.Key.Public().(*rsa.PublicKey); ok {
		return k.Size()
	}
	return ed25519.SignatureSize
}

// A Signer makes the DKIM signatures of one message after the other, and keeps its memory from one
// to the next. It is not safe for concurrent use, but any number of them may share a DKIM.
type Signer struct {
	DKIM *DKIM // checked

	field  signatureField
	body   relaxedBody
	hash   hash.Hash
	header []byte // in relaxed form
	sum    [sha256.Size]byte
	base64 []byte
	piece  []byte // of a file
}

// Sign returns the DKIM-Signature field of a message, to be put before it. It is valid until the
// next Sign. The message is one that Encode returned: its header is in the first segment. date is
// that of the message; a signature never depends on the time when it is made. An error is one of
// opening or reading a segment, or of the key.
//
// The canonicalisation is relaxed/relaxed, there is no l= and no x=. Fields that readers go by are
// signed once more than they occur, so that none can be added to a signed message (RFC 6376,
// section 8.15).
func (s *Signer) Sign(message []Segment, date time.Time) (Segment, error) {
	body, err := s.begin(message, date)
	if err != nil {
		return Segment{}, err
	}
	if err := s.hashBody(body, message[1:]); err != nil {
		return Segment{}, err
	}
	s.field.bodyHash(s.encode(s.sum[:]))

	// RFC 6376, section 3.7: last comes the field itself, without its signature and without a line
	// end.
	s.header = appendRelaxed(s.header, s.field.buf)
	sum := sha256.Sum256(s.header[:len(s.header)-len("\r\n")])
	signature, err := s.DKIM.signature(sum[:])
	if err != nil {
		return Segment{}, fmt.Errorf("signing with DKIM: %w", err)
	}
	s.field.signature(s.encode(signature))
	return s.field.segment(), nil
}

// Draft returns a field like that of Sign, of the same size, without reading the body and without a
// signature: for what only has to know how long a message will be. The key is not used.
func (s *Signer) Draft(message []Segment, date time.Time) (Segment, error) {
	if _, err := s.begin(message, date); err != nil {
		return Segment{}, err
	}
	s.field.bodyHash(s.encode(make([]byte, sha256.Size)))
	s.field.signature(s.encode(make([]byte, s.DKIM.size())))
	return s.field.segment(), nil
}

// begin writes the field up to the hash of the body, collects the header that is signed, and
// returns the part of the body that is in the first segment.
func (s *Signer) begin(message []Segment, date time.Time) (body []byte, err error) {
	if len(message) == 0 {
		return nil, errors.New("signing with DKIM: there is no message")
	}
	end := bytes.Index(message[0].Data, []byte("\r\n\r\n"))
	if end < 0 {
		return nil, errors.New("signing with DKIM: the header has no end")
	}
	end += len("\r\n")
	s.field.begin(s.DKIM, date)
	s.header, err = s.field.fields(message[0].Data[:end], s.header[:0])
	return message[0].Data[end+len("\r\n"):], err
}

// hashBody puts the hash of the body into s.sum.
func (s *Signer) hashBody(first []byte, rest []Segment) error {
	if s.hash == nil {
		s.hash = sha256.New()
	}
	s.hash.Reset()
	s.body = relaxedBody{hash: s.hash}
	s.body.write(first)
	for i := range rest {
		if err := s.hashSegment(&rest[i]); err != nil {
			return err
		}
	}
	s.body.end()
	s.hash.Sum(s.sum[:0])
	return nil
}

func (s *Signer) hashSegment(g *Segment) error {
	if g.Open == nil {
		s.body.write(g.Data)
		return nil
	}
	f, err := g.Open()
	if err != nil {
		return fmt.Errorf("signing with DKIM: opening a part of the message: %w", err)
	}
	defer f.Close() // only read
	if s.piece == nil {
		s.piece = make([]byte, 32<<10)
	}
	for {
		n, err := f.Read(s.piece)
		s.body.write(s.piece[:n])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("signing with DKIM: reading a part of the message: %w", err)
		}
	}
}

// encode returns b in base64; it is valid until the next encode.
func (s *Signer) encode(b []byte) []byte {
	s.base64 = base64.StdEncoding.AppendEncode(s.base64[:0], b)
	return s.base64
}
