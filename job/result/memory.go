package result

// memory is zeroed octets for what grows with the rows. Large ones lie outside
// of the heap, which would let as much garbage pile up beside them before it
// collects. The zero value has none.
type memory struct {
	octets []byte
	mapped bool
}

// mappedFrom is the size in octets from which memory lies outside of the heap.
const mappedFrom = 32 << 10

func newMemory(size int) memory {
	if size >= mappedFrom {
		if b, err := mapMemory(size); err == nil {
			return memory{b, true}
		}
	}
	return memory{octets: make([]byte, size)}
}

// free gives the memory back; what it held must not be used any more.
func (m *memory) free() {
	if m.mapped {
		unmapMemory(m.octets)
	}
	*m = memory{}
}
