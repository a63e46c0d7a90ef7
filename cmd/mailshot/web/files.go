package web

import (
	"bytes"
	"cmp"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/preview"
)

// safe are the media types that a file may keep. Others are octets: a browser that is told one of
// HTML, of a script or of a drawing might run it.
func safe() []string {
	return []string{"application/pdf", "application/zip", "image/gif", "image/jpeg", "image/png", "image/webp", "text/calendar", "text/csv", "text/plain"}
}

// octets is the media type of what nothing is known of (RFC 2046, section 4.5.1).
const octets = "application/octet-stream"

// allFiles returns the files of a message, in the order of their numbers.
func allFiles(m *preview.Message) []preview.File { return slices.Concat(m.Attached, m.Pictures) }

// file answers with a file of a message.
func (h *handler) file(w http.ResponseWriter, r *http.Request) {
	item := h.open(w, r)
	if item == nil {
		return
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	m, unread := preview.ReadWhole(bytes.NewReader(item.Octets))
	if err != nil || unread != nil || n < 0 || n >= len(allFiles(m)) {
		h.missing(w, r)
		return
	}
	f := allFiles(m)[n]
	handOut(w, cmp.Or(f.Name, fmt.Sprintf("file-%d", n+1)), f.Type, f.Content)
}

// message answers with a message as a file.
func (h *handler) message(w http.ResponseWriter, r *http.Request) {
	item := h.open(w, r)
	if item == nil {
		return
	}
	if item.Octets == nil {
		h.missing(w, r)
		return
	}
	handOut(w, strings.TrimSuffix(item.ID, ".eml")+".eml", octets, item.Octets)
}

// handOut answers with a file that is kept, not shown (RFC 6266).
func handOut(w http.ResponseWriter, name, kind string, content []byte) {
	if !slices.Contains(safe(), kind) {
		kind = octets
	}
	h := w.Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", cmp.Or(mime.FormatMediaType("attachment", map[string]string{"filename": baseName(name)}), "attachment"))
	h.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // who asked may be gone
}

// mostName is how much of the name of a file is shown, and of the name that is kept, in octets: file
// systems have about as much.
const mostName = 200

// baseName returns a name that has no directory in it and nothing that does not show. Of one that is too
// long it returns the end, by which programs know what is in the file.
func baseName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if n := len(name) - mostName; n > 0 {
		name = strings.TrimLeftFunc(name[n:], func(r rune) bool { return r == utf8.RuneError })
	}
	return cmp.Or(strings.TrimLeft(strings.Map(func(r rune) rune {
		if wording.Hidden(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "_")), "."), "file")
}
