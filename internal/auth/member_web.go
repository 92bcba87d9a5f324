package auth

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// memberPlace is somebody's place in a company, as its page shows it.
type memberPlace struct {
	teamView
	Member
	onlyAdmin bool // the company has no other
}

// member is the colleague whom the address names.
func (s screens) member(r *http.Request) (v memberPlace, err error) {
	if v.teamView, err = s.team(r); err != nil {
		return v, err
	}
	id, err := route.PathID(r, "userId", "member")
	if err != nil {
		return v, err
	}
	if v.Member, err = s.Member(r.Context(), v.company, id); err != nil || v.Role != actor.Admin || !v.IsActive {
		return v, err
	}
	v.onlyAdmin, err = s.isOnlyAdmin(r.Context(), v.company, id)
	return v, err
}

func (s screens) showMember(w http.ResponseWriter, r *http.Request) error {
	v, err := s.member(r)
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{"role": {string(v.Role)}}}
	return show(w, r, memberView(s.peoplePage(w, r, v.teamView, v.Name()), v, form))
}

func (s screens) changeRole(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	role := actor.Role(form.Value("role"))
	return s.change(w, r, form, &role, nil, "Their role is changed. They sign in again, and have it then.")
}

func (s screens) showDeactivateMember(w http.ResponseWriter, r *http.Request) error {
	v, err := s.member(r)
	if err != nil {
		return err
	}
	return show(w, r, deactivateMemberView(s.peoplePage(w, r, v.teamView, "Deactivate"), v))
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
	v, err := s.member(r)
	if err != nil {
		return err
	}
	_, err = s.ChangeMember(r.Context(), v.company, v.UserID, role, active, "")
	if err != nil {
		return s.memberAgain(w, r, v, form, err)
	}
	return s.teamDone(w, r, v.teamView, words)
}

// memberAgain shows a colleague's page with what can't be done, and why.
func (s screens) memberAgain(w http.ResponseWriter, r *http.Request, v memberPlace, form web.Form, err error) error {
	switch fault.CodeOf(err) {
	case fault.Conflict, fault.Invalid:
	default:
		return err
	}
	if form.Values == nil {
		form.Values = url.Values{"role": {string(v.Role)}}
	}
	return again(w, r, form, err, func(f web.Form) templ.Component { return memberView(s.peoplePage(w, r, v.teamView, v.Name()), v, f) })
}

func (s screens) showResetMember(w http.ResponseWriter, r *http.Request) error {
	v, err := s.member(r)
	if err == nil && v.realm == Staff && !v.resets() {
		err = errResets
	}
	if err != nil {
		return err
	}
	return show(w, r, resetMemberView(s.peoplePage(w, r, v.teamView, "Reset the second factor"), v))
}

func (s screens) resetMember(w http.ResponseWriter, r *http.Request) error {
	v, err := s.member(r)
	if err != nil {
		return err
	}
	if err := s.ResetMemberSecondFactor(r.Context(), v.company, v.UserID); err != nil {
		return s.memberAgain(w, r, v, web.Form{}, err)
	}
	return s.teamDone(w, r, v.teamView, "The second factor of "+v.Name()+" is off, and they are signed out everywhere. A mail tells them.")
}

// clientRoles are the roles of a company's people, from least to most.
var clientRoles = []web.Option{
	{Value: "viewer", Label: "Viewer", Hint: "Reads tickets, projects and quotes"},
	{Value: "member", Label: "Member", Hint: "Also raises tickets and writes on them"},
	{Value: "approver", Label: "Approver", Hint: "Also approves quotes and hours"},
	{Value: "admin", Label: "Admin", Hint: "Also decides who belongs to the company"},
}

func memberState(m Member) web.State {
	switch {
	case !m.IsActive:
		return web.State{Tone: web.Closed, Words: "Deactivated"}
	case m.LastLoginAt == nil:
		return web.State{Tone: web.Waiting, Words: "Not signed in yet"}
	}
	return web.State{Tone: web.Done, Words: "Active"}
}

// actions are those of the head of a colleague's page.
func (v memberPlace) actions() []web.Action {
	var actions []web.Action
	if v.realm == Staff && v.IsActive {
		actions = append(actions, web.Action{
			Label: "View as client", Icon: web.IconEye, Post: "/staff/view-as/" + v.company.String(),
			Fields: []web.Hidden{{Name: "user_id", Value: v.UserID.String()}, {Name: "next", Value: "/"}},
			Attrs:  templ.Attributes{"data-turbo": "false"},
		})
	}
	if v.TwoFactorEnabled && v.resets() {
		actions = append(actions, web.Action{Label: "Reset second factor", Href: v.member(v.Member, "/second-factor")})
	}
	switch {
	case !v.IsActive:
		actions = append(actions, web.Action{Label: "Reactivate", Post: v.member(v.Member, "/reactivate")})
	case !v.onlyAdmin:
		actions = append(actions, web.Action{Label: "Deactivate", Kind: web.Danger, Href: v.member(v.Member, "/deactivate")})
	}
	return actions
}

// resets reports whether the reader may reset the second factor of others here.
func (v memberPlace) resets() bool {
	return v.reader.May(actor.Client, actor.Admin) && v.UserID != v.reader.ID || v.reader.May(actor.Staff, actor.Admin)
}
