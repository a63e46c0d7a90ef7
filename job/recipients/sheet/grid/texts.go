package grid

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	blockSize  = 256 << 10
	keptBlocks = 12
)

// Texts are many texts that are found by their number. Beyond some megabytes they are kept in a file
// without a name. The zero value has none.
type Texts struct {
	at    []uint32 // by number: block and place in it
	last  []byte   // the block that is filled
	n     uint32   // its number
	file  *os.File
	cache map[uint32][]byte // blocks that are full
	order []uint32          // of those in the cache
}

const blockBits = 18 // blockSize

// Add takes in a text.
func (t *Texts) Add(s []byte) error {
	need := len(s) + binary.MaxVarintLen32
	if need > blockSize {
		return &Error{Text: fmt.Sprintf("a cell has more than %d octets", blockSize)}
	}
	if len(t.last)+need > blockSize {
		if err := t.full(); err != nil {
			return err
		}
	}
	if t.last == nil {
		t.last = make([]byte, 0, min(blockSize, max(4<<10, need)))
	}
	t.at = append(t.at, t.n<<blockBits|uint32(len(t.last)))
	t.last = append(binary.AppendUvarint(t.last, uint64(len(s))), s...)
	return nil
}

// full puts the block aside.
func (t *Texts) full() (err error) {
	if t.n >= 1<<(32-blockBits)-1 {
		return &Error{Text: "the spreadsheet has more than 4 GiB of text"}
	}
	if len(t.order) >= keptBlocks && t.file == nil {
		if err := t.spill(); err != nil {
			return err
		}
	}
	block := t.last
	if t.file != nil {
		if _, err := t.file.WriteAt(block, int64(t.n)<<blockBits); err != nil {
			return fmt.Errorf("keeping texts of the spreadsheet: %w", err)
		}
		t.last = t.last[:0]
	} else {
		t.keep(t.n, block)
		t.last = make([]byte, 0, blockSize)
	}
	t.n++
	return nil
}

// spill begins the file.
func (t *Texts) spill() error {
	f, err := os.CreateTemp("", "mailshot-*")
	if err != nil {
		return fmt.Errorf("keeping texts of the spreadsheet: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return errors.Join(fmt.Errorf("keeping texts of the spreadsheet: %w", err), f.Close())
	}
	t.file = f
	for n, block := range t.cache {
		if _, err := f.WriteAt(block, int64(n)<<blockBits); err != nil {
			return fmt.Errorf("keeping texts of the spreadsheet: %w", err)
		}
	}
	return nil
}

// keep puts a block into the cache.
func (t *Texts) keep(n uint32, block []byte) {
	if t.cache == nil {
		t.cache = make(map[uint32][]byte)
	}
	t.cache[n] = block
	t.order = append(t.order, n)
}

// evict returns a block to fill: where the cache is full, the one that is there longest, which it takes
// out.
func (t *Texts) evict() []byte {
	if len(t.order) < keptBlocks {
		return make([]byte, blockSize)
	}
	block := t.cache[t.order[0]][:cap(t.cache[t.order[0]])]
	delete(t.cache, t.order[0])
	t.order = append(t.order[:0], t.order[1:]...)
	if len(block) < blockSize {
		return make([]byte, blockSize)
	}
	return block
}

// Len returns how many texts there are.
func (t *Texts) Len() int { return len(t.at) }

// Get returns a text by its number, counted from 0, which is less than Len.
func (t *Texts) Get(i int) (string, error) {
	n, offset := t.at[i]>>blockBits, t.at[i]&(blockSize-1)
	block := t.last
	if n != t.n {
		var ok bool
		if block, ok = t.cache[n]; !ok {
			block = t.evict()
			if _, err := t.file.ReadAt(block, int64(n)<<blockBits); err != nil && err != io.EOF {
				return "", fmt.Errorf("reading texts of the spreadsheet: %w", err)
			}
			t.keep(n, block)
		}
	}
	size, k := binary.Uvarint(block[offset:])
	return string(block[int(offset)+k:][:size]), nil
}

// Close gives the file back.
func (t *Texts) Close() error {
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}
