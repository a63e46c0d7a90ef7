package transport_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A promise is one thing that a submission client must do, and the tests that hold it: TestName,
// TestName/case, or with the directory before it, as in message.TestName; a name with .txtar is a
// script of the command line. What is left out says why instead.
type promise struct {
	what  string
	tests string // divided by "; "
	out   string
}

// requirements are what the RFCs ask of a client that hands messages to its server, in the order of
// a session.
var requirements = []promise{
	{"speaks only after the whole greeting", "TestSession/silent server; TestSession/greeting of lines; TestSession/dripping greeting", ""},
	{"554 and 421 as greeting; others are no greeting", "TestSession/greeting 554; TestSession/greeting 421; TestSession/greeting 250; TestMatrix", ""},
	{"the grammar of replies", "transport/reply.TestReadReply; transport/reply.TestReadReplyErrors; transport/reply.FuzzReply", ""},
	{"the code decides, never the text; by its first digit where it is not known", "TestSession/RCPT 251; TestSession/RCPT 252; TestMatrix", ""},
	{"limits on lines, replies and what a session can take in", "transport/reply.TestReadReplyErrors; TestSession/endless line; TestSession/endless lines; TestBoundedInput; TestHostile; TestHostileHandshake; TestManyMechanisms", ""},
	{"a bare LF ends a line, a bare CR does not; nothing unprintable is shown", "transport/reply.TestReadReply; TestSession/sent, bare LF; TestTrace", ""},
	{"421 ends a session anywhere", "TestMatrix; TestSession/421 to giving up", ""},
	{"nothing that came unasked is paired with a command", "TestSession/more than a greeting; TestSession/421 behind the greeting; TestSession/more behind the 354; TestSession/the secret echoed unasked", ""},
	{"the reply that explains a broken connection is read", "TestBrokenContent; TestEarlyRefusal; TestExplainedWrite; TestTraceOfNoReply", ""},
	{"EHLO has a domain or an address literal", "TestHello; TestSettings/hello; TestCommandLength", ""},
	{"HELO only where EHLO is not known and nothing needs it", "TestSession/HELO; TestNoHELO; TestSession/no HELO after 503; TestSession/no HELO where TLS is needed; TestSession/no HELO where AUTH is needed", ""},
	{"keywords are whole words in any case, below the first line", "TestParseCapabilities/any case; TestParseCapabilities/whole words; TestParseCapabilities/the first line is a name; FuzzCapabilities", ""},
	{"keywords that come twice, or with a parameter that is none", "TestParseCapabilities/AUTH; TestParseCapabilities/SIZE; TestParseCapabilities/SIZE abc", ""},
	{"after STARTTLS all is forgotten; no EHLO after AUTH", "TestCapabilitiesAfterTLS; TestFlights", ""},
	{"MAIL FROM:<path>, with nothing between", "TestFlights; TestNullSender", ""},
	{"no control character in a command, no bracket or space outside quotes", "TestEnvelope/CR LF; TestEnvelope/NUL; TestEnvelope/domain with >; transport/mailbox.FuzzParse", ""},
	{"a local part has one wire form, and case counts", "transport/mailbox.TestParse; transport/mailbox.FuzzParse", ""},
	{"limits of local part, domain, path, command and text line", "transport/mailbox.TestParseErrors; TestCommandLength; TestNewMessage/999", ""},
	{"domains are A-labels; a local part that is not ASCII needs SMTPUTF8", "TestEnvelope/not an A-label; TestExtensions/recipient; TestExtensions/recipient, not offered; job/address.TestDomain", ""},
	{"SMTPUTF8 only where it is needed", "TestExtensions/nothing is needed; TestExtensions/UTF-8 header; TestExtensions/sender", ""},
	{"BODY=8BITMIME only for 8-bit octets, and never without the extension", "TestExtensions/8-bit body; TestExtensions/8-bit that is not; TestExtensions/8-bit, not offered", ""},
	{"SIZE with MAIL, and the limit looked at before", "TestSession/too large; TestSession/as large as it may be; TestParseCapabilities/SIZE 0", ""},
	{"replies to RCPT: 251, 252, greylisting, 552", "TestSession/RCPT 251; TestSession/RCPT 252; TestSession/RCPT 450; TestSession/RCPT 552", ""},
	{"delivery status notifications", "", "there is no key for them in the job file"},
	{"further parameters of MAIL", "", "there is no key for them in the job file"},
	{"LIMITS", "TestParseCapabilities/LIMITS; TestSeveralCases/MAILMAX; TestExtensions/recipients, too many", ""},
	{"content only after 354", "TestSession/DATA 250; TestSession/DATA 221; TestMatrix", ""},
	{"dots at line starts are doubled, also the first octet and across edges", "TestContent/dot first; TestContent/dots at the edges; FuzzDotStuff", ""},
	{"CR and LF only as CRLF", "TestNewMessage/bare LF; TestNewMessage/bare CR; TestFileContent/bare LF; FuzzChecker", ""},
	{"lines of at most 998 octets, no NUL", "TestNewMessage/999; TestNewMessage/NUL; FuzzChecker", ""},
	{"one end of the message, without an empty line before it", "TestContent/no line end; TestContent/empty; FuzzDotStuff", ""},
	{"content that can't be had closes the connection without an end", "TestFileContent/fails late; TestCallbacks; TestPanic", ""},
	{"a 354 though all recipients were refused gets a lone dot", "TestSession/RCPT 550, DATA 354; TestSession/MAIL 550, RCPT 250, DATA 354", ""},
	{"all replies of a group are looked at; DATA and QUIT are the last of theirs", "TestSession/MAIL 550 503 503; TestFlights; TestRecipients", ""},
	{"CHUNKING", "", "comes later; DATA is always right"},
	{"only 2yz but 221 to the end of the message is success", "TestSession/final 221; TestSession/final 354; TestMatrix", ""},
	{"QUIT before closing; its reply decides nothing", "TestSession/closed without 221; TestSession/silence to QUIT; TestMatrix; TestQuitApart", ""},
	{"TLS unless the caller says otherwise, and no half way", "TestSession/no STARTTLS; TestSettings/mode", ""},
	{"STARTTLS that is not offered ends the job", "TestSession/no STARTTLS; TestSession/STARTTLS as a host name", ""},
	{"nothing may come between the 220 and TLS", "TestSession/octets behind STARTTLS; TestSession/half a line behind STARTTLS; TestInjectionInPieces", ""},
	{"STARTTLS is alone in its flight", "TestMatrix; TestSession/octets behind STARTTLS", ""},
	{"220 to STARTTLS, and nothing else", "TestMatrix; TestSession/STARTTLS 250; TestSession/STARTTLS 454; TestSession/STARTTLS 501", ""},
	{"TLS 1.2, chain and name verified, client certificates, reasons", "TestCertificates; TestClientCertificate; TestClientCertificateShown", ""},
	{"a peer that ends without close_notify, or not at all", "TestTruncatedTLS; TestCancelTLS", ""},
	{"one session cache for all", "TestTLS; TestSharedSessionCache", ""},
	{"REQUIRETLS", "", "there is no key for it in the job file"},
	{"DANE and MTA-STS", "", "the server is named by the user, not found by MX"},
	{"AUTH only under TLS, on loopback, or where it is allowed", "TestPlaintextAuth", ""},
	{"initial response only within 512 octets; lines within 12288", "TestSession/long secret; TestMechanismsOddly; TestHostileAuth/password without end", ""},
	{"challenges are base64; \"*\" only to a 334; rounds are counted", "TestSession/bad challenge; TestSession/535; TestSession/endless 334; TestHostileAuth/CRAM-MD5, twice", ""},
	{"235 counts only when the mechanism is complete", "TestHostileAuth/SCRAM, 235 at once; transport/sasl.TestSCRAMRefused; transport/sasl.FuzzSCRAM", ""},
	{"the last message of the server gets an empty line", "TestMechanisms; transport/sasl.TestVectors", ""},
	{"channel binding", "", "SCRAM-PLUS has no name in the job file; without it the flag is n"},
	{"LOGIN goes by steps, without an initial response", "TestSession/LOGIN with odd prompts", ""},
	{"a token's refusal is answered, and read", "TestHostileAuth/XOAUTH2, reason; TestHostileAuth/OAUTHBEARER, reason", ""},
	{"CRAM-MD5", "transport/sasl.TestVectors; TestMechanismsOddly; TestChoose", ""},
	{"535 is the password, 454 passes; one mechanism is tried", "TestMechanisms; TestAuthMatrix; TestSession/454; TestHostileAuth/538; TestHostileAuth/534; TestToken", ""},
	{"no secret is shown", "TestMatrix; TestMechanisms; TestAuthString; TestTraceWithinAuth; TestTraceOfPart; TestHostileAuth/the secret within base64", ""},
	{"enhanced codes of the reply's own class", "transport/reply.TestReadReply; transport/reply.FuzzReply", ""},
	{"List-Unsubscribe", "", "the job's matter: letter_headers.txtar"},
	{"nothing from outside makes a header", "transport/message.FuzzHeader", ""},
}

// scenarios are what servers, networks and users do.
var scenarios = []promise{
	{"dial: refused", "TestDial/refused; TestLoopback", ""},
	{"dial: black hole", "TestDial/black hole; TestDial/cancelled", ""},
	{"dial: IPv6 dead, IPv4 well", "transport/route.TestRoute/IPv6 refused; transport/route.TestRoute/IPv6 silent", ""},
	{"greeting: silence", "TestSession/silent server", ""},
	{"greeting: of lines", "TestSession/greeting of lines", ""},
	{"greeting: 554", "TestSession/greeting 554", ""},
	{"greeting: 421 and closed", "TestSession/greeting 421", ""},
	{"greeting: another protocol", "TestSession/another protocol", ""},
	{"greeting: 2200, 22, 220x", "TestSession/greeting 2200; TestSession/greeting 22; TestSession/greeting 220x", ""},
	{"greeting: without text", "TestSession/greeting without text", ""},
	{"greeting: a line without end", "TestSession/endless line", ""},
	{"greeting: lines without end", "TestSession/endless lines", ""},
	{"greeting: an octet now and then", "TestSession/dripping greeting; TestHostile/an octet just in time", ""},
	{"greeting: TLS on the other side", "TestSession/TLS server; TestSession/plain text for implicit TLS", ""},
	{"greeting: and more", "TestSession/more than a greeting", ""},
	{"EHLO: any case", "TestParseCapabilities/any case; TestSession/STARTTLS 454", ""},
	{"EHLO: 502, nothing needed", "TestSession/HELO", ""},
	{"EHLO: 502, TLS needed", "TestSession/no HELO where TLS is needed", ""},
	{"EHLO: 421", "TestSession/EHLO 421", ""},
	{"EHLO: 550", "TestSession/EHLO 550", ""},
	{"EHLO: a host named STARTTLS", "TestSession/STARTTLS as a host name", ""},
	{"EHLO: AUTH= only", "TestSession/AUTH= only", ""},
	{"EHLO: forms of SIZE", "TestParseCapabilities/SIZE without a value; TestParseCapabilities/SIZE 0; TestParseCapabilities/SIZE abc; TestParseCapabilities/SIZE of 20 digits", ""},
	{"EHLO: two codes", "TestSession/EHLO of two codes", ""},
	{"EHLO: XSTARTTLS, SIZE=10", "TestParseCapabilities/whole words; TestSession/no STARTTLS", ""},
	{"EHLO: other keywords after TLS", "TestCapabilitiesAfterTLS", ""},
	{"TLS: a reply behind the 220", "TestSession/octets behind STARTTLS", ""},
	{"TLS: a part of a reply behind the 220", "TestSession/half a line behind STARTTLS", ""},
	{"TLS: STARTTLS not offered", "TestSession/no STARTTLS; tls_none_offered.txtar", ""},
	{"TLS: 454", "TestSession/STARTTLS 454", ""},
	{"TLS: 220, then plain text", "TestSession/plain text for a handshake", ""},
	{"TLS: name, dates, authority, version", "TestCertificates", ""},
	{"TLS: hangs", "TestSession/handshake hangs; TestHostileHandshake/silence; TestSips/handshake", ""},
	{"TLS: resumption", "TestTLS", ""},
	{"AUTH: 235 to the initial response", "TestSession/PLAIN; TestFlights", ""},
	{"AUTH: 535", "TestSession/535; auth_wrong.txtar", ""},
	{"AUTH: 334 to an initial response", "TestSession/334 to an initial response", ""},
	{"AUTH: 454", "TestSession/454", ""},
	{"AUTH: no TLS", "TestPlaintextAuth/elsewhere", ""},
	{"AUTH: a challenge that is not base64", "TestSession/bad challenge; TestHostileAuth/SCRAM, no base64", ""},
	{"AUTH: 334 without end", "TestSession/endless 334; TestHostileAuth/XOAUTH2, two reasons; TestEndlessChallenges", ""},
	{"AUTH: SCRAM, 235 without a signature", "TestHostileAuth/SCRAM, 235 at once", ""},
	{"AUTH: SCRAM, signature, iterations, nonce", "transport/sasl.TestSCRAMRefused; TestHostileAuth/SCRAM, nonce of its own", ""},
	{"AUTH: XOAUTH2, reason", "TestHostileAuth/XOAUTH2, reason", ""},
	{"AUTH: LOGIN, odd prompts", "TestSession/LOGIN with odd prompts", ""},
	{"AUTH: a long secret", "TestSession/long secret", ""},
	{"MAIL: 250 with and without text", "transport/reply.TestReadReply; TestSession/RCPT 252", ""},
	{"MAIL: 452", "TestSession/MAIL 452", ""},
	{"MAIL: 552", "TestSession/MAIL 552", ""},
	{"MAIL: the message is too large", "TestSession/too large", ""},
	{"MAIL: 555", "TestParameterRefused", ""},
	{"MAIL: 550 and closed, pipelined", "TestSession/MAIL 550 and closed", ""},
	{"MAIL: 550, 503, 503", "TestSession/MAIL 550 503 503", ""},
	{"RCPT: 251, 252", "TestSession/RCPT 251; TestSession/RCPT 252", ""},
	{"RCPT: greylisted", "TestSession/RCPT 450; job.TestRetryGreylisted", ""},
	{"RCPT: 550, and 354 to DATA", "TestSession/RCPT 550, DATA 354", ""},
	{"RCPT: 550, and 503 to DATA", "TestSession/RCPT 550, DATA 503", ""},
	{"RCPT: 552", "TestSession/RCPT 552", ""},
	{"RCPT: 554 and closed", "TestSession/RCPT 554 and closed", ""},
	{"RCPT: an address that is none", "TestEnvelope; bad_injection.txtar", ""},
	{"RCPT: quoted and odd local parts", "transport/mailbox.TestParse; TestNullSender", ""},
	{"RCPT: not ASCII", "TestExtensions/recipient, not offered; TestExtensions/recipient; job/address.TestDomain", ""},
	{"DATA: 250", "TestSession/DATA 250", ""},
	{"DATA: 421", "TestSession/DATA 421", ""},
	{"DATA: 354 in pieces", "TestSession/354 in three segments", ""},
	{"content: 552 and closed", "TestBrokenContent/552 and closed; TestEarlyRefusal", ""},
	{"content: not read", "TestBrokenContent/stops reading; TestTrickle; TestSips", ""},
	{"content: reset", "TestBrokenContent/reset", ""},
	{"content: can't be read here", "TestFileContent", ""},
	{"content: dots", "TestContent; FuzzDotStuff", ""},
	{"content: not canonical", "TestNewMessage", ""},
	{"final: 250", "TestSession/sent", ""},
	{"final: 451, 421", "TestSession/final 451; TestSession/final 421", ""},
	{"final: 554", "TestSession/final 554", ""},
	{"final: closed, reset, silence", "TestSession/final closed; TestSession/final reset; TestSession/final silence", ""},
	{"final: 221 first", "TestSession/final 221", ""},
	{"final: 354 again, garbage", "TestSession/final 354; TestSession/final garbage", ""},
	{"final: half a reply", "TestSession/final cut short", ""},
	{"final: cancelled while waiting", "TestGrace/in time", ""},
	{"final: killed after the commit point", "", "the job's journal holds it"},
	{"QUIT: no 221, reset, no close_notify, 421, silence", "TestSession/closed without 221; TestSession/reset without 221; TestSession/421 to QUIT; TestSession/silence to QUIT; TestTruncatedTLS/hangs after the reply", ""},
	{"QUIT: pipelined", "TestFlights; TestSession/sent", ""},
	{"QUIT: no pipelining", "TestSession/no pipelining", ""},
	{"BDAT: refused", "", "CHUNKING comes later"},
	{"BDAT: not discarded", "", "CHUNKING comes later"},
	{"BDAT: counts", "", "CHUNKING comes later"},
	{"BDAT: closed after the 250", "", "CHUNKING comes later"},
	{"trace: no secret", "TestMatrix; TestMechanisms; auth_login.txtar; auth_mechanisms.txtar; auth_token.txtar", ""},
	{"log: control characters", "transport/reply.TestReadReply; TestTrace", ""},
	{"enhanced codes of another class or form", "transport/reply.TestReadReply", ""},
	{"many workers, a wrong password", "auth_wrong.txtar", ""},
	{"kill -9 and resume", "", "the job's journal holds it"},
}

// TestPromises: the lists are whole, and the tests that they name are there.
func TestPromises(t *testing.T) {
	if len(requirements) != 61 || len(scenarios) != 92 {
		t.Errorf("%d requirements and %d scenarios, want 61 and 92", len(requirements), len(scenarios))
	}
	seen := make(map[string]testFiles)
	for i, p := range append(requirements, scenarios...) {
		if (p.tests == "") != (p.out != "") {
			t.Errorf("promise %d, %s: either tests or why it is left out", i, p.what)
		}
		for name := range strings.SplitSeq(p.tests, "; ") {
			if name == "" {
				continue
			}
			if err := find(seen, name); err != nil {
				t.Errorf("promise %d, %s: %v", i, p.what, err)
			}
		}
	}
}

// testFiles are what the test files of a directory have: functions, and literals of text.
type testFiles struct{ functions, texts map[string]bool }

// find returns why there is no such test.
func find(seen map[string]testFiles, name string) error {
	if strings.HasSuffix(name, ".txtar") {
		_, err := os.Stat(filepath.Join("..", "cmd", "mailshot", "testdata", "script", name))
		return err
	}
	dir := "."
	for _, kind := range []string{".Test", ".Fuzz"} {
		if i := strings.Index(name, kind); i >= 0 {
			dir, name = filepath.Join("..", name[:i]), name[i+1:]
		}
	}
	function, sub, _ := strings.Cut(name, "/")
	files, ok := seen[dir]
	if !ok {
		var err error
		if files, err = readTests(dir); err != nil {
			return err
		}
		seen[dir] = files
	}
	switch {
	case !files.functions[function]:
		return fmt.Errorf("there is no %s in %s", function, dir)
	case sub != "" && !files.texts[sub]:
		return fmt.Errorf("%s has no case %q", function, sub)
	}
	return nil
}

func readTests(dir string) (testFiles, error) {
	files := testFiles{make(map[string]bool), make(map[string]bool)}
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return files, err
	}
	for _, name := range names {
		if name == "requirements_test.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return files, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				files.functions[n.Name.Name] = true
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
					files.texts[text] = true
				}
			}
			return true
		})
	}
	return files, nil
}
