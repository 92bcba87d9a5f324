package auth_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"clientportal/internal/auth"
)

// caller calls the JSON API with a cookie or a token.
type caller struct {
	p      *portal
	cookie *http.Cookie
	token  string
	header http.Header
}

func (p *portal) nobody() caller { return caller{p: p} }

// answer is what a call was answered.
type answer struct {
	status int
	header http.Header
	cookie *http.Cookie
	body   string
}

// read decodes the body's JSON.
func (a answer) read(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// call sends body, which is JSON, or is made into it.
func (c caller) call(method, path string, body any) answer {
	c.p.t.Helper()
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			c.p.t.Fatal(err)
		}
		content = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(c.p.t.Context(), method, c.p.url+path, content)
	if err != nil {
		c.p.t.Fatal(err)
	}
	r.Header = c.header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if content != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	return c.p.send(r)
}

func (p *portal) send(r *http.Request) answer {
	p.t.Helper()
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, body: string(content)}
	for _, cookie := range res.Cookies() {
		a.cookie = cookie
	}
	return a
}

// want calls and expects a status.
func (c caller) want(status int, method, path string, body any) answer {
	c.p.t.Helper()
	a := c.call(method, path, body)
	if a.status != status {
		c.p.t.Errorf("%s %s answered %d, want %d: %s", method, path, a.status, status, a.body)
	}
	return a
}

type object = map[string]any

// login signs in at the API of a realm.
func (p *portal) login(realm auth.Realm, email, password string) caller {
	p.t.Helper()
	a := p.nobody().want(200, "POST", apiOf(realm)+"/auth/login", object{"email": email, "password": password})
	if a.cookie == nil {
		p.t.Fatalf("%s has no cookie", email)
	}
	return caller{p: p, cookie: a.cookie}
}

func apiOf(realm auth.Realm) string {
	if realm == auth.Staff {
		return "/api/staff"
	}
	return "/api/client-portal"
}

// together runs n calls at once and counts their statuses.
func together(n int, call func(i int) int) map[int]int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	counts := map[int]int{}
	for i := range n {
		wg.Go(func() {
			status := call(i)
			mu.Lock()
			defer mu.Unlock()
			counts[status]++
		})
	}
	wg.Wait()
	return counts
}
