package auth_test

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/auth"
	"clientportal/internal/clock"
	"clientportal/internal/web"
)

// site is a portal with its pages, at a time of its own.
type site struct {
	*portal
	url   string
	later atomic.Int64 // nanoseconds by which it is ahead
}

func startSite(t *testing.T) *site {
	t.Helper()
	s := &site{portal: start(t, auth.Provider{Name: "google", Label: "Google", Issuer: "https://accounts.google.example"})}
	pages := web.NewPages(s.table, shell, web.Flashes{})
	s.Pages(pages)
	s.StaffPages(pages)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller := actor.Actor{Kind: actor.Anonymous, Name: "anonymous", Address: "192.0.2.7", RequestID: "r-2"}
		s.table.ServeHTTP(w, r.WithContext(clock.At(actor.With(r.Context(), caller), s.now())))
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *site) now() time.Time          { return time.Now().Add(time.Duration(s.later.Load())) }
func (s *site) advance(d time.Duration) { s.later.Add(int64(d)) }

// shell is a plain frame around the pages.
func shell(w http.ResponseWriter, r *http.Request) web.Page {
	p := web.Page{
		Brand: web.Brand{Name: "Northlight", Home: "/", Legal: "Northlight Ltd, 14 Calvert Avenue, London"},
		Flash: web.Flashes{}.Take(w, r), Clock: web.ClockIn(nil),
	}
	if who, _ := actor.From(r.Context()); who.Kind != actor.Anonymous {
		p.Viewer = web.Viewer{Name: who.Name, Email: who.Email}
	}
	return p
}

// side is one of the realms, and somebody who belongs there.
type side struct{ realm, start, email string }

// sides makes one person of each realm.
func (s *site) sides() []side {
	s.t.Helper()
	s.user(s.company("dapper-goods"), "mara@dapper.example", actor.Member)
	s.employee("sam@agency.example", actor.Agent)
	return []side{{"", "/", "mara@dapper.example"}, {"/staff", "/staff", "sam@agency.example"}}
}

// count is how many audit events there are.
func (s *site) count() int {
	s.t.Helper()
	return value[int](s.portal, `select count(*) from audit_events`)
}

// browser keeps cookies and follows no redirect by itself.
type browser struct {
	site   *site
	client *http.Client
}

func (s *site) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// page is an answer.
type page struct {
	t        *testing.T
	status   int
	location string
	header   http.Header
	body     string
}

func (b *browser) get(path string) page {
	b.site.t.Helper()
	return b.do(http.MethodGet, path, nil)
}

// post sends a form, given as names and values.
func (b *browser) post(path string, fields ...string) page {
	b.site.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

func (b *browser) do(method, path string, form url.Values) page {
	b.site.t.Helper()
	r, err := http.NewRequestWithContext(b.site.t.Context(), method, b.site.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.site.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	answer, err := b.client.Do(r)
	if err != nil {
		b.site.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.site.t.Fatal(err)
	}
	return page{b.site.t, answer.StatusCode, answer.Header.Get("Location"), answer.Header, string(body)}
}

// signIn signs in with address and password, as a client or under /staff.
func (b *browser) signIn(realm, email string) {
	b.site.t.Helper()
	if p := b.post(realm+"/login", "email", email, "password", password); p.status != http.StatusSeeOther {
		b.site.t.Fatalf("sign-in of %s: %d %s", email, p.status, p.words())
	}
}

var (
	tags   = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

// words is the text of the page's own part.
func (p page) words() string {
	text := p.body
	if _, after, ok := strings.Cut(text, "<main"); ok {
		text, _, _ = strings.Cut("<main"+after, "</main>")
	}
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(text, " ")), " "))
}

// has reports whether the page's own part says the words.
func (p page) has(words string) bool { return strings.Contains(p.words(), words) }

// field is the value of the page's input with this attribute: `name="token"`.
func (p page) field(attribute string) string {
	p.t.Helper()
	for _, input := range regexp.MustCompile(`<input [^>]*>`).FindAllString(p.body, -1) {
		if value := regexp.MustCompile(` value="([^"]*)"`).FindStringSubmatch(input); strings.Contains(input, attribute) && value != nil {
			return html.UnescapeString(value[1])
		}
	}
	p.t.Fatalf("no input with %s in: %s", attribute, p.words())
	return ""
}

// expect checks an answer's status and words.
func (p page) expect(status int, words ...string) page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("status %d instead of %d: %s %s", p.status, status, p.location, p.words())
	}
	for _, w := range words {
		if !p.has(w) {
			p.t.Errorf("the page does not say %q: %s", w, p.words())
		}
	}
	return p
}

// leads checks that an answer is a redirect to the path.
func (p page) leads(path string) page {
	p.t.Helper()
	if p.status != http.StatusSeeOther || p.location != path {
		p.t.Fatalf("%d to %q instead of a redirect to %q: %s", p.status, p.location, path, p.words())
	}
	return p
}
