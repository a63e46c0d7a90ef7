package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/csv"
	"encoding/pem"
	"flag"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"

	"mailshot/template/lazyregexp"
	signer "mailshot/transport/message"
)

var drawInvoices = flag.Bool("invoice.draw", false, "make the files of the examples anew: the PDFs from the rows, and the logo")

var invoiceDir = filepath.Join(root, "examples", "invoice")

func readInvoices(t *testing.T) (all []invoice) {
	t.Helper()
	f, err := os.Open(filepath.Join(invoiceDir, "customers.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[1:] {
		in := invoice{}
		for i, column := range records[0] {
			in[column] = r[i]
		}
		all = append(all, in)
	}
	if len(all) != 5 {
		t.Fatalf("%d rows, want 5", len(all))
	}
	return all
}

// The files of the example say what its rows say.
func TestExampleInvoiceFiles(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{"logo.png": logo()}
	for _, in := range readInvoices(t) {
		files[filepath.Join("invoices", in["file"])] = in.pdf()
		sum := 0
		for _, it := range in.items() {
			sum += cents(t, it.amount)
		}
		net, vat, total := cents(t, in["net"]), cents(t, in["vat"]), cents(t, in["total"])
		if net != sum || vat != (net*19+50)/100 || total != net+vat {
			t.Errorf("invoice %s does not add up: %d, of that %d, together %d; the positions are %d", in["invoice"], net, vat, total, sum)
		}
	}
	for name, want := range files {
		path := filepath.Join(invoiceDir, name)
		if *drawInvoices {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if same := bytes.Equal(got, want) || filepath.Ext(name) == ".png" && sameImage(got, want); !same {
			t.Errorf("%s is not as its row makes it; go test -run ExampleInvoiceFiles ./cmd/mailshot -invoice.draw", name)
		}
	}
}

func cents(t *testing.T, cell string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.Replace(cell, ".", "", 1))
	if err != nil || !regexp.MustCompile(`\.[0-9]{2}$`).MatchString(cell) {
		t.Fatalf("the amount %q has no cents (%v)", cell, err)
	}
	return n
}

// Each customer has the invoice that is theirs: a text and a page that say the
// same, the logo, and their own PDF, under a signature that holds.
func TestExampleInvoice(t *testing.T) {
	public := invoiceKey(t)
	sandbox, stderr := runExample(t, "invoice", "invoice.yaml")
	if stderr != "" {
		t.Errorf("stderr: %s", stderr)
	}
	mark, err := os.ReadFile(filepath.Join(invoiceDir, "logo.png"))
	if err != nil {
		t.Fatal(err)
	}
	for i, in := range readInvoices(t) {
		t.Run(in["customer"], func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join(sandbox, fmt.Sprintf("%06d.eml", i+1)))
			if err != nil {
				t.Fatal(err)
			}
			if err := public.verify(b); err != nil {
				t.Errorf("signature: %v", err)
			}
			if err := public.verify(append(slices.Clone(b), "x\r\n"...)); err == nil {
				t.Error("the signature holds for another text")
			}
			m, err := message.Read(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			checkInvoiceHeader(t, in, mail.Header{Header: m.Header})
			checkInvoiceParts(t, in, m, mark)
		})
	}
}

// invoiceKey sets DKIM_KEY to a new key, and gives what knows its other half.
func invoiceKey(t *testing.T) *fixture {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DKIM_KEY", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	d := signer.DKIM{Domain: "harbour.example", Selector: "s1", Key: key}
	return &fixture{records: map[string]string{d.RecordName(): d.Record()}}
}

func checkInvoiceHeader(t *testing.T, in invoice, h mail.Header) {
	t.Helper()
	to, err := h.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != in["name"] || to[0].Address != in["email"] {
		t.Errorf("To is %v (%v), want %s", to, err, in["name"])
	}
	want := in.word("Your invoice ", "Ihre Rechnung ") + in["invoice"]
	if got, err := h.Subject(); err != nil || got != want {
		t.Errorf("the subject is %q (%v), want %q", got, err, want)
	}
}

// checkInvoiceParts walks the parts as a mail program does.
func checkInvoiceParts(t *testing.T, in invoice, m *message.Entity, mark []byte) {
	t.Helper()
	var kinds []string
	var text, page, id string
	err := m.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		kind, _, err := part.Header.ContentType()
		if err != nil {
			return err
		}
		kinds = append(kinds, kind)
		if strings.HasPrefix(kind, "multipart/") {
			return nil
		}
		b, err := io.ReadAll(part.Body)
		if err != nil {
			return err
		}
		switch kind {
		case "text/plain":
			text = string(b)
		case "text/html":
			page = string(b)
		case "image/png":
			id = strings.Trim(part.Header.Get("Content-Id"), "<>")
			if !bytes.Equal(b, mark) {
				t.Error("the logo is another")
			}
		case "application/pdf":
			checkInvoicePDF(t, in, part.Header, b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "application/pdf"}
	if !slices.Equal(kinds, want) {
		t.Errorf("the parts are %q, want %q", kinds, want)
	}
	checkInvoiceWords(t, in, text, page)
	if shown := fmt.Sprintf(`<img src="cid:%s" `, id); id == "" || strings.Count(page, shown) != 1 || strings.Count(page, "<img") != 1 {
		t.Errorf("the page does not show the logo, %s, once, and nothing else", shown)
	}
	if far := regexp.MustCompile(`https?:|url\(|<link|<script|\{\{`).FindString(page); far != "" {
		t.Errorf("the page has %q in it", far)
	}
}

// checkInvoicePDF sees that the file is that of the row, by its name and by
// what is printed in it.
func checkInvoicePDF(t *testing.T, in invoice, header message.Header, got []byte) {
	t.Helper()
	h := mail.AttachmentHeader{Header: header}
	want := in.word("Invoice ", "Rechnung ") + in["invoice"] + ".pdf"
	if name, err := h.Filename(); err != nil || name != want {
		t.Errorf("the file's name is %q (%v), want %q", name, err, want)
	}
	if !bytes.Equal(got, in.pdf()) {
		t.Error("the PDF is not that of the row")
	}
	for _, s := range []string{in["customer"] + ")", in["invoice"] + ")", "(" + in.euros(in["total"]) + ")"} {
		if !bytes.Contains(got, []byte(s)) {
			t.Errorf("the PDF lacks %q", s)
		}
	}
}

// amounts are what looks like one, in both languages.
var amounts = lazyregexp.New(`-?[0-9][0-9.,]*[.,][0-9]{2}\b`)

var preheader = lazyregexp.New(`<div style="display:none[^<]*`)

var tags = lazyregexp.New(`(?s)<head>.*</head>|<div style="display:none.*?</div>|<[^>]*>`)

// checkInvoiceWords sees that the text and the page say the same, and that it
// is what the row says.
func checkInvoiceWords(t *testing.T, in invoice, text, page string) {
	t.Helper()
	if p := preheader().FindString(page); !strings.Contains(p, in.euros(in["total"])) || !strings.Contains(p, in.day()) {
		t.Errorf("what lists of messages show is %q", p)
	}
	shown := html.UnescapeString(tags().ReplaceAllString(page, " "))
	var want []string
	for _, it := range in.items() {
		want = append(want, in.euros(it.amount))
	}
	want = append(want, in.euros(in["net"]), in.euros(in["vat"]), in.euros(in["total"]))
	day := in.day()
	for name, s := range map[string]string{"text": text, "page": shown} {
		if !strings.Contains(s, day) {
			t.Errorf("the %s does not tell the day, %s", name, day)
		}
		s = strings.ReplaceAll(strings.ReplaceAll(s, day, ""), "€", "")
		if got := amounts().FindAllString(s, -1); !slices.Equal(got, want) {
			t.Errorf("the %s has the amounts %q, want %q", name, got, want)
		}
		for _, it := range in.items() {
			if !strings.Contains(s, it.what) {
				t.Errorf("the %s lacks %q", name, it.what)
			}
		}
		if strings.Count(s, in["salutation"]) != 1 || !strings.Contains(s, in["invoice"]) {
			t.Errorf("the %s greets nobody, or has no number:\n%s", name, s)
		}
	}
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimRight(line, "\r\n"))); n > 72 {
			t.Errorf("a line of the text has %d characters: %s", n, line)
		}
	}
}
