package timetrack

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// Pages registers what a customer's people see of hours. Who may decide is checked in
// the actions.
func (s *Service) Pages(p *web.Pages) {
	c := clientPages{s, p}
	anyone := route.Client("")
	p.Handle("GET "+clientRoot, anyone, c.showHours)
	p.Handle("GET "+clientRoot+"/statement", anyone, c.statement)
	p.Handle("POST "+clientRoot+"/approve", anyone, c.approve)
	p.Handle("GET "+clientRoot+"/reject", anyone, c.showReject)
	p.Handle("POST "+clientRoot+"/reject", anyone, c.reject)
	p.Handle("GET "+clientRoot+"/{id}", anyone, c.showEntry)
	p.Handle("POST "+clientRoot+"/{id}/answer", anyone, c.answerEntry)
	p.Handle("POST "+clientRoot+"/blocks/{id}/approve", anyone, c.approveBlock)
	p.Handle("GET "+clientRoot+"/blocks/{id}/decline", anyone, c.showDecline)
	p.Handle("POST "+clientRoot+"/blocks/{id}/decline", anyone, c.declineBlock)
}

// StaffPages registers what the agency's people see of hours and retainers.
func (s *Service) StaffPages(p *web.Pages) {
	c := staffPages{s, p}
	anyone := route.Staff("")
	p.Handle("GET "+staffRoot, anyone, c.showList)
	p.Handle("GET "+staffRoot+"/new", anyone, c.showNew)
	p.Handle("POST "+staffRoot, anyone, c.create)
	p.Handle("GET "+staffRoot+"/{id}", anyone, c.showEntry)
	p.Handle("GET "+staffRoot+"/{id}/edit", anyone, c.showEdit)
	p.Handle("POST "+staffRoot+"/{id}/edit", anyone, c.edit)
	p.Handle("GET "+staffRoot+"/{id}/delete", anyone, c.confirmDelete)
	p.Handle("POST "+staffRoot+"/{id}/delete", anyone, c.delete)
	p.Handle("POST "+staffRoot+"/{id}/answer", anyone, c.answerEntry)

	p.Handle("POST "+staffRoot+"/timer", anyone, c.startTimer)
	p.Handle("POST "+staffRoot+"/timer/stop", anyone, c.stopTimer)
	p.Handle("POST "+staffRoot+"/timer/discard", anyone, c.discardTimer)

	p.Handle("GET "+staffRoot+"/import", anyone, c.showUpload)
	p.Handle("POST "+staffRoot+"/import", anyone, c.upload)
	p.Handle("GET "+importRoot+"/{id}", anyone, c.showImport)
	p.Handle("POST "+importRoot+"/{id}/options", anyone, c.setImportOptions)
	p.Handle("POST "+importRoot+"/{id}/run", anyone, c.runImport)
	p.Handle("GET "+importRoot+"/{id}/refused", anyone, c.refusedRows)

	p.Handle("GET "+retainersRoot, anyone, c.showRetainers)
	p.Handle("GET "+retainersRoot+"/new", anyone, c.showNewRetainer)
	p.Handle("POST "+retainersRoot, anyone, c.createRetainer)
	p.Handle("GET "+retainersRoot+"/{id}", anyone, c.showRetainer)
	p.Handle("GET "+retainersRoot+"/{id}/edit", anyone, c.showEditRetainer)
	p.Handle("POST "+retainersRoot+"/{id}/edit", anyone, c.editRetainer)
	p.Handle("POST "+retainersRoot+"/{id}/close", anyone, c.closePeriod)
	p.Handle("POST "+retainersRoot+"/{id}/blocks", anyone, c.askForBlock)
	p.Handle("POST "+blocksRoot+"/{id}/withdraw", anyone, c.withdrawBlock)
	p.Handle("GET "+retainersRoot+"/{id}/statement", anyone, c.statement)
}

// staffView is a ready-made filter of the agency's list.
type staffView struct {
	name, label string
	approvals   []Approval
	own         bool
}

// staffViews are the views; the first is the default.
var staffViews = []staffView{
	{"all", "All", nil, false},
	{"mine", "Mine", nil, true},
	{"rejected", "Rejected, to answer", []Approval{Rejected}, false},
	{"pending", "Waiting for clients", []Approval{Pending}, false},
}

// staffList is the hours of all customers that the employee serves.
type staffList struct {
	view     staffView
	customer uuid.UUID
	person   uuid.UUID
	query    string
	entries  EntryPage
	choices
	timer timerView
}

// timerView is the reader's timer, or the form that starts one.
type timerView struct {
	running *Timer
	form    web.Form
}

func (c staffPages) showList(w http.ResponseWriter, r *http.Request) error {
	return c.drawList(w, r, http.StatusOK, web.Form{})
}

func (c staffPages) drawList(w http.ResponseWriter, r *http.Request, status int, timer web.Form) (err error) {
	ctx, values := r.Context(), r.URL.Query()
	v := staffList{view: staffViews[0], customer: idIn(values, "customer_id"), person: idIn(values, "employee_id"), query: plain(values.Get("q"), 200)}
	v.timer.form = timer
	for _, view := range staffViews {
		if view.name == values.Get("view") {
			v.view = view
		}
	}
	if v.entries, err = c.Entries(ctx, v.filter(ctx), api.PageQuery{Limit: 30, Cursor: values.Get("cursor")}); err != nil {
		return err
	}
	if v.choices, err = c.choices(ctx); err != nil {
		return err
	}
	if v.timer.running, err = c.RunningTimer(ctx); err != nil {
		return err
	}
	web.Render(w, r, status, staffHoursPage(c.page(w, r, staffRoot, "Hours").Following("hours:"), v))
	return nil
}

func (v staffList) filter(ctx context.Context) Filter {
	f := Filter{Approvals: v.view.approvals, Query: v.query}
	if v.customer != uuid.Nil {
		f.CustomerID = &v.customer
	}
	if v.person != uuid.Nil {
		f.EmployeeID = &v.person
	}
	if who, _ := actor.From(ctx); v.view.own {
		f.EmployeeID = &who.ID
	}
	return f
}

// href is the address of the list in another view, or further on.
func (v staffList) href(view, cursor string) string {
	values := url.Values{}
	for name, value := range map[string]string{
		"q": v.query, "view": view, "cursor": cursor, "customer_id": idText(v.customer), "employee_id": idText(v.person),
	} {
		if value != "" && (name != "view" || value != staffViews[0].name) {
			values.Set(name, value)
		}
	}
	if len(values) == 0 {
		return staffRoot
	}
	return staffRoot + "?" + values.Encode()
}

func (v staffList) links() []web.View {
	links := make([]web.View, len(staffViews))
	for i, view := range staffViews {
		links[i] = web.View{Label: view.label, Href: v.href(view.name, ""), Current: view.name == v.view.name}
	}
	return links
}

func (v staffList) filters() web.Filters {
	f := web.Filters{
		Label: "Hours", Action: staffRoot, Query: v.query, Placeholder: "Search what was done",
		Hidden: []web.Hidden{{Name: "view", Value: v.view.name}},
		Found:  web.Plural(v.entries.Totals.Count, "entry", "entries") + ", " + v.entries.Totals.Hours.String() + " h",
		Selects: []web.FilterSelect{
			{Name: "customer_id", Label: "Customer", Value: idText(v.customer), Options: optionsWith("All customers", v.customers)},
			{Name: "employee_id", Label: "Person", Value: idText(v.person), Options: optionsWith("Everybody", v.people)},
		},
	}
	if v.query != "" || v.customer != uuid.Nil || v.person != uuid.Nil {
		f.Clear = (staffList{}).href(v.view.name, "")
	}
	return f
}

func (v staffList) none() web.EmptyState {
	return web.EmptyState{
		Icon: web.IconClock, Title: "No hours here", Text: "Log what was worked, let a timer run, or import the report of another program.",
		Actions: []web.Action{{Label: "Log hours", Href: staffRoot + "/new"}, {Label: "Import", Href: staffRoot + "/import"}},
	}
}

// staffMeta is who worked, for whom and on what.
func staffMeta(e Entry) string {
	parts := []string{e.Customer.Name}
	for _, part := range []*string{e.EmployeeName, e.Category, e.QuoteName, e.TicketNumber} {
		if part != nil && *part != "" {
			parts = append(parts, *part)
		}
	}
	if !e.Billable {
		parts = append(parts, "not billed")
	}
	return joined(slices.Values(parts))
}

// staffActions are what the reader may do with an entry.
func (v entryView) staffActions() []web.Action {
	if !v.decides {
		return nil
	}
	return []web.Action{
		{Label: "Withdraw", Kind: web.Ghost, Href: staffPath(v.ID) + "/delete"},
		{Label: "Change", Icon: web.IconEdit, Href: staffPath(v.ID) + "/edit"},
	}
}

// stopForm is the form that stops the timer, with what was said at its start.
func (t timerView) stopForm() web.Form {
	f := t.form
	f.ID = "timer"
	if f.Values == nil {
		f.Values = url.Values{"task_description": {t.running.TaskDescription}}
	}
	return f
}
