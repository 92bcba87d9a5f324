package customer

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// peopleList is a page of a customer's stakeholders.
type peopleList struct {
	of              Customer
	reader          reader
	query           string
	cursor, before  string // where the page begins, or on the way back ends
	items           []Stakeholder
	places          map[uuid.UUID]Place
	matching, known int
	next, previous  string // addresses of the pages beside; "" where there is none
}

func (c staffPages) showStakeholders(w http.ResponseWriter, r *http.Request) error {
	of, err := c.named(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := peopleList{of: of, reader: readerOf(r), query: plainWords(q.Get("q")), cursor: q.Get("cursor"), before: q.Get("before")}
	err = c.readPeople(r.Context(), &v)
	if v.cursor+v.before != "" && fault.CodeOf(err) == fault.Invalid {
		http.Redirect(w, r, v.href("", ""), http.StatusSeeOther) // no place of this list
		return nil
	}
	if err != nil {
		return err
	}
	p := c.page(w, r, "Stakeholders", web.Crumb{Label: "Customers", Href: root},
		web.Crumb{Label: of.Name, Href: path(of.ID)}, web.Crumb{Label: "Stakeholders"})
	web.Render(w, r, http.StatusOK, stakeholdersPage(p, v))
	return nil
}

func (c staffPages) readPeople(ctx context.Context, v *peopleList) (err error) {
	newer, older := v.cursor != "", false
	if v.before != "" {
		v.items, newer, err = c.stakeholdersBefore(ctx, v.of.ID, v.query, v.before)
		older = true // the page that was left
	} else {
		page, unread := c.Stakeholders(ctx, v.of.ID, PeopleFilter{Q: v.query, Limit: listSize, Cursor: v.cursor})
		v.items, older, err = page.Items, page.NextCursor != nil, unread
	}
	if err != nil {
		return err
	}
	if n := len(v.items); n > 0 {
		if newer {
			v.previous = v.href("before", placeOf(v.items[0]))
		}
		if older {
			v.next = v.href("cursor", placeOf(v.items[n-1]))
		}
	}
	if v.places, err = c.places(ctx, v.of.ID, v.items); err != nil {
		return err
	}
	v.known, v.matching, err = c.countStakeholders(ctx, v.of.ID, v.query)
	return err
}

// placeOf is a stakeholder's place in the list.
func placeOf(s Stakeholder) string { return api.EncodeCursor(position{s.LastName, s.ID}) }

// href is where the list begins after, or ends before, a place in it.
func (v peopleList) href(side, place string) string {
	if side == "" {
		return address(path(v.of.ID, "stakeholders"), "q", v.query)
	}
	return address(path(v.of.ID, "stakeholders"), "q", v.query, side, place)
}

func (v peopleList) filters() web.Filters {
	f := web.Filters{
		Label: "Stakeholders", Action: path(v.of.ID, "stakeholders"), Query: v.query, Placeholder: "Search names and addresses",
		Found: fmt.Sprintf("%d of %s", v.matching, web.Plural(v.known, "stakeholder")),
	}
	if v.query != "" {
		f.Clear = path(v.of.ID, "stakeholders")
	}
	return f
}

func (v peopleList) paging() web.Paging {
	return web.Paging{Newer: v.previous, Older: v.next, Back: "Previous page", On: "Next page"}
}

func (v peopleList) empty() web.EmptyState {
	if v.query != "" {
		return web.EmptyState{Title: "Nobody matches", Text: "Try a part of the name or of the address."}
	}
	return web.EmptyState{
		Icon: web.IconPeople, Title: "Nobody is known here yet",
		Text: "Stakeholders may register in the portal, or be invited to it.", Actions: v.actions(),
	}
}

func (v peopleList) actions() []web.Action {
	if !v.reader.manages() {
		return nil
	}
	return []web.Action{{Label: "Add a stakeholder", Icon: web.IconPlus, Kind: web.Primary, Href: path(v.of.ID, "stakeholders", "new")}}
}

func (c staffPages) showNewStakeholder(w http.ResponseWriter, r *http.Request) error {
	return c.drawNewStakeholder(w, r, http.StatusOK, web.Form{})
}

func (c staffPages) drawNewStakeholder(w http.ResponseWriter, r *http.Request, status int, f web.Form) error {
	of, err := c.named(r)
	if err != nil {
		return err
	}
	web.Render(w, r, status, newStakeholderPage(c.formPage(w, r, of, "Add a stakeholder"), of, f))
	return nil
}

func (c staffPages) addStakeholder(w http.ResponseWriter, r *http.Request) error {
	id, err := customerID(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	added, err := c.AddStakeholder(r.Context(), id, personOf(f))
	if fault.Mendable(err) {
		f, _ = f.With(err)
		return c.drawNewStakeholder(w, r, fault.Status(err), f)
	}
	if err != nil {
		return err
	}
	return c.done(w, r, path(id, "stakeholders"), added.FirstName+" "+added.LastName+" is known now, and may be invited.")
}

func personOf(f web.Form) Person {
	return Person{
		Email: f.Value("email"), FirstName: f.Value("first_name"), LastName: f.Value("last_name"),
		Title: f.Value("title"), Phone: f.Value("phone"), IsPrimaryContact: f.Value("is_primary_contact") != "",
	}
}

// subject is the stakeholder that the address names, and their customer.
func (c staffPages) subject(r *http.Request) (of Customer, p Stakeholder, err error) {
	customer, id, err := stakeholderIDs(r)
	if err != nil {
		return of, p, err
	}
	if p, err = c.Stakeholder(r.Context(), customer, id); err != nil {
		return of, p, err
	}
	of, err = c.Customer(r.Context(), customer)
	return of, p, err
}

func (c staffPages) showStakeholder(w http.ResponseWriter, r *http.Request) error {
	of, now, err := c.subject(r)
	if err != nil {
		return err
	}
	p := now.person()
	f := web.Form{Values: url.Values{
		"email": {p.Email}, "first_name": {p.FirstName}, "last_name": {p.LastName}, "title": {p.Title}, "phone": {p.Phone}, "seen": {now.Tag()},
	}}
	if p.IsPrimaryContact {
		f.Values.Set("is_primary_contact", "on")
	}
	web.Render(w, r, http.StatusOK, editStakeholderPage(c.formPage(w, r, of, "Edit a stakeholder"), now, f))
	return nil
}

func (c staffPages) editStakeholder(w http.ResponseWriter, r *http.Request) error {
	of, now, err := c.subject(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	after, err := c.UpdateStakeholder(r.Context(), of.ID, now.ID, personOf(f), f.Value("seen"))
	if fault.Mendable(err) {
		f, _ = f.With(err)
		if fault.CodeOf(err) == fault.Stale {
			f.Message = "Somebody has changed this meanwhile: it is " + now.FirstName + " " + now.LastName + ", " + now.Email + " now. Save again to put yours in its place."
			f.Values.Set("seen", now.Tag())
		}
		web.Render(w, r, fault.Status(err), editStakeholderPage(c.formPage(w, r, of, "Edit a stakeholder"), now, f))
		return nil
	}
	if err != nil {
		return err
	}
	return c.done(w, r, path(of.ID, "stakeholders"), after.FirstName+" "+after.LastName+" is saved.")
}

func (c staffPages) showRemove(w http.ResponseWriter, r *http.Request) error {
	of, p, err := c.subject(r)
	if err != nil {
		return err
	}
	web.Render(w, r, http.StatusOK, removePage(c.formPage(w, r, of, "Remove a stakeholder"), p))
	return nil
}

func (c staffPages) remove(w http.ResponseWriter, r *http.Request) error {
	customer, id, err := stakeholderIDs(r)
	if err != nil {
		return err
	}
	if err := c.RemoveStakeholder(r.Context(), customer, id); err != nil {
		return err
	}
	return c.done(w, r, path(customer, "stakeholders"), "The stakeholder is removed.")
}

func (c staffPages) showInvite(w http.ResponseWriter, r *http.Request) error {
	of, p, err := c.subject(r)
	if err != nil {
		return err
	}
	role := actor.Member
	if p.IsPrimaryContact {
		role = actor.Admin
	}
	f := web.Form{Values: url.Values{"role": {string(role)}}}
	web.Render(w, r, http.StatusOK, invitePage(c.formPage(w, r, of, "Invite"), p, f))
	return nil
}

func (c staffPages) invite(w http.ResponseWriter, r *http.Request) error {
	of, p, err := c.subject(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	_, err = c.InviteStakeholder(r.Context(), of.ID, p.ID, actor.Role(f.Value("role")))
	if fault.Mendable(err) {
		f, _ = f.With(err)
		web.Render(w, r, fault.Status(err), invitePage(c.formPage(w, r, of, "Invite"), p, f))
		return nil
	}
	if err != nil {
		return err
	}
	return c.done(w, r, path(of.ID), "An invitation is on its way to "+p.Email+".")
}

// clientRoles are what an invitation may make of somebody.
var clientRoles = []web.Option{
	{Value: "viewer", Label: "Viewer", Hint: "Reads"},
	{Value: "member", Label: "Member", Hint: "Reads, and writes tickets"},
	{Value: "approver", Label: "Approver", Hint: "Also approves hours and quotes"},
	{Value: "admin", Label: "Admin", Hint: "Also decides who belongs to the company"},
}
