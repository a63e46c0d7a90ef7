package message_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mailshot/transport/message"
)

// pieces are what the encodings treat each in its own way.
var pieces = []string{
	"x", "word", " ", "  ", "\t", ".", "From ", "F", "=", "é", "я", "谢", "🎉", "\n", "\r", "\r\n", "\x00", "-", "--=_", ",", "\"", "\\",
	"%41", "*", "'", "=?utf-8?q?x?=", "=?", "?=", "(", "<", "@", strings.Repeat("x", 15), strings.Repeat("x", 60), strings.Repeat("é", 9), strings.Repeat(" ", 39),
}

func drawText(t *rapid.T, name string, from []string, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(from), 0, most).Draw(t, name), "")
}

// TestTextProperty: any mixture of difficult pieces is read again as it was.
func TestTextProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawText(rt, "text", pieces, 60)
		b := encode(t, letter(func(m *message.Message) { m.Body.Text = s }))
		wantCanonical(t, b)
		if got := readStandard(t, b).Body.Content; got != normalised(s) {
			rt.Fatalf("text %q is read as %q", s, got)
		}
	})
}

// TestHeaderProperty: so is any mixture of pieces in the header.
func TestHeaderProperty(t *testing.T) {
	var printable []string
	for _, p := range pieces {
		if !strings.ContainsAny(p, "\t\r\n\x00") {
			printable = append(printable, p)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		m := letter(func(m *message.Message) {
			m.Subject = strings.Trim(drawText(rt, "subject", printable, 30), " ")
			m.Headers = []message.Field{{
				Name:  "X-" + strings.Repeat("n", rapid.IntRange(0, 74).Draw(rt, "name")),
				Value: strings.Trim(drawText(rt, "value", printable, 30), " "),
			}}
			m.To = nil
			for range rapid.IntRange(0, 4).Draw(rt, "recipients") {
				m.To = append(m.To, message.Mailbox{
					Name:    strings.Trim(drawText(rt, "display name", printable, 12), " "),
					Address: strings.Repeat("l", rapid.IntRange(1, 64).Draw(rt, "local part")) + "@example.org",
				})
			}
			m.Body.FileName = "x" + strings.ReplaceAll(drawText(rt, "file name", printable, 12), `\`, "")
		})
		var e message.Encoder
		segments, err := e.Encode(m)
		if err != nil {
			rt.Fatalf("Encode: %v", err)
		}
		wantCanonical(t, segments[0].Data)
		if diff := difference(readStandard(t, segments[0].Data), m); diff != "" {
			rt.Fatalf("read again (-want +got):\n%s\nmessage:\n%s", diff, segments[0].Data)
		}
	})
}
