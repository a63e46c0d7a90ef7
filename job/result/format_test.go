package result

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every version must read and recover the logs and journals of all earlier ones.
// A directory of testdata has those of one version, in directories of:
//
//	log, journal     what is read; journal may be missing
//	states           key, status, class and attempts of every key
//	recovered        the log after Recover
//
// They must not be changed.
func TestReadsAllVersions(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join("testdata", "v*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(cases, func(dir string) bool { return filepath.Base(filepath.Dir(dir)) == journalVersion }) {
		t.Errorf("testdata has nothing of version %s", journalVersion)
	}
	for _, dir := range cases {
		t.Run(filepath.ToSlash(dir), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.csv")
			copyFile(t, filepath.Join(dir, "log"), path)
			_, err := os.Stat(filepath.Join(dir, "journal"))
			if err == nil {
				copyFile(t, filepath.Join(dir, "journal"), path+journalSuffix)
			}
			for _, state := range []string{"as it was left", "recovered"} {
				h := NewHistory(OS{}, path, ReadOptions{}, nil)
				defer h.Fold.Free()
				if err := h.Read(); err != nil {
					t.Fatalf("%s: %v", state, err)
				}
				if got, want := statesOf(t, h), slurp(t, filepath.Join(dir, "states")); got != want {
					t.Errorf("%s, the states are\n%s\nwant\n%s", state, got, want)
				}
				if err := h.Recover(); err != nil {
					t.Fatalf("%s: %v", state, err)
				}
				if got, want := slurp(t, path), slurp(t, filepath.Join(dir, "recovered")); got != want {
					t.Errorf("%s, the log is after recovery\n%s\nwant\n%s", state, got, want)
				}
				if _, err := os.Stat(path + journalSuffix); !os.IsNotExist(err) {
					t.Errorf("%s: after recovery there is a journal: %v", state, err)
				}
			}
		})
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	if err := os.WriteFile(to, []byte(slurp(t, from)), fs.FileMode(0o600)); err != nil {
		t.Fatal(err)
	}
}

// statesOf returns a line for each key, sorted.
func statesOf(t *testing.T, h *History) string {
	t.Helper()
	lines := make(map[string]bool)
	for e, err := range h.Each() {
		if err != nil {
			t.Fatal(err)
		}
		s := h.Fold.Of(e.Key)
		lines[fmt.Sprintf("%q %s %s %d\n", e.Key, s.Status, s.Class, s.Attempts)] = true
	}
	var all []string
	for line := range lines {
		all = append(all, line)
	}
	slices.Sort(all)
	return strings.Join(all, "")
}

// A format is what must not change without a new version.
type format struct {
	header, magic   string
	journal, suffix string // the head of one, and the suffix of its name
	disarm          string // the line that takes an intent back; "": there is none
	lines           []string
}

// Whatever of the format changes needs a new journalVersion, its format here, and
// files in testdata that hold it.
func TestFormatOfVersion(t *testing.T) {
	formats := map[string]format{
		"v1": {
			header:  "time,run,row,line,key,recipient,attempt,status,class,stage,code,enhanced,reply,error,message_id,sha256,bytes,duration_ms,sum\n",
			magic:   "mailshot journal v1",
			journal: "mailshot journal v1,job-20261124T080000.000Z-0123abcd,1234567,89,s08a7d4c3\n",
			suffix:  ".journal",
			lines: []string{
				"2026-11-23T14:05:01.123Z,job-20261124T080000.000Z-0123abcd,7,9,'=1,jörg@example.test,2,failed,temporary,rcpt,451,4.7.1," +
					`"4.7.1 ""later"", please\r\nsoon\x3b=2\x00\xff\u0085\\",''x,<a@b.example>,` +
					"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f,2413,131,se7712b91\n",
				"2026-11-23T14:05:01.123Z,,,,\" k\",,0,skipped,,,,,,,,,,,s4a1abe9d\n",
			},
		},
		"v2": {
			header:  "time,run,row,line,key,recipient,attempt,status,class,stage,code,enhanced,reply,error,message_id,sha256,bytes,duration_ms,sum\n",
			magic:   "mailshot journal v2",
			journal: "mailshot journal v2,job-20261124T080000.000Z-0123abcd,1234567,89,sd9bfdd27\n",
			suffix:  ".journal",
			disarm:  "disarm,12,s36d6b1d0\n",
			lines: []string{
				"2026-11-23T14:05:01.123Z,job-20261124T080000.000Z-0123abcd,7,9,'=1,jörg@example.test,2,failed,temporary,rcpt,451,4.7.1," +
					`"4.7.1 ""later"", please\r\nsoon\x3b=2\x00\xff\u0085\\",''x,<a@b.example>,` +
					"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f,2413,131,se7712b91\n",
				"2026-11-23T14:05:01.123Z,,,,\" k\",,0,skipped,,,,,,,,,,,s4a1abe9d\n",
			},
		},
		"v3": {
			header:  "time,run,row,line,key,recipient,attempt,status,class,stage,code,enhanced,reply,error,message_id,sha256,bytes,duration_ms,sum\n",
			magic:   "mailshot journal v3",
			journal: "mailshot journal v3,job-20261124T080000.000Z-0123abcd,1234567,89,7YV3LQ4B2OKZC6NDM5PAXHUJWE,s8ec72b00\n",
			suffix:  ".journal",
			disarm:  "disarm,12,s36d6b1d0\n",
			lines: []string{
				"2026-11-23T14:05:01.123Z,job-20261124T080000.000Z-0123abcd,7,9,'=1,jörg@example.test,2,failed,temporary,rcpt,451,4.7.1," +
					`"4.7.1 ""later"", please\r\nsoon\x3b=2\x00\xff\u0085\\",''x,<a@b.example>,` +
					"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f,2413,131,se7712b91\n",
				"2026-11-23T14:05:01.123Z,,,,\" k\",,0,skipped,,,,,,,,,,,s4a1abe9d\n",
			},
		},
	}
	want, ok := formats[journalVersion]
	if !ok {
		t.Fatalf("there is no format of version %s", journalVersion)
	}
	if Header() != want.header || journalMagic != want.magic || journalSuffix != want.suffix {
		t.Errorf("header %q, magic %q, suffix %q; want %q, %q, %q", Header(), journalMagic, journalSuffix, want.header, want.magic, want.suffix)
	}
	if got := (journalHead{run: runOfTests, length: 1234567, records: 89, id: "7YV3LQ4B2OKZC6NDM5PAXHUJWE"}).line(journalMagic); got != want.journal {
		t.Errorf("the head of a journal is %q, want %q", got, want.journal)
	}
	if got := disarmLine(12); got != want.disarm {
		t.Errorf("the line that takes an intent back is %q, want %q", got, want.disarm)
	}
	at := time.Date(2026, 11, 23, 14, 5, 1, 123e6, time.UTC)
	for i, r := range []Record{
		{
			Time: at, Run: runOfTests, Row: 7, Line: 9, Key: "=1", Recipient: "jörg@example.test", Attempt: 2,
			Status: Failed, Class: Temporary, Stage: "rcpt", Code: 451, Enhanced: "4.7.1",
			Reply: "4.7.1 \"later\", please\r\nsoon;=2\x00\xff\u0085\\", Error: "'x", MessageID: "<a@b.example>",
			SHA256: strings.Repeat("0f", 32), Bytes: 2413, Duration: 131 * time.Millisecond,
		},
		{Time: at, Key: " k", Status: Skipped},
	} {
		line, err := r.AppendLine(nil)
		if err != nil || string(line) != want.lines[i] {
			t.Errorf("record %d is %q, %v; want %q", i, line, err, want.lines[i])
		}
	}
}

// A journal of another version is refused, in words that say so, and one whose
// word is none of a version is no journal.
func TestJournalOfAnotherVersion(t *testing.T) {
	for _, tt := range []struct{ magic, want string }{
		{"mailshot journal v4", "it is of format v4, and this reads v3"},
		{"mailshot journal v10", "it is of format v10, and this reads v3"},
		{"mailshot journal v", ErrJournal.Error()},
		{"mailshot journal v01", ErrJournal.Error()},
		{"mailshot journal x", ErrJournal.Error()},
		{"mailshot journal ", ErrJournal.Error()},
	} {
		path := filepath.Join(t.TempDir(), "a.csv")
		for name, text := range map[string]string{path: Header(), path + journalSuffix: journalHead{run: "r", length: int64(len(Header()))}.line(tt.magic)} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		h := NewHistory(OS{}, path, ReadOptions{Name: "a.csv"}, nil)
		if err := h.Read(); err == nil || !strings.HasSuffix(err.Error(), tt.want) {
			t.Errorf("%q: %v, want … %s", tt.magic, err, tt.want)
		}
	}
}
