package remark

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	columns := []string{"first_name", "First Name", "city", "name", "color"}
	for _, tt := range []struct {
		text string
		html bool
		want string // of the remarks, "" for none
	}{
		{"Dear {city},", false, `{city} is text here, and "city" is a column; is {{.city}} meant?`},
		{"{first_name}", false, `{{field "First Name"}}`}, // the columns are one but for how they are written
		{"{ city }", false, "{ city } is"}, {"${city}", false, "${city} is"}, {"{$city}", false, "{$city} is"},
		{"«city»", false, "«city» is"}, {"<<city>>", false, "<<city>> is"}, {"[city]", false, "[city] is"}, {"[[city]]", false, "[[city]] is"},
		{"%city%", false, "%city% is"}, {"%%city%%", false, "%%city%% is"}, {"*|CITY|*", false, "*|CITY|* is"}, {"<%= city %>", false, "<%= city %> is"},
		{"#city#", false, "#city# is"}, {"$city$", false, "$city$ is"}, {"%(city)s", false, "%(city)s is"}, {"[City ]", false, "[City ] is"},
		{"{.city}", false, "{.city} is text here, and \"city\" is a column; is {{.city}} meant?"}, {"[.city]", false, "[.city] is"}, {"[[.city]]", false, "[[.city]] is"}, {"<.city>", false, "<.city> is"},
		{"Dear <City>,", false, "<City> is"}, {"<First Name>", false, `is {{field "First Name"}} meant?`}, {"a < b <city>", false, "<city> is"}, {"&lt;city&gt;", true, "&lt;city&gt; is"}, {"${.city}", false, "${.city} is"},
		{"{ .city }", true, "{ .city } is"}, {"<p>{.city}</p>", true, "{.city} is"}, {"<%=city%><city>", true, "<%=city%> is"},
		{"<city>x</city><name>", true, ""}, {"<color>", true, ""}, {"<town>", false, ""}, {"<city@name.example>, <https://city/>", false, ""}, {"1 < city, name > 2", false, ""}, {"{...} [..]", false, ""},
		{"«First_Name»", false, "«First_Name» is"}, {"[x {city}]", false, "{city} is"},
		{"&laquo;city&raquo; and &lt;&lt;name&gt;&gt;", true, "&laquo;city&raquo; is"},
		{"{% if vip %}x{% endif %}", false, "{% if vip %} is text here"},
		{"{{if .name}}{city}{{end}}", false, "{city} is"},
		{"<td title='[city]'>", true, "[city] is"},
		{"<!--[if mso]>{city}<![endif]-->", true, "{city} is"},
		{"{town}", false, ""}, {"[1] see below, [sic]", false, ""}, {"50 % city 20 %", false, ""}, {"50% city 20%", false, ""}, {"100 %", false, ""},
		{"{{.city}} {{field \"First Name\"}}", false, ""}, {"{{/* {city} */}}", false, ""},
		{"<style>a{color} b { color }</style>", true, ""}, {"<STYLE type='text/css'>a{color}</STYLE >", true, ""},
		{"<!-- {city} -->x", true, ""}, {"a city, name it", false, ""}, {"color#name", false, ""},
		{"<!DOCTYPE html>\n<html><p>Dear {{.name}}</p></html>", false, "this is HTML, and is sent as plain text"},
		{"<p>Dear <b>{{.name}}</b></p>", false, "this is HTML"}, {"Dear {{.name}}<br>\nyours", false, "this is HTML"},
		{`{\rtf1\ansi Dear {{.name}}}`, false, "this is RTF, the format of a word processor, and is sent as plain text; save it as plain text"},
		{"a < b and c > d, <https://club.example/p>", false, ""}, {"write to <office@club.example>", false, ""}, {"<p>{{.name}}</p>", true, ""},
		{`<iframe srcdoc="<p>{{.name}}</p>"></iframe>`, true, "a cell stands in srcdoc"}, {`<iframe srcdoc='x'>{{.name}}`, true, ""},
	} {
		var got []string
		for _, r := range Of(tt.text, tt.html, columns) {
			if r.At < 0 || r.At >= len(tt.text) {
				t.Errorf("%s: a remark at octet %d", tt.text, r.At)
			}
			got = append(got, r.Text)
		}
		all := strings.Join(got, "\n")
		if !strings.Contains(all, tt.want) || tt.want == "" && all != "" {
			t.Errorf("%s:\n%s\nwant in it %q", tt.text, all, tt.want)
		}
	}
}

// What is written ten times is told once, with its first place.
func TestOfOnce(t *testing.T) {
	got := Of("Dear {city}, {city}\n{{.city}} {name}", false, []string{"city", "name"})
	if len(got) != 2 || got[0].At != 5 || got[1].At != 30 {
		t.Errorf("remarks: %+v; want one at 5, one at 30", got)
	}
}
