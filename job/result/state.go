package result

// A State is the state of a key. The zero value is that of a key without
// records.
type State struct {
	Status   Status
	Class    Class
	Attempts int // the greatest attempt of its records: the next is one more
}

// A code is a Status or Class in one octet; 0 is the empty one.
type code uint8

const (
	codeSent code = iota + 1
	codeFailed
	codeUnknown
	codeSkipped
)

// bit returns the bit of a Status in a set of them.
func (c code) bit() uint8 { return 1 << c }

const (
	codeTemporary code = iota + 1
	codePermanent
)

func statusCode(s Status) code {
	switch s {
	case Sent:
		return codeSent
	case Failed:
		return codeFailed
	case Unknown:
		return codeUnknown
	case Skipped:
		return codeSkipped
	}
	return 0
}

func (c code) status() Status { return [...]Status{"", Sent, Failed, Unknown, Skipped}[c] }

func classCode(c Class) code {
	switch c {
	case Temporary:
		return codeTemporary
	case Permanent:
		return codePermanent
	}
	return 0
}

func (c code) class() Class { return [...]Class{"", Temporary, Permanent}[c] }
