package message_test

import (
	"strings"
	"testing"

	"mailshot/transport/message"
)

func BenchmarkEncode(b *testing.B) {
	paragraph := strings.Repeat("Your membership ends on the last day of this year, if you do not\nrenew it before. ", 4)
	for _, bb := range []struct{ name, text string }{
		{"text=7bit", strings.Repeat(paragraph+"\n\n", 7)},
		{"text=quoted", strings.Repeat(paragraph+"Café, Zoë.\n\n", 7)},
		{"text=long", strings.Repeat(strings.ReplaceAll(paragraph, "\n", " ")+"\n\n", 7)},
		{"text=base64", strings.Repeat("Ваше членство истекает 31 декабря.\n", 38)},
	} {
		m := letter(func(m *message.Message) { m.Body.Text = bb.text })
		b.Run(bb.name, func(b *testing.B) {
			var e message.Encoder
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.text)))
			for b.Loop() {
				if _, err := e.Encode(m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
