package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"clientportal/internal/fault"
	"clientportal/internal/route"
)

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	answer := fetch(newSite(t, nil), "/robots.txt")
	for name, want := range map[string]string{
		"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
	} {
		if got := answer.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if answer.Header.Get("Permissions-Policy") == "" {
		t.Error("no Permissions-Policy")
	}
	overHTTP := httptest.NewRecorder()
	SecurityHeaders(false, http.NotFoundHandler()).ServeHTTP(overHTTP, httptest.NewRequest(http.MethodGet, "/", nil))
	if got := overHTTP.Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("Strict-Transport-Security without https: %q", got)
	}
}

// The content policy forbids these; a page that needs one would be broken.
func TestPagesHaveNothingInline(t *testing.T) {
	t.Parallel()
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script>|javascript:`)
	plain := gallery{func(s string) string { return s }}
	for name, page := range plain.pages() {
		if found := inline.FindString(drawn(t, page)); found != "" {
			t.Errorf("%s has %q", name, found)
		}
	}
}

// Every text and address that a component is given comes out as text: no element,
// attribute or script of the sender's making.
func TestComponentsEscape(t *testing.T) {
	t.Parallel()
	const attack = `javascript:alert(1)//"'><script>alert(1)</script><img src=x onerror=alert(1)>`
	hostile := gallery{func(string) string { return attack }}
	made := regexp.MustCompile(`<script>|<img src=x|(?:href|action|src|formaction)="\s*javascript:`)
	for name, page := range hostile.pages() {
		html := drawn(t, page)
		if found := made.FindString(html); found != "" {
			t.Errorf("%s has %q", name, found)
		}
		if !strings.Contains(html, "&lt;script&gt;") {
			t.Errorf("%s does not show the attack at all", name)
		}
	}
}

func drawn(t *testing.T, c templ.Component) string {
	t.Helper()
	var out strings.Builder
	if err := c.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestRender(t *testing.T) {
	t.Parallel()
	half := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "<p>half a page")
		return errors.New("the other half failed")
	})
	site := newSite(t, map[string]route.Handler{
		"GET /page": func(w http.ResponseWriter, r *http.Request) error {
			Render(w, r, http.StatusUnprocessableEntity, with(ClientPortalLayout(Page{Title: "Fish & chips"})))
			return nil
		},
		"GET /half": func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("X-Request-Id", "0193f2c4")
			Render(w, r, http.StatusOK, half)
			return nil
		},
	})

	answer := fetch(site, "/page")
	if answer.StatusCode != http.StatusUnprocessableEntity || answer.Header.Get("Content-Type") != "text/html; charset=utf-8" ||
		answer.Header.Get("Cache-Control") != "private, no-store" || !strings.Contains(strings.Join(answer.Header.Values("Vary"), ","), "Cookie") {
		t.Errorf("page: %d %v", answer.StatusCode, answer.Header)
	}
	if html := body(t, answer.Body); !strings.Contains(html, "<title>Fish &amp; chips</title>") {
		t.Error("page without its title")
	}

	broken := fetch(site, "/half")
	html := body(t, broken.Body)
	if broken.StatusCode != http.StatusInternalServerError || strings.Contains(html, "half a page") || !strings.Contains(html, "0193f2c4") {
		t.Errorf("half a page: %d %q", broken.StatusCode, html)
	}
}

// A browser that has moved on reads no answer, and is no failure.
func TestCallerGone(t *testing.T) {
	t.Parallel()
	site := newSite(t, map[string]route.Handler{
		"GET /read": func(http.ResponseWriter, *http.Request) error {
			return fmt.Errorf("read the page: %w", context.Canceled)
		},
		"GET /draw": func(w http.ResponseWriter, r *http.Request) error {
			Render(w, r, http.StatusOK, with(ClientPortalLayout(Page{Title: "Tickets"})))
			return nil
		},
	})
	for path, whileWaiting := range map[string]int{"/read": http.StatusInternalServerError, "/draw": http.StatusOK} {
		if answer := fetch(site, path); answer.StatusCode != whileWaiting {
			t.Errorf("%s, for a caller who waits: %d", path, answer.StatusCode)
		}
		ctx, leave := context.WithCancel(t.Context())
		leave()
		answer := httptest.NewRecorder()
		site.ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
		if answer.Code != fault.StatusCallerGone || answer.Body.Len() > 0 {
			t.Errorf("%s, for a caller who has gone: %d %q", path, answer.Code, answer.Body)
		}
	}
}

func TestBreadcrumb(t *testing.T) {
	t.Parallel()
	tickets, number := Crumb{Label: "Tickets", Href: "/tickets"}, Crumb{Label: "DG-213"}
	for name, c := range map[string]struct {
		page Page
		want []Crumb
	}{
		"none":                  {Page{}.Named("Tickets"), nil},
		"the title again":       {Page{}.Named("New ticket", tickets, Crumb{Label: "New ticket"}), []Crumb{tickets}},
		"the title's beginning": {Page{}.Named("Import hours", tickets, Crumb{Label: "Import"}), []Crumb{tickets}},
		"something of its own":  {Page{}.Named("Wrong VAT number", tickets, number), []Crumb{tickets, number}},
		"longer than the title": {Page{}.Named("DG", tickets, number), []Crumb{tickets, number}},
	} {
		if got := c.page.way(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestCompress(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("all work and no play ", 200)
	site := newSite(t, map[string]route.Handler{
		"GET /html": func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, err := io.WriteString(w, long)
			return err
		},
		"GET /events": func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "text/event-stream")
			_, err := io.WriteString(w, long)
			return err
		},
	})
	if got := fetch(site, "/html", "Accept-Encoding", "gzip, br").Header.Get("Content-Encoding"); got != "br" {
		t.Errorf("page: Content-Encoding %q", got)
	}
	stream := fetch(site, "/events", "Accept-Encoding", "gzip, br", "Accept", "text/event-stream")
	if got := stream.Header.Get("Content-Encoding"); got != "" || body(t, stream.Body) != long {
		t.Errorf("stream: Content-Encoding %q", got)
	}
}

func TestStreamMayLast(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(Compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})))
	defer s.Close()
	resp, err := http.Get(s.URL + "/api/staff/events") // with any Accept: programs send what they like
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Error("a stream keeps the deadline of other answers")
	}
}

func TestFlash(t *testing.T) {
	t.Parallel()
	said := httptest.NewRecorder()
	Flashes{Secure: true}.Say(said, Done, `The ticket "Fish" is closed.`)
	cookie := said.Result().Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %v", cookie)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(cookie)
	taken := httptest.NewRecorder()
	if got, want := (Flashes{}).Take(taken, r), (Flash{Done, `The ticket "Fish" is closed.`}); got != want {
		t.Errorf("Take = %v, want %v", got, want)
	}
	if gone := taken.Result().Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 {
		t.Errorf("the cookie stays: %v", gone)
	}
	forged := httptest.NewRequest(http.MethodGet, "/", nil)
	forged.AddCookie(&http.Cookie{Name: flashCookie, Value: "bm8ganNvbg"})
	if got := (Flashes{}).Take(httptest.NewRecorder(), forged); got != (Flash{}) {
		t.Errorf("a forged cookie said %v", got)
	}
}
