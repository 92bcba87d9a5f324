package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

// Pages is the edge of the pages: it registers them in the table of routes and
// turns what they return into a page of its own.
type Pages struct {
	table *route.Table
	Shell Shell
	Flash Flashes
}

// NewPages makes the edge of the pages.
func NewPages(table *route.Table, shell Shell, flash Flashes) *Pages {
	return &Pages{table: table, Shell: shell, Flash: flash}
}

// Handle registers a page or the target of a form.
func (p *Pages) Handle(pattern string, access route.Access, h route.Handler) {
	p.table.Handle(pattern, access, p, h)
}

// Fail answers err with a page; somebody who has not signed in is led there
// and back again. It implements route.Edge.
func (p *Pages) Fail(w http.ResponseWriter, r *http.Request, err error) {
	if fault.CallerGone(r.Context(), err) {
		w.WriteHeader(fault.StatusCallerGone)
		return
	}
	who, _ := actor.From(r.Context())
	status := fault.Status(err)
	failure := Failure{Status: status, RequestID: who.RequestID}
	var f *fault.Error
	switch known := errors.As(err, &f); {
	case !known:
		slog.ErrorContext(r.Context(), "page failed", "error", err, "request_id", who.RequestID)
	case f.Code == fault.Unauthenticated && r.Method == http.MethodGet:
		http.Redirect(w, r, SignInPath(r.URL.Path)+"?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	case f.Code == fault.Unauthenticated:
		http.Redirect(w, r, SignInPath(r.URL.Path), http.StatusSeeOther)
		return
	default:
		failure.Message = f.Message
		if f.Cause != nil {
			slog.Log(r.Context(), fault.LogLevel(err), "page failed", "error", f.Cause, "request_id", who.RequestID)
		}
	}
	Render(w, r, status, ErrorPage(p.Shell(w, r), failure))
}

// SignInPath is where somebody signs in to reach this path.
func SignInPath(path string) string {
	if path == "/staff" || strings.HasPrefix(path, "/staff/") {
		return "/staff/login"
	}
	return "/login"
}
