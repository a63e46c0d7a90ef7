package jobfile

// serverOnly is a job of which only the server section, which is outside of it, is used.
const serverOnly = "version: 1\nrecipients: none.csv\nmessage:\n  from: nobody@mailshot.invalid\n  subject: none\n  text: {inline: none}\n"

// LoadServer reads a file that has the keys of a server section alone. The rest of the job that it
// returns is of no use.
func LoadServer(path string, lookup func(name string) (string, bool)) (*Job, error) {
	return parse(path, []byte(serverOnly), Outside{Server: path, Lookup: lookup})
}
