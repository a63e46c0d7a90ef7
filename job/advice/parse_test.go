package advice

import "testing"

// A reply is found in whatever people paste.
func TestParseReply(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Reply
	}{
		{"", Reply{}},
		{"hello", Reply{Text: "hello"}},
		{"550", Reply{Code: 550}},
		{"550 no such user", Reply{Code: 550, Text: "no such user"}},
		{"550 5.1.1 no such user", Reply{Code: 550, Enhanced: "5.1.1", Text: "no such user"}},
		{"550 4.1.1 no such user", Reply{Code: 550, Text: "4.1.1 no such user"}},
		{"550-5.1.1 no such\r\n550-5.1.1 user\r\n550 5.1.1  here\r\n", Reply{Code: 550, Enhanced: "5.1.1", Text: "no such user here"}},
		{`550-no such\n550 user`, Reply{Code: 550, Text: "no such user"}},
		{"550-no such 550-user 550 here", Reply{Code: 550, Text: "no such user 550 here"}},
		{"5.2.3 Message too large", Reply{Code: 550, Enhanced: "5.2.3", Text: "Message too large"}},
		{"4.7.1 later", Reply{Code: 450, Enhanced: "4.7.1", Text: "later"}},
		{"550 #5.1.0 Address rejected.", Reply{Code: 550, Enhanced: "5.1.0", Text: "Address rejected."}},
		{"rcpt: 450 4.2.0 come again", Reply{Stage: "rcpt", Code: 450, Enhanced: "4.2.0", Text: "come again"}},
		{"mail: nothing", Reply{Text: "mail: nothing"}},
		{"smtp;550 5.7.1 no", Reply{Code: 550, Enhanced: "5.7.1", Text: "no"}},
		{"Diagnostic-Code: smtp; 554 5.7.1 no", Reply{Code: 554, Enhanced: "5.7.1", Text: "no"}},
		{"host mx.example[192.0.2.7] said: 450 4.7.1 later (in reply to RCPT TO command)",
			Reply{Stage: "rcpt", Code: 450, Enhanced: "4.7.1", Text: "later (in reply to RCPT TO command)"}},
		{"smtplib.SMTPDataError: (554, b'5.2.252 SendAsDenied')", Reply{Stage: "final", Code: 554, Enhanced: "5.2.252", Text: "SendAsDenied')"}},
		{"after 300 seconds: 550 5.7.1 no", Reply{Code: 550, Enhanced: "5.7.1", Text: "no"}},
	} {
		if got := ParseReply(tt.in); got != tt.want {
			t.Errorf("ParseReply(%q)\n\t%+v, want\n\t%+v", tt.in, got, tt.want)
		}
	}
}

func FuzzParseReply(f *testing.F) {
	for _, s := range []string{"550", "550-5.1.1 a\n550 5.1.1 b", "(554, b'x')", "x#5.1.1", "4.7.1", "…550 '"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := ParseReply(text)
		if r.Code != 0 && (r.Code < 200 || r.Code > 599) {
			t.Errorf("ParseReply(%q) has code %d", text, r.Code)
		}
		if x := Explain(r); x.Sentence == "" || x.Remedy == "" {
			t.Errorf("%q is not explained", text)
		}
	})
}
