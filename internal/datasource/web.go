package datasource

import (
	"net/http"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// clientPages are data sources as a customer's people see them.
type clientPages struct {
	*Service
	*web.Pages
}

const clientRoot = "/data-sources"

// Pages registers what a customer's people see of their data sources.
func (s *Service) Pages(p *web.Pages) {
	c := clientPages{s, p}
	anyone := route.Client("")
	p.Handle("GET "+clientRoot, anyone, c.showList)
	p.Handle("GET "+clientRoot+"/connect", anyone.Personal(), c.showInvitation)
	p.Handle("GET "+clientRoot+"/connect/go", anyone.Personal(), c.leave)
	p.Handle("GET "+clientReturn, anyone.Personal(), c.arrive)
}

func (c clientPages) page(w http.ResponseWriter, r *http.Request, title string) web.Page {
	p := c.Shell(w, r).Named(title, web.Crumb{Label: "Data sources", Href: clientRoot})
	p.Section = clientRoot
	return p
}

func (c clientPages) showList(w http.ResponseWriter, r *http.Request) error {
	list, err := c.ClientSources(r.Context(), api.PageQuery{Limit: 50, Cursor: r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	p := c.Shell(w, r).Named("Data sources").Following("source:")
	p.Section = clientRoot
	web.Render(w, r, http.StatusOK, clientList(p, list.Items, list.NextCursor))
	return nil
}

func (c clientPages) showInvitation(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("token") // in no path: those are logged
	invitation, err := c.Invitation(r.Context(), token)
	if err != nil {
		return err
	}
	p := c.page(w, r, "Authorise "+invitation.Source.SourceName)
	p.Width = web.Narrow
	web.Render(w, r, http.StatusOK, invitationPage(p, invitation, token))
	return nil
}

func (c clientPages) leave(w http.ResponseWriter, r *http.Request) error {
	address, err := c.Depart(r.Context(), r.URL.Query().Get("token"))
	if fault.CodeOf(err) == fault.Conflict {
		return c.back(w, r, web.Late, wordsOf(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

func (c clientPages) arrive(w http.ResponseWriter, r *http.Request) error {
	s, err := c.Arrive(r.Context(), r.URL.Query())
	if fault.CodeOf(err) == fault.Conflict {
		return c.back(w, r, web.Late, wordsOf(err))
	}
	if err != nil {
		return err
	}
	return c.back(w, r, web.Done, s.SourceName+" is authorised. Thank you.")
}

func (c clientPages) back(w http.ResponseWriter, r *http.Request, tone web.Tone, words string) error {
	c.Flash.Say(w, tone, words)
	http.Redirect(w, r, clientRoot, http.StatusSeeOther)
	return nil
}
