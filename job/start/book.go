package start

import (
	"fmt"

	"mailshot/job/recipients/sheet"
)

// findSheet finds the sheet of a spreadsheet: the only one with cells, or the one that is chosen.
func (in *input) findSheet(q *questions) error {
	if !isBook(in.path) || in.options.Sheet != "" {
		return nil
	}
	var asked error
	several := false
	o := in.options
	o.ChooseSheet = func(names []string) string {
		several = true
		var choices []Choice
		for _, name := range names {
			choices = append(choices, Choice{Value: name})
		}
		in.options.Sheet, asked = q.choice(fmt.Sprintf("%s has several sheets; which one has the recipients?", in.name), choices, "--sheet")
		return in.options.Sheet
	}
	err := in.read(o, nil, func(*sheet.Row) bool { return false })
	switch {
	case asked != nil:
		return asked
	case several && in.options.Sheet == "":
		return q.missing()
	case several:
		return nil // what is wrong with its beginning, the next look tells
	}
	return err
}
