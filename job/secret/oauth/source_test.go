package oauth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"
)

func tokenWith(id string) *oauth2.Token {
	return (&oauth2.Token{AccessToken: "access"}).WithExtra(map[string]any{"id_token": id})
}

// A ring is a keyring in memory.
type ring struct {
	secrets map[string]string
	locked  bool
}

var errLocked = errors.New("it is locked")

func (r *ring) Get(name string) (string, error) {
	if r.locked {
		return "", errLocked
	}
	s, ok := r.secrets[name]
	if !ok {
		return "", fs.ErrNotExist
	}
	return s, nil
}

func (r *ring) Set(name, secret string) error {
	if r.locked {
		return errLocked
	}
	r.secrets[name] = secret
	return nil
}

func (r *ring) Delete(name string) error {
	if r.locked {
		return errLocked
	}
	delete(r.secrets, name)
	return nil
}

// signedIn returns a store where the account of p has signed in.
func signedIn(t *testing.T, p *provider, where string) *Store {
	t.Helper()
	s := &Store{Dir: t.TempDir(), Keyring: &ring{secrets: map[string]string{}}}
	g, err := p.client().Device(t.Context(), func(Prompt) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Source(p.client(), "p").Keep(t.Context(), g, where); err != nil {
		t.Fatal(err)
	}
	return s
}

// files returns the contents of all files of a store.
func (s *Store) files(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		b, err := os.ReadFile(path)
		all[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Sessions share a token until it is about to end or was refused, and so do runs.
func TestToken(t *testing.T) {
	for _, where := range []string{InFile, InKeyring} {
		t.Run(where, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newProvider(t)
				s := signedIn(t, p, where)
				first := 0
				if where == InKeyring {
					first = 1 // what is not secret is not kept there either
				}
				run, other := s.Source(p.client(), "p"), s.Source(p.client(), "p")
				last := ""
				for _, step := range []struct {
					what     string
					wait     time.Duration
					source   *Source
					refused  bool
					renewals int
					changes  bool
				}{
					{"first", 0, run, false, first, true},
					{"again", time.Minute, run, false, first, false},
					{"about to end", 57 * time.Minute, run, false, first + 1, true},
					{"refused", time.Minute, run, true, first + 2, true},
				} {
					<-time.After(step.wait)
					refused := ""
					if step.refused {
						refused = last
					}
					got, err := step.source.Token(t.Context(), refused)
					if err != nil || (got != last) != step.changes || p.renewals != step.renewals {
						t.Errorf("%s: %q after %q, %v, %d renewals; want %d", step.what, got, last, err, p.renewals, step.renewals)
					}
					last = got
				}
				if got, err := other.Token(t.Context(), ""); where == InFile && (got != last || err != nil || p.renewals != 2) {
					t.Errorf("another run: %q, %v after %d renewals; want %q", got, err, p.renewals, last)
				}
				for path, text := range s.files(t) {
					if where == InKeyring || strings.HasSuffix(path, ".lock") {
						p.clean(text)
					}
				}
			})
		})
	}
}

// Many sessions and several runs at once ask once.
func TestTokenShared(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.polls = nil
	s := signedIn(t, p, InFile)
	old, err := s.Source(p.client(), "p").Token(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 3 {
		source := s.Source(p.client(), "p")
		for range 8 {
			group.Go(func() {
				if got, err := source.Token(t.Context(), old); err != nil || got == old {
					t.Errorf("token %q, %v", got, err)
				}
			})
		}
	}
	group.Wait()
	if p.renewals != 1 {
		t.Errorf("%d renewals, want 1", p.renewals)
	}
}

// What a provider may do instead of renewing, and what is kept then.
func TestRenewFails(t *testing.T) {
	answers := func(status int, n int) (all []func(http.ResponseWriter)) {
		for range n {
			all = append(all, func(w http.ResponseWriter) { w.WriteHeader(status) })
		}
		return all
	}
	for _, tt := range []struct {
		name    string
		fails   []func(http.ResponseWriter)
		revoked bool
		secret  string
		want    string // of the error; "": none
		took    time.Duration
	}{
		{"busy", answers(503, 2), false, "", "", 3 * time.Second},
		{"broken", answers(500, 3), false, "", "renewing the token of office@club.example: the provider answers 500 Internal Server Error", 3 * time.Second},
		{"silent", []func(http.ResponseWriter){nil, nil, nil}, false, "", "renewing the token of office@club.example: no answer within the time", 93 * time.Second},
		{"silent once", []func(http.ResponseWriter){nil}, false, "", "", 31 * time.Second},
		{"revoked", nil, true, "", "renewing the token of office@club.example: the provider refuses: invalid_grant", 0},
		{"another secret", nil, false, "wrong-client-secret", "renewing the token of office@club.example: the provider refuses: invalid_client", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newProvider(t)
				p.life = time.Minute
				s := signedIn(t, p, InFile)
				<-time.After(time.Hour)
				p.fails, p.revoked = tt.fails, tt.revoked
				c := p.client()
				if tt.secret != "" {
					c.Secret = tt.secret
				}
				begun := time.Now()
				_, err := s.Source(c, "p").Token(t.Context(), "")
				if took := time.Since(begun); took != tt.took {
					t.Errorf("it took %s, want %s", took, tt.took)
				}
				if (err != nil) != (tt.want != "") || err != nil && err.Error() != tt.want {
					t.Errorf("error %v, want %s", err, tt.want)
				}
				p.clean(fmt.Sprint(err))
				if strings.Contains(fmt.Sprint(err), "wrong-client-secret") {
					t.Errorf("error %v has the client's secret", err)
				}
				p.revoked = false // and the next run has a token as ever
				if _, err := s.Source(p.client(), "p").Token(t.Context(), ""); err != nil {
					t.Errorf("afterwards: %v", err)
				}
			})
		})
	}
}

// A refresh token that came twice ends the sign-in at the provider, and that is told.
func TestReuse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(t)
		s := signedIn(t, p, InFile)
		source := s.Source(p.client(), "p")
		k, err := source.slot.load()
		if err != nil {
			t.Fatal(err)
		}
		stolen := *k
		if _, err := source.Token(t.Context(), k.Access); err != nil {
			t.Fatal(err)
		}
		if _, err := source.ask(t.Context(), &stolen); err == nil {
			t.Error("the old token was taken")
		}
		_, err = s.Source(p.client(), "p").Token(t.Context(), source.access)
		if r, ok := errors.AsType[*RefusedError](err); !ok || r.Code != "invalid_grant" {
			t.Errorf("error %v, want invalid_grant", err)
		}
	})
}

// A keyring that is locked, or was emptied, is told so, and so is a file that is not ours.
func TestStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(t)
		s := signedIn(t, p, InKeyring)
		source := s.Source(p.client(), "p")
		r := s.Keyring.(*ring)
		r.locked = true
		_, err := source.Token(t.Context(), "")
		if _, ok := errors.AsType[*KeyringError](err); !ok || !strings.Contains(err.Error(), "--store file") {
			t.Errorf("locked: %v", err)
		}
		if err := source.TryKeyring(); err == nil {
			t.Error("a locked keyring is taken")
		}
		r.locked = false
		if err := source.TryKeyring(); err != nil || len(r.secrets) != 1 {
			t.Errorf("TryKeyring = %v, and leaves %d secrets", err, len(r.secrets))
		}
		clear(r.secrets)
		if _, err := source.Token(t.Context(), ""); !errors.Is(err, ErrNotSignedIn) {
			t.Errorf("emptied: %v", err)
		}
		if err := os.WriteFile(source.Path(), []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := source.Token(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "sign in anew") {
			t.Errorf("broken: %v", err)
		}
		if err := errors.Join(os.Remove(source.Path()), os.Symlink("/dev/null", source.Path())); err != nil {
			t.Fatal(err)
		}
		if _, err := source.Token(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "no regular file") {
			t.Errorf("link: %v", err)
		}
		if err := os.Chmod(filepath.Dir(source.Path()), 0o777); err != nil {
			t.Fatal(err)
		}
		if _, err := source.Token(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "others can write") {
			t.Errorf("open directory: %v", err)
		}
	})
}

// Signing out takes the token back, and leaves nothing, also of a process that was killed.
func TestForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(t)
		s := signedIn(t, p, InFile)
		source := s.Source(p.client(), "p")
		if err := os.WriteFile(source.Path()+".XYZ", []byte(p.refresh), 0o600); err != nil {
			t.Fatal(err)
		}
		revoked, why, err := source.Forget(t.Context())
		if !revoked || why != nil || err != nil || !p.revoked {
			t.Errorf("Forget = %t, %v, %v", revoked, why, err)
		}
		for path, text := range s.files(t) {
			if !strings.HasSuffix(path, ".lock") || text != "" {
				t.Errorf("%s is left", path)
			}
		}
		if _, err := source.Token(t.Context(), ""); !errors.Is(err, ErrNotSignedIn) {
			t.Errorf("afterwards: %v", err)
		}
		if _, _, err := source.Forget(t.Context()); !errors.Is(err, ErrNotSignedIn) {
			t.Errorf("twice: %v", err)
		}

		s = signedIn(t, p, InKeyring)
		source = s.Source(p.client(), "p")
		p.fails = []func(http.ResponseWriter){func(w http.ResponseWriter) { w.WriteHeader(500) }}
		revoked, why, err = source.Forget(t.Context())
		if revoked || why == nil || err != nil || len(s.Keyring.(*ring).secrets) != 0 {
			t.Errorf("Forget = %t, %v, %v", revoked, why, err)
		}
	})
}

// An interrupt ends the waiting for a provider, and for another process.
func TestTokenInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(t)
		s := signedIn(t, p, InFile)
		source := s.Source(p.client(), "p")
		unlock, err := source.slot.lock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		stopped := errors.New("stopped")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(stopped) })
		if _, err := source.Token(ctx, ""); !errors.Is(err, stopped) {
			t.Errorf("error %v, want %v", err, stopped)
		}
		if _, err := source.Token(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "is held by another process") {
			t.Errorf("held: %v", err)
		}
		unlock()
		ctx, cancel = context.WithCancelCause(t.Context())
		p.fails = []func(http.ResponseWriter){nil}
		time.AfterFunc(time.Second, func() { cancel(stopped) })
		access := source.access
		if k, err := source.slot.load(); err == nil {
			access = k.Access
		}
		if _, err := source.Token(ctx, access); !errors.Is(err, stopped) {
			t.Errorf("error %v, want %v", err, stopped)
		}
	})
}
