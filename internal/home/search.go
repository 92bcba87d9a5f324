package home

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/schedule"
	"clientportal/internal/api"
	"clientportal/internal/project"
	"clientportal/internal/ticket"
	"clientportal/internal/web"
)

// found is what a search has found of all that the reader may read.
type found struct {
	query        string
	tickets      []line
	projects     []line
	dashboards   []line
	reports      []line
	moreTickets  string // where the rest of them are listed; "" when there is no more
	moreProjects string
}

// hits is how many of each kind the page lists.
const hits = 10

// maxQuery is the longest search, in characters.
const maxQuery = 200

// searched is what was typed into the search, as far as it can be looked for.
func searched(r *http.Request) string {
	query := strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(r.URL.Query().Get("q"), ""), "\x00", ""))
	if letters := []rune(query); len(letters) > maxQuery {
		query = string(letters[:maxQuery])
	}
	return query
}

func (c clientPages) search(w http.ResponseWriter, r *http.Request) error {
	f := found{query: searched(r)}
	p := c.Shell(w, r).Named("Search")
	p.Search.Query = f.query
	if f.query != "" {
		if err := c.findTickets(r.Context(), &f); err != nil {
			return err
		}
		if err := c.findProjects(r.Context(), &f, p.Clock, false); err != nil {
			return err
		}
		if err := c.findDashboards(r.Context(), &f, false); err != nil {
			return err
		}
		if err := c.findReports(r.Context(), &f, false); err != nil {
			return err
		}
	}
	web.Render(w, r, http.StatusOK, ClientSearch(p, f))
	return nil
}

func (s staffPages) search(w http.ResponseWriter, r *http.Request) error {
	f := found{query: searched(r)}
	p := s.Shell(w, r).Named("Search")
	p.Search.Query = f.query
	if f.query != "" {
		if err := s.findQueued(r.Context(), &f); err != nil {
			return err
		}
		if err := s.findProjects(r.Context(), &f, p.Clock, true); err != nil {
			return err
		}
		if err := s.findDashboards(r.Context(), &f, true); err != nil {
			return err
		}
		if err := s.findReports(r.Context(), &f, true); err != nil {
			return err
		}
	}
	web.Render(w, r, http.StatusOK, StaffSearch(p, f))
	return nil
}

func (h *Home) findTickets(ctx context.Context, f *found) error {
	page, err := h.Tickets.List(ctx, ticket.Filter{Query: f.query}, api.PageQuery{Limit: hits})
	for _, t := range page.Items {
		f.tickets = append(f.tickets, line{ticketPath(t.ID), t.Title, t.Number, web.TicketState(string(t.Status), false)})
	}
	if page.NextCursor != nil {
		f.moreTickets = listOf("/tickets", "view", f.query)
	}
	return err
}

func (h *Home) findQueued(ctx context.Context, f *found) error {
	page, err := h.Tickets.Desk().Queue(ctx, ticket.DeskFilter{Filter: ticket.Filter{Query: f.query, Sort: "-updated_at"}}, api.PageQuery{Limit: hits})
	for _, t := range page.Items {
		f.tickets = append(f.tickets, line{"/staff" + ticketPath(t.ID), t.Title, t.Number + ", " + t.Customer.Name, web.TicketState(string(t.Status), true)})
	}
	if page.NextCursor != nil {
		f.moreTickets = listOf("/staff/tickets", "view", f.query)
	}
	return err
}

func (h *Home) findProjects(ctx context.Context, f *found, c web.Clock, staff bool) error {
	page, err := h.Projects.Projects(ctx, project.Filter{Query: f.query}, api.PageQuery{Limit: hits})
	for _, p := range page.Items {
		match := line{projectPath(p.QuoteID), p.Name, p.Number, project.State(p.Status, nil, p.DueDate, c, staff)}
		if staff {
			match.href, match.meta = "/staff"+match.href, p.Number+", "+p.Customer.Name
		}
		f.projects = append(f.projects, match)
	}
	if page.NextCursor != nil && staff {
		f.moreProjects = listOf("/staff/projects", "view", f.query)
	} else if page.NextCursor != nil {
		f.moreProjects = listOf("/projects", "status", f.query)
	}
	return err
}

func (h *Home) findDashboards(ctx context.Context, f *found, staff bool) error {
	page, err := h.Numbers.Dashboards(ctx, analytics.Filter{Query: f.query}, api.PageQuery{Limit: hits})
	for _, d := range page.Items {
		match := line{href: dashboardPath(d.ID), title: d.Name, meta: web.Plural(d.WidgetCount, "widget"), state: web.State{Tone: web.Done, Words: "Shown"}}
		if !d.IsActive {
			match.state = web.State{Tone: web.Planned, Words: "Switched off"}
		}
		if staff {
			match.href, match.meta = "/staff/dashboards/"+d.ID.String()+"/preview", d.Customer.Name
		}
		f.dashboards = append(f.dashboards, match)
	}
	return err
}

// findReports finds reports by the name of their dashboard.
func (h *Home) findReports(ctx context.Context, f *found, staff bool) error {
	page, err := h.Reports.Reports(ctx, schedule.Filter{Name: f.query}, api.PageQuery{Limit: hits})
	for _, r := range page.Items {
		match := line{"/analytics/reports/" + r.ID.String(), r.Dashboard, r.Span(), r.State()}
		if staff {
			match.href, match.meta = "/staff/reports/"+r.ID.String(), match.meta+", "+r.Customer.Name
		}
		f.reports = append(f.reports, match)
	}
	return err
}

// listOf is a list in which the search goes on, among all that it has.
func listOf(path, filter, query string) string {
	return path + "?" + url.Values{filter: {"all"}, "q": {query}}.Encode()
}

// more leads to the rest of what was found.
func more(href string) []web.Link {
	if href == "" {
		return nil
	}
	return []web.Link{{Label: "All that match", Href: href}}
}

// nothing says that there is nothing, and what to do next.
func (f found) nothing() web.EmptyState {
	if f.query == "" {
		return web.EmptyState{Title: "Search tickets, projects and dashboards", Text: "Look for words of a title or a message, or for a number such as DG-213."}
	}
	return web.EmptyState{Title: "Nothing mentions \"" + f.query + "\"", Text: "Try other words, or fewer of them."}
}
