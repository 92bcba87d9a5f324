package analytics

import (
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// readersPath is where an admin of the customer says who sees a dashboard.
func readersPath(id uuid.UUID) string { return "/analytics/readers/" + id.String() }

// The fields of a form that says who sees a dashboard: about whom it asked, and who
// of them is ticked. Somebody who came meanwhile is in neither, and is not kept away.
const askedField, readerField = "asked", "reader"

// deniedIn are the people whom a form keeps from a dashboard: those not ticked.
func deniedIn(form web.Form) (denied []uuid.UUID, err error) {
	for _, value := range form.Values[askedField] {
		user, err := uuid.Parse(value)
		if err != nil {
			return nil, fault.Missing("person")
		}
		if !member(form, readerField, value) {
			denied = append(denied, user)
		}
	}
	return denied, nil
}

// tickReaders ticks whoever sees the dashboard.
func tickReaders(values url.Values, readers []Person) {
	for _, person := range readers {
		if !person.Denied {
			values.Add(readerField, person.ID.String())
		}
	}
}

func (c clientPages) showReaders(w http.ResponseWriter, r *http.Request) error {
	return c.drawReaders(w, r, http.StatusOK, web.Form{})
}

func (c clientPages) drawReaders(w http.ResponseWriter, r *http.Request, status int, form web.Form) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	d, err := c.dashboard(r.Context(), id)
	if err != nil {
		return err
	}
	readers, err := c.Readers(r.Context(), id)
	if err != nil {
		return err
	}
	if form.Values == nil {
		form.Values = url.Values{}
		tickReaders(form.Values, readers)
	}
	p := c.page(w, r, "Who sees "+d.Name, web.Crumb{Label: d.Name, Href: dashboardPath(id)}, web.Crumb{Label: "Who sees " + d.Name})
	p.Width = web.Narrow
	web.Render(w, r, status, DashboardReaders(p, d.Dashboard, form, readers))
	return nil
}

func (c clientPages) saveReaders(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	denied, err := deniedIn(form)
	if err != nil {
		return err
	}
	if err := c.KeepFrom(r.Context(), id, "", denied); err != nil {
		if !fault.Mendable(err) {
			return err
		}
		form, _ = form.With(err)
		return c.drawReaders(w, r, fault.Status(err), form)
	}
	c.Flash.Say(w, web.Done, "Saved.")
	http.Redirect(w, r, dashboardPath(id), http.StatusSeeOther)
	return nil
}
