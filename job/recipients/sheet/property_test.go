package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mailshot/job/problem"
)

// What a CSV writer wrote comes back cell for cell, whatever is in the cells.
func TestWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		delim := rapid.SampledFrom([]rune(delimiters)).Draw(t, "delimiter")
		crlf := rapid.Bool().Draw(t, "crlf")
		width := rapid.IntRange(1, 4).Draw(t, "columns")
		cell := rapid.OneOf(
			rapid.SampledFrom([]string{"", " ", "a@b.example", "x", `"`, ",", ";", "\n", "a\n\n\"b\"", "\u00a0", "é", "\x00", "\xff", "=1+1", "\r"}),
			rapid.StringN(0, 8, -1))
		header := []string{"email", "b", "c", "d"}[:width]
		records := rapid.SliceOf(rapid.SliceOfN(cell, width, width)).Draw(t, "records")

		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.Comma, w.UseCRLF = delim, crlf
		var want [][]string
		for _, record := range append([][]string{header}, records...) {
			if err := w.Write(record); err != nil {
				t.Fatal(err)
			}
			if !allBlank(record) {
				want = append(want, record)
			}
		}
		w.Flush()
		// The writer drops or adds a CR before LF; a reader cannot tell.
		for _, record := range want {
			for i := range record {
				record[i] = strings.ReplaceAll(record[i], "\r", "")
			}
		}

		r, err := NewReader(&file, Options{Delimiter: map[rune]string{'\t': "tab"}[delim] + strings.Trim(string(delim), "\t")})
		if err != nil {
			t.Fatal(err)
		}
		got := [][]string{r.Columns()}
		for {
			row, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for i := range row.Cells {
				row.Cells[i] = strings.ReplaceAll(row.Cells[i], "\r", "")
			}
			got = append(got, row.Cells)
			if good := row.Problem == nil; good != (row.Address.Domain != "" && row.Key != "") {
				t.Fatalf("row %+v is good and has no address or key, or the other way round", row)
			}
		}
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("read %q; want %q", got, want)
		}
	})
}

// Every record of any file is a row, in order and with its line, until the end
// or the first record that is not CSV.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"email\na@b.example\n", "email,n\r\n\r\na@b.example,\"x\ny\"\nx,y,z\n,\n", "email\n\"a", "email;x\na\"b;c\n", "\ufeffemail\n",
		"email,,\na@b.example,x,\n", "email\n\r\n\r\r\n\"\"\na\n", "mail|x\r\na@b.example|\xff\n\x00|", "email,x\n1\n,,\n", "sep=;\nemail;b\n", "email\n\r",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := NewReader(bytes.NewReader(file), Options{})
		if err != nil {
			if _, ok := err.(*problem.List); !ok {
				t.Errorf("NewReader: %T, want *problem.List", err)
			}
			return
		}
		text, lines := bytes.TrimPrefix(file, []byte("\ufeff")), 0
		if r.lossy != "" {
			return
		}
		if _, n := separatorLine(text); n > 0 {
			text, lines = text[n:], 1
		}
		oracle := csv.NewReader(bytes.NewReader(text))
		oracle.Comma, oracle.FieldsPerRecord = rune(r.delim), -1
		if _, err := oracle.Read(); err != nil {
			t.Fatalf("the header was accepted, but %v", err)
		}
		single, times := 0, map[string]int{} // columns with a name of their own
		for _, name := range r.Columns() {
			times[name]++
		}
		for _, n := range times {
			if n == 1 {
				single++
			}
		}
		for n := 1; ; n++ {
			row, err := r.Next()
			record, wantErr := nextFilled(oracle)
			if wantErr != nil || err != nil {
				if (err == io.EOF) != (wantErr == io.EOF) || err == nil || wantErr == nil {
					t.Errorf("after %d rows: %v; want %v", n-1, err, wantErr)
				}
				return
			}
			line, _ := oracle.FieldPos(0)
			if row.Number != n || row.Line != line+lines || len(row.Cells) != single {
				t.Errorf("row %d on line %d with %d cells; want row %d, line %d, %d cells",
					row.Number, row.Line, len(row.Cells), n, line+lines, single)
			}
			if ragged := len(record) != len(r.header); ragged != row.Ragged || ragged && row.Problem == nil {
				t.Errorf("row %d: ragged is %t, but it is %+v", n, ragged, row)
			}
			if p := row.Problem; p != nil && (p.Row != n || p.Line != row.Line || p.Text == "" || p.Kind == "") {
				t.Errorf("row %d: problem %+v", n, p)
			}
		}
	})
}

// nextFilled returns the next record with a filled cell.
func nextFilled(r *csv.Reader) ([]string, error) {
	for {
		record, err := r.Read()
		if err != nil || !allBlank(record) {
			return record, err
		}
	}
}

func BenchmarkNext(b *testing.B) {
	const rows = 100_000
	var file bytes.Buffer
	file.WriteString("member_id,email,first_name,last_name,street,city,postcode,country,amount,due\n")
	for i := range rows {
		fmt.Fprintf(&file, "%d,member.%d@club%d.example,Anna,Berg,\"Main Street 1, 2nd floor\",Springfield,%05d,Norway,%d.50,2026-12-31\n", i, i, i%1000, i%99999, i%500)
	}
	for _, key := range []string{"", "member_id"} {
		b.Run("key="+key, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := readRows(b, file.Bytes(), Options{Key: key})
				if n != rows {
					b.Fatalf("%d good rows; want %d", n, rows)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}

// readRows counts the good rows of file.
func readRows(tb testing.TB, file []byte, o Options) int {
	tb.Helper()
	r, err := NewReader(bytes.NewReader(file), o)
	if err != nil {
		tb.Fatal(err)
	}
	for n := 0; ; {
		row, err := r.Next()
		if err == io.EOF {
			return n
		}
		if err != nil {
			tb.Fatal(err)
		}
		if row.Problem == nil {
			n++
		}
	}
}
