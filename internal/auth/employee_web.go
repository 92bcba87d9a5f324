package auth

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

const employeesRoot = "/staff/employees"

// addEmployees registers the screens of the agency's own people.
func (s screens) addEmployees() {
	admin := route.Staff("", actor.Admin)
	add := func(pattern string, h route.Handler) { s.pages.Handle(s.realm.pattern(pattern), admin, h) }
	add("GET /employees", s.showEmployees)
	add("POST /employees", s.addEmployee)
	add("GET /employees/new", s.showNewEmployee)
	add("GET /employees/{id}", s.showEmployee)
	add("POST /employees/{id}", s.changeEmployee)
	add("GET /employees/{id}/second-factor", s.showResetEmployee)
	add("POST /employees/{id}/second-factor", s.resetEmployee)
	add("GET /employees/{id}/deactivate", s.showDeactivate)
	add("POST /employees/{id}/deactivate", s.activates(false, "They are signed out everywhere, and can't sign in any more."))
	add("POST /employees/{id}/reactivate", s.activates(true, "They may sign in again."))
}

// employeePage is what stands around a page about employees.
func (s screens) employeePage(w http.ResponseWriter, r *http.Request, title string, below bool) web.Page {
	p := s.page(w, r, title)
	p.Section = employeesRoot
	if below {
		p.Width = web.Narrow
		p.Crumbs = []web.Crumb{{Label: "Employees", Href: employeesRoot}, {Label: title}}
	}
	return p
}

// employeeList is the list with its filters.
type employeeList struct {
	filter EmployeeFilter
	view   string // "" for those who are active
	items  []Colleague
	all    int
}

func (s screens) showEmployees(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := employeeList{view: q.Get("view")}
	v.filter = EmployeeFilter{Query: q.Get("q"), Role: actor.Role(q.Get("role"))}
	if v.view != "all" {
		active := v.view != "gone"
		v.filter.IsActive = &active
	}
	v.filter = checkEmployeeFilter(v.filter)
	var err error
	if v.items, v.all, err = s.colleagues(r.Context(), v.filter); err != nil {
		return err
	}
	return show(w, r, employeesView(s.employeePage(w, r, "Employees", false), v))
}

func (v employeeList) views() []web.View {
	in := func(view, label string) web.View {
		return web.View{Label: label, Href: employeesAddress(view), Current: v.view == view}
	}
	return []web.View{in("", "Active"), in("gone", "Deactivated"), in("all", "All")}
}

func employeesAddress(view string) string {
	if view == "" {
		return employeesRoot
	}
	return employeesRoot + "?" + url.Values{"view": {view}}.Encode()
}

func (v employeeList) filters() web.Filters {
	f := web.Filters{
		Label: "Employees", Action: employeesRoot, Query: v.filter.Query, Placeholder: "Search names and addresses",
		Selects: []web.FilterSelect{{
			Name: "role", Label: "Role", Value: string(v.filter.Role), Options: append([]web.Option{{Label: "Any role"}}, staffRoles...),
		}},
		Found: fmt.Sprintf("%d of %s", len(v.items), web.Plural(v.all, "employee")),
	}
	if v.view != "" {
		f.Hidden = []web.Hidden{{Name: "view", Value: v.view}}
	}
	if v.filter.Query != "" || v.filter.Role != "" {
		f.Clear = employeesAddress(v.view)
	}
	return f
}

// staffRoles are the roles of employees, from least to most.
var staffRoles = []web.Option{
	{Value: "agent", Label: "Agent", Hint: "Works on the tickets and hours of the customers assigned to them"},
	{Value: "manager", Label: "Manager", Hint: "Also changes those customers, and invites their people"},
	{Value: "admin", Label: "Admin", Hint: "Everything, for all customers"},
}

func (s screens) showNewEmployee(w http.ResponseWriter, r *http.Request) error {
	form := web.Form{Values: url.Values{"role": {string(actor.Agent)}}}
	return show(w, r, newEmployeeView(s.employeePage(w, r, "New employee", true), form))
}

func (s screens) addEmployee(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	e, err := s.AddEmployee(r.Context(), NewEmployee{
		Email: form.Value("email"), FirstName: form.Value("first_name"), LastName: form.Value("last_name"),
		Title: form.Value("title"), Role: actor.Role(form.Value("role")),
	})
	if err != nil {
		return again(w, r, form, err, newEmployeeAgain(s.employeePage(w, r, "New employee", true)))
	}
	return s.done(w, r, "/employees", "An e-mail asks "+e.Name()+" to choose a password.")
}

func (s screens) showEmployee(w http.ResponseWriter, r *http.Request) error {
	e, serves, err := s.subject(r)
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{
		"first_name": {e.FirstName}, "last_name": {e.LastName}, "title": {e.Title}, "role": {string(e.Role)}, "seen": {employeeTag(e)},
	}}
	return show(w, r, employeeView(s.employeePage(w, r, e.Name(), true), e, serves, form))
}

// subject is the employee whom the address names, and whom they serve.
func (s screens) subject(r *http.Request) (e Employee, serves []served, err error) {
	id, err := route.PathID(r, "id", "employee")
	if err != nil {
		return e, nil, err
	}
	if e, err = s.Employee(r.Context(), id); err != nil {
		return e, nil, err
	}
	serves, err = s.servedBy(r.Context(), id)
	return e, serves, err
}

func (s screens) changeEmployee(w http.ResponseWriter, r *http.Request) error {
	now, serves, err := s.subject(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	first, last, title, role := form.Value("first_name"), form.Value("last_name"), form.Value("title"), actor.Role(form.Value("role"))
	e, err := s.ChangeEmployee(r.Context(), now.ID, EmployeeChange{FirstName: &first, LastName: &last, Title: &title, Role: &role},
		func(e Employee) error { return api.CheckMatch(form.Value("seen"), employeeTag(e)) })
	switch fault.CodeOf(err) {
	case "":
	case fault.Stale:
		form.Values.Set("seen", employeeTag(now))
		form.Message = fmt.Sprintf("Somebody has changed this meanwhile: it is %s, %s, now. Save again to put yours in its place.", now.Name(), now.Role)
		web.Render(w, r, fault.Status(err), employeeView(s.employeePage(w, r, now.Name(), true), now, serves, form))
		return nil
	default:
		return again(w, r, form, err, employeeAgain(s.employeePage(w, r, now.Name(), true), now, serves))
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/employees", e.Name()+" is saved.")
}

func (s screens) showDeactivate(w http.ResponseWriter, r *http.Request) error {
	e, _, err := s.subject(r)
	if err != nil {
		return err
	}
	return show(w, r, deactivateView(s.employeePage(w, r, "Deactivate", true), e))
}

// activates lets an employee in again, or out. That the agency keeps an admin is
// the action's rule, told on the employee's own page.
func (s screens) activates(active bool, words string) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := route.PathID(r, "id", "employee")
		if err != nil {
			return err
		}
		_, err = s.ChangeEmployee(r.Context(), id, EmployeeChange{IsActive: &active}, nil)
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Code == fault.Conflict {
			s.pages.Flash.Say(w, web.Late, f.Message)
			return s.redirect(w, r, "/employees/"+id.String())
		}
		if err != nil {
			return err
		}
		return s.done(w, r, "/employees/"+id.String(), words)
	}
}

func (s screens) showResetEmployee(w http.ResponseWriter, r *http.Request) error {
	e, _, err := s.subject(r)
	if err != nil {
		return err
	}
	return show(w, r, resetEmployeeView(s.employeePage(w, r, "Reset the second factor", true), e))
}

func (s screens) resetEmployee(w http.ResponseWriter, r *http.Request) error {
	e, _, err := s.subject(r)
	if err != nil {
		return err
	}
	err = s.ResetEmployeeSecondFactor(r.Context(), e.ID)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Code == fault.Conflict {
		s.pages.Flash.Say(w, web.Late, f.Message)
		return s.redirect(w, r, "/employees/"+e.ID.String())
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/employees/"+e.ID.String(), "The second factor is off, and they are signed out everywhere. A mail tells them.")
}

func employeePath(id uuid.UUID, below string) string {
	return employeesRoot + "/" + id.String() + below
}
