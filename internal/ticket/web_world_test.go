package ticket_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// pages are the pages of a world, in a frame without navigation.
type pages struct {
	*world
	table *route.Table
}

func newPages(t *testing.T) pages {
	t.Helper()
	w := newWorld(t)
	table := route.NewTable(callers(w.people()), silent{})
	shell := func(http.ResponseWriter, *http.Request) web.Page {
		return web.Page{Brand: web.Brand{Name: "Northlight"}, Clock: web.ClockIn(nil)}
	}
	edge := web.NewPages(table, shell, web.Flashes{})
	w.tickets.Pages(edge)
	w.tickets.StaffPages(edge)
	return pages{w, table}
}

// sight is what somebody gets to see.
type sight struct {
	status   int
	html     string
	location string
}

func (p pages) get(t *testing.T, who actor.Actor, path string) sight {
	t.Helper()
	return p.send(t, who, http.MethodGet, path, nil, "")
}

// post sends a form of names and values.
func (p pages) post(t *testing.T, who actor.Actor, path string, fields ...string) sight {
	t.Helper()
	return p.send(t, who, http.MethodPost, path, strings.NewReader(values(fields).Encode()), "application/x-www-form-urlencoded")
}

// upload sends a form with files, by name and content.
func (p pages) upload(t *testing.T, who actor.Actor, path string, files [][2]string, fields ...string) sight {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, all := range values(fields) {
		for _, value := range all {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile("files", file[0])
		if err == nil {
			_, err = io.WriteString(part, file[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return p.send(t, who, http.MethodPost, path, &b, w.FormDataContentType())
}

func (p pages) send(t *testing.T, who actor.Actor, method, path string, body io.Reader, contentType string) sight {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, body)
	r.Header.Set("X-Caller", who.Name)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	answer := httptest.NewRecorder()
	p.table.ServeHTTP(answer, r)
	return sight{answer.Code, answer.Body.String(), answer.Header().Get("Location")}
}

func values(fields []string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	return v
}

// wants fails the test unless the page has this status and says all of this, as a
// reader reads it.
func (g sight) wants(t *testing.T, what string, status int, says ...string) sight {
	t.Helper()
	if g.status != status {
		t.Errorf("%s: answered %d, want %d: %s", what, g.status, status, words(g.html))
	}
	for _, text := range says {
		if !strings.Contains(g.html, html.EscapeString(text)) && !strings.Contains(words(g.html), text) {
			t.Errorf("%s: the page does not say %q: %s", what, text, words(g.html))
		}
	}
	return g
}

// has fails the test unless the page's source has all of this.
func (g sight) has(t *testing.T, what string, source ...string) sight {
	t.Helper()
	for _, text := range source {
		if !strings.Contains(g.html, text) {
			t.Errorf("%s: the page has no %s", what, text)
		}
	}
	return g
}

// lacks fails the test if the page has any of this, in its words or its source.
func (g sight) lacks(t *testing.T, what string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(g.html, text) || strings.Contains(words(g.html), text) {
			t.Errorf("%s: the page has %q", what, text)
		}
	}
}

// leadsTo fails the test unless the page is a redirect there.
func (g sight) leadsTo(t *testing.T, what, location string) {
	t.Helper()
	if g.status != http.StatusSeeOther || !strings.HasPrefix(g.location, location) {
		t.Errorf("%s: answered %d to %q, want 303 to %q: %s", what, g.status, g.location, location, words(g.html))
	}
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

// words are a page's words, as a reader reads them.
func words(source string) string {
	_, body, found := strings.Cut(source, "<main")
	if !found {
		body = source
	}
	return html.UnescapeString(spaces.ReplaceAllString(tags.ReplaceAllString(body, " "), " "))
}

// hidden is the value of a form's hidden field.
func (g sight) hidden(t *testing.T, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(g.html)
	if found == nil {
		t.Fatalf("the page has no field %s", name)
	}
	return html.UnescapeString(found[1])
}

// link is the address of the first link whose text begins so.
func (g sight) link(t *testing.T, text string) string {
	t.Helper()
	for _, found := range regexp.MustCompile(`(?s)<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>`).FindAllStringSubmatch(g.html, -1) {
		if strings.HasPrefix(strings.TrimSpace(words(found[2])), text) {
			return html.UnescapeString(found[1])
		}
	}
	return ""
}

func clientPath(id uuid.UUID) string { return "/tickets/" + id.String() }
func deskPath(id uuid.UUID) string   { return "/staff/tickets/" + id.String() }
