package ticket

import (
	"time"

	"clientportal/internal/web"
)

// head is what stands above the list.
func (q queuePage) head() web.Queue {
	head := web.Queue{Title: "Queue", Label: "Tickets in the queue", Open: q.open != [16]byte{}, Filters: q.filters()}
	sizes := map[View]int64{
		ViewOpen: q.counts.Open, ViewMine: q.counts.Mine, ViewUnassigned: q.counts.Unassigned, ViewOverdue: q.counts.Overdue,
	}
	for _, v := range queueViews {
		head.Views = append(head.Views, web.View{
			Label: v.label, Href: q.in(v).href(), Count: int(sizes[v.View]), Current: v.View == q.view.View, Alarm: v.View == ViewOverdue,
		})
	}
	for _, s := range queueSorts {
		head.Sorts = append(head.Sorts, web.View{Label: s.label, Href: q.by(s.name).href(), Current: s.name == q.sort})
	}
	return head
}

func (q queuePage) filters() web.Filters {
	statuses := []web.Option{{Label: "Any status"}}
	for _, s := range Statuses {
		statuses = append(statuses, web.Option{Value: string(s), Label: web.TicketState(string(s), true).Words})
	}
	people := append([]web.Option{{Label: "Anybody"}, {Value: "me", Label: "Me"}, {Value: "none", Label: "Nobody"}}, namedOptions(q.colleagues)...)
	f := web.Filters{
		Label: "Queue", Action: "/staff/tickets", Query: q.query, Placeholder: "Search tickets", Found: q.found(),
		Hidden: []web.Hidden{{Name: "view", Value: string(q.view.View)}, {Name: "sort", Value: q.sort}},
		Selects: []web.FilterSelect{
			{Name: "customer_id", Label: "Customer", Value: textOfID(q.customer), Options: append([]web.Option{{Label: "All customers"}}, namedOptions(q.customers)...)},
			{Name: "status", Label: "Status", Value: string(q.status), Options: statuses},
			{Name: "priority", Label: "Priority", Value: string(q.priority), Options: priorityOptions("Any priority")},
			{Name: "assigned_to", Label: "With", Value: q.assignee, Options: people},
		},
	}
	if q.filtered() {
		f.Clear = q.unfiltered().href()
	}
	return f
}

// found says how many tickets are listed.
func (q queuePage) found() string {
	if q.later != "" {
		return "First " + web.Plural(len(q.items), "ticket")
	}
	return web.Plural(len(q.items), "ticket")
}

// entry is one line of the queue.
func (q queuePage) entry(t DeskSummary, now time.Time) web.QueueEntry {
	e := web.QueueEntry{
		Href: q.ticket(t.ID, ""), Number: t.Number, Customer: t.Customer.Name, Title: t.Title,
		Due: q.terms.dueWords(t.SLA, now), State: web.TicketState(string(t.Status), true), Priority: string(t.Priority),
		With: "Nobody", Current: t.ID == q.open,
	}
	if t.Assignee != nil {
		e.With = firstName(t.Assignee.Name)
	}
	return e
}

// nothing says why the list is empty.
func (q queuePage) nothing() string {
	if q.filtered() {
		return "No ticket fits these filters."
	}
	return q.view.empty
}
