package jobfile

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
	"mailshot/job/jobfile/yamltext"
	"mailshot/template/lazyregexp"
)

// compiled returns the JSON Schema of the job file, which is held against that of draft-07.
func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := keys.Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("job.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("job.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// errNoJSON is about a file that no editor can hold against a schema.
var errNoJSON = errors.New("not one YAML document")

// validate returns what the schema has against a job file.
func validate(s *jsonschema.Schema, input string) error {
	docs, err := yamltext.Documents(strings.SplitAfter(strings.TrimPrefix(input, "\ufeff"), "\n"))
	if err != nil || len(docs) != 1 || len(docs[0].Content) != 1 {
		return errNoJSON
	}
	return s.Validate(toJSON(docs[0].Content[0]))
}

// toJSON returns what a YAML value is in JSON.
func toJSON(n *yaml.Node) any {
	switch n.Kind {
	case yaml.AliasNode:
		return toJSON(n.Alias)
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = toJSON(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, toJSON(c))
		}
		return list
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return n.Value
	}
	switch v := v.(type) {
	case nil, bool, string, int:
		return v
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v
		}
	}
	return n.Value
}

// Why the schema takes job files that the loader refuses.
const (
	written = "how YAML is written is gone in JSON"
	said    = "what a text says is held against more than a type"
	between = "one value is held against another"
)

// beyondSchema are the cases of testdata/bad.txt that the schema takes, each with the reason.
// Those that are no YAML are not among them.
var beyondSchema = map[string]string{
	"anchor":                                 written,
	"comment in a value":                     written,
	"duplicate key":                          written,
	"port in octal":                          written,
	"column cut by a comment":                written,
	"suppress as standard input":             said,
	"bad name":                               said,
	"name with a dot first":                  said,
	"text in place of a file":                said,
	"html in place":                          said,
	"host as URL":                            said,
	"host with port":                         said,
	"host with spaces":                       said,
	"host with a variable":                   said,
	"host with braces":                       said,
	"host that is no domain":                 said,
	"password variable with a dollar":        said,
	"password variable with a digit":         said,
	"results in a directory":                 said,
	"copies with semicolons":                 said,
	"headers with keys of their own":         said, // the names of headers are free, in any case
	"a column twice":                         written,
	"how numbers and dates are written":      said,
	"ranges of numbers":                      said,
	"ranges of dates":                        said,
	"rows to expect the wrong way round":     said,
	"too young a file":                       said,
	"two kinds":                              between,
	"form of nothing":                        between,
	"age of standard input":                  between,
	"results over a list":                    between,
	"results over the recipients":            between,
	"results over the letter":                between,
	"default results over the recipients":    between,
	"log over files of the message":          between,
	"client certificate without TLS":         between,
	"token that is asked for":                between,
	"auth without a user":                    between,
	"username alone":                         between,
	"password alone":                         between,
	"waits the wrong way round":              between,
	"inline without html":                    between,
	"attachments of one for all":             between,
	"from as a template":                     between,
	"addresses that are templates":           between,
	"unsubscribe by a page that is not safe": between,
	"one click without a page":               between,
	"sign-in and a password":                 between,
	"sign-in of nobody":                      between,
	"sign-in by a mechanism for passwords":   between,
	"sign-in with too many providers":        between,
	"sign-in with half of the URLs":          between,
	"sign-in at an issuer in the clear":      said,
}

// ofSchema finds what is said of faults that the schema has to find: unknown, missing and planned
// keys, wrong types and words that are not allowed.
var ofSchema = lazyregexp.New("unknown key|is missing|not supported yet|has no value|must be true or false|must be a time such as|" +
	"must be (text|a list|a group|a number)|without quotes|, not (a list|a group of keys|text|empty)$|must be [a-z1-9-]+(, [a-z0-9-]+)* or [a-z0-9-]+, not")

func TestSchemaOnBadJobs(t *testing.T) {
	s := compiled(t)
	data, err := os.ReadFile("testdata/bad.txt")
	if err != nil {
		t.Fatal(err)
	}
	taken := map[string]bool{}
	for _, c := range strings.Split(string(data), "== ")[1:] {
		name, rest, _ := strings.Cut(c, "\n")
		input, said, _ := strings.Cut(rest, ">>\n")
		if validate(s, input) != nil {
			continue
		}
		taken[name] = true
		if beyondSchema[name] == "" {
			t.Errorf("%s: the schema takes it, and the loader says\n%s", name, said)
		}
		for line := range strings.Lines(said) {
			if ofSchema().MatchString(strings.TrimSpace(line)) && name != "port in octal" {
				t.Errorf("%s: the schema takes it, and has to know that %s", name, line)
			}
		}
	}
	for name := range beyondSchema {
		if !taken[name] {
			t.Errorf("%s: it is said to be beyond the schema, and is not", name)
		}
	}
}

// port matches what a script puts a port for.
var port = lazyregexp.New(`\$\{?\w+\}?`)

// A corpusFile is a job file of the corpus.
type corpusFile struct{ name, text string }

// corpus returns the job files of the examples, the README, the manual and the scripts of the commands.
func corpus(t *testing.T) []corpusFile {
	t.Helper()
	root := filepath.Join("..", "..")
	var all []corpusFile
	for _, name := range globbed(t, root, "examples/*/*.yaml", 3) {
		all = append(all, corpusFile{name, read(t, name)})
	}
	for _, name := range globbed(t, root, "cmd/mailshot/testdata/script/*.txtar", 100) {
		for _, f := range txtar.Parse([]byte(read(t, name))).Files {
			if strings.HasSuffix(f.Name, ".yaml") {
				all = append(all, corpusFile{name + ": " + f.Name, port().ReplaceAllString(string(f.Data), "2525")})
			}
		}
	}
	for _, name := range []string{"README.md", "cmd/mailshot/manual/job.md"} {
		for i, block := range strings.Split(read(t, filepath.Join(root, filepath.FromSlash(name))), "```") {
			if text, ok := strings.CutPrefix(block, "yaml\n"); ok && i%2 == 1 && strings.Contains(text, "recipients:") {
				all = append(all, corpusFile{name, text})
			}
		}
	}
	return all
}

func globbed(t *testing.T, root, pattern string, least int) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
	if err != nil || len(names) < least {
		t.Fatalf("%s: %d files, %v; want at least %d", pattern, len(names), err, least)
	}
	return names
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Every job that the loader accepts is valid, and one is not if its fault is one of the schema.
func TestSchemaOnCorpus(t *testing.T) {
	s := compiled(t)
	files := corpus(t)
	for _, tt := range parseForms {
		files = append(files, corpusFile{tt.name, tt.input})
	}
	files = append(files, corpusFile{"full", full}, corpusFile{"least", least})
	good, bad := 0, 0
	for _, f := range files {
		_, err := Parse("job.yaml", []byte(f.text))
		invalid := validate(s, f.text)
		switch {
		case err == nil:
			good++
			if invalid != nil {
				t.Errorf("%s: the loader accepts it, and the schema says %v", f.name, invalid)
			}
		case ofSchema().MatchString(err.Error()):
			bad++
			if invalid == nil {
				t.Errorf("%s: the schema takes it, and the loader says\n%v", f.name, err)
			}
		}
	}
	t.Logf("%d good jobs, %d bad ones", good, bad)
	if good < 150 || bad < 1 {
		t.Errorf("%d good jobs and %d bad ones; want more", good, bad)
	}
}
