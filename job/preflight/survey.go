package preflight

import (
	"hash/maphash"

	"mailshot/job/recipients/columns"
)

// surveys returns a survey for each worker, or nil for each if none is asked for.
func (c *Check) surveys(workers int) []*columns.Survey {
	all := make([]*columns.Survey, workers)
	if !c.Survey {
		return all
	}
	seed, used := maphash.MakeSeed(), c.Letters.MayUse()
	for i := range all {
		all[i] = columns.NewSurvey(seed, used)
	}
	return all
}

// surveyed returns what stands in the columns that letters use, in the order of the file.
func (c *Check) surveyed(surveys []*columns.Survey) []columns.Column {
	if !c.Survey {
		return nil
	}
	all := surveys[0]
	for _, s := range surveys[1:] {
		all.Merge(s)
	}
	var list []columns.Column
	for _, i := range c.Letters.Used() {
		list = append(list, all.Of(i, c.Letters.Columns[i]))
	}
	return list
}
