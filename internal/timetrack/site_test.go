package timetrack_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/pdf"
	"clientportal/internal/route"
	"clientportal/internal/route/routetest"
	"clientportal/internal/timetrack"
	"clientportal/internal/web"
)

// site is the house with its pages.
type site struct {
	house
	table *route.Table
}

func newSite(t *testing.T) site {
	t.Helper()
	s := site{newHouse(t), routetest.NewTable()}
	s.Service = timetrack.New(timetrack.Deps{DB: s.DB, Paper: func(context.Context) (pdf.Letterhead, error) { return pdf.Letterhead{Name: "Northlight"}, nil }})
	pages := web.NewPages(s.table, func(_ http.ResponseWriter, r *http.Request) web.Page {
		who, _ := actor.From(r.Context())
		return web.Page{Clock: web.Clock{Now: today.Add(10 * 60 * 60 * 1e9)}, Viewer: web.Viewer{Name: who.Name}}
	}, web.Flashes{})
	s.Pages(pages)
	s.StaffPages(pages)
	return s
}

func (s site) get(by context.Context, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.table.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil).WithContext(by))
	return w
}

func (s site) post(by context.Context, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode())).WithContext(by)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.table.ServeHTTP(w, r)
	return w
}

// logged is an entry of Acme's, on the retainer.
func (s site) logged(t *testing.T, text string, minutes int) timetrack.Entry {
	t.Helper()
	e, err := s.LogEntry(s.agent, timetrack.EntryInput{CustomerID: s.acme, TaskDescription: text, Minutes: &minutes, DateWorked: today, IsRetainer: true})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func seen(e timetrack.Entry) string { return e.ID.String() + "." + strings.Trim(e.ETag, `"`) }

// agreed is a retainer of ten hours a month.
func (s site) agreed(t *testing.T) timetrack.Retainer {
	t.Helper()
	r, err := s.CreateRetainer(s.manager, timetrack.RetainerInput{
		CustomerID: s.acme, Name: "Care", MinutesPerPeriod: 600, Period: timetrack.Month, StartsOn: day("2026-01-01"), Deficit: timetrack.Carry,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
