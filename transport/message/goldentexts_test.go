package message_test

import (
	"strings"

	"mailshot/transport/message"
)

// saying is a letter with a text, and the same as HTML.
func saying(text string) *message.Message {
	return letter(func(m *message.Message) {
		m.Body = message.Part{Type: "multipart/alternative", Parts: []message.Part{{Text: text}, {Type: "text/html", Text: text}}}
	})
}

// linesOf are lines of these lengths.
func linesOf(char string, lengths ...int) string {
	var b strings.Builder
	for _, n := range lengths {
		b.WriteString(strings.Repeat(char, n) + "\n")
	}
	return b.String()
}

// Letters with texts of each kind.
var textGoldens = []golden{
	{"tabs", saying("\tindented\ncolumn\tcolumn\t\n\t\n \t \na\t \tb\n")},
	{"line-lengths", saying(linesOf("x", 75, 76, 77, 78, 79, 997, 998, 999, 1000, 5000))},
	{"line-lengths-escaped", saying(linesOf("=", 24, 25, 26, 78, 998) + linesOf("é ", 10, 25, 500))},
	{"line-lengths-characters", saying(linesOf("谢", 24, 25, 26, 400))},
	{"line-starts", saying(".\n..\n.x\nFrom \nFrom x\n>From y\nFromage\n from\n--\n-- \n--=_\n\n.")},
	{"line-starts-escaped", saying("Ü\n.\n" + strings.Repeat("x", 75) + ".\n" + strings.Repeat("y", 75) + "From there\n" + strings.Repeat("é", 12) + ".From\n")},
	{"line-ends", saying("crlf\r\nlf\ncr\rtwo\r\rmixed\n\r\r\nand\r\n\n\rend\r")},
	{"line-ends-alone", saying("\r\n\r\n\n\n\r\r")},
	{"blanks", saying("a \nb\t\nc  \t \n \n\t\n" + strings.Repeat("d", 75) + " \n" + strings.Repeat("e", 74) + "\t\n" + strings.Repeat("f ", 60) + "\nlast ")},
	{"blanks-escaped", saying("é \né\t\n" + strings.Repeat("é", 12) + "xxx \n" + strings.Repeat("é", 12) + "xx \nlast ")},
	{"invisible", saying("no\u00a0break line\u2028para\u2029next\u0085zero\u200bwidth join\u200dno\u200cjoin \u2060 soft\u00adhyphen\n\ufeff\u180e\u3000\u202e\u2066x\u2069\ufffd\ufffe\U0010ffff\n")},
	{"controls", saying("null\x00 bell\a back\b escape\x1b[1m feed\f up\v delete\x7f\n")},
	{"boundaries", letter(func(m *message.Message) {
		text := "--=_\n--=_0123456789abcdef01234567\n--=_0123456789abcdef01234567--\nContent-Type: text/html\n\n<b>no part</b>\n"
		m.Body = message.Part{Parts: []message.Part{
			{Type: "multipart/alternative", Parts: []message.Part{{Text: text}, {Type: "text/html", Text: text}}},
			{Type: "message/rfc822", Content: []byte("Subject: x\r\n\r\n" + strings.ReplaceAll(text, "\n", "\r\n")), FileName: "x.eml"},
			{Type: "text/plain", Content: []byte(text), FileName: "x.txt"},
		}}
	})},
	{"header-like", saying("Bcc: eve@evil.example\r\n\r\nSubject: no\n\n=?utf-8?q?x?=\n=0D=0A=\n=3D\n&amp;\n")},
	{"scripts", saying("Grüße, привет, γεια, مرحبا, שלום, 你好, こんにちは, 안녕하세요, नमस्ते, สวัสดี, 👋🏽\n")},
	{"japanese-both", saying(strings.Repeat("会員の皆様へ、いつもありがとうございます。\n", 10))},
	{"one-character", saying("é")},
}
