package settle

import (
	"errors"
	"fmt"
	"io"

	"mailshot/job/inputfile"
	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
)

// keysIn returns the keys of a file that has the shape of the recipients file, as an export has, with
// the lines that they stand in. Its delimiter and encoding may be those of another program.
func (x *settlement) keysIn(path string) ([]namedKey, error) {
	f, err := inputfile.Open(path)
	if err != nil {
		return nil, problem.Fail(problem.NoInput, "%w", problem.FileError{Path: path, Err: err})
	}
	defer f.Close() // only read
	rc := &x.job.Recipients
	rows, err := sheet.NewReader(f, sheet.Options{File: path, Email: rc.Email, Key: rc.Key})
	if err != nil {
		return nil, &problem.Error{Kind: problem.BadData, Err: err}
	}
	var all []namedKey
	var bad problem.List
	for {
		row, err := rows.Next()
		switch {
		case errors.Is(err, io.EOF) && bad.Len() > 0:
			return nil, problem.Fail(problem.BadData, "%w", bad.Err()).WithHint("nothing was settled")
		case errors.Is(err, io.EOF) && len(all) == 0:
			return nil, problem.Fail(problem.BadData, "%s has no row", path).WithHint("nothing was settled")
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, &problem.Error{Kind: problem.BadData, Err: err}
		case row.Key == "" || row.Doubtful:
			bad.Add(*row.Problem)
		default: // what is wrong with the address today is no matter
			all = append(all, namedKey{row.Key, fmt.Sprintf("%s:%d: ", path, row.Line)})
		}
	}
}
