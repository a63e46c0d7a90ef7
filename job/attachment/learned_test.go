package attachment

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLearned: a file whose content is known is opened as long as it is the same
// file with that content, and read to its end only if that stays so. Where inodes are
// made up, another one with the same content is the same.
func TestLearned(t *testing.T) {
	const sameContent = "another file with the same content"
	then := time.Unix(1, 0)
	write := func(path, text string) error {
		return errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, time.Time{}, then))
	}
	for _, tt := range []struct {
		name   string
		change func(path string) error
		good   bool
	}{
		{"as it was", func(string) error { return nil }, true},
		{"another mode", func(p string) error { return os.Chmod(p, 0o400) }, true},
		{"written over with the same", func(p string) error { return write(p, "octets") }, true},
		{"written over, its time put back", func(p string) error { return write(p, "OCTETS") }, false},
		{sameContent, func(p string) error {
			return errors.Join(write(p+".new", "octets"), os.Rename(p+".new", p))
		}, false},
		{"another file", func(p string) error {
			return errors.Join(write(p+".new", "OCTETS"), os.Rename(p+".new", p))
		}, false},
		{"touched", func(p string) error { return os.Chtimes(p, time.Time{}, time.Unix(2, 0)) }, false},
		{"longer, its time put back", func(p string) error { return write(p, "octets ") }, false},
	} {
		for _, how := range []struct{ reading, madeUp bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
			reading := how.reading
			t.Run(fmt.Sprintf("%s/reading=%t/madeUp=%t", tt.name, reading, how.madeUp), func(t *testing.T) {
				good := tt.good || how.madeUp && tt.name == sameContent
				path := filepath.Join(t.TempDir(), "file")
				if err := write(path, "octets"); err != nil {
					t.Fatal(err)
				}
				o, err := openRegular(path, os.Stat, os.OpenFile)
				if err != nil {
					t.Fatal(err)
				}
				o.seed = maphash.MakeSeed()
				if how.madeUp {
					o.madeUp = func(*os.File) bool { return true }
				}
				if err := o.learn(); err != nil {
					t.Fatal(err)
				}
				var r io.ReadCloser
				if reading {
					if r, err = o.Open(); err != nil {
						t.Fatal(err)
					}
					defer r.Close()
				}
				if err := tt.change(path); err != nil {
					t.Fatal(err)
				}
				if reading && !strings.HasPrefix(tt.name, "another file") { // the open one stays
					if _, err := io.ReadAll(r); (err == nil) != good || err != nil && !errors.Is(err, ErrChanged) {
						t.Errorf("reading on: %v; want none %t", err, good)
					}
				}
				again, err := o.Open()
				if (err == nil) != good || err != nil && !errors.Is(err, ErrChanged) {
					t.Errorf("opening: %v; want none %t", err, good)
				}
				if err == nil {
					if b, err := io.ReadAll(again); string(b) != "octets" || err != nil {
						t.Errorf("it has %q, %v", b, err)
					}
					again.Close()
				}
			})
		}
	}
}

const logHeader = "time,run,row,line,key,recipient,attempt,status,class,stage,code,enhanced,reply,error,message_id,sha256,bytes,duration_ms,sum"

// TestWritten: what mailshot wrote is told by its first line, in any encoding.
func TestWritten(t *testing.T) {
	for _, tt := range []struct {
		head string
		want bool
	}{
		{logHeader + "\n", true},
		{"\ufeff" + logHeader + "\r\n", true},
		{strings.ReplaceAll(logHeader, ",", ";"), true},
		{`"` + strings.ReplaceAll(logHeader, ",", `","`) + `"`, true},
		{"sum," + strings.TrimSuffix(logHeader, ",sum") + ",my remark\n", true},
		{"time,key,recipient,attempt,status,reply,message_id\n", true},
		{"sep=;\r\n" + strings.ReplaceAll(logHeader, ",", ";"), true},
		{"\xff\xfe" + strings.Join(strings.Split(strings.ReplaceAll(logHeader, ",", "\t"), ""), "\x00") + "\x00", true},
		{"\n \r\n" + logHeader + "\n", true},
		{strings.Join(strings.Split(logHeader, ""), "\x00") + "\x00", true},
		{"\x00" + strings.Join(strings.Split(logHeader, ""), "\x00"), true},
		{"2026-11-30T18:20:30.682Z,job-20261130T182030.682Z-71830f89,1,2,ada@club.example\n", true},
		{`"2026-11-30T18:20:30.682Z";"job~test-20261130T182030.682Z-71830f89";"1"`, true},
		{"2026-11-30T18:20:30.682Z,a dinner,1,2\n", false},
		{`{"v":1,"event":"started"}`, true},
		{`{"schema":1,"job":"job"}`, true},
		{`{"schema":"a user's"}`, false},
		{"mailshot journal v1,job-20261123T140501.123Z-9c41d2ab,1,2\n", true},
		{"mailshot journal,job\n", true},
		{"mailshot spool v1\n\x07\x01", true},
		{"mailshot sandbox v1: the files\n", true},
		{"process 4711 on office.example, since 2026-11-30 15:13:00, run job\n", true},
		{"2026-11-30T15:13:00Z row 3 to ada@club.example, attempt 1 of run job-2026: failed\n", true},
		{"15:13:00.123 #1 row 3 C: EHLO\n", true},
		{"email,name,mailshot_status,mailshot_reason,mailshot_time,mailshot_message_id\n", true},
		{"email;mailshot_status;mailshot_reason;mailshot_time;mailshot_message_id\n", true},
		{"\xff\xfe" + strings.Join(strings.Split("a;mailshot_status;mailshot_message_id\n", ""), "\x00") + "\x00", true},
		{"\ufeffsep=;\r\nemail;mailshot_status;mailshot_message_id\r\n", true},
		{"\"the\nname\",\"e \"\"m\"\"\",mailshot_status,mailshot_message_id\n", true},
		{"\"the\nname\",email\nmailshot_status,mailshot_message_id\n", false},
		{"<!DOCTYPE html><html lang=\"en\" class=\"mailshot-report\">\n", true},
		{"<!DOCTYPE html><html lang=\"en\">\n", false},
		{"%PDF-1.7\n", false},
		{"mailshot is the program that we send with\n", false},
		{"process 12 of our handbook\n", false},
		{"time,place\n", false},
		{"2026-11-30 our news\n", false},
		{"15:13 we meet\n", false},
		{"mailshot_status\n", false},
		{"the letter\n" + logHeader + "\n", false},
		{"", false},
	} {
		if got := isWritten([]byte(tt.head)); got != tt.want {
			t.Errorf("isWritten(%q) = %t; want %t", tt.head, got, tt.want)
		}
	}
}

// TestReadRecord: the first line of a table is read to its end, however long it is; of
// what is no text no more is read.
func TestReadRecord(t *testing.T) {
	long := strings.Repeat("a column,", 20_000)
	for _, tt := range []struct {
		file string
		want int // how much is read at least
		is   bool
	}{
		{long + "mailshot_status,mailshot_message_id\n1,2\n", len(long) + 35, true},
		{"\"" + strings.Repeat("a\n", 5000) + "\",mailshot_status,mailshot_message_id\n", 10_000, true},
		{long + long + long + long + long + long, longLine, false},
		{"%PDF\x01" + long + "mailshot_status,mailshot_message_id\n", firstLine, false},
		{"a line\n" + long, firstLine, false},
	} {
		r := strings.NewReader(tt.file)
		head := make([]byte, firstLine)
		if _, err := io.ReadFull(r, head); err != nil {
			t.Fatal(err)
		}
		head, err := readRecord(head, r)
		if err != nil || !strings.HasPrefix(tt.file, string(head)) || len(head) < tt.want || tt.want == firstLine && len(head) != firstLine {
			t.Errorf("%.20q: %d octets were read, %v; want %d", tt.file, len(head), err, tt.want)
		}
		if got := isWritten(head); got != tt.is {
			t.Errorf("%.20q: isWritten = %t; want %t", tt.file, got, tt.is)
		}
	}
}
