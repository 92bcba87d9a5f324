package project

import (
	"net/http"
	"net/url"

	"clientportal/internal/api"
	"clientportal/internal/web"
)

// quoteList is a list of quotes, of either side.
type quoteList struct {
	path  string
	views []choice
	shown choice
	query string
	items []QuoteSummary
	next  *string
	staff bool
	plans bool // the reader makes quotes
}

// A client sees what was sent; the agency its drafts, too.
var (
	clientQuoteViews = []choice{
		{"all", "All", nil},
		{"sent", "To decide", []Status{Sent}},
		{"approved", "Approved", []Status{Approved, InProgress, Completed}},
		{"rejected", "Rejected or withdrawn", []Status{Rejected, Cancelled}},
	}
	staffQuoteViews = []choice{
		{"all", "All", nil},
		{"draft", "Drafts", []Status{Draft}},
		{"sent", "Sent", []Status{Sent}},
		{"approved", "Approved", []Status{Approved, InProgress, Completed}},
		{"rejected", "Rejected or withdrawn", []Status{Rejected, Cancelled}},
	}
)

func (c clientPages) showQuotes(w http.ResponseWriter, r *http.Request) error {
	v, err := c.readQuotes(r, quoteList{path: "/quotes", views: clientQuoteViews})
	if err != nil {
		return err
	}
	web.Render(w, r, http.StatusOK, QuotesList(c.page(w, r, "/quotes", "Quotes").Following("quote:"), v))
	return nil
}

// readQuotes fills the list with what the address asks for.
func (s *Service) readQuotes(r *http.Request, v quoteList) (quoteList, error) {
	values := r.URL.Query()
	v.query, v.shown = typedWords(values.Get("q")), v.views[0]
	for _, view := range v.views {
		if view.name == values.Get("view") {
			v.shown = view
		}
	}
	page, err := s.Quotes(r.Context(), Filter{Statuses: v.shown.statuses, Query: v.query}, api.PageQuery{Limit: listSize, Cursor: values.Get("cursor")})
	v.items, v.next = page.Items, page.NextCursor
	return v, err
}

// href is the address of the same list in another view, or further on.
func (v quoteList) href(view, cursor string) string {
	values := url.Values{}
	for name, value := range map[string]string{"q": v.query, "view": view, "cursor": cursor} {
		if value != "" && value != v.views[0].name {
			values.Set(name, value)
		}
	}
	if len(values) == 0 {
		return v.path
	}
	return v.path + "?" + values.Encode()
}

func (v quoteList) links() []web.View {
	views := make([]web.View, len(v.views))
	for i, view := range v.views {
		views[i] = web.View{Label: view.label, Href: v.href(view.name, ""), Current: view.name == v.shown.name}
	}
	return views
}

func (v quoteList) filters() web.Filters {
	f := web.Filters{
		Label: "Quotes", Action: v.path, Query: v.query, Placeholder: "Search quotes",
		Hidden: []web.Hidden{{Name: "view", Value: v.shown.name}},
		Found:  web.Plural(len(v.items), "quote"),
	}
	if v.next != nil {
		f.Found = "The last " + f.Found
	}
	if v.query != "" {
		all := v
		all.query = ""
		f.Clear = all.href(v.shown.name, "")
	}
	return f
}

func (v quoteList) actions() []web.Action {
	if !v.plans {
		return nil
	}
	return []web.Action{{Label: "New quote", Icon: web.IconPlus, Kind: web.Primary, Href: v.path + "/new"}}
}

func (v quoteList) empty() web.EmptyState {
	e := web.EmptyState{Icon: web.IconQuote, Title: "No quotes here"}
	switch {
	case v.query != "":
		e.Icon, e.Title, e.Text = web.IconSearch, `No quote mentions "`+v.query+`"`, "Try another word, or look among all of them."
	case v.shown.name == "sent" && !v.staff:
		e.Icon, e.Title, e.Text = web.IconCheck, "No quote waits for you", "A quote that the agency sends stands here until it is decided on."
	case v.shown.name != v.views[0].name:
	case v.staff:
		e.Title, e.Text = "No quotes yet", "A quote has lines, a total and phases. Once the client approves it, it is a project."
		e.Actions = v.actions()
	default:
		e.Title, e.Text = "No quotes yet", "What the agency offers stands here, to be read and decided on."
	}
	if v.query != "" || v.shown.name != v.views[0].name {
		e.Actions = []web.Action{{Label: "See all quotes", Href: v.path}}
	}
	return e
}

// meta stands below a quote's name.
func (v quoteList) meta(q QuoteSummary) string {
	if v.staff {
		return q.Number + ", " + q.Customer.Name
	}
	return q.Number
}
