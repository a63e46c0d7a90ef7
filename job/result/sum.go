package result

import (
	"encoding/binary"
	"hash/crc32"

	"mailshot/job/result/celltext"
)

// sumOf returns the CRC-32C (RFC 3720 section 12.1) of the cells before the sum,
// each preceded by its length, so that different cells are different octets. It
// detects accidents, not malice. It overwrites the capacity of scratch.
func sumOf(c *cells, scratch []byte) uint32 {
	b := scratch[:0]
	for _, cell := range c[:colSum] {
		b = binary.AppendUvarint(b, uint64(len(cell)))
		b = append(b, cell...)
	}
	return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))
}

// appendSum appends the cell of a sum. Because of the letter s, a spreadsheet does
// not take it for a number.
func appendSum(b []byte, sum uint32) []byte {
	return celltext.AppendHex(append(b, 's'), sum, 8)
}

// sumText returns the cell of a sum.
func sumText(sum uint32) string { return string(appendSum(nil, sum)) }

// isSum reports whether a cell has the form of a sum.
func isSum(cell string) bool {
	if len(cell) != 9 || cell[0] != 's' {
		return false
	}
	_, ok := celltext.Hex(cell[1:], 8)
	return ok
}

// sumHolds reports whether a cell is that of the sum.
func sumHolds(cell string, sum uint32) bool {
	var b [9]byte
	return cell == string(appendSum(b[:0], sum))
}
