package project

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"clientportal/internal/api"
	"clientportal/internal/markdown"
	"clientportal/internal/maybe"
	"clientportal/internal/web"
)

// listSize is how many entries a page of a list has.
const listSize = 30

// projectList is the client's list of projects.
type projectList struct {
	beside
	shown    choice
	query    string
	items    []Summary
	next     *string
	finished []Summary // below the active ones
	decides  bool
}

// choice is which part of a list is shown.
type choice struct {
	name, label string
	statuses    []Status
}

// shownProjects are the choices of the list's menu; the first is the default.
var shownProjects = []choice{
	{"active", "Active", []Status{Approved, InProgress}},
	{"finished", "Finished", []Status{Completed}},
	{"cancelled", "Cancelled", []Status{Cancelled}},
	{"all", "All statuses", nil},
}

func shownBy(name string) choice {
	for _, s := range shownProjects {
		if s.name == name {
			return s
		}
	}
	return shownProjects[0]
}

func (c clientPages) showProjects(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	v := projectList{shown: shownBy(query.Get("status")), query: typedWords(query.Get("q")), decides: can(ctx, mayDecide)}
	page, err := c.Projects(ctx, Filter{Statuses: v.shown.statuses, Query: v.query}, api.PageQuery{Limit: listSize, Cursor: query.Get("cursor")})
	if err != nil {
		return err
	}
	v.items, v.next = page.Items, page.NextCursor
	if v.isOverview() && v.next == nil {
		finished, err := c.Projects(ctx, Filter{Statuses: []Status{Completed}}, api.PageQuery{Limit: 5})
		if err != nil {
			return err
		}
		v.finished = finished.Items
	}
	if v.beside, err = c.beside(ctx, v.items); err != nil {
		return err
	}
	p := c.page(w, r, "/projects", "Projects").Following("project:", "quote:")
	web.Render(w, r, http.StatusOK, ProjectsList(p, v))
	return nil
}

// typedWords is what somebody typed into a search, as far as it can be looked for.
func typedWords(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", ""))
	if letters := []rune(s); len(letters) > 200 {
		return string(letters[:200])
	}
	return s
}

// isOverview reports whether the list is as the navigation leads to it.
func (v projectList) isOverview() bool { return v.query == "" && v.shown.name == shownProjects[0].name }

// total is how many projects there are.
func (v projectList) total() (n int) {
	for _, count := range v.counts {
		n += count
	}
	return n
}

func (v projectList) filters() web.Filters {
	f := web.Filters{
		Label: "Projects", Action: "/projects", Query: v.query, Placeholder: "Search projects",
		Selects: []web.FilterSelect{{Name: "status", Label: "Status", Value: v.shown.name}},
		Found:   fmt.Sprintf("%d of %s", len(v.items), web.Plural(v.total(), "project")),
	}
	for _, s := range shownProjects {
		f.Selects[0].Options = append(f.Selects[0].Options, web.Option{Value: s.name, Label: s.label})
	}
	if !v.isOverview() {
		f.Clear = "/projects"
	}
	return f
}

// older leads to the next page of the list.
func (v projectList) older() web.Paging {
	values := url.Values{"status": {v.shown.name}, "cursor": {*v.next}}
	if v.query != "" {
		values.Set("q", v.query)
	}
	return web.Paging{Older: "/projects?" + values.Encode()}
}

func (v projectList) empty() web.EmptyState {
	e := web.EmptyState{Icon: web.IconProjects}
	switch {
	case v.total() == 0:
		e.Title, e.Text = "No projects yet", "A quote that you approve becomes a project. Its phases, updates and hours stand here."
		e.Actions = []web.Action{{Label: "See the quotes", Href: "/quotes"}}
	case v.query != "":
		e.Icon, e.Title, e.Text = web.IconSearch, `No project is named "`+v.query+`"`, "Try another word, or look among all of them."
		e.Actions = []web.Action{{Label: "See all projects", Href: "/projects?status=all"}}
	default:
		e.Title = "No project is " + strings.ToLower(v.shown.label)
		e.Actions = []web.Action{{Label: "See all projects", Href: "/projects?status=all"}}
	}
	return e
}

// waitingOffers are the quotes that the list shows beside its projects.
func (v projectList) waitingOffers() []waitingOffer {
	if !v.isOverview() {
		return nil
	}
	return v.offers
}

// offerWords say what a waiting quote waits for.
func (v projectList) offerWords(c web.Clock, o waitingOffer) string {
	whose := "your decision"
	if !v.decides {
		whose = "a decision"
	}
	words := fmt.Sprintf("Quoted, not started. Version %d of the quote waits for %s", o.Version, whose)
	if o.ValidUntil != nil {
		words += " until " + c.Date(*o.ValidUntil)
	}
	return words + "."
}

// standing is how a listed project stands.
func (b beside) standing(p Summary, c web.Clock, staff bool) web.State {
	return State(p.Status, b.phases[p.QuoteID], p.DueDate, c, staff)
}

// dateOr is a day, or words where there is none.
func dateOr(c web.Clock, day *Day, none string) string {
	if day == nil {
		return none
	}
	return c.Date(day.Time)
}

// summary is what a project is about, in a line.
func (p Summary) summary() string {
	if paragraphs := markdown.Paragraphs(p.Intro); len(paragraphs) > 0 {
		return markdown.Shorten(paragraphs[0], 140)
	}
	return maybe.Value(p.ProjectType)
}

// place is where a project has come to.
func (p Summary) place() string {
	if p.CurrentPhase != nil {
		return *p.CurrentPhase
	}
	return fmt.Sprintf("%d%% done", p.ProgressPercent)
}

func leadOr(lead *string) string {
	if lead == nil || *lead == "" {
		return "Not yet named"
	}
	return *lead
}
