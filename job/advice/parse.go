package advice

import (
	"slices"
	"strconv"
	"strings"

	"mailshot/template/lazyregexp"
)

var (
	// codeRE finds a reply's code where a text has other words around it.
	codeRE = lazyregexp.New(`(?:^|[\s:;("'\[])([245][0-9]{2})(?:[-\s,:]+(?:b?['"])?|$)#?([245]\.[0-9]{1,3}\.[0-9]{1,3})?`)
	// pairRE is what stands between code and text where a program prints a pair.
	pairRE = lazyregexp.New(`^,\s*b?['"]`)
	// lineRE is the code and the enhanced code with which a further line begins.
	lineRE = lazyregexp.New(`^\s*[245][0-9]{2}(?:[-\s]|$)\s*`)
)

// ParseReply reads a reply as people have it: as a server says it, on one line or on
// several, as the results log and its columns have it, or within the words of a
// report or of another program. Code is 0 if there is none.
func ParseReply(text string) Reply {
	text = strings.ReplaceAll(text, `\n`, "\n")
	r := Reply{Stage: stageIn(text)}
	at := codeRE().FindStringSubmatchIndex(text)
	for _, m := range codeRE().FindAllStringSubmatchIndex(text, -1) {
		if m[4] >= 0 { // one with an enhanced code is no other number
			at = m
			break
		}
	}
	if at == nil {
		return bareReply(r.Stage, strings.TrimSpace(text))
	}
	code := text[at[2]:at[3]]
	r.Code, _ = strconv.Atoi(code)
	if at[4] >= 0 && text[at[4]] == code[0] {
		r.Enhanced = text[at[4]:at[5]]
	}
	r.Text = joinLines(pairRE().ReplaceAllString(text[at[3]:], ""), code, r.Enhanced)
	return r
}

// bareReply reads a text that has no code, but may begin with an enhanced one.
func bareReply(stage, text string) Reply {
	first, rest, _ := strings.Cut(text, " ")
	if !enhanced(first) {
		return Reply{Stage: stage, Text: text}
	}
	return Reply{Stage: stage, Code: int(first[0]-'0')*100 + 50, Enhanced: first, Text: strings.TrimSpace(rest)}
}

// joinLines returns the text of a reply without the codes of its lines.
func joinLines(text, code, enhanced string) string {
	text = strings.NewReplacer("\n"+code+"-", "\n", "\n"+code+" ", "\n", " "+code+"-", " ", "\r", "").Replace("\n" + strings.TrimLeft(text, " -"))
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(lineRE().ReplaceAllString(line, ""))
		if enhanced != "" {
			line = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(line, "#"), enhanced))
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " ")
}

// Stages returns the stages that a reply may be known to have come at, as the log
// names them, in the order in which they happen.
func Stages() []string { return slices.Clone(stageWords) }

// stageMarks are words of logs and reports that tell the stage.
var stageMarks = []struct{ mark, stage string }{
	{"in reply to rcpt to", "rcpt"}, {"after rcpt to", "rcpt"}, {"smtprecipientsrefused", "rcpt"},
	{"in reply to mail from", "mail"}, {"after mail from", "mail"}, {"smtpsenderrefused", "mail"},
	{"in reply to end of data", "final"}, {"after end of data", "final"}, {"smtpdataerror", "final"},
	{"in reply to data", "data"}, {"after data", "data"},
	{"smtpauthenticationerror", "auth"}, {"smtphelo", "ehlo"}, {"smtpconnecterror", "greeting"},
	{"in reply to ehlo", "ehlo"}, {"refused to talk to me", "greeting"},
}

// stageIn returns the stage that a text names, "" if it names none.
func stageIn(text string) string {
	lower := strings.ToLower(text)
	for _, m := range stageMarks {
		if strings.Contains(lower, m.mark) {
			return m.stage
		}
	}
	for _, s := range stageWords { // as mailshot says it: "rcpt: 550 …"
		if rest, ok := strings.CutPrefix(strings.TrimSpace(lower), s+":"); ok && codeRE().MatchString(rest) {
			return s
		}
	}
	return ""
}
