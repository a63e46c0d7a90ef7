package message_test

import (
	"strings"

	"mailshot/transport/message"
)

// png begins like a picture; nobody looks at more of it.
var png = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")

// octetsTo are n octets of every value.
func octetsTo(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}

// withFiles is a letter with attachments.
func withFiles(files ...message.Part) *message.Message {
	return letter(func(m *message.Message) {
		m.Body = message.Part{Parts: append([]message.Part{{Text: "Dear Ann,\n\nsee the files.\n"}}, files...)}
	})
}

// encoded is content that was encoded before.
func encoded(b []byte) *message.Encoded {
	x, err := fileOf(b).Encode()
	if err != nil {
		panic(err)
	}
	return x
}

func picture(name string) message.Part {
	return message.Part{Type: "image/png", Content: append(png[:len(png):len(png)], name...), Disposition: "inline", FileName: name + ".png", ContentID: name + ".0a1b2c@club.example"}
}

// related is HTML with the pictures that it shows.
func related() message.Part {
	return message.Part{Type: "multipart/related", Parts: []message.Part{
		{Type: "text/html", Text: "<p><img src=\"cid:logo.0a1b2c@club.example\"> Grüße <img src='cid:sign.0a1b2c@club.example'></p>\n"},
		picture("logo"), picture("sign"),
	}}
}

// titled is an attachment with a name, and its name as its content.
func titled(name string) message.Part {
	return message.Part{Type: "application/pdf", Content: []byte("%PDF-1.7 " + name), FileName: name}
}

// A message within a message, as mail programs attach them.
const forwarded = "From: a@b.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" +
	"preamble\r\n--x\r\n\r\n.\r\nFrom here \r\n--x\r\nContent-Type: text/html\r\n\r\n<p>\r\n--x--\r\nepilogue\r\n"

// Letters with trees and files of each kind.
var partGoldens = []golden{
	{"html-page", letter(func(m *message.Message) {
		m.Body = message.Part{Type: "text/html", Text: "<!doctype html>\n<p style=\"color: #333\">Dear Ann,</p>\n<p>thank you &mdash; truly.</p>\n"}
	})},
	{"html-accents", letter(func(m *message.Message) {
		m.Body = message.Part{Type: "text/html", Text: "<p>Liebe Zoë,</p><p>" + strings.Repeat("<a href=\"https://club.example/?a=1&amp;b=ü\">hier</a> ", 30) + "</p>"}
	})},
	{"related", letter(func(m *message.Message) { m.Body = related() })},
	{"all-levels", letter(func(m *message.Message) {
		m.Body = message.Part{Parts: []message.Part{
			{Type: "multipart/alternative", Parts: []message.Part{{Text: "Grüße\n"}, related()}},
			titled("Rechnung.pdf"), {Type: "text/csv", Content: []byte("a;b\r\n1;2\r\n"), FileName: "list.csv"},
		}}
	})},
	{"names-scripts", withFiles(
		titled("Überweisung für Zoë Ångström.pdf"), titled("Счёт № 12.pdf"), titled("Τιμολόγιο.pdf"), titled("فاتورة.pdf"), titled("חשבונית.pdf"), titled("发票.pdf"),
		titled("請求書(控え).pdf"), titled("송장.pdf"), titled("चालान.pdf"), titled("ใบแจ้งหนี้.pdf"), titled("🧾👩‍👩‍👧.pdf"), titled("e\u0301tat.pdf"),
	)},
	{"names-hard", withFiles(
		titled(`Invoice "7"; final, (copy) = 1.pdf`), titled("100% 'sure'*.pdf"), titled("=?utf-8?q?trick?=.pdf"), titled(" two  spaces .pdf"), titled("utf-8''x.pdf"),
		titled("filename*0*=x.pdf"), titled("no-break\u00a0space\u200b\u2028.pdf"), titled(".hidden"), titled("<script>&amp;.pdf"), titled("~$lock#@!.pdf"),
	)},
	{"names-continued", withFiles(
		titled(strings.Repeat("a-long-name-", 18)+".pdf"), titled(strings.Repeat("Очень длинное имя ", 12)+".pdf"), titled(strings.Repeat("長い名前", 20)+".pdf"),
		titled(strings.Repeat("x", 60)), titled(strings.Repeat("x", 61)), titled(strings.Repeat("%", 59)+"🎉"), titled(strings.Repeat("word ", 40)+".pdf"),
	)},
	{"forwarded", withFiles(message.Part{Type: "message/rfc822", Content: []byte(forwarded), FileName: "Grüße.eml"})},
	{"forwarded-unix", withFiles(
		message.Part{Type: "message/rfc822", Content: []byte(strings.ReplaceAll(forwarded, "\r\n", "\n")), FileName: "unix.eml"},
		message.Part{Type: "message/rfc822", Content: []byte("Subject: Grüße\r\n\r\nhello\r\n"), FileName: "8bit.eml"},
		message.Part{Type: "message/rfc822", Content: []byte("Subject: hi\r\n\r\n" + strings.Repeat("x", 999) + "\r\n"), FileName: "long.eml"},
		message.Part{Type: "message/rfc822", Content: []byte("Subject: hi\r\n\r\nno line end"), FileName: "open.eml"},
	)},
	{"forwarded-alone", letter(func(m *message.Message) { m.Body = message.Part{Type: "message/rfc822", Content: []byte(forwarded)} })},
	{"calendar", letter(func(m *message.Message) {
		event := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Mitgliederversammlung – Köln\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
		m.Body = message.Part{Parts: []message.Part{
			{Type: "multipart/alternative", Parts: []message.Part{
				{Text: "You are invited.\n"}, {Type: "text/calendar", Params: map[string]string{"method": "REQUEST"}, Text: event},
			}},
			{Type: "text/calendar", Params: map[string]string{"charset": "utf-8", "method": "REQUEST"}, Content: []byte(event), FileName: "invite.ics"},
		}}
	})},
	{"parameters", withFiles(message.Part{Type: "application/x-report", Content: octetsTo(3), FileName: "r", Params: map[string]string{
		"quoted": `a "b" \ c`, "script": "Отчёт", "long": strings.Repeat("value ", 20), "empty": "", "a": "1",
	}})},
	{"empty-attachment", withFiles(
		message.Part{Type: "application/pdf", Content: []byte{}, FileName: "empty.pdf"}, message.Part{Type: "text/plain", Content: []byte{}, FileName: "empty.txt"},
		message.Part{Type: "text/csv", File: fileOf(nil), FileName: "streamed.csv"}, message.Part{Type: "text/csv", Encoded: encoded(nil), FileName: "shared.csv"},
	)},
	{"empty-text", letter(func(m *message.Message) {
		m.Body = message.Part{Parts: []message.Part{{Type: "multipart/alternative", Parts: []message.Part{{Text: ""}, {Type: "text/html", Text: ""}}}, titled("a.pdf")}}
	})},
	{"line-ends-attached", withFiles(
		message.Part{Type: "text/plain", Content: []byte("a\rb\nc\r\nd\n\r"), FileName: "mixed.txt"}, message.Part{Type: "text/x-patch", Content: []byte("-a \n+b\t\n.\nFrom x"), FileName: "p.diff"},
	)},
	{"text-attached", withFiles(
		message.Part{Type: "text/plain", Text: "Überweisung\n", FileName: "bank.txt"}, message.Part{Type: "text/plain", Text: "in the letter\n", Disposition: "inline", FileName: "note.txt"},
		message.Part{Type: "text/plain", Text: "no name\n", Disposition: "inline"},
	)},
	{"streamed", withFiles(
		message.Part{Type: "application/octet-stream", File: fileOf(octetsTo(57)), FileName: "line.bin"}, message.Part{Type: "application/pdf", File: fileOf(octetsTo(8000)), FileName: "Выписка.pdf"},
		message.Part{Type: "message/rfc822", File: fileOf([]byte(forwarded)), FileName: "f.eml"},
	)},
	{"shared", withFiles(
		message.Part{Type: "image/jpeg", Encoded: encoded(octetsTo(1000)), FileName: "Foto.jpg"}, message.Part{Type: "application/pdf", Encoded: encoded(octetsTo(58)), FileName: "a.pdf"},
	)},
	{"file-alone", letter(func(m *message.Message) {
		m.Body = message.Part{Type: "application/pdf", File: fileOf(octetsTo(100)), FileName: "Brief.pdf"}
	})},
	{"deep", letter(func(m *message.Message) {
		p := message.Part{Parts: []message.Part{{Text: "the bottom\n"}, titled("0.pdf")}}
		for _, name := range []string{"1.pdf", "2.pdf", "3.pdf", "4.pdf", "5.pdf"} {
			p = message.Part{Parts: []message.Part{p, titled(name)}}
		}
		m.Body = p
	})},
}
