package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

const (
	peopleRoot   = "/people"
	customerRoot = "/staff/customers"
)

// addTeam registers the screens of a company's people. All of the company see who is
// there, and its admins decide; so do, for a customer whom they serve, the agency's
// people, and its managers and admins.
func (s screens) addTeam() {
	root, sees, decides := peopleRoot, route.Client(""), route.Client("", actor.Admin).Personal()
	if s.realm == Staff {
		root, sees, decides = customerRoot+"/{id}/people", route.Staff(""), route.Staff("", actor.Manager, actor.Admin)
	}
	manage := func(method, below string, h route.Handler) { s.pages.Handle(method+" "+root+below, decides, h) }
	s.pages.Handle("GET "+root, sees, s.showPeople)
	manage("GET", "/invite", s.showInvite)
	manage("POST", "/invite", s.invite)
	manage("POST", "/invitations/{invitationId}/revoke", s.revokeInvitation)
	manage("GET", "/{userId}", s.showMember)
	manage("POST", "/{userId}", s.changeRole)
	manage("GET", "/{userId}/deactivate", s.showDeactivateMember)
	manage("POST", "/{userId}/deactivate", s.activatesMember(false, "They are signed out, and can't come back until they are let in again."))
	manage("POST", "/{userId}/reactivate", s.activatesMember(true, "They may sign in again."))
	manage("GET", "/{userId}/second-factor", s.showResetMember)
	manage("POST", "/{userId}/second-factor", s.resetMember)
}

// teamView is a company whose people a page is about.
type teamView struct {
	realm   Realm // whose page it is: the company's own, or the agency's
	company uuid.UUID
	name    string // the company's, where the page does not say it anyway
	reader  actor.Actor
}

// team is the reader's own company, or for an employee the one that the address names.
func (s screens) team(r *http.Request) (t teamView, err error) {
	t.realm = s.realm
	t.reader, _ = actor.From(r.Context())
	if s.realm == Clients {
		t.company = t.reader.CustomerID()
		return t, nil
	}
	if t.company, err = route.PathID(r, "id", "customer"); err != nil {
		return t, err
	}
	t.name, err = s.companyName(r.Context(), t.company)
	return t, err
}

// companyName is what a company in the reader's scope is called.
func (s *Service) companyName(ctx context.Context, id uuid.UUID) (name string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(ctx, `select name from customers where id = $1`, id).Scan(&name)
		if errors.Is(err, pgx.ErrNoRows) {
			err = fault.Missing("customer")
		}
		return err
	})
	return name, err
}

// path is where the team is, or what is below it.
func (t teamView) path(below string) string {
	if t.realm == Staff {
		return customerRoot + "/" + t.company.String() + "/people" + below
	}
	return peopleRoot + below
}

func (t teamView) member(m Member, below string) string {
	return t.path("/" + m.UserID.String() + below)
}

// manages reports whether the reader decides who belongs to the company.
func (t teamView) manages() bool {
	return t.reader.May(actor.Client, actor.Admin) || t.reader.May(actor.Staff, actor.Manager, actor.Admin)
}

// layout is the frame of the team's pages.
func (t teamView) layout(p web.Page) templ.Component { return t.realm.layout(p) }

// peoplePage is what stands around a page about a company's people.
func (s screens) peoplePage(w http.ResponseWriter, r *http.Request, t teamView, title string) web.Page {
	p := s.page(w, r, title)
	p.Section = peopleRoot
	if t.realm == Staff {
		p.Section = customerRoot
		p.Crumbs = []web.Crumb{{Label: "Customers", Href: customerRoot}, {Label: t.name, Href: customerRoot + "/" + t.company.String()}}
	}
	if title == "People" {
		if t.realm == Staff {
			p.Crumbs = append(p.Crumbs, web.Crumb{Label: title})
		}
		return p
	}
	p.Width = web.Narrow
	p.Crumbs = append(p.Crumbs, web.Crumb{Label: "People", Href: t.path("")}, web.Crumb{Label: title})
	return p
}

// teamDone says what was done and leads to the company's people.
func (s screens) teamDone(w http.ResponseWriter, r *http.Request, t teamView, words string) error {
	s.pages.Flash.Say(w, web.Done, words)
	http.Redirect(w, r, t.path(""), http.StatusSeeOther)
	return nil
}

// people is what the page of a company's people shows.
type people struct {
	teamView
	members     []Member
	invitations []Invitation // that are open, for who may decide on them
}

func (s screens) showPeople(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	t, err := s.team(r)
	if err != nil {
		return err
	}
	v := people{teamView: t}
	if v.members, err = s.Members(ctx, t.company); err != nil {
		return err
	}
	if mayManage(t.reader, t.company) == nil {
		if v.invitations, err = s.OpenInvitations(ctx, t.company); err != nil {
			return err
		}
	}
	return show(w, r, peopleView(s.peoplePage(w, r, t, "People"), v))
}

func (s screens) showInvite(w http.ResponseWriter, r *http.Request) error {
	t, err := s.team(r)
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{"role": {string(actor.Member)}}}
	return show(w, r, inviteView(s.peoplePage(w, r, t, "Invite somebody"), t, form))
}

func (s screens) invite(w http.ResponseWriter, r *http.Request) error {
	t, err := s.team(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	i, err := s.Invite(r.Context(), t.company, form.Value("email"), actor.Role(form.Value("role")))
	if err != nil {
		return again(w, r, form, err, func(f web.Form) templ.Component { return inviteView(s.peoplePage(w, r, t, "Invite somebody"), t, f) })
	}
	return s.teamDone(w, r, t, "An invitation is on its way to "+i.Email+".")
}

func (s screens) revokeInvitation(w http.ResponseWriter, r *http.Request) error {
	t, err := s.team(r)
	if err != nil {
		return err
	}
	id, err := route.PathID(r, "invitationId", "open invitation")
	if err != nil {
		return err
	}
	if err := s.RevokeInvitation(r.Context(), t.company, id); err != nil {
		return err
	}
	return s.teamDone(w, r, t, "The invitation is taken back. Its link no longer works.")
}
