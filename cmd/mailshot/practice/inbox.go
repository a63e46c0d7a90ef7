package practice

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"mailshot/cmd/mailshot/web"
)

// An inbox is what the page shows: the messages of a directory, the last that came first. It keeps what
// the list says of each, which takes some hundred octets a message.
type inbox struct {
	dir *os.Root

	mu    sync.Mutex // guards known
	known map[string]*arrived
}

// An arrived message is what the list says of it. It does not change.
type arrived struct {
	name     string
	at       time.Time
	to, from string
	subject  string
	lower    string // all of these in small letters
}

// newInbox opens the directory. The caller closes dir.
func newInbox(dir string) (*inbox, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &inbox{dir: root, known: make(map[string]*arrived)}, nil
}

// all returns the messages that are there now and have all words.
func (in *inbox) all(words string) (found []*arrived, total int, err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	list, err := fs.ReadDir(in.dir.FS(), ".")
	if err != nil {
		return nil, 0, err
	}
	for _, f := range list {
		if filepath.Ext(f.Name()) != ".eml" || !f.Type().IsRegular() || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		m, err := in.message(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it went meanwhile
		}
		if err != nil {
			return nil, 0, err
		}
		total++
		if m.has(words) {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b *arrived) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(b.name, a.name)) })
	return found, total, nil
}

// headerRead is how much of a message is searched for its header.
const headerRead = 64 << 10

// message returns what is known of a message, which it reads once.
func (in *inbox) message(f fs.DirEntry) (*arrived, error) {
	if m := in.known[f.Name()]; m != nil {
		return m, nil
	}
	info, err := f.Info()
	if err != nil {
		return nil, err
	}
	file, err := in.dir.Open(f.Name())
	if err != nil {
		return nil, err
	}
	defer file.Close() // read only: nothing is lost
	// Of a header that is none it is known up to where.
	header, _ := textproto.NewReader(bufio.NewReader(io.LimitReader(file, headerRead))).ReadMIMEHeader()
	decoder := mime.WordDecoder{}
	field := func(name string) string {
		value := header.Get(name)
		if decoded, err := decoder.DecodeHeader(value); err == nil {
			value = decoded
		}
		return beginning(value)
	}
	m := &arrived{name: f.Name(), at: info.ModTime(), to: field("To"), from: field("From"), subject: field("Subject")}
	m.lower = strings.ToLower(strings.Join([]string{m.name, m.to, m.from, m.subject}, "\n"))
	in.known[m.name] = m
	return m, nil
}

// mostField is how much of a field the list has, in octets.
const mostField = 500

// beginning returns the beginning of a field, which keeps nothing else in memory.
func beginning(value string) string {
	if len(value) <= mostField {
		return strings.Clone(value)
	}
	return strings.ToValidUTF8(value[:mostField], "") + " …"
}

// has reports whether a message has all words in what the list says of it.
func (m *arrived) has(words string) bool {
	for w := range strings.FieldsSeq(strings.ToLower(words)) {
		if !strings.Contains(m.lower, w) {
			return false
		}
	}
	return true
}

func (m *arrived) entry() web.Entry {
	return web.Entry{
		ID: m.name, Name: cmp.Or(m.subject, "(no subject)"), To: "to " + m.to,
		Detail: fmt.Sprintf("from %s · %s · %s", m.from, m.at.Format("2 January 15:04:05"), m.name),
	}
}

// List implements web.Source.
func (in *inbox) List(_ context.Context, q web.Query) (*web.List, error) {
	found, total, err := in.all(q.Words)
	if err != nil {
		return nil, err
	}
	list := &web.List{Found: len(found), Total: total}
	for _, m := range found[min(q.Skip(), len(found)):min(q.Skip()+web.PageSize, len(found))] {
		list.Entries = append(list.Entries, m.entry())
	}
	return list, nil
}

// mostShown is how large a message may be that is shown.
const mostShown = 64 << 20

// Open implements web.Source.
func (in *inbox) Open(_ context.Context, q web.Query, id string) (*web.Item, error) {
	found, _, err := in.all(q.Words)
	if err != nil {
		return nil, err
	}
	in.mu.Lock()
	m := in.known[id] // no other name is opened
	in.mu.Unlock()
	if m == nil {
		return nil, nil
	}
	item := &web.Item{Entry: m.entry(), Found: len(found)}
	if at := slices.Index(found, m); at >= 0 {
		item.Place = at + 1
		if at > 0 {
			item.Before = found[at-1].name
		}
		if at+1 < len(found) {
			item.After = found[at+1].name
		}
	}
	if item.Octets, err = in.read(id); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return item, err
}

func (in *inbox) read(name string) ([]byte, error) {
	if there, err := in.dir.Lstat(name); err != nil || !there.Mode().IsRegular() { // to open a pipe may block
		return nil, fs.ErrNotExist
	}
	f, err := in.dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only: nothing is lost
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > mostShown {
		return nil, fmt.Errorf("%s is larger than %d MB, and not shown", name, mostShown>>20)
	}
	return io.ReadAll(io.LimitReader(f, mostShown))
}
