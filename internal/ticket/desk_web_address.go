package ticket

import (
	"net/url"
	"slices"

	"github.com/google/uuid"
)

// queueView is a ready-made part of the queue as its page names it.
type queueView struct {
	View
	label string
	empty string // why there is nothing
}

// queueViews are the views in their order. Where the address names none it is the
// first, or the last, which has finished tickets too, when something is looked for.
var queueViews = []queueView{
	{ViewOpen, "Open", "No ticket wants an answer."},
	{ViewMine, "Mine", "You have no open ticket."},
	{ViewUnassigned, "Nobody's", "Every open ticket has somebody."},
	{ViewOverdue, "Overdue", "No answer is late."},
	{"all", "All", "There is no ticket yet."},
}

// queueSorts are the orders that the page offers; the first is the default.
var queueSorts = []struct{ name, label string }{
	{"due", "Due first"}, {"-priority", "Most urgent first"}, {"-updated_at", "Last changed first"},
	{"-created_at", "Newest first"}, {"created_at", "Oldest first"},
}

// queueAddress is what the address of the queue says, which the pages of its tickets
// keep. A filter that makes no sense is none.
type queueAddress struct {
	view     queueView
	query    string
	customer *uuid.UUID
	status   Status
	priority Priority
	assignee string // an employee's id, "me" or "none"
	sort     string
	cursor   string // goes on to what comes later
}

func readQueueAddress(values url.Values) queueAddress {
	a := queueAddress{
		query: plainWords(values.Get("q"), maxQuery), cursor: values.Get("cursor"), sort: queueSorts[0].name,
		status: Status(values.Get("status")), priority: Priority(values.Get("priority")),
	}
	if id, err := uuid.Parse(values.Get("customer_id")); err == nil {
		a.customer = &id
	}
	if !slices.Contains(Statuses, a.status) {
		a.status = ""
	}
	if !slices.Contains(Priorities, a.priority) {
		a.priority = ""
	}
	switch who := values.Get("assigned_to"); {
	case who == "me", who == "none", uuid.Validate(who) == nil:
		a.assignee = who
	}
	for _, s := range queueSorts {
		if s.name == values.Get("sort") {
			a.sort = s.name
		}
	}
	a.view = viewOf(values.Get("view"), a)
	return a
}

// viewOf is the named view, unless the queue is asked for what only all have.
func viewOf(name string, a queueAddress) queueView {
	all := queueViews[len(queueViews)-1]
	for _, v := range queueViews {
		if string(v.View) == name && !a.status.Finished() {
			return v
		}
	}
	if a.query != "" || a.status.Finished() {
		return all
	}
	return queueViews[0]
}

func (a queueAddress) filter() DeskFilter {
	f := DeskFilter{
		Filter: Filter{Priority: a.priority, Query: a.query, Sort: a.sort}, View: a.view.View, CustomerID: a.customer, AssignedTo: a.assignee,
	}
	if a.status != "" {
		f.Statuses = []Status{a.status}
	}
	if f.View == "all" {
		f.View = ViewAll
	}
	return f
}

// filtered reports whether the queue has less than its view.
func (a queueAddress) filtered() bool {
	return a.query != "" || a.customer != nil || a.status != "" || a.priority != "" || a.assignee != ""
}

// in is the same queue in another view.
func (a queueAddress) in(v queueView) queueAddress {
	a.view, a.cursor = v, ""
	if a.status.Finished() {
		a.status = ""
	}
	return a
}

// by is the same queue in another order.
func (a queueAddress) by(sort string) queueAddress {
	a.sort, a.cursor = sort, ""
	return a
}

// unfiltered is the whole view.
func (a queueAddress) unfiltered() queueAddress { return queueAddress{view: a.view, sort: a.sort} }

// href is the address of the queue itself.
func (a queueAddress) href() string { return "/staff/tickets" + a.encoded() }

// ticket is the address of one of its tickets, or of something to do with it.
func (a queueAddress) ticket(id uuid.UUID, deed string) string {
	return "/staff/tickets/" + id.String() + deed + a.encoded()
}

func (a queueAddress) encoded() string {
	values := url.Values{}
	set := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}
	if a.view.View != queueViews[0].View || a.query != "" {
		set("view", string(a.view.View))
	}
	if a.sort != queueSorts[0].name {
		set("sort", a.sort)
	}
	set("q", a.query)
	set("customer_id", textOfID(a.customer))
	set("status", string(a.status))
	set("priority", string(a.priority))
	set("assigned_to", a.assignee)
	set("cursor", a.cursor)
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}
