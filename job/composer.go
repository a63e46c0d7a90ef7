package job

import (
	"mailshot/job/address"
	"mailshot/job/delivery"
	"mailshot/job/jobfile"
	"mailshot/job/letter"
)

// A composer makes the messages of tasks. Each worker has its own.
type composer struct {
	letters *letter.Composer
	from    address.Address // of the envelope
}

func newComposer(c *letter.Composer, j *jobfile.Job) *composer {
	return &composer{c, j.Message.EnvelopeFrom.Address}
}

// Compose implements delivery.Composer.
func (c *composer) Compose(t *delivery.Task) (m delivery.Message, err error) {
	mail, err := c.mail(t)
	if err != nil {
		return m, composeError(err, letter.Temporary(err))
	}
	m.Envelope, m.Cc, m.Content = mail.Envelope(c.from), mail.Cc, mail.Message
	if m.SHA256, err = c.letters.Digest(mail); err != nil {
		return m, composeError(err, true)
	}
	return m, nil
}

func (c *composer) mail(t *delivery.Task) (letter.Mail, error) {
	task := t.Letter.(*rowTask)
	if !task.cached.IsZero() {
		return c.letters.Again(task.row, t.MessageID, task.cached, t.Date)
	}
	return c.letters.Compose(task.row, t.MessageID, t.Date)
}

func composeError(err error, temporary bool) error {
	if temporary {
		return &delivery.TemporaryError{Err: err}
	}
	return err
}
