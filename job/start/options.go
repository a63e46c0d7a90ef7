package start

import (
	"path/filepath"
	"strings"
)

// Options are what the user typed; what is empty is found, asked or left out.
type Options struct {
	Path string // of the spreadsheet or of the directory; "" is the current directory

	Email, Name, Key    string // columns; None says that there is none
	Encoding, Delimiter string
	Sheet               string // of a spreadsheet that has several
	Header              int
	Numbers, Dates      string // as in the job file
	Duplicates          string // likewise

	From, Subject          string
	Preset, Host, Username string
	HTML                   bool
}

// None stands for no column.
const None = "-"

// isSheet reports whether a path is that of a spreadsheet by its name.
func isSheet(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods", ".xls", ".numbers":
		return true
	}
	return false
}

// isBook reports whether a path is that of a spreadsheet that is no CSV.
func isBook(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return ext == ".xlsx" || ext == ".xlsm" || ext == ".ods"
}
