// Package structure holds by tests what the packages of this module may import, how large they are and
// how much their files need each other.
package structure_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// module is the first element of the import path of everything of ours.
const module = "mailshot"

// A layer says what a package's product code may import of this module and,
// if thirdPartyListed, which other modules. The standard library is open but
// for what the rules below keep for one place.
type layer struct {
	ours             []string // directories; "*" is every one but cmd's
	thirdParty       []string // import paths, sub-packages included
	thirdPartyListed bool
}

// layers is the table of who may import whom. A package that is not in it is
// refused, so that a new one comes with a decision.
var layers = map[string]layer{
	"cmd/mailshot/completion": {ours: []string{"job/jobfile", "job/mailing", "job/plan", "job/recipients", "job/recipients/sheet", "job/result", "job/secret/oauth", "job/status"}, thirdParty: []string{"github.com/spf13/cobra", "github.com/spf13/pflag"}, thirdPartyListed: true},

	"cmd/mailshot":           {ours: []string{"*", "cmd/mailshot", "cmd/mailshot/after", "cmd/mailshot/completion", "cmd/mailshot/events", "cmd/mailshot/fleet", "cmd/mailshot/manual", "cmd/mailshot/practice", "cmd/mailshot/preview", "cmd/mailshot/report", "cmd/mailshot/signin", "cmd/mailshot/screen", "cmd/mailshot/start", "cmd/mailshot/trace", "cmd/mailshot/tuning", "cmd/mailshot/wording"}},
	"cmd/mailshot/after":     {thirdPartyListed: true},
	"cmd/mailshot/tuning":    {thirdPartyListed: true},
	"cmd/mailshot/events":    {ours: []string{"job", "job/delivery", "job/mailing", "job/plan", "job/result"}, thirdPartyListed: true},
	"cmd/mailshot/fleet":     {ours: []string{"job/fleet", "job/problem", "job/work"}, thirdParty: []string{"github.com/spf13/cobra", "github.com/spf13/pflag"}, thirdPartyListed: true},
	"cmd/mailshot/manual":    {ours: []string{"job/problem"}, thirdParty: []string{"github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/term"}, thirdPartyListed: true},
	"cmd/mailshot/preview":   {ours: []string{"cmd/mailshot/web", "cmd/mailshot/wording", "job/plan", "job/preview", "job/preview/pagetext", "job/problem"}, thirdParty: []string{"github.com/spf13/cobra", "golang.org/x/term"}, thirdPartyListed: true},
	"cmd/mailshot/report":    {ours: []string{"cmd/mailshot/wording", "job/problem", "job/status", "job/status/page"}, thirdParty: []string{"github.com/spf13/cobra"}, thirdPartyListed: true},
	"cmd/mailshot/practice":  {ours: []string{"cmd/mailshot/web", "cmd/mailshot/wording", "job/jobfile/when", "job/mailing", "job/problem", "transport/sandbox"}, thirdParty: []string{"github.com/spf13/cobra"}, thirdPartyListed: true},
	"cmd/mailshot/signin":    {ours: []string{"cmd/mailshot/wording", "job/mailing", "job/problem", "job/secret/oauth", "job/server", "job/signin"}, thirdParty: []string{"github.com/spf13/cobra"}, thirdPartyListed: true},
	"cmd/mailshot/start":     {ours: []string{"cmd/mailshot/wording", "job", "job/mailing", "job/preset", "job/problem", "job/start"}, thirdParty: []string{"github.com/spf13/cobra"}, thirdPartyListed: true},
	"cmd/mailshot/trace":     {ours: []string{"job/private", "job/problem", "transport"}, thirdPartyListed: true},
	"cmd/mailshot/screen":    {ours: []string{"cmd/mailshot/wording", "job", "job/advice", "job/delivery", "job/doctor", "job/jobfile/when", "job/mailing", "job/plan", "job/reasons", "job/recipients/columns", "job/result", "job/status"}, thirdPartyListed: true},
	"cmd/mailshot/wording":   {thirdParty: []string{"github.com/mattn/go-runewidth"}, thirdPartyListed: true},
	"cmd/mailshot/web":       {ours: []string{"cmd/mailshot/wording", "job/preview", "job/problem"}, thirdParty: []string{"golang.org/x/net/html"}, thirdPartyListed: true},
	"cmd/structure":          {thirdPartyListed: true},
	"job":                    {ours: []string{"*"}},
	"job/address":            {ours: []string{"transport/mailbox"}},
	"job/advice":             {ours: []string{"job/jobfile", "job/problem", "transport"}},
	"job/attachment":         {ours: []string{"job/inputfile", "job/jobfile", "job/problem", "template", "transport", "transport/message"}},
	"job/delivery":           {ours: []string{"job/advice", "job/delivery/pace", "job/delivery/sessions", "job/private", "job/problem", "job/result", "transport"}},
	"job/delivery/admission": {ours: []string{"job/delivery", "job/delivery/quota", "job/jobfile/when", "job/problem"}},
	"job/delivery/quota":     {ours: []string{"job/jobfile/when"}, thirdParty: []string{"github.com/gofrs/flock"}, thirdPartyListed: true},
	"job/delivery/pace":      {thirdPartyListed: true},
	"job/delivery/sessions":  {ours: []string{"job/advice", "transport"}, thirdPartyListed: true},
	"job/doctor":             {ours: []string{"job/advice", "job/delivery/quota", "job/doctor/domain", "job/fleet", "job/jobfile", "job/jobfile/when", "job/letter", "job/mailing", "job/preset", "job/problem", "job/server", "transport", "transport/message"}},
	"job/doctor/domain":      {thirdParty: []string{"blitiri.com.ar/go/spf", "github.com/emersion/go-msgauth/dmarc", "golang.org/x/net/publicsuffix"}, thirdPartyListed: true},
	"job/fleet":              {ours: []string{"job/delivery", "job/delivery/sessions", "job/fleet/piece", "job/fleet/protocol", "job/fleet/state", "job/result", "transport"}, thirdParty: []string{"github.com/nats-io/nats.go", "golang.org/x/sys"}, thirdPartyListed: true},
	"job/fleet/earlier":      {ours: []string{"job/fleet", "job/fleet/piece", "job/mailing", "job/problem", "job/result"}, thirdPartyListed: true},
	"job/fleet/piece":        {thirdPartyListed: true},
	"job/fleet/protocol":     {ours: []string{"job/fleet/piece"}, thirdPartyListed: true},
	"job/fleet/state":        {ours: []string{"job/fleet/piece", "job/fleet/protocol", "job/private"}, thirdParty: []string{"golang.org/x/sys"}, thirdPartyListed: true},
	"job/work":               {ours: []string{"job/advice", "job/fleet", "job/fleet/state", "job/jobfile", "job/private", "job/problem", "job/server", "transport"}, thirdPartyListed: true},
	"job/header":             {ours: []string{"job/address", "transport/mailbox"}},
	"job/index":              {thirdPartyListed: true},
	"job/inputfile":          {thirdPartyListed: true},
	"job/jobfile":            {ours: []string{"job/address", "job/header", "job/inputfile", "job/jobfile/fields", "job/jobfile/glob", "job/jobfile/keys", "job/jobfile/when", "job/preset", "job/problem", "job/secret", "job/secret/oauth", "template/cell"}},
	"job/jobfile/fields":     {ours: []string{"job/address", "job/jobfile/keys", "job/jobfile/when", "job/jobfile/yamltext", "job/problem"}, thirdParty: []string{"gopkg.in/yaml.v3"}, thirdPartyListed: true},
	"job/jobfile/glob":       {thirdPartyListed: true},
	"job/jobfile/keys":       {thirdPartyListed: true},
	"job/jobfile/when":       {thirdPartyListed: true},
	"job/jobfile/yamltext":   {thirdParty: []string{"gopkg.in/yaml.v3"}, thirdPartyListed: true},
	"job/letter":             {ours: []string{"job/address", "job/attachment", "job/header", "job/jobfile", "job/problem", "job/recipients", "job/secret", "template", "template/branches", "template/cell", "transport", "transport/message"}},
	"job/plan":               {ours: []string{"job/address", "job/index", "job/mailing", "job/problem", "job/reasons", "job/recipients", "job/result"}},
	"job/mailing":            {ours: []string{"job/address", "job/inputfile", "job/jobfile", "job/jobfile/keys", "job/private", "job/problem", "job/result", "transport/sandbox"}},
	"job/preflight":          {ours: []string{"job/attachment", "job/index", "job/jobfile", "job/letter", "job/plan", "job/preflight/damage", "job/problem", "job/recipients", "job/recipients/columns", "template", "template/cell"}},
	"job/preset":             {thirdPartyListed: true},
	"job/preview":            {ours: []string{"job/attachment", "job/index", "job/jobfile", "job/letter", "job/mailing", "job/plan", "job/preflight", "job/preview/pagetext", "job/problem", "job/recipients", "job/recipients/columns", "template/branches"}, thirdPartyListed: true},
	"job/preview/pagetext":   {thirdParty: []string{"golang.org/x/net/html"}, thirdPartyListed: true},
	"job/preflight/damage":   {thirdParty: []string{"golang.org/x/text"}, thirdPartyListed: true},
	"job/private":            {thirdParty: []string{"github.com/gofrs/flock"}, thirdPartyListed: true},
	"job/problem":            {thirdPartyListed: true},
	"job/reasons":            {ours: []string{"job/advice", "job/result"}},
	"job/recipients":         {ours: []string{"job/address", "job/index", "job/inputfile", "job/jobfile", "job/problem", "job/recipients/sheet", "template", "template/cell"}},
	"job/recipients/columns": {ours: []string{"job/index", "job/jobfile", "job/problem", "job/recipients", "template/cell"}},
	"job/recipients/sheet":   {ours: []string{"job/address", "job/problem", "job/recipients/sheet/book", "job/recipients/sheet/grid", "template/cell"}},

	"job/recipients/sheet/book":   {ours: []string{"job/recipients/sheet/grid", "job/recipients/sheet/ods", "job/recipients/sheet/xlsx"}, thirdPartyListed: true},
	"job/recipients/sheet/grid":   {ours: []string{"template/cell"}, thirdPartyListed: true},
	"job/recipients/sheet/numfmt": {ours: []string{"template/cell", "template/locale"}, thirdPartyListed: true},
	"job/recipients/sheet/ods":    {ours: []string{"job/recipients/sheet/grid", "job/recipients/sheet/numfmt", "template/cell"}, thirdPartyListed: true},
	"job/recipients/sheet/xlsx":   {ours: []string{"job/recipients/sheet/grid", "job/recipients/sheet/numfmt", "template/cell"}, thirdPartyListed: true},

	"job/result":          {ours: []string{"job/index", "job/result/celltext", "job/result/marks", "job/result/soon"}},
	"job/result/celltext": {thirdPartyListed: true},
	"job/result/disktest": {ours: []string{"job/result", "job/result/marks"}, thirdPartyListed: true},
	"job/result/marks":    {thirdPartyListed: true},
	"job/result/soon":     {thirdPartyListed: true},
	"job/secret":          {ours: []string{"job/problem"}},
	"job/secret/oauth":    {thirdParty: []string{"github.com/gofrs/flock", "github.com/zalando/go-keyring", "golang.org/x/oauth2"}, thirdPartyListed: true},
	"job/server":          {ours: []string{"job/advice", "job/inputfile", "job/jobfile", "job/problem", "job/secret", "job/secret/oauth", "transport"}},
	"job/settle":          {ours: []string{"job/address", "job/inputfile", "job/jobfile", "job/mailing", "job/problem", "job/recipients", "job/recipients/sheet", "job/result"}},
	"job/signin":          {ours: []string{"job/jobfile", "job/mailing", "job/problem", "job/secret/oauth", "job/server"}},
	"job/start":           {ours: []string{"job/address", "job/inputfile", "job/preset", "job/problem", "job/recipients/sheet", "template", "template/cell"}},
	"job/status":          {ours: []string{"job/advice", "job/delivery", "job/index", "job/jobfile", "job/mailing", "job/private", "job/problem", "job/reasons", "job/recipients", "job/recipients/sheet", "job/result", "job/secret", "transport/redact"}},
	"job/status/page":     {ours: []string{"job/advice", "job/jobfile", "job/mailing", "job/preview", "job/preview/pagetext", "job/problem", "job/reasons", "job/recipients", "job/result", "job/status"}, thirdPartyListed: true},
	"template":            {ours: []string{"template/branches", "template/calendar", "template/cell", "template/function", "template/htmltext", "template/locale", "template/remark", "template/words"}},
	"template/branches":   {thirdPartyListed: true},
	"template/calendar":   {},
	"template/remark":     {ours: []string{"template/words"}},
	"template/cell":       {ours: []string{"template/words"}},
	"template/function":   {ours: []string{"template/cell", "template/locale", "template/words"}},
	"template/htmltext":   {ours: []string{"template/words"}},
	"template/locale":     {thirdParty: []string{"github.com/go-playground/locales"}, thirdPartyListed: true},
	"template/words":      {},
	"template/lazyregexp": {thirdPartyListed: true},
	"transport":           {ours: []string{"transport/mailbox", "transport/redact", "transport/reply", "transport/route", "transport/sasl", "transport/timed", "transport/trial"}},
	"transport/mailbox":   {},
	"transport/reply":     {},
	"transport/route":     {thirdPartyListed: true},
	"transport/message":   {ours: []string{"transport/mailbox"}},
	"transport/redact":    {thirdPartyListed: true},
	"transport/sandbox":   {thirdParty: []string{"github.com/emersion/go-sasl", "github.com/emersion/go-smtp"}, thirdPartyListed: true},
	"transport/sasl":      {},
	"transport/timed":     {thirdPartyListed: true},
	"transport/trial":     {},
	"transport/smtptest":  {thirdPartyListed: true},
}

// forAll are packages that any one may import, since they are like the standard library's.
var forAll = []string{"template/lazyregexp"}

// topLevel are the directories that the module root may have beside those
// whose names begin with a dot.
var topLevel = []string{"cmd", "examples", "job", "template", "transport"}

// keptFor says which imports product code may have in one place only, but for also: pages of our own
// have cells and replies in them, which are escaped for their places. They are no letters: nobody's words
// are their templates, and package template has nothing that they need.
var keptFor = []struct {
	path, dir string
	also      []string
}{
	{"text/template", "template", nil},
	{"text/template/parse", "template", nil},
	{"html/template", "template", []string{"cmd/mailshot/web", "job/status/page"}},
	{"github.com/emersion/go-smtp", "transport/sandbox", nil},
	{"github.com/nats-io/nats.go", "job/fleet", nil},
	{"github.com/emersion/go-msgauth/dkim", "a test", nil},      // it judges our signatures
	{"github.com/santhosh-tekuri/jsonschema/v6", "a test", nil}, // it judges our schema
	{"github.com/chromedp/chromedp", "a test", nil},             // it drives a browser
	{"os/signal", "cmd", nil},
	{"flag", "cmd", nil},
}

// process are the names by which a program touches its arguments, its
// environment, its streams and its end. They are for cmd.
var process = map[string][]string{
	"os": {
		"Args", "Exit", "Stdin", "Stdout", "Stderr",
		"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Setenv", "Unsetenv", "Clearenv",
	},
	"fmt": {"Print", "Printf", "Println"},
	"log": {
		"Default", "Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln",
	},
}

// TestImports holds the layering of the whole module.
func TestImports(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../..")
	if _, err := fs.Stat(root, "go.mod"); err != nil {
		t.Fatal("not the module root:", err)
	}
	broken, err := violations(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range broken {
		t.Error(v)
	}
}

// TestImportsRefused breaks each rule once in a small tree.
func TestImportsRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		file string
		text string
		want string // "" if the tree is good
	}{
		{"clean", "job/job.go", "package job\nimport (\n\"os\"\n\"mailshot/transport\"\n\"mailshot/job/result\"\n\"golang.org/x/sync/errgroup\"\n)\nvar _ = os.Open", ""},
		{"cmd does all", "cmd/mailshot/main.go", "package main\nimport (\n\"os\"\n\"os/signal\"\n\"flag\"\n\"mailshot/job\"\n)\nfunc main() { os.Exit(len(os.Args)) }", ""},
		{"test in one layer uses smtptest", "transport/session_test.go", "package transport\nimport \"mailshot/transport/smtptest\"", ""},
		{"test reads the environment", "job/job_test.go", "package job\nimport \"os\"\nvar _ = os.Getenv", ""},
		{"a field named like one of os", "job/job.go", "package job\nfunc f(c struct{ Stdout int }) int { return c.Stdout }", ""},
		{"a method named init", "job/job.go", "package job\ntype T struct{}\nfunc (T) init() {}", ""},
		{"dot directory", ".ci/tool.go", "package tool\nimport \"net/smtp\"", ""},
		{"testdata", "job/testdata/x.go", "package x\nimport \"net/smtp\"", ""},

		{"template imports ours", "template/t.go", "package template\nimport \"mailshot/job/address\"", "template/t.go:2: template may not import job/address"},
		{"template and its rooms", "template/t.go", "package template\nimport (\n\"mailshot/template/function\"\n\"mailshot/template/htmltext\"\n\"mailshot/template/words\"\n)", ""},
		{"function imports template", "template/function/f.go", "package function\nimport \"mailshot/template\"", "template/function may not import template"},
		{"htmltext imports function", "template/htmltext/h.go", "package htmltext\nimport \"mailshot/template/function\"", "template/htmltext may not import template/function"},
		{"words imports ours", "template/words/w.go", "package words\nimport \"mailshot/template/function\"", "template/words may not import template/function"},
		{"transport imports ours", "transport/t.go", "package transport\nimport \"mailshot/transport/message\"", "transport may not import transport/message"},
		{"transport and sasl", "transport/t.go", "package transport\nimport \"mailshot/transport/sasl\"", ""},
		{"sasl imports ours", "transport/sasl/s.go", "package sasl\nimport \"mailshot/transport\"", "transport/sasl may not import transport"},
		{"the grammar of addresses", "transport/message/m.go", "package message\nimport \"mailshot/transport/mailbox\"", ""},
		{"mailbox imports ours", "transport/mailbox/m.go", "package mailbox\nimport \"mailshot/transport\"", "transport/mailbox may not import transport"},
		{"message imports ours", "transport/message/m.go", "package message\nimport \"mailshot/transport\"", "transport/message may not import transport"},
		{"sandbox imports ours", "transport/sandbox/s.go", "package sandbox\nimport \"mailshot/transport\"", "transport/sandbox may not import transport"},
		{"sandbox imports others", "transport/sandbox/s.go", "package sandbox\nimport \"github.com/emersion/go-message\"", "transport/sandbox may not import the module of github.com/emersion/go-message"},
		{"sandbox and go-smtp", "transport/sandbox/s.go", "package sandbox\nimport \"github.com/emersion/go-smtp\"", ""},
		{"smtptest imports ours", "transport/smtptest/s.go", "package smtptest\nimport \"mailshot/transport\"", "transport/smtptest may not import transport"},
		{"smtptest imports others", "transport/smtptest/s.go", "package smtptest\nimport \"golang.org/x/net/nettest\"", "transport/smtptest may not import the module of golang.org/x/net/nettest"},
		{"disktest in product code", "job/job.go", "package job\nimport \"mailshot/job/result/disktest\"", "only tests may import job/result/disktest"},
		{"smtptest in product code", "job/job.go", "package job\nimport \"mailshot/transport/smtptest\"", "only tests may import transport/smtptest"},
		{"problem imports ours", "job/problem/p.go", "package problem\nimport \"mailshot/job/address\"", "job/problem may not import job/address"},
		{"address imports ours", "job/address/a.go", "package address\nimport \"mailshot/job/problem\"", "job/address may not import job/problem"},
		{"secret imports ours", "job/secret/s.go", "package secret\nimport \"mailshot/job/address\"", "job/secret may not import job/address"},
		{"secret and problem", "job/secret/s.go", "package secret\nimport \"mailshot/job/problem\"", ""},
		{"delivery and letters", "job/delivery/d.go", "package delivery\nimport \"mailshot/job/letter\"", "job/delivery may not import job/letter"},
		{"delivery and recipients", "job/delivery/d.go", "package delivery\nimport \"mailshot/job/recipients\"", "job/delivery may not import job/recipients"},
		{"delivery and its four", "job/delivery/d.go", "package delivery\nimport (\n\"mailshot/job/result\"\n\"mailshot/job/advice\"\n\"mailshot/job/problem\"\n\"mailshot/transport\"\n)", ""},
		{"a room imports job", "job/plan/p.go", "package plan\nimport \"mailshot/job\"", "job/plan may not import job"},
		{"plan imports letters", "job/plan/p.go", "package plan\nimport \"mailshot/job/letter\"", "job/plan may not import job/letter"},
		{"status imports letters", "job/status/s.go", "package status\nimport \"mailshot/job/letter\"", "job/status may not import job/letter"},
		{"the engine imports the sandbox", "job/delivery/d.go", "package delivery\nimport \"mailshot/transport/sandbox\"", "job/delivery may not import transport/sandbox"},
		{"index imports others", "job/index/i.go", "package index\nimport \"golang.org/x/sys/unix\"", "job/index may not import the module of golang.org/x/sys/unix"},
		{"jobfile imports recipients", "job/jobfile/j.go", "package jobfile\nimport \"mailshot/job/recipients\"", "job/jobfile may not import job/recipients"},
		{"jobfile and its three", "job/jobfile/j.go", "package jobfile\nimport (\n\"mailshot/job/problem\"\n\"mailshot/job/address\"\n\"mailshot/job/secret\"\n)", ""},
		{"keys imports ours", "job/jobfile/keys/k.go", "package keys\nimport \"mailshot/job/problem\"", "job/jobfile/keys may not import job/problem"},
		{"keys imports others", "job/jobfile/keys/k.go", "package keys\nimport \"gopkg.in/yaml.v3\"", "job/jobfile/keys may not import the module of gopkg.in/yaml.v3"},
		{"recipients imports secret", "job/recipients/r.go", "package recipients\nimport \"mailshot/job/secret\"", "job/recipients may not import job/secret"},
		{"sheet and its two", "job/recipients/sheet/s.go", "package sheet\nimport (\n\"mailshot/job/problem\"\n\"mailshot/job/address\"\n)", ""},
		{"index imports ours", "job/index/i.go", "package index\nimport \"mailshot/job/problem\"", "job/index may not import job/problem"},
		{"result and index", "job/result/r.go", "package result\nimport \"mailshot/job/index\"", ""},
		{"result imports ours", "job/result/r.go", "package result\nimport \"mailshot/job\"", "job/result may not import job"},
		{"job imports cmd", "job/job.go", "package job\nimport \"mailshot/cmd/mailshot\"", "job may not import cmd/mailshot"},
		{"regular expression of a package", "job/job.go", "package job\nimport \"regexp\"\nvar x = regexp.MustCompile(`x`)", "a package's regular expressions are of template/lazyregexp"},
		{"regular expression of a function", "job/job.go", "package job\nimport \"regexp\"\nfunc f() { regexp.MustCompile(`x`) }", ""},
		{"lazyregexp in job", "job/index/i.go", "package index\nimport \"mailshot/template/lazyregexp\"", ""},
		{"lazyregexp imports ours", "template/lazyregexp/l.go", "package lazyregexp\nimport \"mailshot/template/words\"", "template/lazyregexp may not import template/words"},
		{"unlisted package", "job/pacer/p.go", "package pacer", "job/pacer has no line in the table of layers"},
		{"text/template elsewhere", "job/job.go", "package job\nimport \"text/template\"", "only template may import text/template"},
		{"html/template elsewhere", "job/job.go", "package job\nimport \"html/template\"", "only template may import html/template"},
		{"html/template in the report", "job/status/page/p.go", "package page\nimport \"html/template\"", ""},
		{"text/template in the report", "job/status/page/p.go", "package page\nimport \"text/template\"", "only template may import text/template"},
		{"html/template in status", "job/status/s.go", "package status\nimport \"html/template\"", "only template may import html/template"},
		{"html/template of the pages", "cmd/mailshot/web/w.go", "package web\nimport \"html/template\"", ""},
		{"html/template of the terminal", "cmd/mailshot/screen/s.go", "package screen\nimport \"html/template\"", "only template may import html/template"},
		{"nats.go elsewhere", "job/job.go", "package job\nimport \"github.com/nats-io/nats.go\"", "only job/fleet may import github.com/nats-io/nats.go"},
		{"go-smtp elsewhere", "job/job.go", "package job\nimport \"github.com/emersion/go-smtp\"", "only transport/sandbox may import github.com/emersion/go-smtp"},
		{"the verifier of DKIM", "transport/message/m.go", "package message\nimport \"github.com/emersion/go-msgauth/dkim\"", "only a test may import github.com/emersion/go-msgauth/dkim"},
		{"the verifier of DKIM in a test", "transport/message/m_test.go", "package message\nimport \"github.com/emersion/go-msgauth/dkim\"", ""},
		{"the judge of schemas", "job/jobfile/j.go", "package jobfile\nimport \"github.com/santhosh-tekuri/jsonschema/v6\"", "only a test may import github.com/santhosh-tekuri/jsonschema/v6"},
		{"the driver of browsers", "cmd/mailshot/web/w.go", "package web\nimport \"github.com/chromedp/chromedp\"", "only a test may import github.com/chromedp/chromedp"},
		{"net/smtp", "transport/t.go", "package transport\nimport \"net/smtp\"", "nothing may import net/smtp"},
		{"net/smtp in a test", "transport/t_test.go", "package transport\nimport \"net/smtp\"", "nothing may import net/smtp"},
		{"signals", "job/job.go", "package job\nimport \"os/signal\"", "only cmd may import os/signal"},
		{"flag", "job/job.go", "package job\nimport \"flag\"", "only cmd may import flag"},
		{"log", "job/job.go", "package job\nimport \"log\"\nfunc f() { log.Print() }", "only cmd may use log.Print"},
		{"a logger of one's own", "job/job.go", "package job\nimport (\n\"io\"\n\"log\"\n)\nvar _ = log.New(io.Discard, \"\", 0)", ""},
		{"arguments", "job/job.go", "package job\nimport \"os\"\nvar _ = os.Args", "job/job.go:3: only cmd may use os.Args"},
		{"exit", "job/job.go", "package job\nimport \"os\"\nfunc f() { os.Exit(1) }", "only cmd may use os.Exit"},
		{"environment", "job/job.go", "package job\nimport \"os\"\nvar _ = os.Getenv(\"X\")", "only cmd may use os.Getenv"},
		{"look up", "job/job.go", "package job\nimport \"os\"\nvar _, _ = os.LookupEnv(\"X\")", "only cmd may use os.LookupEnv"},
		{"whole environment", "job/job.go", "package job\nimport \"os\"\nvar _ = os.Environ()", "only cmd may use os.Environ"},
		{"standard input", "job/job.go", "package job\nimport \"os\"\nvar _ = os.Stdin", "only cmd may use os.Stdin"},
		{"standard output", "job/job.go", "package job\nimport \"os\"\nvar _ = os.Stdout", "only cmd may use os.Stdout"},
		{"standard error, renamed", "job/job.go", "package job\nimport sys \"os\"\nvar _ = sys.Stderr", "only cmd may use os.Stderr"},
		{"os by dot", "job/job.go", "package job\nimport . \"os\"\nvar _ = Stderr", "os may not be imported by dot"},
		{"print", "job/job.go", "package job\nimport \"fmt\"\nfunc f() { fmt.Println() }", "only cmd may use fmt.Println"},
		{"init", "cmd/mailshot/main.go", "package main\nfunc init() {}", "cmd/mailshot/main.go:2: no init functions"},
		{"Go at the root", "tools.go", "package tools", "no Go file at the module root"},
		{"top-level directory", "internal/x/x.txt", "", "no top-level directory internal"},
		{"not Go", "job/job.go", "pack job", "job/job.go:1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := violations(fstest.MapFS{tt.file: {Data: []byte(tt.text)}})
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("%s is refused: %q", tt.file, got)
			case tt.want != "" && len(got) != 1:
				t.Errorf("%s: %q; want one sentence with %q", tt.file, got, tt.want)
			case tt.want != "" && !strings.Contains(got[0], tt.want):
				t.Errorf("%s: %q; want %q in it", tt.file, got[0], tt.want)
			}
		})
	}
}

// violations returns a sentence for each place under root, a module root, that
// breaks a rule. It is an error if root can't be read.
func violations(root fs.FS) ([]string, error) {
	var found []string
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return enter(name, &found)
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		if path.Dir(name) == "." {
			found = append(found, name+": no Go file at the module root; it goes to "+strings.Join(topLevel, ", "))
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		found = append(found, fileViolations(name, text)...)
		return nil
	})
	return found, err
}

// enter says whether the walk goes into a directory, and complains of one
// that should not be there.
func enter(dir string, found *[]string) error {
	base := path.Base(dir)
	switch {
	case dir == ".":
		return nil
	case strings.HasPrefix(base, "."), strings.HasPrefix(base, "_"), base == "testdata":
		return fs.SkipDir
	case !strings.Contains(dir, "/") && !slices.Contains(topLevel, dir):
		*found = append(*found, fmt.Sprintf("no top-level directory %s: growth goes down into sub-packages of %s",
			dir, strings.Join(topLevel, ", ")))
		return fs.SkipDir
	}
	return nil
}

// A source is one parsed file and what was found in it.
type source struct {
	name  string // path from the module root
	dir   string
	test  bool
	fset  *token.FileSet
	file  *ast.File
	found []string
}

func fileViolations(name string, text []byte) []string {
	s := source{name: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), fset: token.NewFileSet()}
	var err error
	if s.file, err = parser.ParseFile(s.fset, name, text, parser.SkipObjectResolution); err != nil {
		return []string{err.Error()}
	}
	if _, ok := layers[s.dir]; !ok {
		s.add(s.file.Package, "%s has no line in the table of layers; decide what it may import", s.dir)
		return s.found
	}
	for _, spec := range s.file.Imports {
		s.checkImport(spec)
	}
	s.checkInit()
	s.checkExpressions()
	if !s.test && !within("cmd", s.dir) {
		s.checkProcess()
	}
	return s.found
}

func (s *source) add(pos token.Pos, format string, args ...any) {
	s.found = append(s.found, fmt.Sprintf("%s:%d: ", s.name, s.fset.Position(pos).Line)+fmt.Sprintf(format, args...))
}

// checkImport reports one import at most once, by the strictest rule first.
func (s *source) checkImport(spec *ast.ImportSpec) {
	imported, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		s.add(spec.Pos(), "import path %s: %v", spec.Path.Value, err)
		return
	}
	if imported == "net/smtp" {
		s.add(spec.Pos(), "nothing may import net/smtp, not even a test")
		return
	}
	if s.test {
		return
	}
	for _, k := range keptFor {
		if imported == k.path && !within(k.dir, s.dir) && !slices.Contains(k.also, s.dir) {
			s.add(spec.Pos(), "only %s may import %s", k.dir, imported)
			return
		}
	}
	l := layers[s.dir]
	if dir, ok := strings.CutPrefix(imported, module+"/"); ok {
		s.checkOurs(spec, l, dir)
		return
	}
	first, _, _ := strings.Cut(imported, "/")
	if l.thirdPartyListed && strings.Contains(first, ".") && !slices.ContainsFunc(l.thirdParty, func(p string) bool { return within(p, imported) }) {
		s.add(spec.Pos(), "%s may not import the module of %s", s.dir, imported)
	}
}

func (s *source) checkOurs(spec *ast.ImportSpec, l layer, dir string) {
	every := slices.Contains(forAll, dir) || slices.Contains(l.ours, "*") && !within("cmd", dir)
	switch {
	case dir == "transport/smtptest" || dir == "job/result/disktest":
		s.add(spec.Pos(), "only tests may import %s", dir)
	case !every && !slices.Contains(l.ours, dir):
		s.add(spec.Pos(), "%s may not import %s", s.dir, dir)
	}
}

func (s *source) checkInit() {
	for _, decl := range s.file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			s.add(f.Pos(), "no init functions: what must happen first is called by name")
		}
	}
}

// checkExpressions looks for variables of a package that are regular expressions, whose compiling
// would keep every start waiting.
func (s *source) checkExpressions() {
	for _, decl := range s.file.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "MustCompile" {
				s.add(sel.Pos(), "a package's regular expressions are of template/lazyregexp")
			}
			_, function := n.(*ast.FuncLit)
			return !function
		})
	}
}

// checkProcess looks for the names of process by the names under which the
// file imports their packages.
func (s *source) checkProcess() {
	names := make(map[string]string) // local name -> import path
	for _, spec := range s.file.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		if process[imported] == nil {
			continue
		}
		local := imported
		if spec.Name != nil {
			local = spec.Name.Name
		}
		if local == "." {
			s.add(spec.Pos(), "%s may not be imported by dot", imported)
			continue
		}
		names[local] = imported
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && slices.Contains(process[names[x.Name]], sel.Sel.Name) {
			s.add(sel.Pos(), "only cmd may use %s.%s", names[x.Name], sel.Sel.Name)
		}
		return true
	})
}

// within reports whether name is parent or lies under it.
func within(parent, name string) bool {
	return name == parent || strings.HasPrefix(name, parent+"/")
}
