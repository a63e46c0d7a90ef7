package fleet_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nkeys"

	"mailshot/job/fleet"
)

var needed = flag.Bool("fleet.needed", false, "fail, not skip, where there is no nats-server")

// TestAddress refuses what would send letters in the clear, or to anybody.
func TestAddress(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		url, credentials, want string
	}{
		{"nats://localhost", "", ""},
		{"nats://127.0.0.1:4333", "", ""},
		{"nats://[::1]:4333", "", ""},
		{"tls://nats.club.example", "worker.nk", ""},
		{"nats://nats.club.example", "worker.nk", ""}, // with TLS all the same
		{"nats://nats.club.example", "", "credentials"},
		{"tls://192.0.2.7:4222", "", "credentials"},
		{"nats://localhost.evil.example", "", "credentials"},
		{"nats://office:secret@localhost", "", "password"},
		{"localhost:4222", "", "nats://"},
		{"http://localhost", "", "nats://"},
		{"nats://", "", "nats://"},
		{"nats://local host", "", "address"},
	} {
		err := (&fleet.Address{URL: tt.url, Credentials: tt.credentials}).Check()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.url, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error has the password: %v", tt.url, err)
		}
	}
}

// A broker is a NATS server.
type broker struct {
	*testing.T
	dir, port string
}

func (b *broker) file(name, text string) string {
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// certificate makes one for 127.0.0.1, and its key.
func (b *broker) certificate() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "nats"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		b.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		b.Fatal(err)
	}
	b.file("cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	b.file("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
}

// user makes a key, writes its seed, and returns its public half.
func (b *broker) user(name string) string {
	pair, err := nkeys.CreateUser()
	if err != nil {
		b.Fatal(err)
	}
	seed, err := pair.Seed()
	if err != nil {
		b.Fatal(err)
	}
	public, err := pair.PublicKey()
	if err != nil {
		b.Fatal(err)
	}
	b.file(name, string(seed)+"\n")
	return public
}

// newBroker starts a server with this configuration, in which PORT is the port.
func newBroker(t *testing.T, conf func(*broker) string) *broker {
	t.Helper()
	path, err := exec.LookPath("nats-server")
	if p := os.Getenv("NATS_SERVER"); p != "" {
		path, err = p, nil
	}
	if err != nil {
		if *needed {
			t.Fatal(err)
		}
		t.Skip("there is no nats-server")
	}
	b := &broker{T: t, dir: t.TempDir()}
	ports := t.TempDir()
	text := conf(b)
	cmd := exec.Command(path, "-c", b.file("nats.conf", text), "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", ports)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	file := filepath.Join(ports, fmt.Sprintf("nats-server_%d.ports", cmd.Process.Pid))
	for range 500 {
		text, err := os.ReadFile(filepath.Clean(file))
		if _, after, ok := strings.Cut(string(text), "127.0.0.1:"); err == nil && ok {
			b.port, _, _ = strings.Cut(after, `"`)
			return b
		}
		<-time.After(10 * time.Millisecond) // another process writes it
	}
	t.Fatal("the server does not say where it listens")
	return nil
}

func (b *broker) connect(credentials, ca string) (*fleet.Conn, error) {
	a := fleet.Address{URL: "nats://127.0.0.1:" + b.port, Name: "test"}
	if credentials != "" {
		a.Credentials = filepath.Join(b.dir, credentials)
	}
	if ca != "" {
		a.CA = filepath.Join(b.dir, ca)
	}
	return fleet.Connect(a, false)
}

// TestConnectTLS has TLS, keys, and the permissions of the manual.
func TestConnectTLS(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(b *broker) string {
		b.certificate()
		b.user("stranger.nk")
		return fmt.Sprintf(`tls {cert_file: %q, key_file: %q}
authorization {users: [
  {nkey: %s, permissions: {publish: ["mailshot.runs", "mailshot.*.to.>"], subscribe: ["mailshot.*.report"]}}
  {nkey: %s, permissions: {publish: ["mailshot.*.report"], subscribe: ["mailshot.runs", "mailshot.*.to.>"]}}
]}
`, filepath.Join(b.dir, "cert.pem"), filepath.Join(b.dir, "key.pem"), b.user("coordinator.nk"), b.user("worker.nk"))
	})
	if _, err := b.connect("stranger.nk", "cert.pem"); err == nil || !strings.Contains(err.Error(), "uthorization") {
		t.Errorf("a stranger: %v", err)
	}
	if _, err := b.connect("", "cert.pem"); err == nil {
		t.Error("one without a key is let in")
	}
	other := newBroker(t, func(b *broker) string { b.certificate(); return "" })
	if _, err := fleet.Connect(fleet.Address{URL: "nats://127.0.0.1:" + b.port, Credentials: filepath.Join(b.dir, "worker.nk"), CA: filepath.Join(other.dir, "cert.pem")}, false); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("with another's certificate: %v", err)
	}
	lead, err := b.connect("coordinator.nk", "cert.pem")
	if err != nil {
		t.Fatal(err)
	}
	defer lead.Close()
	hand, err := b.connect("worker.nk", "cert.pem")
	if err != nil {
		t.Fatal(err)
	}
	defer hand.Close()
	got := make(chan string, 8)
	for _, sub := range []struct {
		c       *fleet.Conn
		subject string
	}{{lead, "mailshot.abc.report"}, {hand, "mailshot.*.to.ID.NONCE"}, {hand, "mailshot.runs"}} {
		stop, err := sub.c.Subscribe(sub.subject, func(b []byte) { got <- string(b) })
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
	}
	for _, pub := range []struct {
		c       *fleet.Conn
		subject string
	}{{hand, "mailshot.abc.report"}, {lead, "mailshot.abc.to.ID.NONCE"}, {lead, "mailshot.runs"}} {
		if err := pub.c.Publish(pub.subject, []byte(pub.subject)); err != nil {
			t.Fatal(err)
		}
		select {
		case is := <-got:
			if is != pub.subject {
				t.Errorf("got %s, want %s", is, pub.subject)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%s did not come", pub.subject)
		}
	}
}

// TestConnectPlain needs TLS where it is asked for, and room for a message.
func TestConnectPlain(t *testing.T) {
	t.Parallel()
	b := newBroker(t, func(b *broker) string { b.certificate(); return "" })
	c, err := b.connect("", "")
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if _, err := b.connect("", "cert.pem"); err == nil {
		t.Error("a server without TLS was taken where certificates are given")
	}
	small := newBroker(t, func(*broker) string { return "max_payload: 65536\n" })
	if _, err := small.connect("", ""); err == nil || !strings.Contains(err.Error(), "max_payload") {
		t.Errorf("a server that takes small messages: %v", err)
	}
}
