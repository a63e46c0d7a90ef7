package message_test

import (
	"bytes"
	"strings"

	"mailshot/transport/message"
)

// Parts of the letters below.
var (
	plainPart = message.Part{Type: "text/plain", Text: "Dear Ann,\n\nthe invoice is attached.\n"}
	pagePart  = message.Part{Type: "text/html", Text: "<html><body><p>Dear Ann,</p>\n<p>the invoice is attached.</p></body></html>\n"}
	shownPage = message.Part{Type: "text/html", Text: "<html><body><img src=\"cid:logo.1@club.example\" alt=\"Club\">\n<p>Grüße</p></body></html>\n"}
	logoPart  = message.Part{Type: "image/png", Content: []byte("\x89PNG\r\n\x1a\n\x00"), Disposition: "inline", FileName: "logo.png", ContentID: "logo.1@club.example"}
	photoPart = message.Part{Type: "image/jpeg", Content: bytes.Repeat([]byte{0xff, 0xd8, 0}, 40), Disposition: "inline", FileName: "Foto vom Fest.jpg", ContentID: "photo.2@club.example"}
)

func pdf(name string) message.Part {
	return message.Part{Type: "application/pdf", Content: []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), FileName: name}
}

func multi(kind string, parts ...message.Part) message.Part {
	return message.Part{Type: "multipart/" + kind, Parts: parts}
}

func withBody(p message.Part) *message.Message {
	return letter(func(m *message.Message) { m.Body = p })
}

func withText(subject, name, text string) *message.Message {
	return letter(func(m *message.Message) { m.Subject, m.To[0].Name, m.Body.Text = subject, name, text })
}

// Notices as a job makes them, and letters in more scripts.
var noticeGoldens = []golden{
	{"html", withBody(pagePart)},
	{"html-inline", withBody(multi("related", shownPage, logoPart))},
	{"html-one-child", withBody(multi("mixed", multi("alternative", multi("related", pagePart))))},
	{"html-long-line", withBody(message.Part{Type: "text/html", Text: "<p>" + strings.Repeat("<b>bold</b> and ", 200) + "</p>"})},
	{"html-base64", withBody(multi("alternative", message.Part{Type: "text/plain", Text: "Спасибо.\n"}, message.Part{Type: "text/html", Text: strings.Repeat("<p>Спасибо, что вы с нами.</p>\n", 20)}))},
	{"both-inline", withBody(multi("alternative", plainPart, multi("related", shownPage, logoPart)))},
	{"both-two-inline", withBody(multi("alternative", plainPart, multi("related", shownPage, logoPart, photoPart)))},
	{"both-attachment", withBody(multi("mixed", multi("alternative", plainPart, pagePart), pdf("invoice.pdf")))},
	{"everything", withBody(multi("mixed", multi("alternative", plainPart, multi("related", shownPage, logoPart, photoPart)), pdf("Rechnung Nr. 7.pdf"), pdf("terms.pdf")))},
	{"text-attachment", withBody(multi("mixed", plainPart, pdf("invoice 2026-12 (Zoë).pdf")))},
	{"attachment-names", withBody(multi("mixed", plainPart,
		pdf("发票.pdf"), pdf("فاتورة.pdf"), pdf("חשבונית.pdf"), pdf("請求書 2026年12月.pdf"), pdf("🧾 receipt.pdf"),
		pdf("it's 100% \"true\"; a=b.pdf"), pdf("noending"), pdf(strings.Repeat("long ", 30)+".pdf")))},
	{"attachment-empty", withBody(multi("mixed", plainPart, message.Part{Type: "application/octet-stream", Content: []byte{}, FileName: "empty.bin"}))},
	{"attachment-text", withBody(multi("mixed", plainPart,
		message.Part{Type: "text/plain", Content: []byte("a\nb\r\n.\nFrom x\n\x00\xff"), FileName: "odd.txt"},
		message.Part{Type: "text/calendar", Params: map[string]string{"method": "REQUEST", "charset": "utf-8"}, Content: []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), FileName: "meeting.ics"}))},
	{"attachment-sizes", withBody(multi("mixed", plainPart,
		octets(56), octets(57), octets(58), octets(114)))},
	{"hebrew", withText("חידוש החברות שלך", "אנה לי", "אנה היקרה,\n\nתודה רבה.\n")},
	{"devanagari", withText("आपकी सदस्यता", "अन्ना ली", "प्रिय अन्ना,\n\nधन्यवाद।\n")},
	{"thai", withText("การต่ออายุสมาชิกของคุณ", "แอนนา ลี", "เรียนแอนนา\n\nขอบคุณ\n")},
	{"japanese", withText("会員資格の更新のお知らせと、今年の総会のご案内につきまして", "アンナ・リー", "アンナ様\n\nありがとうございます。\n")},
	{"korean", withText("회원 갱신 안내", "안나 리", "안나 님께,\n\n감사합니다.\n")},
	{"emoji", withText("🎉 Feier 🎂 am 31. 🗓️", "Zoë 🌊", "🎉\n")},
	{"vietnamese", withText("Gia hạn hội viên", "Nguyễn Thị Ánh", "Kính gửi chị Ánh,\n\ncảm ơn chị.\n")},
	{"joiners", withText("می\u200cخواهم", "علی\u200cرضا", "می\u200cخواهم\n")},
	{"question-marks", withText("Why? =?really?=  now =?", `"=?utf-8?b?eA==?="`, "?=\n")},
}

func octets(n int) message.Part {
	return message.Part{Type: "application/octet-stream", Content: bytes.Repeat([]byte{0xfb}, n), FileName: strings.Repeat("n", n/2) + ".bin"}
}
