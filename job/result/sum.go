package result

import (
	"encoding/binary"
	"hash/crc32"
)

// sumOf is the CRC-32C (RFC 3720 section 12.1) of the cells before the sum,
// without their apostrophes and each behind its length, so that no two rows of
// cells are the same octets. It guards against accidents, not against malice.
// What scratch has room for is overwritten.
func sumOf(c *cells, scratch []byte) uint32 {
	b := scratch[:0]
	for _, cell := range c[:colSum] {
		b = binary.AppendUvarint(b, uint64(len(cell)))
		b = append(b, cell...)
	}
	return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))
}

// appendSum appends a sum as its cell has it: the letter s keeps spreadsheets
// from taking it for a number.
func appendSum(b []byte, sum uint32) []byte {
	return appendHex(append(b, 's'), sum, 8)
}

// sumText is a sum as its cell has it.
func sumText(sum uint32) string { return string(appendSum(nil, sum)) }

// isSum tells whether a cell has the form of a sum.
func isSum(cell string) bool {
	if len(cell) != 9 || cell[0] != 's' {
		return false
	}
	_, ok := hex(cell[1:], 8)
	return ok
}

// sumHolds tells whether a cell is that sum.
func sumHolds(cell string, sum uint32) bool {
	var b [9]byte
	return cell == string(appendSum(b[:0], sum))
}
