package jobfile

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"mailshot/job/jobfile/keys"
)

// bases are good jobs that have every key among them, each with another value than its default.
func bases() []string {
	with := func(old, new string) string {
		if !strings.Contains(full, old) {
			panic("full has no " + old)
		}
		return strings.Replace(full, old, new, 1)
	}
	return []string{
		full,
		with("- lists/club.csv", "- {file: lists/club.csv, email: Email Address}"),
		with("  sheet: Members", "  header: 4"),
		with("html: letter.html", `html: {inline: "<p>Hello</p>"}`),
		with("include: [partials/*.html]", "calendar: invite.ics\n  language: \"{{.lang}}\""),
		with("include: [partials/*.html]", "calendar: {inline: \"BEGIN:VCALENDAR\"}"),
		with(`{command: [pass, show, "smtp"]}`, "{env: SMTP_PASSWORD}"),
		with(`{command: [pass, show, "smtp"]}`, "{file: smtp.password}"),
		with("file: invoices/{{.member_id}}.pdf\n      name: Invoice {{.member_id}}.pdf", "files: \"{{.pages}}\"\n      optional: true"),
		with("rate: 50/5m # of the provider", "quota: [450/24h, 20/min]\n  account: office\n  window: Mon-Fri 08:00-18:00 UTC"),
		with("key: {file: dkim.pem}", "key: {env: DKIM_KEY}"),
		with("key: {file: dkim.pem}", "key: {command: [pass, show, dkim]}"),
		oauthJob("{provider: microsoft, client_id: 11-22, tenant: club.example, client_secret: {env: OAUTH_SECRET}}"),
		oauthJob("{provider: google, client_id: 11-22, client_secret: {file: oauth.secret}}"),
		oauthJob("{issuer: https://id.example, client_id: 11-22, client_secret: {command: [pass, show, oauth]}, scopes: [mail, offline_access]}"),
		oauthJob("{authorization_url: https://id.example/auth, token_url: https://id.example/token, device_url: https://id.example/device, client_id: 11-22, scopes: mail}"),
		with("  host: smtp.club.example", "  preset: gmail\n  host: smtp.club.example"),
	}
}

// oauthJob returns a good job whose account signs in so.
func oauthJob(oauth string) string {
	return strings.Replace(full, `  password: {command: [pass, show, "smtp"]}
  auth: scram-sha-256`, "  oauth: "+oauth, 1)
}

// A place is where a key stands in the tree of a job file.
type place struct {
	group *yaml.Node
	at    int // of the key among the group's content; the value is behind it
}

// placed returns the tree of the first base that has a key, and where it is.
func placed(t *testing.T, path string) (*yaml.Node, place) {
	t.Helper()
	names := strings.Split(path, ".")
	for _, base := range parsedBases() {
		if find(base.Content[0], names).group != nil {
			doc := copyOf(base)
			prune(doc.Content[0], names[0])
			return doc, find(doc.Content[0], names)
		}
	}
	t.Fatalf("no base has the key %s", path)
	return nil, place{}
}

// parsedBases are the trees of the bases, which nobody changes.
var parsedBases = sync.OnceValue(func() (all []*yaml.Node) {
	for _, base := range bases() {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(base), &doc); err != nil {
			panic(err)
		}
		all = append(all, &doc)
	}
	return all
})

func copyOf(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = make([]*yaml.Node, len(n.Content))
	for i := range n.Content {
		c.Content[i] = copyOf(n.Content[i])
	}
	return &c
}

// prune takes out what a job can do without beside the section called keep: it takes time to read.
func prune(root *yaml.Node, keep string) {
	var needed yaml.Node
	if err := yaml.Unmarshal([]byte(least), &needed); err != nil {
		panic(err)
	}
	var content []*yaml.Node
	for i := 0; i < len(root.Content); i += 2 {
		name := root.Content[i].Value
		if p := find(needed.Content[0], []string{name}); name == keep {
			content = append(content, root.Content[i], root.Content[i+1])
		} else if p.group != nil {
			content = append(content, p.group.Content[p.at], p.group.Content[p.at+1])
		}
	}
	root.Content = content
}

// find returns the place of a path below n, in the first element of a list that has it.
func find(n *yaml.Node, path []string) place {
	if n.Kind == yaml.SequenceNode {
		for _, c := range n.Content {
			if p := find(c, path); p.group != nil {
				return p
			}
		}
	}
	if n.Kind != yaml.MappingNode {
		return place{}
	}
	for i := 0; i < len(n.Content); i += 2 {
		switch {
		case path[0] == keys.AnyName:
			if p := find(n.Content[i+1], path[1:]); p.group != nil {
				return p
			}
		case n.Content[i].Value != path[0]:
		case len(path) == 1:
			return place{n, i}
		default:
			return find(n.Content[i+1], path[1:])
		}
	}
	return place{}
}

// changed returns a base with the key at path changed.
func changed(t *testing.T, path string, change func(place)) string {
	t.Helper()
	doc, p := placed(t, path)
	change(p)
	return printed(t, doc)
}

func printed(t *testing.T, doc *yaml.Node) string {
	t.Helper()
	text, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// without takes a key out.
func without(p place) {
	p.group.Content = append(p.group.Content[:p.at:p.at], p.group.Content[p.at+2:]...)
}

// valued gives a key another value.
func valued(t *testing.T, text string) func(place) {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return func(p place) { p.group.Content[p.at+1] = doc.Content[0] }
}

// badValues are values that a key of its kind cannot have, whatever else the job says.
func badValues(k *keys.Key) []string {
	bad := []string{"~"}
	switch {
	case k.Kind == keys.Group && k.Short == nil:
		bad = append(bad, "a", "[a]", "{zz_zz: a}", "[]")
	case k.Kind == keys.Group:
		bad = append(bad, "[[a]]", "{zz_zz: a}", `{"": a}`)
	case k.Kind == keys.Names:
		bad = append(bad, "a", "[a]", "{a: [b]}", "{a: {b: c}}", "{a: ~}")
	case k.Many == keys.List:
		bad = append(bad, "a", "{a: b}", "[]", "[[a]]", "[{a: b}]", "[~]")
	case k.Many == keys.OneOrList:
		bad = append(bad, "{a: b}", "[[a]]", "[{a: b}]", "[~]")
	default:
		bad = append(bad, "{a: b}", "[a]", "[]")
	}
	if k.Secret {
		bad = append(bad, "hunter2", "{}", "{env: A, file: b}", "5")
	}
	switch k.Kind {
	case keys.OneOf:
		bad = append(bad, "nonsense", `""`, "true", "5")
		for _, w := range k.Words {
			bad = append(bad, strconv.Quote("x"+w), strconv.Quote(w+" "), strconv.Quote(w+"\n"))
		}
	case keys.Number:
		bad = append(bad, strconv.Itoa(k.Min-1), strconv.Itoa(k.Max+1), "a", `"5"`, "1.5", "true")
	case keys.Bool:
		bad = append(bad, "perhaps", "1", "0", `"true"`, "yes", "no")
	case keys.Duration:
		bad = append(bad, "30", "soon", "5 m", "1d", `""`, "m", "1.5", "-", "5m 3s", "true")
	case keys.Count:
		bad = append(bad, "0", "-1", "..", "0..5", "..0", "1...3", "1..2..3", "1.5", `"01"`, "many", "true", `""`)
	case keys.Rate, keys.Quota:
		bad = append(bad, "50", "fast", "0/s", "5/w", "5/0d", "/s", "5/", "1.5/s", "-1/s", "050/s", "5/-1s", `""`)
	case keys.Address, keys.Mailbox:
		bad = append(bad, "5", "true", "nobody", `""`)
	case keys.Path:
		bad = append(bad, `"{{.a}}"`, `"a/{{.b}}"`, `"{{"`, `""`)
	case keys.Template:
		bad = append(bad, `" "`, `""`, `"\n"`)
	case keys.Text:
		if !k.Empty {
			bad = append(bad, `""`)
		}
	}
	return bad
}

// goodValues are values that a key of its kind can have; other rules may still refuse them.
func goodValues(k *keys.Key) []string {
	good := []string{}
	for _, w := range k.Words {
		good = append(good, strconv.Quote(w))
	}
	for w := range k.Aliases {
		good = append(good, strconv.Quote(w))
	}
	switch k.Kind {
	case keys.Number:
		good = append(good, strconv.Itoa(k.Min), strconv.Itoa(k.Max))
	case keys.Bool:
		good = append(good, "true", "false", "True", "FALSE")
	case keys.Duration:
		good = append(good, "1h30m", "1.5h", ".5s", "1.s", "+3m", "100ms", "7us", "7µs", "7μs", "9ns", "0", `"0"`, "0s", "-0s", "-0", "+0")
	case keys.Count:
		good = append(good, "1", `"1"`, "5..", "..5", "5..5", "1..2", "|\n  1..2\n")
	case keys.Rate, keys.Quota:
		good = append(good, "20/min", "500/d", "3000/30d", "10/s", "1/1m30s", "600/h", "5/+5m", "5/.5s", "|\n  5/m\n")
		if k.Kind == keys.Quota {
			good = append(good, "none", "[10/s, 500/d]")
		}
	case keys.Address, keys.Mailbox:
		good = append(good, "a@b.example", "Zoë <a@b.example>", "|\n  a@b.example\n")
	case keys.Group:
		if k.Short != nil {
			good = append(good, "a", "2026", "1.10", "yes", "true", "ask", "|\n  a\n")
		}
	case keys.Names:
		good = append(good, "{}", "{a: 5}", "{5: true}")
	case keys.Text, keys.Path, keys.Template:
		good = append(good, "a", "2026", "1.10", "yes", "true", ".nan", "2026-01-02", "|\n  a\n", `"{"`, `"a{b}"`, `"}}"`, "<4f1c@club.example>", "news.club.example")
	}
	if k.Many != keys.One {
		good = append(good, "[]", "[a, 5]")
	}
	return good
}

// Loader and schema say the same of each key: there is no other, it has to be there where it is
// needed, and it has a value of its kind.
func TestEveryKeyAlike(t *testing.T) {
	t.Parallel()
	s := compiled(t)
	accepted := 0
	for path, k := range keys.File().All() {
		try := func(what, input string, bad bool) {
			_, err := Parse("job.yaml", []byte(input))
			invalid := validate(s, input)
			if err == nil {
				accepted++
			}
			switch {
			case bad && err == nil:
				t.Errorf("%s %s: the loader accepts it", path, what)
			case bad && invalid == nil:
				t.Errorf("%s %s: the schema takes it, and the loader says\n%v", path, what, err)
			case err == nil && invalid != nil:
				t.Errorf("%s %s: the loader accepts it, and the schema says\n%v", path, what, invalid)
			}
		}
		try("as it is", changed(t, path, func(place) {}), false)
		try("left out", changed(t, path, without), k.Needed)
		for _, name := range []string{k.Name + "_x", "x" + k.Name, strings.ToUpper(k.Name), ""} {
			try("misspelt as "+strconv.Quote(name), changed(t, path, func(p place) {
				p.group.Content[p.at] = &yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Value: name}
			}), true)
		}
		for _, v := range badValues(k) {
			try("with the value "+v, changed(t, path, valued(t, v)), true)
		}
		for _, v := range goodValues(k) {
			try("with the value "+v, changed(t, path, valued(t, v)), false)
		}
	}
	t.Logf("the loader accepts %d jobs", accepted)
	if accepted < 400 {
		t.Errorf("the loader accepts %d jobs; want more, so that they say something of the schema", accepted)
	}
}

// A key that is declared is read: without it the job is another, or is refused.
func TestEveryKeyRead(t *testing.T) {
	noLines := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Line" }, cmp.Ignore())
	for path := range keys.File().All() {
		if path == "version" {
			continue // there is only one
		}
		doc, p := placed(t, path)
		before, err := Parse("job.yaml", []byte(printed(t, doc)))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		without(p)
		after, err := Parse("job.yaml", []byte(printed(t, doc)))
		if err == nil && cmp.Equal(before, after, ignoreHidden, noLines) {
			t.Errorf("%s is declared, and the job is the same without it", path)
		}
	}
}

// What is planned is refused as such, and is no key of the schema.
func TestPlannedKeys(t *testing.T) {
	s := compiled(t)
	for _, input := range []string{full + "include: a\n"} {
		_, err := Parse("job.yaml", []byte(input))
		if err == nil || !strings.Contains(err.Error(), "is not supported yet") || validate(s, input) == nil {
			t.Errorf("loader: %v, schema: %v; want both to refuse", err, validate(s, input))
		}
	}
}
