package attachment

import "mailshot/job/jobfile"

// An entry is a file that all letters have, or one that is each row's own.
// Its lines and lists are places in those of the templates; -1 is none.
type entry struct {
	*jobfile.Attachment
	shared  *SharedFile // nil: a row's own
	folder  folder
	from    folder // of several files: that of attachments_from; its root is nil if there is none
	inline  string // the HTML shows it by this name; "" is an attachment
	path    int
	several int
	name    int
	contain int
}

// A rowFile is a file of one row.
type rowFile struct {
	*checkedFile
	attachment *entry
	shown      string // its path, as the row has it
	buffer     []byte // of firstLine octets, to read into
	sampled    bool   // pieces of it are read, to compare them with those of other rows' files
}

// ofRows returns the files that the HTML shows and that are each row's own.
func ofRows(files []jobfile.InlineFile) (own []jobfile.InlineFile) {
	for _, f := range files {
		if f.PerRow {
			own = append(own, f)
		}
	}
	return own
}

// what returns how messages name the entry.
func (at *entry) what() string {
	if at.inline != "" {
		return "inline." + at.inline
	}
	return "attachment"
}
