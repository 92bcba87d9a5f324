package ticket

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/exact"
	"clientportal/internal/web"
)

func (v clientList) views() []web.View {
	var views []web.View
	for _, view := range listViews {
		views = append(views, web.View{
			Label: view.label, Href: v.in(view).href(), Count: view.size(v.counts), Current: view.name == v.view.name,
		})
	}
	return views
}

func (v clientList) filters() web.Filters {
	f := web.Filters{
		Label: "Tickets", Action: "/tickets", Query: v.query, Placeholder: "Search titles and messages", Found: v.found(),
		Hidden: []web.Hidden{{Name: "view", Value: v.view.name}},
		Selects: []web.FilterSelect{
			{Name: "category", Label: "Category", Value: v.category, Options: categoryOptions("Any category", v.category)},
			{Name: "priority", Label: "Priority", Value: string(v.priority), Options: priorityOptions("Any priority")},
		},
	}
	if len(v.projects) > 0 {
		options := append([]web.Option{{Label: "Any project"}, {Value: uuid.Nil.String(), Label: "No project"}}, namedOptions(v.projects)...)
		f.Selects = append(f.Selects, web.FilterSelect{
			Name: "quote_id", Label: "Project", Value: textOfID(v.project), Wide: true, Options: options,
		})
	}
	if v.filtered() {
		f.Clear = v.unfiltered().href()
	}
	return f
}

// meta stands below a ticket's title: "DG-218, Checkout, Storefront relaunch".
func (v clientList) meta(t Summary) string {
	meta := t.Number
	if t.Category != nil {
		meta += ", " + *t.Category
	}
	for _, project := range v.projects {
		if t.QuoteID != nil && *t.QuoteID == project.ID {
			meta += ", " + project.Name
		}
	}
	return meta
}

func (v clientList) newTicket() []web.Action {
	if !v.mayWrite {
		return nil
	}
	return []web.Action{{Label: "New ticket", Icon: web.IconPlus, Kind: web.Primary, Href: "/tickets/new"}}
}

// empty says why there is nothing, and what to do next.
func (v clientList) empty() web.EmptyState {
	e := web.EmptyState{Icon: web.IconTicket}
	all := listViews[len(listViews)-1]
	switch {
	case v.total() == 0:
		e.Title, e.Text = "No tickets yet", "Report what is broken, ask for a change, or put a question. Whatever is said about it stays together here."
	case v.query != "":
		e.Icon, e.Title = web.IconSearch, "No "+v.view.kind+`ticket mentions "`+v.query+`"`
		if v.elsewhere == nil {
			e.Text = "Try other words, or fewer of them."
		}
	case v.filtered():
		e.Icon, e.Title = web.IconFilter, "No "+v.view.kind+"ticket fits these filters"
	case v.view.name == "waiting":
		e.Icon, e.Title, e.Text = web.IconCheck, "Nothing waits for you", "When we need an answer from you, the ticket stands here."
	default:
		e.Icon, e.Title = web.IconCheck, "No "+v.view.kind+"tickets"
	}
	switch {
	case v.total() == 0:
	case !v.view.isAll() && v.query != "":
		e.Actions = append(e.Actions, web.Action{Label: "Search all " + web.Plural(v.total(), "ticket"), Href: v.in(all).href()})
	case v.filtered():
		e.Actions = append(e.Actions, web.Action{Label: "Clear the filters", Href: v.unfiltered().href()})
	default:
		e.Actions = append(e.Actions, web.Action{Label: "See all " + web.Plural(v.total(), "ticket"), Href: v.in(all).href()})
	}
	e.Actions = append(e.Actions, v.newTicket()...)
	return e
}

func textOr(text *string, none string) string {
	if text == nil {
		return none
	}
	return *text
}

// categoryOptions are the categories to choose from, and the one that is chosen.
func categoryOptions(none, chosen string) []web.Option {
	options := []web.Option{{Label: none}}
	for _, c := range Categories {
		options = append(options, web.Option{Value: c, Label: c})
	}
	if chosen != "" && !slices.Contains(Categories, chosen) {
		options = append(options, web.Option{Value: chosen, Label: chosen})
	}
	return options
}

// priorityOptions are the priorities from most to least, after none if it has words.
func priorityOptions(none string) []web.Option {
	var options []web.Option
	if none != "" {
		options = append(options, web.Option{Label: none})
	}
	for _, p := range slices.Backward(Priorities) {
		options = append(options, web.Option{Value: string(p), Label: sentence(string(p))})
	}
	return options
}

func namedOptions(all []Named) []web.Option {
	var options []web.Option
	for _, n := range all {
		options = append(options, web.Option{Value: n.ID.String(), Label: n.Name})
	}
	return options
}

// sentence is a word as it begins a sentence.
func sentence(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

func (c counted) String() string {
	if c.atLeast {
		return "at least " + exact.Grouped(strconv.Itoa(c.n))
	}
	return exact.Grouped(strconv.Itoa(c.n))
}

// others says how many tickets a search finds elsewhere.
func (e elsewhere) others() string {
	others := web.Plural(e.count.n, "other ticket does", "other tickets do")
	if e.count.atLeast {
		return "At least " + others
	}
	return others
}
