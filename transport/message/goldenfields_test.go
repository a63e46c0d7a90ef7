package message_test

import (
	"fmt"
	"strings"

	"mailshot/transport/message"
)

// named is a letter in which a name stands wherever one can.
func named(name string) *message.Message {
	return letter(func(m *message.Message) {
		m.From.Name, m.To[0].Name, m.Subject = name, name, name
		m.Sender = message.Mailbox{Name: name, Address: "clerk@club.example"}
		m.Cc = []message.Mailbox{{Name: name, Address: "board@club.example"}, {Name: name + ", Dr.", Address: "b@club.example"}}
		m.ReplyTo = []message.Mailbox{{Name: name, Address: "desk@club.example"}}
		m.ListID = message.ListID{Description: name, ID: "news.club.example"}
		m.Headers = []message.Field{{Name: "X-Name", Value: name}}
		m.Body = message.Part{Parts: []message.Part{{Text: "Dear " + name + "\n"}, titled(strings.ReplaceAll(name, `\`, "") + ".pdf")}}
	})
}

func about(subject string) *message.Message {
	return letter(func(m *message.Message) {
		m.Subject = subject
		m.Headers = []message.Field{{Name: "X-Topic", Value: subject}}
	})
}

// Letters with names and fields of each kind.
var fieldGoldens = []golden{
	{"name-quoted", named(`Zoë 'the \ one', Ångström; B.Sc. (hon.) [x] @home: a=b`)},
	{"name-emoji", named("Ann 🎉 👩🏽‍🚀 🇩🇪 ❤️")},
	{"name-hebrew", named("אן לי")},
	{"name-marked", named("Ann \u200fלי\u200e (אן)")},
	{"name-combining", named("Zoe\u0308 A\u030angstro\u0308m, Nguyê\u0303n Z\u0351\u036b\u0343a\u0323\u0317l\u0489\u0337g\u0321\u0318o\u0362")},
	{"name-hangul", named("안 리, 회원 사무국")},
	{"name-jamo", named("\u110b\u1161\u11ab \u1105\u1175")},
	{"name-devanagari", named("श्री अनिल कुमार")},
	{"name-thai", named("คุณแอน ลี")},
	{"name-mixed", named("Ann Анна Άννα آنا 安 アン 안 อัน अन")},
	{"name-word", named("=?utf-8?q?x?= =?us-ascii?b?eA==?=")},
	{"name-spaces", named("Ann\u00a0Lee \u2009 x\u3000y\u200bz\u2060\ufeff\u00ad!")},
	{"long-from", letter(func(m *message.Message) {
		m.From.Name = strings.Repeat("The Membership Office of the Club, ", 8) + "Inc."
		m.Sender = message.Mailbox{Name: strings.Repeat("会員事務局", 15), Address: "clerk@club.example"}
		m.ReplyTo = []message.Mailbox{{Name: strings.Repeat("x", 70), Address: "a@club.example"}, {Name: strings.Repeat("y", 71), Address: strings.Repeat("d.", 31) + "x@" + strings.Repeat("d.", 59) + "club.example"}}
	})},
	{"subject-unbroken", about(strings.Repeat("0123456789", 98))},
	{"subject-unbroken-script", about(strings.Repeat("Gemeindeverwaltungsgebührenordnung", 10))},
	{"subject-word", about("=?utf-8?q?x?= and =?UTF-8?B?eA==?=, or =? alone ?=")},
	{"subject-spaces", about("a  b   c" + strings.Repeat(" ", 90) + "d e" + strings.Repeat(" f", 60))},
	{"subject-invisible", about("no\u00a0break, line\u2028and\u2029end, zero\u200bwidth, \ufeffmark, next\u0085line, soft\u00adhyphen")},
	{"subject-turned", about("Ann \u202bאן לי\u202c, \u2067שלום\u2069!")},
	{"subject-edge", about(strings.Repeat("x", 69) + " " + strings.Repeat("y", 77) + " " + strings.Repeat("z", 78) + " w")},
	{"one-click", letter(func(m *message.Message) {
		m.ListID = message.ListID{Description: "Club news", ID: "news.club.example"}
		m.Headers = []message.Field{
			{Name: "List-Unsubscribe", Value: "<https://club.example/u?m=" + strings.Repeat("0a", 120) + "&n=%C3%BC>"},
			{Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"},
		}
	})},
	{"list-all", letter(func(m *message.Message) {
		for _, name := range []string{"Help", "Subscribe", "Post", "Owner", "Archive"} {
			m.Headers = append(m.Headers, message.Field{Name: "List-" + name, Value: "<mailto:club@club.example?subject=" + strings.ToLower(name) + "> (how to), <https://club.example/" + name + ">"})
		}
	})},
	{"reply", letter(func(m *message.Message) {
		var ids []string
		for i := range 12 {
			ids = append(ids, fmt.Sprintf("<%d.%s@mail.club.example>", i, strings.Repeat("f", 5*i)))
		}
		m.Subject = "Re: Your renewal"
		m.Headers = []message.Field{{Name: "In-Reply-To", Value: ids[11]}, {Name: "References", Value: strings.Join(ids, " ")}}
	})},
	{"automatic", letter(func(m *message.Message) {
		m.Headers = []message.Field{
			{Name: "Auto-Submitted", Value: "auto-replied"}, {Name: "Precedence", Value: "bulk"}, {Name: "X-Auto-Response-Suppress", Value: "All"},
			{Name: "X-Campaign", Value: "a:b:c:club"}, {Name: "X-Empty", Value: ""}, {Name: "X-Twice", Value: "1"}, {Name: "X-Twice", Value: "2"},
		}
	})},
	{"utf8-everywhere", letter(func(m *message.Message) {
		m.UTF8 = true
		m.From = message.Mailbox{Name: "Büro, das", Address: "büro@club.example"}
		m.Sender = message.Mailbox{Address: "секретарь@club.example"}
		m.To = []message.Mailbox{{Name: "安", Address: "安@example.org"}, {Address: "plain@example.org"}, {Name: "علي", Address: "علي@example.org"}}
		m.Cc = []message.Mailbox{{Name: "Zoë", Address: strings.Repeat("ü", 32) + "@example.org"}, {Name: "ひとみ", Address: "ひとみ@example.org"}}
		m.ReplyTo = []message.Mailbox{{Name: "Desk", Address: `"служба поддержки"@club.example`}}
		m.Subject = "Grüße"
		m.Body = message.Part{Parts: []message.Part{{Text: "Grüße\n"}, titled("Grüße.pdf")}}
	})},
}
