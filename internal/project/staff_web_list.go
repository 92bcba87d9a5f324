package project

import (
	"net/http"
	"net/url"

	"clientportal/internal/api"
	"clientportal/internal/web"
)

// portfolio is the projects of all customers that the employee serves.
type portfolio struct {
	beside
	view  portfolioView
	query string
	items []Summary
	next  *string
}

// portfolioView is a ready-made filter of the portfolio.
type portfolioView struct {
	name, label string
	filter      Filter
}

var running = []Status{Approved, InProgress}

// portfolioViews are the portfolio's views; the first is the default.
var portfolioViews = []portfolioView{
	{"active", "Active", Filter{Statuses: running}},
	{"late", "Late", Filter{Statuses: running, Late: true}},
	{"client", "Waiting for client", Filter{Statuses: running, Waiting: WaitsForClient}},
	{"us", "Waiting for us", Filter{Statuses: running, Waiting: WaitsForAgency}},
	{"finished", "Finished", Filter{Statuses: []Status{Completed}}},
	{"all", "All", Filter{}},
}

func (c staffPages) showPortfolio(w http.ResponseWriter, r *http.Request) error {
	values := r.URL.Query()
	v := portfolio{view: portfolioViews[0], query: typedWords(values.Get("q"))}
	for _, view := range portfolioViews {
		if view.name == values.Get("view") {
			v.view = view
		}
	}
	filter := v.view.filter
	filter.Query = v.query
	page, err := c.Projects(r.Context(), filter, api.PageQuery{Limit: listSize, Cursor: values.Get("cursor")})
	if err != nil {
		return err
	}
	v.items, v.next = page.Items, page.NextCursor
	if v.beside, err = c.beside(r.Context(), v.items); err != nil {
		return err
	}
	web.Render(w, r, http.StatusOK, StaffProjects(c.page(w, r, "/staff/projects", "Projects").Following("project:"), v))
	return nil
}

// href is the address of the portfolio in another view, or further on.
func (v portfolio) href(view, query, cursor string) string {
	values := url.Values{}
	for name, value := range map[string]string{"q": query, "view": view, "cursor": cursor} {
		if value != "" && value != portfolioViews[0].name {
			values.Set(name, value)
		}
	}
	if len(values) == 0 {
		return "/staff/projects"
	}
	return "/staff/projects?" + values.Encode()
}

func (v portfolio) links() []web.View {
	views := make([]web.View, len(portfolioViews))
	for i, view := range portfolioViews {
		views[i] = web.View{Label: view.label, Href: v.href(view.name, v.query, ""), Current: view.name == v.view.name}
	}
	return views
}

func (v portfolio) filters() web.Filters {
	f := web.Filters{
		Label: "Projects", Action: "/staff/projects", Query: v.query, Placeholder: "Search projects",
		Hidden: []web.Hidden{{Name: "view", Value: v.view.name}}, Found: web.Plural(len(v.items), "project"),
	}
	if v.next != nil {
		f.Found = "The last " + f.Found
	}
	if v.query != "" {
		f.Clear = v.href(v.view.name, "", "")
	}
	return f
}

func (v portfolio) empty() web.EmptyState {
	e := web.EmptyState{Icon: web.IconProjects, Title: "No projects here", Text: "An approved quote is a project.", Actions: []web.Action{{Label: "See the quotes", Href: "/staff/quotes"}}}
	switch {
	case v.query != "":
		e.Icon, e.Title, e.Text = web.IconSearch, `No project or customer is named "`+v.query+`"`, "Try another word, or another view."
		e.Actions = []web.Action{{Label: "Search all projects", Href: v.href("all", v.query, "")}}
	case v.view.name == "late":
		e.Icon, e.Title, e.Text, e.Actions = web.IconCheck, "Nothing is late", "", nil
	case v.view.name == "client":
		e.Icon, e.Title, e.Text, e.Actions = web.IconCheck, "No project waits for a client", "", nil
	}
	return e
}

// place is where a project has come to, and for what it waits.
func (v portfolio) place(p Summary) string {
	if p.WaitingOn != nil {
		return p.place() + ". Waits for: " + *p.WaitingOn
	}
	return p.place()
}
