package function

import (
	"fmt"
	"testing"
	"time"

	"mailshot/template/cell"
)

// What a spreadsheet keeps behind a cell is read in the text's place, and in no form of writing.
func TestStored(t *testing.T) {
	t.Parallel()
	form, err := cell.ParseNumberForm("1.234,50")
	if err != nil {
		t.Fatal(err)
	}
	dates, err := cell.ParseDateForm("dd/mm/yyyy")
	if err != nil {
		t.Fatal(err)
	}
	forms := cell.Forms{Numbers: form, Dates: dates, Columns: []cell.Column{{Name: "declared", Kind: cell.Number, Numbers: form}}}
	row := map[string]*Cell{}
	due := time.Date(2026, 12, 31, 9, 30, 0, 0, time.UTC)
	Fill(row, map[string]string{"n": "1,234.50 $", "id": "007", "zero": "-", "due": "12/31/26", "at": "9:30 AM", "text": "1.250,5", "share": "25%", "declared": "2.00"},
		map[string]cell.Stored{
			"n": cell.StoredNumber("1234.5"), "id": cell.StoredNumber("7"), "zero": cell.StoredNumber("0"), "due": cell.StoredDate(due),
			"at": cell.StoredClock(9*time.Hour + 30*time.Minute), "share": cell.StoredNumber("0.25"), "declared": cell.StoredNumber("2"),
		}, &forms)
	f := OfRun(Run{})
	for _, tt := range []struct {
		name string
		got  func() (any, error)
		want string
	}{
		{"money", func() (any, error) { return money("1.234,50 $", row["n"]) }, "1.234,50 $"},
		{"money in another currency", func() (any, error) { return money("1.234,50 €", row["n"]) }, `money: the cell shows "1,234.50 $", and the layout another currency (column "n")`},
		{"money without one", func() (any, error) { return money("1234.50", row["n"]) }, "1234.50"},
		{"share", func() (any, error) { return number("1234.50", row["share"]) }, "0.25"},
		{"plural", func() (any, error) { return plural(row["id"], "one", "many") }, "many"},
		{"printf", func() (any, error) { return printf("%05d %.1f", row["id"], row["n"]) }, "00007 1234.5"},
		{"date", func() (any, error) { return date(noRow{}, "2006-01-02 15:04", row["due"]) }, "2026-12-31 09:30"},
		{"date of a number", func() (any, error) { return date(noRow{}, "2006-01-02", row["id"]) }, `date: "007" is a number in the spreadsheet, and no date (column "id")`},
		{"number of a date", func() (any, error) { return number("1234", row["due"]) }, `number: "12/31/26" is a date in the spreadsheet, and no number (column "due")`},
		{"number of a time", func() (any, error) { return number("1234", row["at"]) }, `number: "9:30 AM" is a time of day in the spreadsheet, and no number (column "at")`},
		{"text", func() (any, error) { return number("1234.50", row["text"]) }, "1250.50"},
		{"gt", func() (any, error) { return order("gt", row["n"], 1000) }, "1"},
		{"gt of dates", func() (any, error) { return order("gt", row["due"], "2026-12-30") }, "1"},
		{"gt of times", func() (any, error) { return order("gt", row["at"], "10:00") }, "-1"},
		{"eq as shown", func() (any, error) { return equal(row["id"], "007") }, "true"},
		{"eq as stored", func() (any, error) { return equal(row["id"], "7") }, "false"},
		{"eq with a number", func() (any, error) { return equal(row["id"], 7) }, "true"},
		{"eq of a declared one", func() (any, error) { return equal(row["declared"], "2") }, "true"},
		{"if of zero", func() (any, error) { return ask("if", row["zero"]) }, `if: "-" says no, and is taken for yes, as any text is (column "zero")`},
		{"upper keeps what is the same", func() (any, error) {
			v, err := f["trim"].(func(any) (any, error))(row["n"])
			if err != nil {
				return nil, err
			}
			return money("1234.50", v)
		}, "1234.50"},
		{"another text is no stored one", func() (any, error) {
			v, err := replace("7", "8", row["id"])
			if err != nil {
				return nil, err
			}
			return number("1234", v)
		}, "8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := tt.got()
			got := fmt.Sprint(v)
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
