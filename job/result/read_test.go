package result

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// three are records with all that a spreadsheet might touch.
func three() []Record {
	a, b, c := sample(0), sample(1), sample(2)
	a.Key = "00123"
	b.Status, b.Class, b.Code, b.Enhanced = Failed, Temporary, 451, "4.1.1"
	b.Reply = `4.7.1 Try "later", please; thanks`
	c.Status, c.Attempt, c.Key, c.Error, c.MessageID = Skipped, 0, "=cmd", "line 1\nline 2", ""
	return []Record{a, b, c}
}

// saved writes a log as another program would: its rows of cells with another
// delimiter and line end.
func saved(t *testing.T, rows [][]string, comma rune, crlf bool) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = comma, crlf
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// cellsOf are the rows of a log, its header first.
func cellsOf(t *testing.T, log []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(log)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// allQuoted puts every cell in quotes.
func allQuoted(rows [][]string) []byte {
	var b bytes.Buffer
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(';')
			}
			b.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	return b.Bytes()
}

// each changes every row.
func each(rows [][]string, change func(row []string) []string) [][]string {
	for i := range rows {
		rows[i] = change(rows[i])
	}
	return rows
}

func TestReadThrough(t *testing.T) {
	want := three()
	for _, tt := range []struct {
		name   string
		damage func(t *testing.T, log []byte) []byte
	}{
		{"none", func(t *testing.T, log []byte) []byte { return log }},
		{"byte order mark", func(t *testing.T, log []byte) []byte { return slices.Concat([]byte(byteOrderMark), log) }},
		{"CRLF", func(t *testing.T, log []byte) []byte { return bytes.ReplaceAll(log, []byte("\n"), []byte("\r\n")) }},
		{"semicolons", func(t *testing.T, log []byte) []byte { return saved(t, cellsOf(t, log), ';', true) }},
		{"tabs", func(t *testing.T, log []byte) []byte { return saved(t, cellsOf(t, log), '\t', false) }},
		{"all quoted", func(t *testing.T, log []byte) []byte { return allQuoted(cellsOf(t, log)) }},
		{"no last line end", func(t *testing.T, log []byte) []byte { return bytes.TrimSuffix(log, []byte("\n")) }},
		{"no last CRLF", func(t *testing.T, log []byte) []byte {
			return bytes.TrimSuffix(saved(t, cellsOf(t, log), ',', true), []byte("\r\n"))
		}},
		{"empty lines", func(t *testing.T, log []byte) []byte { return bytes.ReplaceAll(log, []byte("\n"), []byte("\n\r\n\n")) }},
		{"empty cells", func(t *testing.T, log []byte) []byte { return append(log, ",,,,,,,,,,,,,,,,,,\n,,\n"...) }},
		{"columns turned round", func(t *testing.T, log []byte) []byte {
			return saved(t, each(cellsOf(t, log), func(row []string) []string { slices.Reverse(row); return row }), ',', false)
		}},
		{"further columns", func(t *testing.T, log []byte) []byte {
			return saved(t, each(cellsOf(t, log), func(row []string) []string { return slices.Concat([]string{"note"}, row, []string{"", "x"}) }), ',', false)
		}},
		{"trailing cells", func(t *testing.T, log []byte) []byte {
			return bytes.ReplaceAll(log, []byte("\n"), []byte(",,\n"))
		}},
		{"trailing cells in the header", func(t *testing.T, log []byte) []byte {
			return bytes.Replace(log, []byte("\n"), []byte(",,\n"), 1)
		}},
		{"trailing cells in the records", func(t *testing.T, log []byte) []byte {
			head, rest, _ := bytes.Cut(log, []byte("\n"))
			return slices.Concat(head, []byte("\n"), bytes.ReplaceAll(rest, []byte("\n"), []byte(",,\n")))
		}},
		{"empty cells dropped", func(t *testing.T, log []byte) []byte {
			rows := each(cellsOf(t, log), func(row []string) []string { slices.Reverse(row); return append(row[1:], "")[:len(row)-1] })
			sums := cellsOf(t, log)
			return saved(t, each(rows, func(row []string) []string {
				row = append([]string{sums[0][colSum]}, row...)
				sums = sums[1:]
				return row
			}), ';', false)
		}},
		{"spaces in the header", func(t *testing.T, log []byte) []byte {
			return bytes.Replace(log, []byte("time,run"), []byte(" time , run"), 1)
		}},
		{"apostrophe dropped", func(t *testing.T, log []byte) []byte { return bytes.ReplaceAll(log, []byte(",'=cmd"), []byte(",=cmd")) }},
		{"sums in the middle, records appended as ours", func(t *testing.T, log []byte) []byte {
			lines := bytes.SplitAfter(log, []byte("\n"))
			edited := saved(t, each(cellsOf(t, bytes.Join(lines[:2], nil)), func(row []string) []string {
				slices.Reverse(row)
				return append(row, "")
			}), ';', true)
			return slices.Concat(edited, lines[2], lines[3])
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := tt.damage(t, logOf(t, want...))
			got, errs := read(log, ReadOptions{})
			if len(errs) > 0 {
				t.Fatalf("%s\ngives %v", log, errs)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\nwant -, got +\n%s", log, diff)
			}
		})
	}
}

func TestReadSorted(t *testing.T) {
	log := logOf(t, three()...)
	rows := cellsOf(t, log)
	slices.Reverse(rows[1:])
	want := three()
	slices.Reverse(want)
	got, errs := read(saved(t, rows, ',', false), ReadOptions{})
	if diff := cmp.Diff(want, got); diff != "" || errs != nil {
		t.Errorf("%v; want -, got +\n%s", errs, diff)
	}
}

func TestReadPositions(t *testing.T) {
	lines := bytes.SplitAfter(logOf(t, three()...), []byte("\n"))
	log := slices.Concat(lines[0], []byte("\n"), lines[1], []byte("x\n"), lines[2], []byte("\n"), lines[3])
	var got [][3]int // line, number, row; negative for an error
	for e, err := range Read(bytes.NewReader(log), ReadOptions{Name: "a.csv"}) {
		var at *Error
		if errors.As(err, &at) {
			got = append(got, [3]int{-at.Line})
			continue
		}
		got = append(got, [3]int{e.Line, e.Number, e.Row})
	}
	want := [][3]int{{3, 1, 1}, {-4}, {5, 2, 2}, {7, 3, 3}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("positions: want -, got +\n%s", diff)
	}
	for range Read(bytes.NewReader(log), ReadOptions{}) {
		break // must not go on
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	change := func(old, new string) func(t *testing.T, log []byte) []byte {
		return func(t *testing.T, log []byte) []byte {
			t.Helper()
			if !bytes.Contains(log, []byte(old)) {
				t.Fatalf("no %q in %s", old, log)
			}
			return bytes.Replace(log, []byte(old), []byte(new), 1)
		}
	}
	cut := func(n int) func(t *testing.T, log []byte) []byte {
		return func(t *testing.T, log []byte) []byte { return log[:len(log)-n] }
	}
	for _, tt := range []struct {
		name   string
		damage func(t *testing.T, log []byte) []byte
		line   int
		err    error
		edited int // records that AcceptEdited gives
	}{
		{"value", change("451", "250"), 3, ErrEdited, 3},
		{"status", change("temporary", "permanent"), 3, ErrEdited, 3},
		{"leading zeros", change(",00123,", ",123,"), 2, ErrEdited, 3},
		{"code as a date", change("4.1.1", "04.01.2001"), 3, ErrEdited, 3},
		{"sum", change(",131,s", ",131,t"), 2, ErrEdited, 3},
		{"no sum", func(t *testing.T, log []byte) []byte {
			rows := cellsOf(t, log)
			rows[2][colSum] = ""
			return saved(t, rows, ',', false)
		}, 3, ErrEdited, 3},
		{"two cells swapped", func(t *testing.T, log []byte) []byte {
			rows := cellsOf(t, log)
			rows[1][colKey], rows[1][colRecipient] = rows[1][colRecipient], rows[1][colKey]
			return saved(t, rows, ',', false)
		}, 2, ErrEdited, 3},
		{"one column sorted", func(t *testing.T, log []byte) []byte {
			rows := cellsOf(t, log)
			rows[1][colKey], rows[2][colKey], rows[3][colKey] = rows[2][colKey], rows[3][colKey], rows[1][colKey]
			return saved(t, rows, ',', false)
		}, 2, ErrEdited, 3},
		{"dates reformatted", change("2026-11-23T14:05:01.123Z", "23.11.2026 14:05"), 2, ErrEdited, 2},
		{"status emptied", change(",failed,temporary,", ",,,"), 3, ErrEdited, 2},
		{"number spoilt", change(",451,", ",4x1,"), 3, ErrEdited, 2},
		{"number too great", change(",131,s", ",9223372036854775807,s"), 2, ErrEdited, 2},
		{"value, and empty cells at the end", func(t *testing.T, log []byte) []byte {
			log = bytes.Replace(log, []byte(",451,"), []byte(",250,"), 1)
			head, rest, _ := bytes.Cut(log, []byte("\n"))
			return slices.Concat(head, []byte("\n"), bytes.ReplaceAll(rest, []byte("\n"), []byte(",,\n")))
		}, 3, ErrEdited, 3},
		{"another encoding", change("Try", "Tr\xff"), 3, ErrEdited, 3},
		{"torn in the sum", cut(3), 4, ErrBroken, 2},
		{"torn before the sum", cut(11), 4, ErrBroken, 2},
		{"torn in the middle", cut(100), 4, ErrBroken, 2},
		{"torn in quotes", func(t *testing.T, log []byte) []byte { return log[:bytes.Index(log, []byte("please"))] }, 3, ErrBroken, 1},
		{"quote left open", change(`thanks"`, `thanks`), 3, ErrBroken, 2},
		{"bare quote", change(`00123`, `00"123`), 2, ErrBroken, 2},
		{"text", change("\n", "\nnonsense\n"), 2, ErrBroken, 3},
		{"header again", func(t *testing.T, log []byte) []byte { return append(log, Header()...) }, 5, ErrBroken, 3},
		{"cell too many", change(",451,", ",,451,"), 3, ErrBroken, 2},
		{"cell too few", change(",451,", ","), 3, ErrBroken, 2},
		{"zeros", func(t *testing.T, log []byte) []byte { return append(log, make([]byte, 1<<17)...) }, 5, ErrBroken, 3},
		{"endless line", func(t *testing.T, log []byte) []byte {
			return slices.Concat(log, bytes.Repeat([]byte("x"), maxLine+1), []byte("\n"))
		}, 5, ErrBroken, 3},
		{"no column", change(",sum\n", ",summe\n"), 1, ErrHeader, 0},
		{"column twice", change(",sum\n", ",sum,key\n"), 1, ErrHeader, 0},
		{"another file", func(t *testing.T, log []byte) []byte { return []byte("email,name\na@b.example,A\n") }, 1, ErrHeader, 0},
		{"no header", func(t *testing.T, log []byte) []byte { _, rest, _ := bytes.Cut(log, []byte("\n")); return rest }, 1, ErrHeader, 0},
		{"header in quotes", func(t *testing.T, log []byte) []byte { return []byte(`"time`) }, 1, ErrHeader, 0},
		{"endless header", func(t *testing.T, log []byte) []byte { return bytes.Repeat([]byte("x"), maxLine+1) }, 1, ErrHeader, 0},
		{"UTF-16", func(t *testing.T, log []byte) []byte { return []byte("\xff\xfet\x00i\x00") }, 1, ErrHeader, 0},
		{"empty", func(t *testing.T, log []byte) []byte { return nil }, 1, ErrHeader, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := tt.damage(t, logOf(t, three()...))
			_, errs := read(log, ReadOptions{Name: "a.csv"})
			if len(errs) == 0 {
				t.Fatalf("%.2000s\nis read", log)
			}
			var at *Error
			if !errors.As(errs[0], &at) || at.Line != tt.line || at.Name != "a.csv" || !errors.Is(errs[0], tt.err) {
				t.Errorf("error %v; want line %d: %v", errs[0], tt.line, tt.err)
			}
			if got, _ := read(log, ReadOptions{AcceptEdited: true}); len(got) != tt.edited {
				t.Errorf("with AcceptEdited %d records, want %d", len(got), tt.edited)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	log := bytes.Replace(logOf(t, three()...), []byte("451"), []byte("250"), 1)
	_, errs := read(log, ReadOptions{Name: "a.results.csv"})
	if len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), "a.results.csv: line 3 was changed by another program: its sum is \"s") {
		t.Errorf("errors %v", errs)
	}
	_, errs = read(log[:5], ReadOptions{})
	if want := "line 1 is not the header of a results log: it has no column run,"; len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), want) {
		t.Errorf("errors %v, want %s …", errs, want)
	}
}

func TestReadError(t *testing.T) {
	log := logOf(t, three()...)
	for _, tt := range []struct {
		name    string
		in      io.Reader
		line    int
		records int
	}{
		{"at once", iotest.ErrReader(io.ErrUnexpectedEOF), 1, 0},
		{"behind a record", io.MultiReader(bytes.NewReader(log), iotest.ErrReader(io.ErrUnexpectedEOF)), 5, 3},
		{"in a record", io.MultiReader(bytes.NewReader(log[:len(log)-5]), iotest.ErrReader(io.ErrUnexpectedEOF)), 4, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var errs []error
			n := 0
			for _, err := range Read(tt.in, ReadOptions{}) {
				if err == nil {
					n++
				} else if errs = append(errs, err); len(errs) > 1 {
					break
				}
			}
			var at *Error
			if len(errs) != 1 || !errors.As(errs[0], &at) || at.Line != tt.line || !errors.Is(errs[0], io.ErrUnexpectedEOF) || n != tt.records {
				t.Errorf("%d records, errors %v; want %d and one of line %d", n, errs, tt.records, tt.line)
			}
		})
	}
}

// Small reads of the source change nothing.
func TestReadPieces(t *testing.T) {
	log := logOf(t, three()...)
	n := 0
	for _, err := range Read(iotest.OneByteReader(bytes.NewReader(log)), ReadOptions{}) {
		if err != nil {
			t.Error(err)
		}
		n++
	}
	if n != 3 {
		t.Errorf("%d records, want 3", n)
	}
}
