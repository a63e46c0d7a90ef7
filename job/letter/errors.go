package letter

import (
	"errors"
	"io/fs"

	"mailshot/job/attachment"
	"mailshot/transport/message"
)

// Changed reports whether an error is that of a file which is not any more what
// was checked: it would be the same once more.
func Changed(err error) bool {
	return errors.Is(err, attachment.ErrChanged) || errors.Is(err, message.ErrFileSize) || errors.Is(err, fs.ErrNotExist)
}

// Temporary reports whether a letter that can't be made may be made later: where
// a file of it can't be read just now, as too many are open. What Digest returns
// is temporary unless Changed.
func Temporary(err error) bool {
	return errors.As(err, new(*fs.PathError)) && !Changed(err)
}
