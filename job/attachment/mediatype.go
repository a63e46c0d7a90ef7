package attachment

import (
	"bytes"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// mediaTypes are the types of files by their ending. The table is fixed, since
// that of the system differs from machine to machine.
var mediaTypes = map[string]string{
	".7z":   "application/x-7z-compressed",
	".avif": "image/avif",
	".bmp":  "image/bmp",
	".bz2":  "application/x-bzip2",
	".css":  "text/css",
	".csv":  "text/csv",
	".doc":  "application/msword",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".eml":  "message/rfc822",
	".epub": "application/epub+zip",
	".gif":  "image/gif",
	".gz":   "application/gzip",
	".heic": "image/heic",
	".htm":  "text/html",
	".html": "text/html",
	".ics":  "text/calendar",
	".jpeg": "image/jpeg",
	".jpg":  "image/jpeg",
	".json": "application/json",
	".md":   "text/markdown",
	".mov":  "video/quicktime",
	".mp3":  "audio/mpeg",
	".mp4":  "video/mp4",
	".odp":  "application/vnd.oasis.opendocument.presentation",
	".ods":  "application/vnd.oasis.opendocument.spreadsheet",
	".odt":  "application/vnd.oasis.opendocument.text",
	".ogg":  "audio/ogg",
	".p7m":  "application/pkcs7-mime",
	".p7s":  "application/pkcs7-signature",
	".pdf":  "application/pdf",
	".png":  "image/png",
	".ppt":  "application/vnd.ms-powerpoint",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".rtf":  "application/rtf",
	".svg":  "image/svg+xml",
	".tar":  "application/x-tar",
	".tif":  "image/tiff",
	".tiff": "image/tiff",
	".tsv":  "text/tab-separated-values",
	".txt":  "text/plain",
	".vcf":  "text/vcard",
	".wav":  "audio/wav",
	".webp": "image/webp",
	".xls":  "application/vnd.ms-excel",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".xml":  "application/xml",
	".zip":  "application/zip",
}

// marks are how files begin whose names have no ending that is known.
var marks = []struct{ begin, kind string }{
	{"%PDF-", "application/pdf"},
	{"\x89PNG\r\n\x1a\n", "image/png"},
	{"\xff\xd8\xff", "image/jpeg"},
	{"GIF8", "image/gif"},
	{"PK\x03\x04", "application/zip"},
	{"\x1f\x8b", "application/gzip"},
	{"{\\rtf", "application/rtf"},
}

// sniffed is how much of a file's beginning tells its type, in octets.
const sniffed = 512

// TypeByName returns the type of a file by the ending of the first name that has one
// which is known, or "".
func TypeByName(names ...string) string {
	for _, name := range names {
		if kind := mediaTypes[strings.ToLower(filepath.Ext(name))]; kind != "" {
			return kind
		}
	}
	return ""
}

// TypeByContent returns the type of a file by its beginning.
func TypeByContent(head []byte) string {
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.begin)) {
			return m.kind
		}
	}
	if looksLikeText(head) {
		return "text/plain"
	}
	return "application/octet-stream"
}

// looksLikeText reports whether the beginning of a file is that of a text in
// UTF-8. Its last character may be cut.
func looksLikeText(head []byte) bool {
	for len(head) > 0 {
		r, size := utf8.DecodeRune(head)
		switch {
		case r == utf8.RuneError && size == 1:
			return !utf8.FullRune(head)
		case r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != 0x1b, r == 0x7f:
			return false
		}
		head = head[size:]
	}
	return true
}
