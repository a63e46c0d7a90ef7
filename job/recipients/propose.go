package recipients

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strings"

	"mailshot/job/problem"
)

// hintEqual completes the problems of rows that have one address with what can be
// done about it.
func (t *Table) hintEqual(ctx context.Context) error {
	if !t.Rejected.problems.Has(sameAddressKind) {
		return nil
	}
	const first = "or recipients.duplicates: first to send only the first of them"
	hint := "write recipients.duplicates: all to send each row a letter of its own, " + first
	if !t.hasKey {
		column, err := t.proposeKey(ctx)
		switch {
		case err != nil:
			return err
		case column != "":
			hint = fmt.Sprintf("write recipients.key: %s to send each row a letter of its own, since no two have the same %s, %s", quoteYAML(column), column, first)
		default:
			hint = "name a column in which all rows differ with recipients.key to send each row a letter of its own (this file has none), " + first
		}
	}
	t.Rejected.problems.SetHint(sameAddressKind, hint)
	return nil
}

// proposeKey returns a column by which rows can be told apart: its cells are all
// different, and none is empty. One whose name says that it is a number or code is
// preferred. It returns "" if there is none. It takes 8 octets a row.
func (t *Table) proposeKey(ctx context.Context) (string, error) {
	candidates := make([]int, 0, len(t.Columns))
	for i, c := range t.Columns {
		if c != "" {
			candidates = append(candidates, i)
		}
	}
	slices.SortStableFunc(candidates, func(a, b int) int { return cmp.Compare(keyRank(t.Columns[a]), keyRank(t.Columns[b])) })
	for _, i := range candidates {
		if ok, err := t.allDiffer(ctx, i); ok || err != nil {
			return t.Columns[i], err
		}
	}
	return "", nil
}

// keyRank returns 0 for a column whose name is that of a number or code, else 1.
func keyRank(column string) int {
	words := strings.FieldsFunc(strings.ToLower(column), func(r rune) bool { return strings.ContainsRune(" _-./", r) })
	for _, w := range words {
		if slices.Contains([]string{"id", "key", "no", "nr", "number", "code", "uid", "uuid", "ref", "nummer", "numero"}, w) {
			return 0
		}
	}
	if strings.HasSuffix(column, "Id") || strings.HasSuffix(column, "ID") {
		return 0
	}
	return 1
}

// allDiffer reports whether the cells of a column can be keys: all different, and
// none empty.
func (t *Table) allDiffer(ctx context.Context, column int) (bool, error) {
	seed := maphash.MakeSeed()
	var hashes []uint64
	soon := make(map[uint64]struct{}) // of the first rows, which tells most columns
	in := t.spool.Rows()
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		switch {
		case err != nil:
			return false, err
		case ctx.Err() != nil:
			return false, problem.InterruptedBy(ctx)
		case column >= len(r.Cells):
			return false, nil
		}
		cell := strings.TrimSpace(r.Cells[column])
		if cell == "" || StandsForRow(cell) || strings.Contains(cell, "@") {
			return false, nil // equal addresses may still differ in case
		}
		h := maphash.String(seed, cell)
		if _, repeated := soon[h]; repeated {
			return false, nil
		}
		if len(soon) < 1000 {
			soon[h] = struct{}{}
		}
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	return len(hashes) == len(slices.Compact(hashes)), nil
}

// quoteYAML returns a column as it can be written for a value in a job file.
func quoteYAML(column string) string {
	plain := func(r rune) bool {
		return r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	word := slices.Contains([]string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}, strings.ToLower(column))
	if !word && strings.IndexFunc(column, func(r rune) bool { return !plain(r) }) < 0 && strings.Trim(column, "0123456789_") != "" {
		return column
	}
	return "'" + strings.ReplaceAll(column, "'", "''") + "'"
}
