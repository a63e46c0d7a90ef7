package message_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/transport/message"
)

var update = flag.Bool("update", false, "rewrite golden files")

// letter is a message with the least that it needs, for tests to change.
func letter(change func(*message.Message)) *message.Message {
	m := &message.Message{
		From:      message.Mailbox{Name: "Membership Office", Address: "office@club.example"},
		To:        []message.Mailbox{{Name: "Ann Lee", Address: "ann@example.org"}},
		Subject:   "Your renewal",
		Date:      time.Date(2026, 11, 23, 14, 5, 1, 0, time.FixedZone("", 3600)),
		MessageID: "0f8fad5bd9cb469fa16570867728950e@club.example",
		Body:      message.Part{Text: "Dear Ann,\n\nthank you.\n"},
	}
	if change != nil {
		change(m)
	}
	return m
}

// A golden is a letter and the name of its file.
type golden struct {
	name string
	m    *message.Message
}

// goldens are letters that people send. Every one is compared octet by octet
// with its file, and read again by parsers that are not ours.
var goldens = []golden{
	{"plain", letter(nil)},
	{"empty", letter(func(m *message.Message) {
		m.To, m.Subject, m.Body.Text = nil, "", ""
	})},
	{"accents", letter(func(m *message.Message) {
		m.From.Name = "Café Müller"
		m.To[0].Name = "Zoë \"Z\" Ångström, Dr."
		m.Subject = "Ihre Verlängerung läuft am 31. März ab"
		m.Body.Text = "Liebe Zoë,\r\n\r\nschöne Grüße aus Köln – bis bald = hoffentlich.\r\n"
	})},
	{"names", letter(func(m *message.Message) {
		m.From.Name = "Lee, Ann (Office)"
		m.To = []message.Mailbox{
			{Name: "O'Neil", Address: "o'neil@example.org"},
			{Name: `Back\slash "Quote"`, Address: `"two words"@example.org`},
			{Name: "a@b.example", Address: "c@[192.0.2.1]"},
			{Address: "plain@example.org"},
			{Name: "=?utf-8?q?Boss?=", Address: "trick@example.org"},
			{Name: "double  space", Address: "x@example.org"},
			{Name: strings.Repeat("A very long name, ", 8) + "so", Address: strings.Repeat("l", 64) + "@example.org"},
		}
		m.ReplyTo = []message.Mailbox{{Name: "Help desk", Address: "help@club.example"}}
	})},
	{"cyrillic", letter(func(m *message.Message) {
		m.To[0].Name = "Анна Ли"
		m.Subject = "Ваше членство в клубе истекает тридцать первого декабря этого года"
		m.Body.Text = "Дорогая Анна,\n\nспасибо, что вы с нами. Ваше членство истекает 31 декабря.\n\nС уважением,\nклуб\n"
	})},
	{"greek", letter(func(m *message.Message) {
		m.To[0].Name = "Άννα Παπαδοπούλου"
		m.Subject = "Η συνδρομή σας λήγει"
		m.Body.Text = "Αγαπητή Άννα,\n\nη συνδρομή σας λήγει σύντομα.\n"
	})},
	{"arabic", letter(func(m *message.Message) {
		m.To[0].Name = "آنا لي"
		m.Subject = "تجديد عضويتك"
		m.Body.Text = "عزيزتي آنا،\n\nشكرا لك.\n"
	})},
	{"han", letter(func(m *message.Message) {
		m.To[0].Name = "李安"
		m.Subject = "您的会员资格将于今年十二月三十一日到期,请及时办理续期手续,以免影响您继续使用本俱乐部的各项服务 🎉"
		m.Body.Text = "尊敬的李安:\n\n谢谢您。\n"
	})},
	{"long-subject", letter(func(m *message.Message) {
		m.Subject = "A subject that goes on and on, well beyond what anyone would read on a telephone, and then still further"
		m.Headers = []message.Field{
			{Name: "X-Token", Value: strings.Repeat("0123456789", 20) + " and a word"},
			{Name: "List-Unsubscribe", Value: "<https://club.example/u/" + strings.Repeat("t", 60) + "?a=?b>, <mailto:leave@club.example?subject=leave>"},
			{Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"},
			{Name: "X-Literal", Value: "=?utf-8?q?evil?="},
		}
	})},
	{"long-lines", letter(func(m *message.Message) {
		m.Body.Text = strings.Repeat("A paragraph in one line, as word processors write them = long. ", 20) +
			"\n\nhttps://club.example/" + strings.Repeat("x", 1200) + "\n"
	})},
	{"dots", letter(func(m *message.Message) {
		m.Body.Text = ".\n..\n.hidden\nFrom here on\n From there\na.b\n" + strings.Repeat("x", 75) + ".y\n"
	})},
	{"trailing-space", letter(func(m *message.Message) {
		m.Body.Text = "space \ntab\t\n   \n" + strings.Repeat("x", 74) + " \n" + strings.Repeat("x", 75) + " \n-- \nthe end without a line end "
	})},
	{"alternative", letter(func(m *message.Message) {
		m.Body = message.Part{Type: "multipart/mixed", Parts: []message.Part{{
			Type: "multipart/alternative",
			Parts: []message.Part{
				{Type: "text/plain", Text: "Dear Ann,\n\nthank you.\n"},
				{Type: "text/html", Text: "<html><body><p>Dear Ann,</p>\n<p class=\"thanks\">thank you – truly.</p></body></html>\n"},
			},
		}}}
	})},
	{"attachment", letter(func(m *message.Message) {
		m.Body = message.Part{Parts: []message.Part{
			{Type: "multipart/alternative", Parts: []message.Part{
				{Type: "text/plain", Text: "Dear Ann,\n\nsee the invoice.\n"},
				{Type: "multipart/related", Parts: []message.Part{
					{Type: "text/html", Text: "<p>See the invoice. <img src=\"cid:logo@club.example\"></p>\n"},
					{Type: "image/png", Content: []byte("\x89PNG\r\n\x1a\n"), Disposition: "inline", FileName: "logo.png", ContentID: "logo@club.example"},
				}},
			}},
			{Type: "application/pdf", Content: bytes.Repeat([]byte{0, 1, 2, 253, 254, 255}, 50), FileName: `Invoice "7"; final.pdf`},
			{Type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Content: []byte{}, FileName: "Überweisung für Zoë.docx"},
			{Type: "text/csv", Params: map[string]string{"charset": "utf-8", "header": "present"}, Content: []byte("a;b\n"), FileName: "Список участников собрания клуба в декабре 2026 года.csv"},
			{Type: "message/rfc822", Content: []byte("Subject: hi\r\n\r\nhello\r\n"), FileName: "hi.eml"},
			{Type: "message/rfc822", Content: []byte("Subject: hi\n\nhello\n"), FileName: "unix.eml"},
		}}
	})},
}

// Letters with fields of mailing lists and of many recipients.
var listGoldens = []golden{
	{"copies", letter(func(m *message.Message) {
		m.Sender = message.Mailbox{Name: "Lee, Ann", Address: "ann.lee@club.example"}
		m.Cc = []message.Mailbox{
			{Name: "Board, the", Address: "board@club.example"},
			{Name: "Zoë Ångström", Address: "zoe@club.example"},
			{Address: "archive@club.example"},
		}
		m.ReplyTo = []message.Mailbox{{Name: `The "Desk"`, Address: "desk@club.example"}, {Address: "help@club.example"}}
	})},
	{"many-copies", letter(func(m *message.Message) {
		for i := range 30 {
			m.Cc = append(m.Cc, message.Mailbox{Name: strings.Repeat("Имя ", i%9) + "x", Address: strings.Repeat("c", i+1) + "@club.example"})
		}
	})},
	{"list", letter(func(m *message.Message) {
		m.ListID = message.ListID{Description: "Club news", ID: "news.club.example"}
		m.Headers = []message.Field{
			{Name: "List-Unsubscribe", Value: "<https://club.example/u?t=" + strings.Repeat("t", 40) + ">, <mailto:leave@club.example?subject=leave>"},
			{Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"},
			{Name: "Auto-Submitted", Value: "auto-generated"},
			{Name: "In-Reply-To", Value: "<4f1c@club.example>"},
			{Name: "References", Value: "<4f1c@club.example>"},
		}
	})},
	{"list-name", letter(func(m *message.Message) {
		m.ListID = message.ListID{Description: `Новости "клуба", каждую неделю и ещё немного сверх того, если есть о чём писать`, ID: "news.club.example"}
	})},
	{"list-quoted", letter(func(m *message.Message) {
		m.ListID = message.ListID{Description: `News, "weekly"`, ID: strings.Repeat("news.", 14) + "example"}
	})},
	{"list-bare", letter(func(m *message.Message) { m.ListID = message.ListID{ID: "news.club.example"} })},
}

// utf8Golden has addresses that need a server with SMTPUTF8.
var utf8Golden = golden{"utf8", letter(func(m *message.Message) {
	m.UTF8 = true
	m.From = message.Mailbox{Name: "Büro", Address: "büro@club.example"}
	m.To[0] = message.Mailbox{Name: "Анна", Address: `"анна ли"@example.org`}
	m.Cc = []message.Mailbox{{Address: "plain@example.org"}}
	m.Subject = "Grüße"
	m.Body.Text = "Grüße aus Köln\n"
})}

// allGoldens are those that are not signed.
func allGoldens() []golden {
	return slices.Concat(goldens, listGoldens, noticeGoldens, partGoldens, fieldGoldens, textGoldens, []golden{utf8Golden})
}

func encode(t testing.TB, m *message.Message) []byte {
	t.Helper()
	var e message.Encoder
	segments, err := e.Encode(m)
	if err != nil {
		t.Fatalf("Encode: %v", err)
	}
	if len(segments) != 1 || segments[0].Size != int64(len(segments[0].Data)) {
		t.Fatalf("Encode gives %d segments, the first of size %d with %d octets", len(segments), segments[0].Size, len(segments[0].Data))
	}
	return segments[0].Data
}

// wantGolden compares a letter with its file.
func wantGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".eml")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s\nwant:\n%s", file, got, want)
	}
}

// wantLetter tests what holds for the octets of a letter.
func wantLetter(t *testing.T, b []byte, m *message.Message) {
	t.Helper()
	wantLines(t, b)
	if !m.UTF8 {
		wantCanonical(t, b)
	}
	wantSame(t, readStandard(t, b), m)
	wantSame(t, readGoMessage(t, b), asGoMessage(m))
}

func TestGolden(t *testing.T) {
	for _, tt := range allGoldens() {
		t.Run(tt.name, func(t *testing.T) {
			var e message.Encoder
			segments, err := e.Encode(tt.m)
			if err != nil {
				t.Fatalf("Encode: %v", err)
			}
			got := octetsOf(t, segments)
			wantGolden(t, tt.name, got)
			wantLetter(t, got, tt.m)
		})
	}
}

// TestGoldenUTF8: a local part that is not ASCII, and nothing else, makes a
// header that is not.
func TestGoldenUTF8(t *testing.T) {
	letter := *utf8Golden.m
	m := &letter
	got := encode(t, m)
	header, body, _ := strings.Cut(string(got), "\r\n\r\n")
	for line := range strings.SplitSeq(header, "\r\n") {
		if isASCII(line) == (strings.HasPrefix(line, "From:") || strings.HasPrefix(line, "To:")) {
			t.Errorf("header line %q", line)
		}
	}
	if !isASCII(body) {
		t.Errorf("the body is not ASCII: %q", body)
	}
	m.UTF8 = false
	var e message.Encoder
	if _, err := e.Encode(m); err == nil || err.Error() != `From: "b\u00fcro@club.example" is not an address as it goes on the wire` {
		t.Errorf("Encode without UTF8: %v", err)
	}
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) }
