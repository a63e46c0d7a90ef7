package transport

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const (
	// maxMechanisms is how many mechanisms of AUTH are looked at: more than there are.
	maxMechanisms = 64
	// maxMechanism is the longest name of one (RFC 4422, section 3.1).
	maxMechanism = 20
)

// Capabilities are what the server said to EHLO, after TLS where there is TLS; claims made before TLS are forgotten.
type Capabilities struct {
	Extended bool   // the server speaks ESMTP: it accepted EHLO, not only HELO
	Hostname string // the name that it calls itself, escaped

	Pipelining          bool // RFC 2920
	StartTLS            bool // RFC 3207
	EightBitMIME        bool // RFC 6152
	SMTPUTF8            bool // RFC 6531
	Chunking            bool // RFC 3030
	EnhancedStatusCodes bool // RFC 2034

	Size     int64    // the largest message (RFC 1870); 0: not said
	MailMax  int      // messages a session takes (RFC 9422); 0: not said
	RcptMax  int      // recipients a message may have (RFC 9422); 0: not said
	Auth     []string // mechanisms, upper case, in the server's order (RFC 4954)
	Keywords []string // all lines but the first, escaped

	sizeParameter bool // SIZE was announced in a valid form, so MAIL may have it
}

// parseCapabilities reads the reply to EHLO (RFC 5321, section 4.1.1.1). Keywords are compared as whole words without
// regard to case; the first line is a name, never a keyword. Of a keyword that comes twice the first counts, of AUTH all.
func parseCapabilities(r Reply) Capabilities {
	c := Capabilities{Extended: true, Hostname: hostname(r)}
	for _, line := range r.Lines[1:] {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		c.Keywords = append(c.Keywords, escape(line))
		keyword, parameters := cutKeyword(strings.ToUpper(line))
		switch keyword {
		case "PIPELINING":
			c.Pipelining = true
		case "STARTTLS":
			c.StartTLS = true
		case "8BITMIME":
			c.EightBitMIME = true
		case "SMTPUTF8":
			c.SMTPUTF8 = true
		case "CHUNKING":
			c.Chunking = true
		case "ENHANCEDSTATUSCODES":
			c.EnhancedStatusCodes = true
		case "SIZE":
			if !c.sizeParameter {
				c.Size, c.sizeParameter = parseSize(strings.Fields(parameters))
			}
		case "LIMITS":
			c.setLimits(strings.Fields(parameters))
		case "AUTH":
			for mechanism := range strings.FieldsSeq(parameters) {
				if len(mechanism) <= maxMechanism && len(c.Auth) < maxMechanisms && !slices.Contains(c.Auth, mechanism) {
					c.Auth = append(c.Auth, mechanism)
				}
			}
		}
	}
	return c
}

// cutKeyword cuts the keyword off the front of a line.
func cutKeyword(line string) (keyword, parameters string) {
	end := strings.IndexFunc(line, unicode.IsSpace)
	if end < 0 {
		end = len(line)
	}
	keyword, parameters = line[:end], line[end:]
	if mechanism, ok := strings.CutPrefix(keyword, "AUTH="); ok {
		return "AUTH", mechanism + parameters // an old form that some servers still send
	}
	return keyword, parameters
}

// parseSize reads the parameter of SIZE, 1 to 20 digits that may be left out (RFC 1870, section 3). 0 is no limit. It
// reports false if there is something else.
func parseSize(words []string) (int64, bool) {
	if len(words) == 0 {
		return 0, true
	}
	n, err := strconv.ParseUint(words[0], 10, 64)
	if err != nil {
		return 0, false
	}
	return int64(min(n, math.MaxInt64)), true
}

// setLimits reads the parameter of LIMITS: NAME=NUMBER, of one to six digits and not 0, several times (RFC 9422, section 3).
// What is malformed or not known is ignored.
func (c *Capabilities) setLimits(words []string) {
	for _, word := range words {
		name, digits, _ := strings.Cut(word, "=")
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil || len(digits) > 6 {
			continue
		}
		switch {
		case name == "MAILMAX" && c.MailMax == 0:
			c.MailMax = int(n)
		case name == "RCPTMAX" && c.RcptMax == 0:
			c.RcptMax = int(n)
		}
	}
}

// hostname returns the first word of a greeting or a reply to EHLO.
func hostname(r Reply) string {
	name, _, _ := strings.Cut(strings.TrimSpace(r.Lines[0]), " ")
	return escape(name)
}
