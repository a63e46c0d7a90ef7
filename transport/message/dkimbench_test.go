package message_test

import (
	"bytes"
	"crypto"
	"fmt"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"mailshot/transport/message"
)

// A signature, and beside it one by another implementation, in the same run.
// What is left over of the first is the signature itself.
func BenchmarkSign(b *testing.B) {
	line := "<p>Dear Ann, your membership ends on the last day of this year.</p>\n"
	for _, size := range []int{2400, 10700, 100 << 10} {
		m := letter(func(m *message.Message) {
			m.Body.Text = strings.Repeat(line, size/len(line))
			if size > 50<<10 {
				m.Body = message.Part{Parts: []message.Part{{Text: line}, {FileName: "a.pdf", Content: bytes.Repeat([]byte{0, 1, 2, 253, 254, 255}, size/6)}}}
			}
		})
		octets := encode(b, m)
		for _, d := range identities() {
			kind, _, _ := strings.Cut(d.Record()[len("v=DKIM1; k="):], ";")
			b.Run(fmt.Sprintf("by=mailshot/key=%s/size=%d", kind, size), func(b *testing.B) {
				s := message.Signer{DKIM: d}
				segments := []message.Segment{{Data: octets, Size: int64(len(octets))}}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := s.Sign(segments, m.Date); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run(fmt.Sprintf("by=go-msgauth/key=%s/size=%d", kind, size), func(b *testing.B) {
				o := &dkim.SignOptions{
					Domain: d.Domain, Selector: d.Selector, Signer: d.Key, Hash: crypto.SHA256,
					HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
					HeaderKeys: []string{"from", "from", "to", "to", "subject", "subject", "date", "date", "message-id", "content-type", "mime-version", "reply-to"},
				}
				b.ReportAllocs()
				for b.Loop() {
					var out bytes.Buffer
					if err := dkim.Sign(&out, bytes.NewReader(octets), o); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
