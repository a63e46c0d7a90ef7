package letter

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
	"mailshot/job/secret"
	"mailshot/transport/message"
)

// PrepareDKIM finds out who signs the letters of a job, and reads the key where no
// program has to be started for it, nor a pipe waited for: what is wrong with a
// key is found before anything is sent. It returns nil if nobody signs. A sandbox
// goes on without a key that is not there, and starts no program. What is doubtful
// is told to warn, and that nobody signs in the sandbox to note.
func PrepareDKIM(ctx context.Context, j *jobfile.Job, env secret.Env, sandbox bool, warn, note func(string)) (*message.DKIM, error) {
	c := &j.Message.DKIM
	if c.IsZero() {
		return nil, nil
	}
	d := UnreadDKIM(j)
	doubt, err := AlignedFrom(j, d.Domain)
	if err != nil {
		return nil, DKIMError(j, "domain", err)
	}
	if doubt != "" {
		warn(doubt)
	}
	missing := c.Key.Check(j.SecretEnv(env))
	switch program := len(c.Key.Command) > 0 || isPipe(j, c.Key.File); {
	case sandbox && program:
		note("the letters are not signed: the sandbox runs no program for message.dkim.key, and reads no pipe")
		return nil, nil
	case sandbox && missing != nil:
		note(fmt.Sprintf("the letters are not signed: message.dkim.key: %v", missing))
		return nil, nil
	case missing != nil:
		return nil, noKey(j, missing)
	case program:
		d.Key = unreadKey{}
	default:
		if err := ReadDKIM(ctx, j, env, d); err != nil {
			return nil, err
		}
		if name := j.SecretEnv(env).Shared(c.Key); name != "" {
			warn(fmt.Sprintf("%s: the key of message.dkim can be read by others than you: chmod 600 %s", name, problem.Quote(name)))
		}
	}
	return d, nil
}

// isPipe reports whether a file that the job names is a pipe: a program gives what
// is read from it, once.
func isPipe(j *jobfile.Job, name string) bool {
	if name == "" {
		return false
	}
	info, err := os.Stat(j.Resolve(name))
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// ReadWaitingKey reads the key that a program gives, after the question. d may
// be nil: then nobody signs.
func ReadWaitingKey(ctx context.Context, j *jobfile.Job, env secret.Env, d *message.DKIM) error {
	if d == nil {
		return nil
	}
	if _, waits := d.Key.(unreadKey); !waits {
		return nil
	}
	read := *d
	if err := ReadDKIM(ctx, j, env, &read); err != nil {
		return err
	}
	d.Key = read.Key // where the letters look for it
	return nil
}

// UnreadDKIM returns who signs the letters of a job, still without the key.
func UnreadDKIM(j *jobfile.Job) *message.DKIM {
	d := &message.DKIM{Domain: j.Message.DKIM.Domain, Selector: j.Message.DKIM.Selector}
	if d.Domain == "" {
		d.Domain = j.Message.From.Address.Domain
	}
	return d
}

// ReadDKIM reads the key into d.
func ReadDKIM(ctx context.Context, j *jobfile.Job, env secret.Env, d *message.DKIM) error {
	text, err := j.Message.DKIM.Key.Read(ctx, j.SecretEnv(env))
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
		return DKIMError(j, "key", err).WithHint("%s", newKey(j, "dkim-new.pem"))
	}
	return nil
}

// noKey returns the end for a key that is not there.
func noKey(j *jobfile.Job, err error) *problem.Error {
	e := DKIMError(j, "key", err)
	if name := j.Message.DKIM.Key.File; name != "" && errors.Is(err, fs.ErrNotExist) {
		e.Hint = newKey(j, name)
	}
	return e
}

// DKIMError returns the end for what is wrong below message.dkim.
func DKIMError(j *jobfile.Job, key string, err error) *problem.Error {
	line := j.Line("message.dkim." + key)
	if line == 0 {
		line = j.Line("message.dkim")
	}
	return problem.Fail(problem.BadJob, "%s:%d: message.dkim.%s: %w", j.Path, line, key, err)
}

// newKey says how to make a key in a file that is not there yet.
func newKey(j *jobfile.Job, name string) string {
	return fmt.Sprintf("make one with: openssl genrsa -out %s 2048; then %s tells what to publish", problem.Quote(name), "mailshot doctor "+problem.Quote(j.Path))
}

// Alignment holds the domain that signs against that of From. DMARC wants both
// to belong to one organisation (RFC 7489, section 3.1.1), or a receiver takes
// the signature for nobody's. Which domain is an organisation's is not known
// here, so of two that only have their ends in common there is a doubt.
func Alignment(signs, from string) (doubt string, err error) {
	below := func(a, b string) bool { return strings.HasSuffix(strings.ToLower(a), "."+strings.ToLower(b)) }
	switch {
	case strings.EqualFold(signs, from), below(signs, from), below(from, signs) && strings.Contains(signs, "."):
		return "", nil
	case commonEnd(signs, from) >= 2:
		return fmt.Sprintf("message.dkim.domain %s and the domain of From, %s, are beside each other: receivers that go by DMARC want them to be one organisation's", signs, from), nil
	}
	return "", fmt.Errorf("%s signs, and From is of %s: receivers that go by DMARC want it to be the domain of From, or one above it", signs, from)
}

// SignedBy says who signs, for people; "" if d is nil.
func SignedBy(d *message.DKIM) string {
	if d == nil {
		return ""
	}
	key := KeyWords(d.Key)
	if _, waits := d.Key.(unreadKey); waits {
		key = "a key from a program, which is not run yet"
	}
	return fmt.Sprintf("%s, selector %s: %s", d.Domain, d.Selector, key)
}

// commonEnd returns how many labels at the end two domains have in common.
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
