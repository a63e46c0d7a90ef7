package attachment

import "mailshot/job/jobfile"

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
