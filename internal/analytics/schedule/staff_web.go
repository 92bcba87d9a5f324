package schedule

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// staffPages are reports and their schedules as the agency's people work on them.
type staffPages struct {
	*Service
	*web.Pages
}

// StaffPages registers what the agency's people see of reports. Who may set and
// release them is checked in the actions.
func (s *Service) StaffPages(p *web.Pages) {
	c := staffPages{s, p}
	anyone := route.Staff("")
	p.Handle("GET /staff/reports", anyone, c.showReports)
	p.Handle("GET /staff/reports/{id}", anyone, c.showReport)
	p.Handle("POST /staff/reports/{id}/release", anyone, c.release)
	p.Handle("POST /staff/reports/{id}/drop", anyone, c.drop)
	p.Handle("POST /staff/reports/{id}/send-again", anyone, c.sendAgain)
	p.Handle("GET /staff/report-schedules", anyone, c.showSchedules)
	p.Handle("GET /staff/report-schedules/new", anyone, c.showNew)
	p.Handle("POST /staff/report-schedules", anyone, c.create)
	p.Handle("GET /staff/report-schedules/{id}", anyone, c.showSchedule)
	p.Handle("POST /staff/report-schedules/{id}", anyone, c.change)
	p.Handle("POST /staff/report-schedules/{id}/remove", anyone, c.remove)
}

func (c staffPages) page(w http.ResponseWriter, r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := c.Shell(w, r).Named(title, crumbs...)
	p.Section = "/staff/reports"
	return p
}

// views lead from held reports to sent ones and to what goes out.
func views(current string) []web.View {
	return []web.View{
		{Label: "Held", Href: "/staff/reports?status=held", Current: current == Held},
		{Label: "All", Href: "/staff/reports", Current: current == ""},
		{Label: "Schedules", Href: "/staff/report-schedules", Current: current == "schedules"},
	}
}

func (c staffPages) showReports(w http.ResponseWriter, r *http.Request) error {
	v := reportList{path: "/staff/reports", staff: true}
	if r.URL.Query().Get("status") == Held {
		v.status = Held
	}
	list, err := c.Reports(r.Context(), Filter{Status: v.status}, api.PageQuery{Limit: listSize, Cursor: r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	v.items, v.next = list.Items, list.NextCursor
	web.Render(w, r, http.StatusOK, StaffReports(c.page(w, r, "Reports").Following("report:"), v, can(r.Context(), mayPlan)))
	return nil
}

func (c staffPages) showReport(w http.ResponseWriter, r *http.Request) error {
	return c.drawReport(w, r, http.StatusOK, web.Form{})
}

func (c staffPages) drawReport(w http.ResponseWriter, r *http.Request, status int, form web.Form) error {
	id, err := route.PathID(r, "id", "report")
	if err != nil {
		return err
	}
	report, err := c.Report(r.Context(), id)
	if err != nil {
		return err
	}
	p := c.page(w, r, report.title(), web.Crumb{Label: "Reports", Href: "/staff/reports"}, web.Crumb{Label: report.title()}).Following("report:" + id.String())
	web.Render(w, r, status, StaffReport(p, reportView{Report: report, staff: true, plans: can(r.Context(), mayPlan), form: form}))
	return nil
}

// acts does something about a report, says so, and leads to its page.
func (c staffPages) acts(w http.ResponseWriter, r *http.Request, done string, do func(id uuid.UUID, form web.Form) error) error {
	id, err := route.PathID(r, "id", "report")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	if err := do(id, form); err != nil {
		if !fault.Mendable(err) {
			return err
		}
		again, _ := form.With(err)
		return c.drawReport(w, r, fault.Status(err), again)
	}
	c.Flash.Say(w, web.Done, done)
	http.Redirect(w, r, "/staff/reports/"+id.String(), http.StatusSeeOther)
	return nil
}

func (c staffPages) release(w http.ResponseWriter, r *http.Request) error {
	return c.acts(w, r, "It goes out within a minute.", func(id uuid.UUID, form web.Form) error {
		return c.Release(r.Context(), id, form.Value("note"))
	})
}

func (c staffPages) drop(w http.ResponseWriter, r *http.Request) error {
	return c.acts(w, r, "It is not sent.", func(id uuid.UUID, _ web.Form) error { return c.Drop(r.Context(), id) })
}

func (c staffPages) sendAgain(w http.ResponseWriter, r *http.Request) error {
	return c.acts(w, r, "The mail is written again.", func(id uuid.UUID, form web.Form) error {
		user, err := route.ID(form.Value("user_id"), "mail")
		if err != nil {
			return err
		}
		return c.SendAgain(r.Context(), id, user)
	})
}

func (c staffPages) showSchedules(w http.ResponseWriter, r *http.Request) error {
	list, err := c.Schedules(r.Context(), PlanFilter{}, api.PageQuery{Limit: listSize, Cursor: r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	web.Render(w, r, http.StatusOK, StaffSchedules(c.page(w, r, "Reports that go out").Following("report:"), list, can(r.Context(), mayPlan)))
	return nil
}

// editor is the form of a schedule.
type editor struct {
	web.Form
	action    string
	id        uuid.UUID // none of one that is to be made
	dashboard analytics.Named
	customer  string
	zone      string
	people    []Recipient
	chosen    map[string]bool
}

func (c staffPages) editorOf(r *http.Request, dashboard uuid.UUID, form web.Form) (editor, error) {
	d, people, err := c.Readers(r.Context(), dashboard)
	e := editor{
		Form: form, action: "/staff/report-schedules", dashboard: analytics.Named{ID: dashboard, Name: d.DashboardName},
		customer: d.CustomerName, zone: d.Timezone, people: people, chosen: map[string]bool{},
	}
	for _, id := range form.Values["recipients"] {
		e.chosen[id] = true
	}
	return e, err
}

func (c staffPages) showNew(w http.ResponseWriter, r *http.Request) error {
	if !can(r.Context(), mayPlan) {
		return fault.Denied("It takes one of the agency's managers or admins to send reports.")
	}
	crumbs := []web.Crumb{{Label: "Reports", Href: "/staff/reports"}, {Label: "Send a report"}}
	chosen := r.URL.Query().Get("dashboard")
	if chosen == "" {
		list, err := c.Dashboards.Dashboards(r.Context(), analytics.Filter{}, api.PageQuery{Limit: 100})
		if err != nil {
			return err
		}
		web.Render(w, r, http.StatusOK, ChooseDashboard(c.page(w, r, "Send a report", crumbs...), list.Items))
		return nil
	}
	id, err := route.ID(chosen, "dashboard")
	if err != nil {
		return err
	}
	e, err := c.editorOf(r, id, web.Form{Values: url.Values{
		"cadence": {string(Weekly)}, "weekday": {"1"}, "month_day": {"1"}, "hour": {"8"}, "compare": {string(widget.PreviousPeriod)}, "is_active": {"on"},
	}})
	if err != nil {
		return err
	}
	web.Render(w, r, http.StatusOK, ScheduleForm(c.page(w, r, "Send a report", crumbs...), e))
	return nil
}

// planOf is what was typed into the form of a schedule.
func planOf(form web.Form) Plan {
	number := func(name string) int {
		n, err := strconv.Atoi(form.Value(name))
		if err != nil {
			return -1
		}
		return n
	}
	active := form.Value("is_active") != ""
	p := Plan{Rhythm: Rhythm{Cadence: Cadence(form.Value("cadence")), Hour: number("hour")}, Compare: widget.Comparison(form.Value("compare")), IsActive: &active}
	if p.Cadence == Weekly {
		p.Weekday = number("weekday")
	} else {
		p.MonthDay = number("month_day")
	}
	for _, text := range form.Values["recipients"] {
		if id, err := uuid.Parse(text); err == nil {
			p.Recipients = append(p.Recipients, id)
		}
	}
	return p
}

func (c staffPages) create(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	dashboard, err := route.ID(form.Value("dashboard_id"), "dashboard")
	if err != nil {
		return err
	}
	if _, err = c.Create(r.Context(), dashboard, planOf(form)); err != nil {
		return c.again(w, r, dashboard, uuid.Nil, form, err)
	}
	c.Flash.Say(w, web.Done, "The report goes out by itself now.")
	http.Redirect(w, r, "/staff/report-schedules", http.StatusSeeOther)
	return nil
}

// again shows the form of a schedule that was not saved.
func (c staffPages) again(w http.ResponseWriter, r *http.Request, dashboard, id uuid.UUID, form web.Form, err error) error {
	if !fault.Mendable(err) {
		return err
	}
	form, _ = form.With(err)
	e, gone := c.editorOf(r, dashboard, form)
	if gone != nil {
		return gone
	}
	if id != uuid.Nil {
		e.id, e.action = id, "/staff/report-schedules/"+id.String()
	}
	p := c.page(w, r, "Send a report", web.Crumb{Label: "Reports", Href: "/staff/reports"}, web.Crumb{Label: "Schedules", Href: "/staff/report-schedules"})
	web.Render(w, r, fault.Status(err), ScheduleForm(p, e))
	return nil
}

func (c staffPages) showSchedule(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "schedule")
	if err != nil {
		return err
	}
	s, err := c.Schedule(r.Context(), id)
	if err != nil {
		return err
	}
	values := url.Values{
		"cadence": {string(s.Cadence)}, "weekday": {strconv.Itoa(max(1, s.Weekday))}, "month_day": {strconv.Itoa(max(1, s.MonthDay))},
		"hour": {strconv.Itoa(s.Hour)}, "compare": {string(s.Compare)}, "tag": {s.Tag()},
	}
	if s.IsActive {
		values.Set("is_active", "on")
	}
	for _, to := range s.Recipients {
		values.Add("recipients", to.ID.String())
	}
	e, err := c.editorOf(r, s.Dashboard.ID, web.Form{Values: values})
	if err != nil {
		return err
	}
	e.id, e.action = id, "/staff/report-schedules/"+id.String()
	p := c.page(w, r, s.Dashboard.Name, web.Crumb{Label: "Reports", Href: "/staff/reports"}, web.Crumb{Label: "Schedules", Href: "/staff/report-schedules"}, web.Crumb{Label: s.Dashboard.Name})
	web.Render(w, r, http.StatusOK, ScheduleForm(p, e))
	return nil
}

func (c staffPages) change(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "schedule")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	if _, err := c.Update(r.Context(), id, planOf(form), form.Value("tag")); err != nil {
		now, gone := c.Schedule(r.Context(), id)
		if gone != nil {
			return gone
		}
		form.Values.Set("tag", now.Tag())
		return c.again(w, r, now.Dashboard.ID, id, form, err)
	}
	c.Flash.Say(w, web.Done, "The schedule is saved.")
	http.Redirect(w, r, "/staff/report-schedules", http.StatusSeeOther)
	return nil
}

func (c staffPages) remove(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "schedule")
	if err != nil {
		return err
	}
	if err := c.Remove(r.Context(), id); err != nil {
		return err
	}
	c.Flash.Say(w, web.Done, "The schedule is ended. What it sent stays.")
	http.Redirect(w, r, "/staff/report-schedules", http.StatusSeeOther)
	return nil
}
