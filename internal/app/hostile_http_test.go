package app_test

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"clientportal/internal/app/apptest"
)

func TestOpenRedirects(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, next := range []string{
		"https://evil.example", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "/\n/evil.example",
		"http:evil.example", "javascript:alert(1)", "/%09/evil.example", "/..//evil.example", "//evil.example/%2f..", "https:/evil.example", "@evil.example",
		"/\x00/evil.example", " //evil.example", "/tickets\r\nSet-Cookie: a=b",
	} {
		form := url.Values{"email": {s.Acme.Member.Email}, "password": {apptest.Password}, "next": {next}}
		got := s.Nobody(t).Form("/login", form)
		s.expectLocal("POST /login with next="+next, got)
		s.expectLocal("GET /login with next="+next, s.caller("member").Get("/login?next="+url.QueryEscape(next)))
		page := s.Nobody(t).Get("/login?next="+url.QueryEscape(next)).Must(t, http.StatusOK)
		if strings.HasPrefix(next, "//") && strings.Contains(string(page.Body), `value="`+next+`"`) {
			t.Errorf("the sign-in page keeps next=%s", next)
		}
	}
	got := s.Nobody(t).Form("/login", url.Values{"email": {s.Acme.Member.Email}, "password": {apptest.Password}, "next": {"/tickets?q=a"}})
	if got.Header.Get("Location") != "/tickets?q=a" {
		t.Errorf("an address of our own is lost: %s", got.Header.Get("Location"))
	}
}

func (s *scene) expectLocal(what string, got apptest.Response) {
	s.t.Helper()
	to := got.Header.Get("Location")
	u, err := url.Parse(to)
	if got.Status != http.StatusSeeOther || err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\t\r\n") {
		s.t.Errorf("%s: %d to %q, want a path of the portal", what, got.Status, to)
	}
	if got.Header.Get("Set-Cookie") == "a=b" {
		s.t.Errorf("%s: set a cookie", what)
	}
}

func TestHostileAddresses(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, path := range []string{
		"/static/../../../etc/passwd", "/static/..%2f..%2f..%2fetc%2fpasswd", "/static/..%5c..%5cboot.ini", "/static/%2e%2e/%2e%2e/etc/passwd",
		"/static/", "/static/.", "/static/portal.css", "/static/%00", "/static//etc/passwd", "//evil.example/", "//evil.example/..%2f", "/tickets/../healthz/../etc",
		"/brand.css/../../etc/passwd", "/api/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%ff%fe", "/" + strings.Repeat("a/", 5000),
	} {
		resp := s.raw("GET " + path + " HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n")
		to := resp.Header.Get("Location")
		if resp.StatusCode != http.StatusNotFound && (resp.StatusCode < 300 || resp.StatusCode > 399 || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
			t.Errorf("GET %.80s: %d %s, want 404 or a way to the clean path", path, resp.StatusCode, to)
		}
	}
}

func TestHostileCookies(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, cookie := range []string{
		"portal_session=", `portal_session="`, "portal_session=\xff\xfe", ";;;=;", "portal_session", "portal_session=" + strings.Repeat("a", 30<<10),
		"portal_session=x; portal_session=y; __Host-portal_session=z", "portal_flash=" + strings.Repeat("e30", 1000), "portal_flash=bm90IGpzb24",
		"portal_flash=eyJUb25lIjoiPHNjcmlwdD4iLCJUZXh0IjoiPHNjcmlwdD4ifQ", "portal_halfway=x; portal_sign_in=x",
		strings.Repeat("a=b; ", 3000),
	} {
		by := s.Nobody(t).With("Cookie", cookie)
		what := "cookie " + cookie[:min(len(cookie), 50)]
		s.expectOneOf(what, by.Get("/api/client-portal/auth/me"), http.StatusUnauthorized)
		s.expectLocal(what, by.Get("/tickets"))
		for _, path := range []string{"/login", "/staff/login"} {
			page := by.Get(path).Must(t, http.StatusOK)
			if strings.Contains(string(page.Body), "<script>") {
				t.Errorf("%s: its words are markup on %s", what, path)
			}
		}
	}
}

// Whatever a path does not take is answered by the edge that the path belongs to.
func TestMethodsNotAllowed(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, entry := range s.Routes() {
		registered, path, takesOne := strings.Cut(entry.Pattern, " ")
		if !takesOne {
			continue // what answers for all that is not there
		}
		path = s.fillPath(path, "nobody")
		for _, method := range []string{http.MethodPatch, http.MethodTrace, "BREW"} {
			got := s.caller("admin").Send(method, path, "", nil)
			if allow := got.Header.Get("Allow"); got.Status != http.StatusMethodNotAllowed || !strings.Contains(allow, registered) {
				t.Errorf("%s %s: %d, Allow: %s; want 405 and %s", method, path, got.Status, allow, registered)
			}
			if strings.HasPrefix(path, "/api/") {
				s.expectProblem(method+" "+path, got)
			}
			s.note(row{route: method + " " + path}, "nobody", got)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	member := s.caller("member")
	for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		forged := member.With(header[0], header[1])
		what := header[0] + ": " + header[1]
		s.expectOneOf(what, forged.JSON(http.MethodPost, "/api/client-portal/tickets", map[string]string{"title": "A title", "description": "Some words"}), http.StatusForbidden)
		form := url.Values{"title": {"A title"}, "description": {"Some more words about it"}, "priority": {"high"}}
		forged.Form("/tickets", form).Must(t, http.StatusForbidden)
		forged.Form("/logout", nil).Must(t, http.StatusForbidden)
		forged.Form("/login", url.Values{"email": {s.Acme.Viewer.Email}, "password": {apptest.Password}}).Must(t, http.StatusForbidden)
	}
	member.With("Sec-Fetch-Site", "same-origin").Get("/api/client-portal/auth/me").Must(t, http.StatusOK)
	behindProxy := httptest.NewRequest(http.MethodPost, "http://10.0.0.7:8080/api/client-portal/auth/forgot-password", strings.NewReader(`{"email":"a@b.example"}`))
	behindProxy.Header.Set("Origin", s.URL)
	got := httptest.NewRecorder()
	s.Handler().ServeHTTP(got, behindProxy)
	if got.Code != http.StatusAccepted {
		t.Errorf("the portal's own page, behind a proxy that sends another Host: %d %s", got.Code, got.Body)
	}
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, path := range []string{"/login", "/tickets", "/tickets/new", "/no-such-page", "/api/docs", "/api/client-portal/tickets", "/api/no-such-call", "/healthz", "/brand.svg"} {
		h := s.caller("member").Get(path).Header
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: Content-Security-Policy is %q", path, policy)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Frame-Options") != "DENY" || h.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s: headers are %v", path, h)
		}
	}
}

// raw sends a request as it is written.
func (s *scene) raw(request string) *http.Response {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	if _, err := conn.Write([]byte(request)); err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		s.t.Fatalf("%.80s: %v", request, err)
	}
	return resp
}
