package jobfile

import "mailshot/job/jobfile/fields"

// A decoder decodes the sections of a job file.
type decoder struct{ *fields.Reader }
