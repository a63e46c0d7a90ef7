package address

import "testing"

// Nobody can have these: no domain is registered so (RFC 5892), and no local part begins or ends
// with what a word processor or a list put around it.
func TestParseRefusesNobodys(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"“ann@example.org”", "U+201C at the beginning, the quotation mark “"},
		{"“ann@example.org", "U+201C at the beginning, the quotation mark “"},
		{"bob@example.org’", "U+2019 at the end, the quotation mark ’"},
		{"'cy@example.org", "U+0027 at the beginning, an apostrophe"},
		{"cy@example.org'", "U+0027 at the end, an apostrophe"},
		{"'user@email.com'", "U+0027 at the beginning, an apostrophe"}, // as Outlook copies it
		{"„dora“@example.org", "U+201E at the beginning, the quotation mark „"},
		{"«eva@example.org", "U+00AB at the beginning, the quotation mark «"},
		{"eva»@example.org", "U+00BB right before the @, the quotation mark »"},
		{"•fay@example.org", "U+2022 at the beginning, the character •"},
		{"·fay@example.org", "U+00B7 at the beginning, the character ·"},
		{"★gus@example.org", "U+2605 at the beginning, the character ★"},
		{"–gus@example.org", "U+2013 at the beginning, the dash –"},
		{"✉gus@example.org", "U+2709 at the beginning, the character ✉"},
		{"hal@exam–ple.org", "U+2013 in the domain, the dash –"},
		{"hal@exam—ple.org", "U+2014 in the domain, the dash —"},
		{"hal@exam‐ple.org", "U+2010 in the domain, the dash ‐"},
		{"hal@example.org،", "U+060C at the end, the character ،"},
		{"hal@★example.org", "U+2605 right behind the @, the character ★"},
		{"hal@example.org…", "U+2026 at the end, the character …"},
		{"hal@example™.org", "U+2122 in the domain, the character ™"},
		{"hal@example².org", "U+00B2 in the domain, the character ²"},
		{"hal@exam·ple.org", "U+00B7 in the domain, the character ·"},
		{"hal@例・え.example,", "U+002C at the end, the character ,"},
		{"hal@example.org>x", "has angle brackets; only the address belongs here, without a name"},
		{"\u0430nna@example.org", "has Latin letters and Cyrillic ones before the @: U+0430 is the Cyrillic \u0430"},
		{"inf\u03bf@example.org", "has Latin letters and Greek ones before the @: U+03BF is the Greek \u03bf"},
		{`"ann@example.org"`, "quotation marks are around the whole address"},
		{"a\ufe0f@example.org", "U+FE0F right before the @, which can't be seen"},
		{"a@b\ufe0f.example", "U+FE0F in the domain, which can't be seen"},
	} {
		if got, err := Parse(tt.in); err == nil || err.Error() != tt.want {
			t.Errorf("Parse(%q) = %v, %v; want the error %q", tt.in, got, err, tt.want)
		}
	}
}

// These are odd, and somebody may have them. The A-labels are those of an IDNA2008 library of
// another language.
func TestParseTakesSomebodys(t *testing.T) {
	for in, want := range map[string]string{
		"o'brien@example.org":           "o'brien@example.org",
		"*star*@example.org":            "*star*@example.org",
		"cy'@example.org":               "cy'@example.org",
		"δοκιμή@example.org":            "δοκιμή@example.org",
		"почта@example.org":             "почта@example.org",
		"δοκιμή@παράδειγμα.δοκιμή":      "δοκιμή@xn--hxajbheg2az3al.xn--jxalpdlp",
		"用户@例え.テスト":                     "用户@xn--r8jz45g.xn--zckzah",
		"a@ＥＸＡＭＰＬＥ－1．org":               "a@example-1.org",
		"a@straße.example":              "a@xn--strae-oqa.example",
		"a@βόλος.com":                   "a@xn--nxasmm1c.com",
		"a@l·l.example":                 "a@xn--ll-0ea.example",
		"a@col·lecció.example":          "a@xn--collecci-ioa91d.example",
		"a@サイト・例.example":               "a@xn--eck7a6cyky26l.example",
		"a@צה״ל.example":                "a@xn--8dbq2a9c.example",
		"a@xn--i-7iq.ws":                "a@xn--i-7iq.ws",
		"a@of\ufb01ce.example":          "a@office.example",
		"josé.o’neill@example.org":      "josé.o’neill@example.org",
		"2\u0660@example.org":           "2\u0660@example.org",
		"नमस्ते@example.org":            "नमस्ते@example.org",
		"a@\u0646\u0627\u0645\u0647.ir": "a@xn--mgb4dbg.ir",
	} {
		got, err := Parse(in)
		if err != nil || got.String() != want {
			t.Errorf("Parse(%q) = %v, %v; want %q", in, got, err, want)
		}
	}
}
