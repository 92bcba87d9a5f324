package datasource

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

func (c staffPages) makeLink(w http.ResponseWriter, r *http.Request) error {
	return c.showOnce(w, r, "Link for the client", func(id uuid.UUID) (func(web.Page, Source) templ.Component, error) {
		link, err := c.CreateReconnectLink(r.Context(), id)
		return func(p web.Page, s Source) templ.Component { return linkPage(p, s, link) }, err
	})
}

func (c staffPages) makeToken(w http.ResponseWriter, r *http.Request) error {
	return c.showOnce(w, r, "Token", func(id uuid.UUID) (func(web.Page, Source) templ.Component, error) {
		token, err := c.CreatePushToken(r.Context(), id)
		return func(p web.Page, s Source) templ.Component { return tokenPage(p, s, token) }, err
	})
}

// showOnce makes a secret of a source and shows it, which no cache may keep.
func (c staffPages) showOnce(w http.ResponseWriter, r *http.Request, title string, make func(uuid.UUID) (func(web.Page, Source) templ.Component, error)) error {
	id, err := route.PathID(r, "id", "data source")
	if err != nil {
		return err
	}
	page, err := make(id)
	if fault.CodeOf(err) == fault.Conflict {
		return c.back(w, r, id, web.Late, wordsOf(err))
	}
	if err != nil {
		return err
	}
	return c.drawOne(w, r, func(p web.Page, s Source) error {
		p.Width = web.Narrow
		w.Header().Set("Cache-Control", "no-store")
		web.Render(w, r, http.StatusCreated, page(p, s))
		return nil
	}, title)
}

// leave sends the reader to the system's own sign-in.
func (c staffPages) leave(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "data source")
	if err != nil {
		return err
	}
	address, err := c.DepartStaff(r.Context(), id)
	if fault.CodeOf(err) == fault.Conflict {
		return c.back(w, r, id, web.Late, wordsOf(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

func (c staffPages) arrive(w http.ResponseWriter, r *http.Request) error {
	if _, err := manager(r.Context()); err != nil {
		return err
	}
	s, err := c.Arrive(r.Context(), r.URL.Query())
	if fault.CodeOf(err) == fault.Conflict {
		c.Flash.Say(w, web.Late, wordsOf(err))
		http.Redirect(w, r, root, http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	return c.back(w, r, s.ID, web.Done, "The source is authorised. It is read now.")
}
