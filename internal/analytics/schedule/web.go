package schedule

import (
	"context"
	"net/http"
	"net/url"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/draw"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// listSize is how many rows a page of a list has.
const listSize = 25

// clientPages are reports as a customer's people see them.
type clientPages struct {
	*Service
	*web.Pages
}

// Pages registers what a customer's people see of the reports that were sent.
func (s *Service) Pages(p *web.Pages) {
	c := clientPages{s, p}
	anyone := route.Client("")
	p.Handle("GET /analytics/reports", anyone, c.showSent)
	p.Handle("GET /analytics/reports/{id}", anyone, c.showReport)
}

func (c clientPages) page(w http.ResponseWriter, r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := c.Shell(w, r).Named(title, crumbs...)
	p.Section = "/analytics"
	return p
}

// reportList is a list of reports, further on from a cursor.
type reportList struct {
	path, status string
	staff        bool
	items        []Summary
	next         *string
}

func (c clientPages) showSent(w http.ResponseWriter, r *http.Request) error {
	list, err := c.Reports(r.Context(), Filter{}, api.PageQuery{Limit: listSize, Cursor: r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	p := c.page(w, r, "Reports", web.Crumb{Label: "Analytics", Href: "/analytics"}, web.Crumb{Label: "Reports"}).Following("report:")
	web.Render(w, r, http.StatusOK, SentReports(p, reportList{path: "/analytics/reports", items: list.Items, next: list.NextCursor}))
	return nil
}

func (c clientPages) showReport(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "report")
	if err != nil {
		return err
	}
	report, err := c.Report(r.Context(), id)
	if err != nil {
		return err
	}
	p := c.page(w, r, report.title(), web.Crumb{Label: "Reports", Href: "/analytics/reports"}, web.Crumb{Label: report.title()}).Following("report:" + id.String())
	web.Render(w, r, http.StatusOK, SentReport(p, reportView{Report: report}))
	return nil
}

func (s Summary) title() string { return s.Dashboard + ", " + s.Span() }

// Span is the days of a report, in words.
func (s Summary) Span() string { return span(s.From.Time, s.To.Time) }

// more is the address of the list further on.
func (l reportList) more() string {
	values := url.Values{"cursor": {*l.next}}
	if l.status != "" {
		values.Set("status", l.status)
	}
	return l.path + "?" + values.Encode()
}

// State is how a report stands, in words.
func (s Summary) State() web.State {
	switch s.Status {
	case Held:
		return web.State{Tone: web.Waiting, Words: "Held"}
	case Sent:
		return web.State{Tone: web.Done, Words: "Sent"}
	case Dropped:
		return web.State{Tone: web.Closed, Words: "Not sent"}
	}
	return web.State{Tone: web.Active, Words: "Being made"}
}

// reportView is one report on its page.
type reportView struct {
	Report
	staff, plans bool
	form         web.Form
}

// line is a widget of a frozen report: its figure, what it was before, and by how
// much it changed.
type line struct{ title, value, before, change string }

// lines are the figures of a report as it was sent; charts and tables stand in its
// document.
func (v reportView) lines() (list []line) {
	if v.Report.Report == nil {
		return nil
	}
	for _, w := range v.Report.Report.Widgets {
		if w.Table != nil || len(w.Columns) == 0 || len(w.Figures) != len(w.Columns) && len(w.Figures) != 1 {
			continue
		}
		for i, f := range w.Figures {
			l := line{title: w.Title, value: draw.Figure(f, w.Columns[i].Unit)}
			if len(w.Figures) > 1 {
				l.title += ": " + w.Columns[i].Label
			}
			if f.Previous != nil {
				l.before = draw.Figure(widget.Figure{Value: f.Previous, Currency: f.Currency}, w.Columns[i].Unit)
			}
			l.change, _ = draw.Change(f, w.Columns[i])
			list = append(list, l)
		}
	}
	return list
}

// file is the address of the document.
func (v reportView) file() string {
	if v.staff {
		return staffReports + "/" + v.ID.String() + "/pdf"
	}
	return clientReports + "/" + v.ID.String() + "/pdf"
}

// can reports whether a check lets the reader of a page do something.
func can(ctx context.Context, check func(actor.Actor) error) bool {
	who, ok := actor.From(ctx)
	return ok && check(who) == nil
}
