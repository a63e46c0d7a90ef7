package jobfile

import (
	"mailshot/job/jobfile/fields"
	"mailshot/job/preset"
)

// A decoder decodes the sections of a job file.
type decoder struct {
	*fields.Reader
	outside  Outside
	provider preset.Preset  // that the server section names; zero: none
	provided *fields.Reader // of its values; nil: there are none
	unread   *unread        // nil: nothing is
}
