package app

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/config"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

// identify gives the request its id and notes where it comes from; nobody has
// signed in yet.
func identify(c config.Config, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.Must(uuid.NewV7()).String()
		w.Header().Set("X-Request-Id", id)
		ctx := actor.With(r.Context(), actor.Actor{
			Kind: actor.Anonymous, Name: "anonymous", Address: remoteAddress(c, r), RequestID: id,
		})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// remoteAddress is the caller's, as the nearest proxy that is trusted tells it.
func remoteAddress(c config.Config, r *http.Request) string {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		ip := net.ParseIP(address)
		hop := net.ParseIP(strings.TrimSpace(hops[i]))
		if ip == nil || hop == nil || !c.Trusts(ip) {
			break
		}
		address = hop.String()
	}
	return address
}

// logged writes a line for each answer.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		who, _ := actor.From(r.Context())
		level := slog.LevelInfo
		if strings.HasPrefix(r.URL.Path, "/static/") || r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			level = slog.LevelDebug
		}
		slog.Log(r.Context(), level, "answered", "method", r.Method, "path", r.URL.Path, "status", seen.status,
			"ms", time.Since(began).Milliseconds(), "address", who.Address, "request_id", who.RequestID)
	})
}

// statusWriter remembers the status of the answer.
type statusWriter struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (w *statusWriter) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(b)
}

// Flush is for the compressor, which looks for it by name to pass on a stream that
// it does not compress.
func (w *statusWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap lets http.ResponseController flush a stream.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// recovered turns a panic into a 500 of the edge that the path belongs to.
func recovered(edge func(*http.Request) route.Edge, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				slog.ErrorContext(r.Context(), "panic", "value", p, "stack", string(debug.Stack()))
				edge(r).Fail(w, r, fmt.Errorf("panic: %v", p))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses unsafe requests that another site's page has sent. The portal's
// own address is no other site, also behind a proxy that sends another Host.
func sameOrigin(edge func(*http.Request) route.Edge, baseURL string, next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	if base, err := url.Parse(strings.ToLower(baseURL)); err == nil {
		_ = protection.AddTrustedOrigin(base.Scheme + "://" + base.Host) // what is no origin adds none
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		edge(r).Fail(w, r, fault.Denied("This request came from another site. Open the portal itself and try again."))
	}))
	return protection.Handler(next)
}
