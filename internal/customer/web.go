package customer

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// staffPages are the customers as the agency's people see them.
type staffPages struct {
	*Service
	*web.Pages
}

const root = "/staff/customers"

// StaffPages registers the screens of the customers.
func (s *Service) StaffPages(p *web.Pages) {
	c := staffPages{s, p}
	read, manage, administer := route.Staff(""), route.Staff("", actor.Manager, actor.Admin), route.Staff("", actor.Admin)
	p.Handle("GET "+root, read, c.showList)
	p.Handle("GET "+root+"/new", administer, c.showNew)
	p.Handle("POST "+root, administer, c.create)
	p.Handle("GET "+root+"/{id}", read, c.showOverview)
	p.Handle("GET "+root+"/{id}/edit", manage, c.showEdit)
	p.Handle("POST "+root+"/{id}/edit", manage, c.edit)
	p.Handle("GET "+root+"/{id}/close", administer, c.showClose)
	p.Handle("POST "+root+"/{id}/close", administer, c.opens(false, "The customer is closed. Its people are signed out."))
	p.Handle("POST "+root+"/{id}/open", administer, c.opens(true, "The customer is open again. Its people may sign in."))
	p.Handle("POST "+root+"/{id}/employees", administer, c.assign)
	p.Handle("POST "+root+"/{id}/employees/{employeeId}/unassign", administer, c.unassign)

	p.Handle("GET "+root+"/{id}/stakeholders", read, c.showStakeholders)
	p.Handle("POST "+root+"/{id}/stakeholders", manage, c.addStakeholder)
	p.Handle("GET "+root+"/{id}/stakeholders/new", manage, c.showNewStakeholder)
	p.Handle("GET "+root+"/{id}/stakeholders/{stakeholderId}/edit", manage, c.showStakeholder)
	p.Handle("POST "+root+"/{id}/stakeholders/{stakeholderId}/edit", manage, c.editStakeholder)
	p.Handle("GET "+root+"/{id}/stakeholders/{stakeholderId}/remove", manage, c.showRemove)
	p.Handle("POST "+root+"/{id}/stakeholders/{stakeholderId}/remove", manage, c.remove)
	p.Handle("GET "+root+"/{id}/stakeholders/{stakeholderId}/invite", manage, c.showInvite)
	p.Handle("POST "+root+"/{id}/stakeholders/{stakeholderId}/invite", manage, c.invite)

	p.Handle("GET "+root+"/import", administer, c.showUpload)
	p.Handle("POST "+root+"/import", administer, c.upload)
	p.Handle("GET "+uploads+"/{id}", administer, c.showReview)
	p.Handle("POST "+uploads+"/{id}/columns", administer, c.setColumns)
	p.Handle("POST "+uploads+"/{id}/run", administer, c.run)
	p.Handle("GET "+uploads+"/{id}/refused", administer, c.refused)
}

// page is what stands around a page about customers.
func (c staffPages) page(w http.ResponseWriter, r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := c.Shell(w, r).Named(title, crumbs...)
	p.Section = root
	return p
}

// formPage is page for a form about a customer.
func (c staffPages) formPage(w http.ResponseWriter, r *http.Request, of Customer, title string) web.Page {
	p := c.page(w, r, title, web.Crumb{Label: "Customers", Href: root}, web.Crumb{Label: of.Name, Href: path(of.ID)}, web.Crumb{Label: title})
	p.Title, p.Width = title+", "+of.Name, web.Narrow
	return p
}

// path is where a customer is, or what is below them.
func path(id uuid.UUID, below ...string) string {
	return strings.Join(append([]string{root, id.String()}, below...), "/")
}

// reader is the employee who reads a page.
type reader struct{ actor.Actor }

func readerOf(r *http.Request) reader {
	who, _ := actor.From(r.Context())
	return reader{who}
}

func (r reader) manages() bool     { return mayManage(r.Actor) == nil }
func (r reader) administers() bool { return mayAdminister(r.Actor) == nil }

// customerID and stakeholderID are those that the address names.
func customerID(r *http.Request) (uuid.UUID, error) { return route.PathID(r, "id", "customer") }

func stakeholderIDs(r *http.Request) (customer, stakeholder uuid.UUID, err error) {
	return stakeholderIn{r.PathValue("id"), r.PathValue("stakeholderId")}.ids()
}

// done says what was done and leads to where it is seen.
func (c staffPages) done(w http.ResponseWriter, r *http.Request, to, words string) error {
	c.Flash.Say(w, web.Done, words)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
