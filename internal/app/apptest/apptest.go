// Package apptest runs the whole portal for a test: a database of its own, real
// HTTP, jobs at work, mails in an outbox folder.
package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"clientportal/internal/app"
	"clientportal/internal/config"
	"clientportal/internal/db/dbtest"
)

// Password is that of every account of the demo agency in tests.
const Password = "correct horse battery staple"

// Portal is a running portal.
type Portal struct {
	*app.App
	URL string
	Dir string // the data folder
	DB  *dbtest.Database
}

// Start runs an empty portal, without an agency's data.
func Start(t testing.TB) *Portal {
	t.Helper()
	return start(t, func(*app.App) error { return nil })
}

// StartDemo runs a portal with the demo agency.
func StartDemo(t testing.TB) *Portal {
	t.Helper()
	return start(t, func(a *app.App) error { return a.MakeDemo(t.Context(), Password) })
}

func start(t testing.TB, prepare func(*app.App) error) *Portal {
	t.Helper()
	d := dbtest.New(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Portal{URL: "http://" + listener.Addr().String(), Dir: t.TempDir(), DB: d}
	p.App, err = app.New(t.Context(), config.Config{BaseURL: p.URL, DataDir: p.Dir}, "test", d.DB)
	if err != nil {
		t.Fatal(err)
	}
	if err := prepare(p.App); err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: p.Handler()}}
	server.Start()
	ctx, stop := context.WithCancel(context.Background())
	worked := make(chan error, 1)
	go func() { worked <- p.Run(ctx) }()
	t.Cleanup(func() {
		p.EndStreams()
		server.Close()
		stop()
		if err := <-worked; err != nil {
			t.Errorf("the portal's work ended with: %v", err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// Caller is somebody's browser or program, without a page: it keeps cookies and
// follows no redirects.
type Caller struct {
	t      testing.TB
	portal *Portal
	http   *http.Client
	header http.Header
}

// Nobody is a caller who has not signed in.
func (p *Portal) Nobody(t testing.TB) *Caller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Caller{t: t, portal: p, header: http.Header{}, http: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Client signs a customer's person in.
func (p *Portal) Client(t testing.TB, email string) *Caller {
	t.Helper()
	return p.signIn(t, "/api/client-portal/auth/login", email)
}

// Staff signs an employee in.
func (p *Portal) Staff(t testing.TB, email string) *Caller {
	t.Helper()
	return p.signIn(t, "/api/staff/auth/login", email)
}

func (p *Portal) signIn(t testing.TB, path, email string) *Caller {
	t.Helper()
	c := p.Nobody(t)
	resp := c.JSON(http.MethodPost, path, map[string]string{"email": email, "password": Password})
	if resp.Status != http.StatusOK {
		t.Fatalf("sign in as %s: %d %s", email, resp.Status, resp.Body)
	}
	return c
}

// Response is an answer, read whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Decode reads the answer's JSON into v.
func (r Response) Decode(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(r.Body, v); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
}

// With returns the caller with a header added to every request.
func (c *Caller) With(name, value string) *Caller {
	other := *c
	other.header = c.header.Clone()
	other.header.Set(name, value)
	return &other
}

// JSON sends body, unless it is nil, as JSON.
func (c *Caller) JSON(method, path string, body any) Response {
	c.t.Helper()
	var payload []byte
	if body != nil {
		var err error
		if payload, err = json.Marshal(body); err != nil {
			c.t.Fatal(err)
		}
	}
	return c.Send(method, path, "application/json", payload)
}

// Get reads a path.
func (c *Caller) Get(path string) Response {
	c.t.Helper()
	return c.Send(http.MethodGet, path, "", nil)
}

// Send sends a body of the given media type.
func (c *Caller) Send(method, path, media string, body []byte) Response {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.portal.URL+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	if media != "" && len(body) > 0 {
		r.Header.Set("Content-Type", media)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return Response{resp.StatusCode, resp.Header, answer}
}

// Mails are the mails sent so far, oldest first, as they are.
func (p *Portal) Mails(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.Dir, "outbox", "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	mails := make([]string, len(files))
	for i, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		mails[i] = string(b)
	}
	return mails
}
