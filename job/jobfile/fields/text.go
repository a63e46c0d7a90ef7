package fields

// A Text is a template, or a text, as it is written in the job file. The zero Text is one that was
// not given.
type Text struct {
	Value string
	Line  int // the line of the job file where Value begins
}

// A CountRange says how many there must be. The zero CountRange says nothing.
type CountRange struct {
	Least int // at least 1 unless the range is zero or has Most alone
	Most  int // 0 is no limit
}
