package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
)

// Caller is somebody's browser or program, without a page: it keeps cookies and
// follows no redirects. Several goroutines may call at once.
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

// Response is an answer, read whole; of a stream, only its head.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Decode reads the answer's JSON into v.
func (r Response) Decode(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(r.Body, v); err != nil {
		t.Fatalf("%v in %d %s", err, r.Status, r.Body)
	}
}

// Must fails the test unless the answer has this status.
func (r Response) Must(t testing.TB, status int) Response {
	t.Helper()
	if r.Status != status {
		t.Fatalf("answered %d, want %d: %s", r.Status, status, r.Body)
	}
	return r
}

// With returns the caller with a header set on every request.
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

// Form sends what a page's form sends.
func (c *Caller) Form(path string, values url.Values) Response {
	c.t.Helper()
	return c.Send(http.MethodPost, path, "application/x-www-form-urlencoded", []byte(values.Encode()))
}

// File is a file to upload.
type File struct {
	Name    string
	Content []byte
}

// Upload sends files in the named field, with other fields beside them.
func (c *Caller) Upload(path, field string, fields map[string]string, files ...File) Response {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			c.t.Fatal(err)
		}
	}
	for _, f := range files {
		header := map[string][]string{
			"Content-Disposition": {mime.FormatMediaType("form-data", map[string]string{"name": field, "filename": f.Name})},
		}
		part, err := w.CreatePart(header)
		if err == nil {
			_, err = part.Write(f.Content)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.Send(http.MethodPost, path, w.FormDataContentType(), body.Bytes())
}

// Send sends a body of the given media type. A request that gets no answer fails
// the test and gives a zero Response.
func (c *Caller) Send(method, path, media string, body []byte) Response {
	c.t.Helper()
	resp, err := c.request(method, path, media, body)
	if err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
		return Response{}
	}
	defer resp.Body.Close()
	answer := Response{Status: resp.StatusCode, Header: resp.Header}
	if isStream(resp) {
		return answer
	}
	if answer.Body, err = io.ReadAll(resp.Body); err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
	}
	return answer
}

func (c *Caller) request(method, path, media string, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.portal.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	if host := c.header.Get("Host"); host != "" {
		r.Host = host
	}
	if media != "" && len(body) > 0 {
		r.Header.Set("Content-Type", media)
	}
	return c.http.Do(r)
}

func isStream(resp *http.Response) bool {
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return media == "text/event-stream"
}
