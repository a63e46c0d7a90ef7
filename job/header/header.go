// Package header checks and writes the values of header fields that programs
// read, and not people: where a wrong one does not look odd but fails to work.
// Errors say in plain words what is wrong, and do not repeat the value.
package header

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"mailshot/job/address"
	"mailshot/transport/mailbox"
)

// maxList is the longest identifier of a list, in octets (RFC 2919, section 2).
const maxList = 255

// CheckURL tells what keeps s from being the URL of a web page. With https no
// other scheme will do.
func CheckURL(s string, https bool) error {
	if err := checkURI(s); err != nil {
		return err
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return errors.New("not the URL of a web page, which begins with https://")
	case https && u.Scheme != "https":
		return errors.New("the URL has to begin with https://") // RFC 8058, section 3.1
	case u.User != nil:
		return errors.New("a URL with a user name in it")
	}
	return nil
}

// checkURI refuses what is no character of a URI (RFC 3986, section 2). Angle
// brackets would end it.
func checkURI(s string) error {
	for _, r := range s {
		ok := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
			r > ' ' && r < 0x7f && strings.ContainsRune("-._~:/?#[]@!$&'()*+,;=%", r)
		if !ok {
			return fmt.Errorf("%+q is not allowed in a URL; {{urlquery .column}} writes a cell so that it is", r)
		}
	}
	return nil
}

// Mailto returns the mailto: URL (RFC 6068) of s, which is one, or an address.
func Mailto(s string) (string, error) {
	rest, is := strings.CutPrefix(s, "mailto:")
	if !is {
		a, err := address.Parse(s)
		if err != nil {
			return "", err
		}
		return "mailto:" + escapeAddress(a.String()), nil
	}
	if err := checkURI(s); err != nil {
		return "", err
	}
	to, _, _ := strings.Cut(rest, "?")
	to, err := url.PathUnescape(to)
	if err != nil {
		return "", errors.New("a % that is not followed by two hexadecimal digits")
	}
	if _, err := address.Parse(to); err != nil {
		return "", err
	}
	return s, nil
}

// escapeAddress writes an address as it stands in a mailto: URL (RFC 6068,
// section 2).
func escapeAddress(s string) string {
	return strings.NewReplacer("%40", "@", "%21", "!", "%27", "'", "%2A", "*", "%2B", "+").Replace(strings.ReplaceAll(url.QueryEscape(s), "+", "%20"))
}

// ListID takes the identifier of a list apart (RFC 2919, section 3): it has the
// form of a domain name, and may stand in angle brackets behind a description.
func ListID(s string) (description, id string, err error) {
	id = s
	if before, ok := strings.CutSuffix(s, ">"); ok {
		i := strings.LastIndexByte(before, '<')
		if i < 0 {
			return "", "", errors.New("a > without a <")
		}
		description, id = strings.TrimSpace(before[:i]), before[i+1:]
		if n := len(description); n > 1 && description[0] == '"' && description[n-1] == '"' {
			description = description[1 : n-1]
		}
		if strings.ContainsAny(description, `<>"`) {
			return "", "", errors.New("the description has a quotation mark or an angle bracket in it")
		}
	}
	switch {
	case len(id) > maxList:
		return "", "", fmt.Errorf("the identifier of the list has %d octets; %d are allowed", len(id), maxList)
	case !strings.Contains(id, ".") || !mailbox.IsDotAtom(id):
		return "", "", errors.New("the identifier of the list has to look like a domain name, as in Club news <news.club.example>")
	}
	return description, id, nil
}

// MessageID returns a Message-ID in angle brackets (RFC 5322, section 3.6.4);
// those of s may be missing. Other programs' are taken as they are.
func MessageID(s string) (string, error) {
	const most = 900 // a line of a header has no more, with the field's name
	id := s
	if inner, ok := strings.CutPrefix(s, "<"); ok {
		id = strings.TrimSuffix(inner, ">")
		if id == inner {
			return "", errors.New("a < without a >")
		}
	}
	left, right, _ := strings.Cut(id, "@")
	switch {
	case left == "" || right == "" || strings.Contains(right, "@") || len(id) > most:
		return "", errors.New("not a Message-ID, as in <4f1c@club.example>")
	case strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' || r == ',' }):
		return "", errors.New("a Message-ID has only ASCII characters, and no space, comma or angle bracket in it")
	}
	return "<" + id + ">", nil
}
