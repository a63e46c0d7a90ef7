package job

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"mailshot/transport/smtptest"
)

// No cell brings in a file, and none is missed because of one.
func TestCellsShowNothing(t *testing.T) {
	w := newWorld(t, 0, "", smtptest.Handler{})
	w.write("logo.png", "\x89PNG\r\n\x1a\n")
	csv := "email,name\n"
	for i, cell := range []string{"url(cid:logo)", "=cid:logo", `a = "cid:logo"`, "cid:logo", "url('cid:none')", `<img src="cid:logo">`} {
		csv += fmt.Sprintf("r%d@club.example,\"%s\"\n", i+1, strings.ReplaceAll(cell, `"`, `""`))
	}
	w.write("people.csv", csv)
	w.write("job.yaml", `version: 1
recipients: people.csv
message: {from: office@club.example, subject: x, html: {inline: '<p title="{{.name}}" class={{.name}}>Dear {{.name}}</p>'}, inline: {logo: logo.png}}
server: {host: mail.test, tls: none}
`)
	w.mustRun()
	w.wantOnce(6)
	for _, m := range w.server.Messages() {
		if bytes.Contains(m.Data, []byte("image/png")) {
			t.Errorf("a cell has brought in a file:\n%s", m.Data)
		}
	}
}
