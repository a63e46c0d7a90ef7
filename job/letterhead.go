package job

import (
	"fmt"

	"mailshot/job/address"
	"mailshot/job/jobfile"
	"mailshot/template"
	"mailshot/transport/message"
)

// A letterhead makes the header fields that have keys of their own in the job
// file. It is safe for concurrent use once made.
type letterhead struct {
	job   *jobfile.Job
	lists *template.Lists
}

// The lists of a letterhead, in the order in which they are rendered.
const replyTo = 0

func newLetterhead(j *jobfile.Job, c template.Config) (*letterhead, error) {
	m := &j.Message
	h := &letterhead{job: j}
	var err error
	h.lists, err = template.ParseLists([]template.List{templateList(j, "reply_to", m.ReplyTo)}, c)
	return h, err
}

func templateList(j *jobfile.Job, key string, texts []jobfile.Text) template.List {
	l := template.List{Name: key}
	for _, t := range texts {
		l.Values = append(l.Values, templateSource(j, key, t))
	}
	return l
}

// A headWriter writes one message's fields after the other. Each worker has
// its own.
type headWriter struct {
	*letterhead
	lists *template.ListsRenderer
}

func (h *letterhead) writer() *headWriter {
	return &headWriter{letterhead: h, lists: h.lists.Renderer()}
}

// write puts the fields into the message of a row.
func (w *headWriter) write(m *message.Message, r template.Row) error {
	lists, err := w.lists.Render(r)
	if err != nil {
		return err
	}
	m.ReplyTo, err = mailboxes("reply_to", lists[replyTo])
	return err
}

// mailboxes reads the items of a list.
func mailboxes(key string, items []string) ([]message.Mailbox, error) {
	var boxes []message.Mailbox
	for _, item := range items {
		box, err := address.ParseMailbox(item)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", key, item, err)
		}
		boxes = append(boxes, mailbox(box))
	}
	return boxes, nil
}
