package auth

import (
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// stopViewing is where the page of a view posts to be ended. It is the employee's own
// address, so that the view itself stays for reading only.
const stopViewing = "/staff/stop-viewing"

// Viewing is the line that a page shows an employee who views as a client; for
// everybody else it is none.
func Viewing(who actor.Actor, company string) web.Viewing {
	if !who.Viewing() {
		return web.Viewing{}
	}
	return web.Viewing{As: who.Name, Of: company, StopAction: stopViewing}
}

// addViews registers how an employee sees the portal as a client.
func (s screens) addViews() {
	s.pages.Handle("POST /staff/view-as/{customerId}", route.Staff("", actor.Admin, actor.Manager), s.startView)
	s.pages.Handle("POST "+stopViewing, route.Staff(""), s.stopView)
}

func (s screens) startView(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	customer, err := route.PathID(r, "customerId", "customer")
	if err != nil {
		return err
	}
	user, err := uuid.Parse(form.Value("user_id"))
	if err != nil {
		return fault.Missing("member")
	}
	v, err := s.StartView(r.Context(), customer, user)
	if err != nil {
		return err
	}
	c := s.cookie(s.hostName(viewCookie), v.Token)
	c.Expires = v.ExpiresAt
	http.SetCookie(w, c)
	http.Redirect(w, r, Clients.localPath(form.Value("next")), http.StatusSeeOther)
	return nil
}

func (s screens) stopView(w http.ResponseWriter, r *http.Request) error {
	if err := s.StopView(r.Context()); err != nil {
		return err
	}
	c := s.cookie(s.hostName(viewCookie), "")
	c.MaxAge = -1
	http.SetCookie(w, c)
	s.pages.Flash.Say(w, web.Done, "You no longer view as a client.")
	return s.redirect(w, r, "")
}
