package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/auth"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/web"
)

// surroundings is what stands around a page, as one query gives it.
type surroundings struct {
	company     string
	zone        string
	companies   []membership
	contact     *web.Contact
	openTickets int
	projects    int // that are active
	quotes      int // that wait for a decision
	hours       int // entries to approve; for the agency, rejected ones to answer
	timer       *web.Timer
	bell        bell
}

type membership struct {
	ID   uuid.UUID
	Name string
}

// shell makes what stands around a page; it implements web.Shell. A page that
// fails for want of a database still gets its frame.
func (a *App) shell(w http.ResponseWriter, r *http.Request) web.Page {
	ctx := r.Context()
	now := a.settings.Current(ctx)
	page := web.Page{
		Brand: now.Brand(),
		Clock: web.ClockIn(now.Zone()),
		Flash: a.pages.Flash.Take(w, r),
	}
	who, _ := actor.From(ctx)
	var around surroundings
	var err error
	switch who.Kind {
	case actor.Client:
		around, err = a.clientSurroundings(ctx, who)
		page.Viewer, page.Nav, page.Contact = clientViewer(who, around), clientNav(who, around), around.contact
		page.Viewing = auth.Viewing(who, around.company)
		page.Search = web.Search{Action: "/search", Placeholder: "Search the portal"}
		page.Live.Stream = "/api/client-portal/events"
		page.Notifications = around.bell.notifications(who.Kind)
		if who.Viewing() {
			page.Notifications.ReadAction, page.Notifications.SettingsHref = "", ""
		}
	case actor.Staff:
		around, err = a.staffSurroundings(ctx, who)
		page.Brand.Home = "/staff"
		page.Viewer, page.Nav = staffViewer(who), staffNav(who, around)
		if around.timer != nil {
			around.timer.Href = "/staff/hours#timer"
			page.Timer = around.timer
		}
		page.Search = web.Search{Action: "/staff/search", Placeholder: "Search the portal"}
		page.Live.Stream = "/api/staff/events"
		page.Notifications = around.bell.notifications(who.Kind)
	default:
		return page
	}
	if err != nil {
		slog.WarnContext(ctx, "a page's surroundings could not be read", "error", err, "request_id", who.RequestID)
	}
	if zone, err := clock.Zone(around.zone); err == nil && around.zone != "" {
		page.Clock = web.ClockIn(zone)
	}
	return page
}

// counted counts what a page's surroundings mention, as far as they say it.
func counted(from string) string {
	return fmt.Sprintf("(select count(*) from (select from %s limit %d) counted)", from, web.MostCounted)
}

// clientSurroundings are read by the portal itself, since a client's scope is one
// company, and the others that the person belongs to are named too.
func (a *App) clientSurroundings(ctx context.Context, who actor.Actor) (s surroundings, err error) {
	ctx = actor.As(ctx, "shell")
	var name, title, phone *string
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `
			select c.name, coalesce(u.timezone, c.timezone), e.first_name || ' ' || e.last_name, e.title, e.phone,
			       `+counted(`tickets t where t.customer_id = $1 and t.answer_due_at is not null`)+`,
			       `+counted(`quotes q where q.customer_id = $1 and q.status in ('approved', 'in_progress')`)+`,
			       `+counted(`quotes q where q.customer_id = $1 and q.status = 'sent' and (q.valid_until is null or q.valid_until >= (now() at time zone c.timezone)::date)`)+`,
			       `+counted(`time_tracking t where t.customer_id = $1 and t.approval = 'pending' and t.deleted_at is null and not t.internal`)+`,
			       (select jsonb_agg(jsonb_build_object('ID', o.id, 'Name', o.name) order by lower(o.name), o.id)
			        from customer_members m join customers o on o.id = m.customer_id and o.is_active
			        where m.user_id = $2 and m.is_active),
			       `+memberBell+`
			from customers c
			join client_portal_users u on u.id = $2
			left join employees e on e.id = c.contact_employee_id and e.is_active
			where c.id = $1`, who.CustomerID(), who.ID).
			Scan(&s.company, &s.zone, &name, &title, &phone, &s.openTickets, &s.projects, &s.quotes, &s.hours, &s.companies, &s.bell.unread, &s.bell.latest)
	})
	if name != nil {
		s.contact = &web.Contact{Name: *name, Title: value(title), Phone: value(phone)}
	}
	return s, err
}

func (a *App) staffSurroundings(ctx context.Context, who actor.Actor) (s surroundings, err error) {
	return s, a.db.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `
			select coalesce(e.timezone, ''), `+counted(`tickets t where t.answer_due_at is not null`)+`,
			       `+counted(`time_tracking t where t.employee_id = $1 and t.approval = 'rejected' and t.deleted_at is null`)+`,
			       (select jsonb_build_object('Since', r.started_at, 'What', c.name) from timers r join customers c on c.id = r.customer_id where r.employee_id = $1),
			       `+employeeBell+`
			from employees e where e.id = $1`, who.ID).Scan(&s.zone, &s.openTickets, &s.hours, &s.timer, &s.bell.unread, &s.bell.latest)
	})
}

func clientViewer(who actor.Actor, s surroundings) web.Viewer {
	if who.Viewing() {
		return web.Viewer{Name: who.Name, Email: who.Email, Role: who.Role.Words(), Company: s.company}
	}
	v := web.Viewer{
		Name: who.Name, Email: who.Email, Role: who.Role.Words(),
		Company: s.company, SwitchAction: "/switch-company", SignOutAction: "/logout",
		Menu: []web.Link{{Label: "Your account", Href: "/account"}},
	}
	for _, c := range s.companies {
		v.Companies = append(v.Companies, web.Company{ID: c.ID.String(), Name: c.Name, Current: c.ID == who.CustomerID()})
	}
	return v
}

func staffViewer(who actor.Actor) web.Viewer {
	return web.Viewer{
		Name: who.Name, Email: who.Email, Role: who.Role.Words(), Staff: true, SignOutAction: "/staff/logout",
		Menu: []web.Link{{Label: "Your account", Href: "/staff/account"}},
	}
}

func clientNav(who actor.Actor, s surroundings) []web.NavGroup {
	own := []web.NavItem{{Label: "Activity", Href: "/activity", Icon: web.IconList}}
	if who.Role == actor.Viewer {
		own = nil
	}
	own = append(own, web.NavItem{Label: "Data sources", Href: "/data-sources", Icon: web.IconData},
		web.NavItem{Label: "People", Href: "/people", Icon: web.IconPeople})
	if !who.Viewing() {
		own = append(own, web.NavItem{Label: "Settings", Href: "/account", Icon: web.IconGear})
	}
	return []web.NavGroup{
		{Items: []web.NavItem{
			{Label: "Home", Href: "/", Icon: web.IconHome},
			{Label: "Projects", Href: "/projects", Icon: web.IconProjects, Count: s.projects, CountOf: "active"},
			{Label: "Tickets", Href: "/tickets", Icon: web.IconTicket, Count: s.openTickets, CountOf: "open"},
			{Label: "Hours", Href: "/hours", Icon: web.IconClock, Count: s.hours, CountOf: "to approve"},
			{Label: "Analytics", Href: "/analytics", Icon: web.IconChart},
			{Label: "Quotes", Href: "/quotes", Icon: web.IconQuote, Count: s.quotes, CountOf: "to decide"},
		}},
		{Heading: s.company, Items: own},
	}
}

func staffNav(who actor.Actor, s surroundings) []web.NavGroup {
	var own []web.NavItem
	if who.Is(actor.Staff, actor.Admin, actor.Manager) {
		own = append(own, web.NavItem{Label: "Audit trail", Href: "/staff/audit", Icon: web.IconList})
	}
	settings := "/staff/account"
	if who.Is(actor.Staff, actor.Admin) {
		own = append(own, web.NavItem{Label: "Employees", Href: "/staff/employees", Icon: web.IconPeople})
		settings = "/staff/settings"
	}
	return []web.NavGroup{
		{Items: []web.NavItem{
			{Label: "Home", Href: "/staff", Icon: web.IconHome},
			{Label: "Tickets", Href: "/staff/tickets", Icon: web.IconTicket, Count: s.openTickets, CountOf: "open"},
			{Label: "Projects", Href: "/staff/projects", Icon: web.IconProjects},
			{Label: "Hours", Href: "/staff/hours", Icon: web.IconClock, Count: s.hours, CountOf: "rejected, to answer"},
			{Label: "Retainers", Href: "/staff/retainers", Icon: web.IconHourglass},
			{Label: "Quotes", Href: "/staff/quotes", Icon: web.IconQuote},
			{Label: "Reports", Href: "/staff/reports", Icon: web.IconReport},
			{Label: "Customers", Href: "/staff/customers", Icon: web.IconBuilding},
			{Label: "Data sources", Href: "/staff/data-sources", Icon: web.IconData},
		}},
		{Heading: "Agency", Items: append(own, web.NavItem{Label: "Settings", Href: settings, Icon: web.IconGear})},
	}
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
