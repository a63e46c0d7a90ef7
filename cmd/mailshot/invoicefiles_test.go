package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// An invoice is a row of the example's recipients, by column.
type invoice map[string]string

// An item is a position of an invoice, the amount as it is in the cell.
type item struct{ what, amount string }

func (in invoice) items() (all []item) {
	for p := range strings.SplitSeq(in["positions"], ";") {
		what, amount, _ := strings.Cut(p, "|")
		all = append(all, item{what, amount})
	}
	return all
}

// word returns the one of the invoice's language.
func (in invoice) word(english, german string) string {
	if in["lang"] == "de" {
		return german
	}
	return english
}

// euros returns a cell with an amount in the manner of the invoice's language,
// without the sign of the currency.
func (in invoice) euros(cell string) string {
	digits, negative := strings.CutPrefix(cell, "-")
	whole, cents, _ := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + in.word(",", ".") + whole[i:]
	}
	s := whole + in.word(".", ",") + cents
	if negative {
		s = "-" + s
	}
	return s
}

// day returns the cell with the day of payment as the invoice shows it.
func (in invoice) day() string {
	year, month, day := in["due"][:4], in["due"][5:7], in["due"][8:]
	if in["lang"] == "de" {
		return day + "." + month + "." + year
	}
	return strings.TrimPrefix(day, "0") + " " + map[string]string{"10": "October", "11": "November"}[month] + " " + year
}

// pdf returns the invoice as a PDF file of one page, with the fonts that every
// viewer has. The same row makes the same octets.
func (in invoice) pdf() []byte {
	p := &page{}
	p.text(60, 780, 16, true, "Harbour Web")
	p.text(60, 764, 9, false, "Am Kai 12, 28195 Bremen, Germany")
	p.text(60, 700, 11, false, in["name"])
	p.text(60, 684, 11, false, in["email"])
	p.text(60, 620, 16, true, in.word("Invoice ", "Rechnung ")+in["invoice"])
	p.text(60, 602, 11, false, in.word("Customer ", "Kundennummer ")+in["customer"])
	y := 560
	for _, it := range in.items() {
		p.text(60, y, 11, false, it.what)
		p.amount(535, y, false, in.euros(it.amount))
		y -= 18
	}
	p.rule(y + 8)
	for i, it := range []item{
		{in.word("Net", "Summe"), in["net"]},
		{in.word("VAT, 19%", "Umsatzsteuer, 19 %"), in["vat"]},
		{in.word("Total in euros", "Gesamtbetrag in Euro"), in["total"]},
	} {
		y -= 18
		p.text(60, y, 11, i == 2, it.what)
		p.amount(535, y, i == 2, in.euros(it.amount))
	}
	p.text(60, y-50, 11, false, in.word("To be paid by ", "Zahlbar bis zum ")+in.day())
	p.text(60, y-66, 11, false, in.word("This is an example. Harbour Web has no account, and nothing is due.",
		"Dies ist ein Beispiel. Harbour Web hat kein Konto, und nichts ist zu zahlen."))
	return p.file()
}

// A page is what is drawn on the one page of a PDF file, of A4 in points.
type page struct{ drawn bytes.Buffer }

func (p *page) text(x, y, size int, bold bool, s string) {
	p.textAt(float64(x), y, size, bold, s)
}

func (p *page) textAt(x float64, y, size int, bold bool, s string) {
	font := 1
	if bold {
		font = 2
	}
	s = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s)
	fmt.Fprintf(&p.drawn, "BT /F%d %d Tf %.2f %d Td (%s) Tj ET\n", font, size, x, y, s)
}

// amount is text that ends at right. In both fonts all digits are 556 wide, of
// a thousand, and what else is in an amount is known too.
func (p *page) amount(right, y int, bold bool, s string) {
	wide := 0
	for _, r := range s {
		switch r {
		case '.', ',':
			wide += 278
		case '-':
			wide += 333
		default:
			wide += 556
		}
	}
	p.textAt(float64(right)-11*float64(wide)/1000, y, 11, bold, s)
}

func (p *page) rule(y int) { fmt.Fprintf(&p.drawn, "0.5 w 60 %d m 535 %d l S\n", y, y) }

// file returns the PDF file, in the characters of Windows-1252.
func (p *page) file() []byte {
	drawn, err := charmap.Windows1252.NewEncoder().Bytes(p.drawn.Bytes())
	if err != nil {
		panic(err) // the example has no other characters
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var places []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R\n   /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", len(drawn), drawn),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
	} {
		places = append(places, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(places)+1)
	for _, at := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(places)+1, table)
	return b.Bytes()
}

// logo returns the mark of the example's sender, a lighthouse over the waves, three
// times as large as it is shown. Around the disc it is clear, so that it stands
// on light and on dark.
func logo() []byte {
	const size, fine = 168, 4 // pixels a side, samples a side of a pixel
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			var r, g, b, in int
			for i := range fine * fine {
				at := func(n, sub int) float64 { return (float64(n) + (float64(sub)+0.5)/fine) / size }
				if c, ok := lighthouse(at(x, i%fine), at(y, i/fine)); ok {
					r, g, b, in = r+int(c.R), g+int(c.G), b+int(c.B), in+1
				}
			}
			if in > 0 {
				img.SetNRGBA(x, y, color.NRGBA{uint8(r / in), uint8(g / in), uint8(b / in), uint8(255 * in / (fine * fine))})
			}
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

// lighthouse returns the colour at a point of the unit square, if it is in the disc.
func lighthouse(x, y float64) (c color.NRGBA, ok bool) {
	sea, white := color.NRGBA{11, 79, 108, 255}, color.NRGBA{255, 255, 255, 255}
	lamp, band := color.NRGBA{246, 196, 69, 255}, color.NRGBA{209, 73, 91, 255}
	if math.Hypot(x-0.5, y-0.5) > 0.5 {
		return sea, false
	}
	side := math.Abs(x - 0.5)
	wave := func(mid float64) bool { return math.Abs(y-mid-0.02*math.Sin(x*8*math.Pi)) < 0.022 }
	switch {
	case wave(0.76), wave(0.87):
		return white, true
	case y > 0.70:
		return sea, true
	case y > 0.38 && side < 0.06+0.14*(y-0.38): // the tower, with a band
		if y > 0.49 && y < 0.57 {
			return band, true
		}
		return white, true
	case y > 0.345 && y <= 0.38 && side < 0.10, y > 0.16 && y <= 0.23 && side < 0.5*(y-0.10):
		return white, true // the gallery and the roof
	case y > 0.23 && y <= 0.345 && side < 0.05:
		return lamp, true
	case y > 0.23 && y <= 0.36 && side > 0.09 && side < 0.36 && math.Abs(y-0.29) < 0.15*(side-0.02):
		return lamp, true // the beams
	}
	return sea, true
}

// sameImage reports whether two PNG files show the same, whatever packed them.
func sameImage(a, b []byte) bool {
	first, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		return false
	}
	second, err := png.Decode(bytes.NewReader(b))
	if err != nil || first.Bounds() != second.Bounds() {
		return false
	}
	one, ok := first.(*image.NRGBA)
	other, ok2 := second.(*image.NRGBA)
	return ok && ok2 && slices.EqualFunc(one.Pix, other.Pix, func(p, q uint8) bool { return max(p, q)-min(p, q) <= 1 })
}
