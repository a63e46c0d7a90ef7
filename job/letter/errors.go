package letter

import (
	"errors"
	"io/fs"

	"mailshot/job/attachment"
	"mailshot/transport/message"
)

// Temporary reports whether a letter that can't be made may be made later: where
// a file of it can't be read just now, as too many are open, or is not any more what
// was checked. It may be put back, and a rerun checks it as it is then.
func Temporary(err error) bool {
	return errors.As(err, new(*fs.PathError)) || errors.Is(err, attachment.ErrChanged) || errors.Is(err, message.ErrFileSize)
}
