package auth

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

const peopleRoot = "/people"

// addTeam registers the screens of a company's people. All of them see who is there;
// the company's admins decide.
func (s screens) addTeam() {
	admin := func(pattern string, h route.Handler) { s.pages.Handle(pattern, route.Client("", actor.Admin).Personal(), h) }
	s.pages.Handle("GET /people", route.Client(""), s.showPeople)
	admin("GET /people/invite", s.showInvite)
	admin("POST /people/invite", s.invite)
	admin("POST /people/invitations/{id}/revoke", s.revokeInvitation)
	admin("GET /people/{id}", s.showMember)
	admin("POST /people/{id}", s.changeRole)
	admin("GET /people/{id}/deactivate", s.showDeactivateMember)
	admin("POST /people/{id}/deactivate", s.activatesMember(false, "They are signed out, and can't come back until you let them."))
	admin("POST /people/{id}/reactivate", s.activatesMember(true, "They may sign in again."))
}

// peoplePage is what stands around a page about a company's people.
func (s screens) peoplePage(w http.ResponseWriter, r *http.Request, title string) web.Page {
	p := s.page(w, r, title)
	p.Section = peopleRoot
	if title != "People" {
		p.Width = web.Narrow
		p.Crumbs = []web.Crumb{{Label: "People", Href: peopleRoot}, {Label: title}}
	}
	return p
}

// people is what the page of a company's people shows.
type people struct {
	reader      uuid.UUID
	manages     bool // the reader decides who belongs to the company
	members     []Member
	invitations []Invitation // that are open, for the company's admins
}

func (s screens) showPeople(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, _ := actor.From(ctx)
	v := people{reader: who.ID, manages: who.May(actor.Client, actor.Admin)}
	var err error
	if v.members, err = s.Members(ctx, who.CustomerID()); err != nil {
		return err
	}
	if who.Is(actor.Client, actor.Admin) {
		if v.invitations, err = s.OpenInvitations(ctx, who.CustomerID()); err != nil {
			return err
		}
	}
	return show(w, r, peopleView(s.peoplePage(w, r, "People"), v))
}

func (s screens) showInvite(w http.ResponseWriter, r *http.Request) error {
	form := web.Form{Values: url.Values{"role": {string(actor.Member)}}}
	return show(w, r, inviteView(s.peoplePage(w, r, "Invite somebody"), form))
}

func (s screens) invite(w http.ResponseWriter, r *http.Request) error {
	form, err := typed(w, r)
	if err != nil {
		return err
	}
	who, _ := actor.From(r.Context())
	i, err := s.Invite(r.Context(), who.CustomerID(), form.Value("email"), actor.Role(form.Value("role")))
	if err != nil {
		return again(w, r, form, err, func(f web.Form) templ.Component { return inviteView(s.peoplePage(w, r, "Invite somebody"), f) })
	}
	return s.done(w, r, peopleRoot, "An invitation is on its way to "+i.Email+".")
}

func (s screens) revokeInvitation(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r.PathValue("id"), "open invitation")
	if err != nil {
		return err
	}
	who, _ := actor.From(r.Context())
	if err := s.RevokeInvitation(r.Context(), who.CustomerID(), id); err != nil {
		return err
	}
	return s.done(w, r, peopleRoot, "The invitation is taken back. Its link no longer works.")
}

// memberOf is the colleague whom the address names.
func (s screens) memberOf(r *http.Request) (Member, error) {
	id, err := pathID(r.PathValue("id"), "member")
	if err != nil {
		return Member{}, err
	}
	who, _ := actor.From(r.Context())
	return s.Member(r.Context(), who.CustomerID(), id)
}

func (s screens) showMember(w http.ResponseWriter, r *http.Request) error {
	m, err := s.memberOf(r)
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{"role": {string(m.Role)}}}
	return show(w, r, memberView(s.peoplePage(w, r, m.Name()), m, form))
}

func (s screens) changeRole(w http.ResponseWriter, r *http.Request) error {
	form, err := typed(w, r)
	if err != nil {
		return err
	}
	role := actor.Role(form.Value("role"))
	return s.change(w, r, form, &role, nil, "Their role is changed. They sign in again, and have it then.")
}

func (s screens) showDeactivateMember(w http.ResponseWriter, r *http.Request) error {
	m, err := s.memberOf(r)
	if err != nil {
		return err
	}
	return show(w, r, deactivateMemberView(s.peoplePage(w, r, "Deactivate"), m))
}

// activatesMember lets a colleague in again, or out.
func (s screens) activatesMember(active bool, words string) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return s.change(w, r, web.Form{}, nil, &active, words)
	}
}

// change changes a colleague's place. What can't be, as taking the company its last
// admin, is told on their own page.
func (s screens) change(w http.ResponseWriter, r *http.Request, form web.Form, role *actor.Role, active *bool, words string) error {
	m, err := s.memberOf(r)
	if err != nil {
		return err
	}
	who, _ := actor.From(r.Context())
	_, err = s.ChangeMember(r.Context(), who.CustomerID(), m.UserID, role, active)
	switch fault.CodeOf(err) {
	case fault.Conflict, fault.Invalid:
		if form.Values == nil {
			form.Values = url.Values{"role": {string(m.Role)}}
		}
		return again(w, r, form, err, func(f web.Form) templ.Component { return memberView(s.peoplePage(w, r, m.Name()), m, f) })
	}
	if err != nil {
		return err
	}
	return s.done(w, r, peopleRoot, words)
}

// clientRoles are the roles of a company's people, from least to most.
var clientRoles = []web.Option{
	{Value: "viewer", Label: "Viewer", Hint: "Reads tickets, projects and quotes"},
	{Value: "member", Label: "Member", Hint: "Also raises tickets and writes on them"},
	{Value: "approver", Label: "Approver", Hint: "Also approves quotes and hours"},
	{Value: "admin", Label: "Admin", Hint: "Also decides who belongs to the company"},
}

// clientRole is the role of one of a company's people in words.
func clientRole(role actor.Role) string {
	for _, o := range clientRoles {
		if o.Value == string(role) {
			return o.Label
		}
	}
	return string(role)
}

func memberState(m Member) web.State {
	switch {
	case !m.IsActive:
		return web.State{Tone: web.Closed, Words: "Deactivated"}
	case m.LastLoginAt == nil:
		return web.State{Tone: web.Waiting, Words: "Not signed in yet"}
	}
	return web.State{Tone: web.Active, Words: "Active"}
}

func memberActions(m Member) []web.Action {
	if m.IsActive {
		return []web.Action{{Label: "Deactivate", Kind: web.Danger, Href: memberPath(m, "/deactivate")}}
	}
	return []web.Action{{Label: "Reactivate", Post: memberPath(m, "/reactivate")}}
}

func memberPath(m Member, below string) string { return peopleRoot + "/" + m.UserID.String() + below }
