package job

import (
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"strings"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport/message"
)

// prepareDKIM finds out who signs the letters, and reads the key where no
// program has to be started for it, nor a pipe waited for: what is wrong with a key
// is found before anything is sent. The sandbox goes on without a key that is not
// there, and starts no program.
func (m *mailing) prepareDKIM(ctx context.Context) error {
	c := &m.job.Message.DKIM
	if c.IsZero() {
		return nil
	}
	d := signature(m.job)
	doubt, err := alignment(d.Domain, m.job.Message.From.Address.Domain)
	if err != nil {
		return dkimError(m.job, "domain", err)
	}
	if doubt != "" {
		m.doubt("%s", doubt)
	}
	missing := c.Key.Check(m.job.SecretEnv(m.env.Secrets))
	switch program := len(c.Key.Command) > 0 || m.isPipe(c.Key.File); {
	case m.options.Sandbox && program:
		m.doubt("the letters are not signed: the sandbox runs no program for message.dkim.key, and reads no pipe")
		return nil
	case m.options.Sandbox && missing != nil:
		m.doubt("the letters are not signed: message.dkim.key: %v", missing)
		return nil
	case missing != nil:
		return noKey(m.job, missing)
	case program:
		d.Key = unreadKey{}
	default:
		if err := readDKIM(ctx, m.job, m.env, d); err != nil {
			return err
		}
		m.doubtKeyFile()
	}
	m.dkim = d
	return nil
}

// isPipe tells whether a file that the job names is a pipe: a program gives what
// is read from it, once.
func (m *mailing) isPipe(name string) bool {
	if name == "" {
		return false
	}
	info, err := os.Stat(m.job.Resolve(name))
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// runDKIM reads the key that a program gives, after the question.
func (m *mailing) runDKIM(ctx context.Context) error {
	if m.dkim == nil {
		return nil
	}
	if _, waits := m.dkim.Key.(unreadKey); !waits {
		return nil
	}
	d := *m.dkim
	if err := readDKIM(ctx, m.job, m.env, &d); err != nil {
		return err
	}
	m.dkim.Key = d.Key // where the letters look for it
	return nil
}

// signature is who signs the letters of a job, still without the key.
func signature(j *jobfile.Job) *message.DKIM {
	d := &message.DKIM{Domain: j.Message.DKIM.Domain, Selector: j.Message.DKIM.Selector}
	if d.Domain == "" {
		d.Domain = j.Message.From.Address.Domain
	}
	return d
}

// readDKIM reads the key into d.
func readDKIM(ctx context.Context, j *jobfile.Job, env Env, d *message.DKIM) error {
	text, err := j.Message.DKIM.Key.Read(ctx, j.SecretEnv(env.Secrets))
	if ctx.Err() != nil {
		return problem.InterruptedBy(ctx)
	}
	if err != nil {
		return noKey(j, err)
	}
	if d.Key, err = parseKey(text); err == nil {
		err = d.Check()
	}
	if err != nil {
		return dkimError(j, "key", err).WithHint("%s", newKey(j, "dkim-new.pem"))
	}
	return nil
}

// noKey is the end for a key that is not there.
func noKey(j *jobfile.Job, err error) *problem.Error {
	e := dkimError(j, "key", err)
	if name := j.Message.DKIM.Key.File; name != "" && errors.Is(err, fs.ErrNotExist) {
		e.Hint = newKey(j, name)
	}
	return e
}

// dkimError is the end for what is wrong below message.dkim.
func dkimError(j *jobfile.Job, key string, err error) *problem.Error {
	line := j.Line("message.dkim." + key)
	if line == 0 {
		line = j.Line("message.dkim")
	}
	return problem.Fail(problem.BadJob, "%s:%d: message.dkim.%s: %w", j.Path, line, key, err)
}

// newKey says how to make a key in a file that is not there yet.
func newKey(j *jobfile.Job, name string) string {
	return fmt.Sprintf("make one with: openssl genrsa -out %s 2048; then %s tells what to publish", quote(name), (&Options{Path: j.Path}).Command("doctor"))
}

// doubtKeyFile looks at who else may read the key.
func (m *mailing) doubtKeyFile() {
	name := m.job.Message.DKIM.Key.File
	if name == "" {
		return
	}
	info, err := os.Stat(m.job.Resolve(name))
	if err == nil && info.Mode().IsRegular() && info.Mode()&0o077 != 0 {
		m.doubt("%s: the key of message.dkim can be read by others than you: chmod 600 %s", name, quote(name))
	}
}

// alignment holds the domain that signs against that of From. DMARC wants both
// to belong to one organisation (RFC 7489, section 3.1.1), or a receiver takes
// the signature for nobody's. Which domain is an organisation's is not known
// here, so of two that only have their ends in common there is a doubt.
func alignment(signs, from string) (doubt string, err error) {
	below := func(a, b string) bool { return strings.HasSuffix(strings.ToLower(a), "."+strings.ToLower(b)) }
	switch {
	case strings.EqualFold(signs, from), below(signs, from), below(from, signs) && strings.Contains(signs, "."):
		return "", nil
	case commonEnd(signs, from) >= 2:
		return fmt.Sprintf("message.dkim.domain %s and the domain of From, %s, are beside each other: receivers that go by DMARC want them to be one organisation's", signs, from), nil
	}
	return "", fmt.Errorf("%s signs, and From is of %s: receivers that go by DMARC want it to be the domain of From, or one above it", signs, from)
}

// signedBy says who signs the letters, for people; "" if nobody does.
func (m *mailing) signedBy() string {
	if m.dkim == nil {
		return ""
	}
	key := keyWords(m.dkim.Key)
	if _, waits := m.dkim.Key.(unreadKey); waits {
		key = "a key from a program, which is not run yet"
	}
	return fmt.Sprintf("%s, selector %s: %s", m.dkim.Domain, m.dkim.Selector, key)
}

// commonEnd is how many labels at the end two domains have in common.
func commonEnd(a, b string) int {
	x, y := strings.Split(strings.ToLower(a), "."), strings.Split(strings.ToLower(b), ".")
	n := 0
	for n < len(x) && n < len(y) && x[len(x)-1-n] == y[len(y)-1-n] {
		n++
	}
	return n
}

// unreadKey stands for a key that a program gives once it is needed. For the size
// of letters it is taken for the usual one.
type unreadKey struct{}

func (unreadKey) Public() crypto.PublicKey {
	return &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 65537}
}

func (unreadKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("the key is not read yet")
}
