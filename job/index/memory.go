package index

// memory is zeroed octets for what grows with the number of rows. Large ones are
// mapped outside of the Go heap: inside, the garbage collector would let as much
// garbage pile up before it runs. The zero value has none.
type memory struct {
	octets []byte
	mapped bool
}

// mappedFrom is the size in octets from which memory is mapped.
const mappedFrom = 32 << 10

func newMemory(size int) memory {
	if size >= mappedFrom {
		if b, err := mapMemory(size); err == nil {
			return memory{b, true}
		}
	}
	return memory{octets: make([]byte, size)}
}

// free releases the memory; octets must not be used any more.
func (m *memory) free() {
	if m.mapped {
		unmapMemory(m.octets)
	}
	*m = memory{}
}
