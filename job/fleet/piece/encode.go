package piece

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// version begins every message, so that another program's, or another version's, is told.
const version = "mailshot fleet 1\n"

var errMessage = errors.New("it is no message of this version of mailshot")

// EncodeReport returns a report as octets.
func EncodeReport(r *Report) ([]byte, error) { return encode(r, nil) }

// DecodeReport reads one, and checks that it is within bounds.
func DecodeReport(b []byte) (*Report, error) {
	var r Report
	rest, err := decode(b, &r)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading a report: %w", err)
	case len(rest) > 0, !name(r.Run), !name(r.Worker), !name(r.Boot.Nonce), len(r.Name) > maxName, r.Room < 0, len(r.Held) > MaxPieces, len(r.Words) > MaxWords:
		return nil, fmt.Errorf("reading a report: %w", errMessage)
	}
	for i := range r.Words {
		if !r.Words[i].valid() {
			return nil, fmt.Errorf("reading a report: word %d: %w", i+1, errMessage)
		}
	}
	return &r, nil
}

// name reports whether a name is there and within bounds.
func name(s string) bool { return s != "" && len(s) <= maxName && utf8.ValidString(s) }

func (w *Word) valid() bool {
	octets := len(w.End.Text)
	for _, l := range w.End.Lines {
		octets += len(l)
	}
	switch w.Kind {
	case Untouched, Sent, Failed, InDoubt:
	default:
		return false
	}
	if w.Kind == Sent && (w.End.Code < 200 || w.End.Code > 299) {
		return false // only a server's word is that it was sent
	}
	return w.Place >= 0 && w.Place < MaxRows && w.Row > 0 && w.Attempt > 0 && octets <= 2*MaxText && w.End.Code >= 0 && w.End.Code < 1000
}

// EncodeAnswer returns an answer as octets: the messages of its piece stand behind the rest.
func EncodeAnswer(a *Answer) ([]byte, error) {
	var messages [][]byte
	if a.Piece != nil {
		for i := range a.Piece.Rows {
			messages = append(messages, a.Piece.Rows[i].Message)
		}
	}
	return encode(a, messages)
}

// DecodeAnswer reads one, and checks that it is within bounds. The messages are slices of b.
func DecodeAnswer(b []byte) (*Answer, error) {
	var a Answer
	rest, err := decode(b, &a)
	if err == nil && a.Piece != nil {
		rest, err = a.Piece.read(rest)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading an answer: %w", err)
	case len(rest) > 0, len(a.Acks) > MaxPieces, len(a.Why) > MaxText:
		return nil, fmt.Errorf("reading an answer: %w", errMessage)
	}
	return &a, nil
}

// read takes the messages of the piece.
func (p *Piece) read(b []byte) (rest []byte, err error) {
	if p.Number == 0 || len(p.Rows) == 0 || len(p.Rows) > MaxRows {
		return nil, errMessage
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		if r.Number <= 0 || r.Attempt <= 0 || len(r.To) == 0 || len(r.To) > maxTo || len(b) < 4 {
			return nil, errMessage
		}
		n := int(binary.BigEndian.Uint32(b))
		if b = b[4:]; n > len(b) {
			return nil, errMessage
		}
		r.Message, b = b[:n:n], b[n:]
	}
	return b, nil
}

// encode returns the version, the length of the head, the head, and each message behind its length.
func encode(head any, messages [][]byte) ([]byte, error) {
	text, err := json.Marshal(head)
	if err != nil {
		return nil, fmt.Errorf("encoding a message: %w", err)
	}
	if len(text) > maxHead {
		return nil, fmt.Errorf("encoding a message: its head has %d octets", len(text))
	}
	n := len(version) + 4 + len(text)
	for _, m := range messages {
		n += 4 + len(m)
	}
	b := make([]byte, 0, n)
	b = append(b, version...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
	b = append(b, text...)
	for _, m := range messages {
		b = binary.BigEndian.AppendUint32(b, uint32(len(m)))
		b = append(b, m...)
	}
	return b, nil
}

// decode reads the head, and returns what stands behind it.
func decode(b []byte, head any) ([]byte, error) {
	if len(b) < len(version)+4 || string(b[:len(version)]) != version {
		return nil, errMessage
	}
	b = b[len(version):]
	n := int(binary.BigEndian.Uint32(b))
	if b = b[4:]; n > len(b) || n > maxHead {
		return nil, errMessage
	}
	if err := json.Unmarshal(b[:n], head); err != nil {
		return nil, fmt.Errorf("%w: %w", errMessage, err)
	}
	return b[n:], nil
}

// Cut returns a text with at most MaxText octets.
func Cut(s string) string {
	if len(s) <= MaxText {
		return s
	}
	s = s[:MaxText]
	for !utf8.ValidString(s[max(0, len(s)-utf8.UTFMax):]) && len(s) > 0 {
		s = s[:len(s)-1]
	}
	return s
}
