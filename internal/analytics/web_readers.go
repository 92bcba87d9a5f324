package analytics

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// readersPath is where an admin of the customer says who sees a dashboard.
func readersPath(id uuid.UUID) string { return "/analytics/readers/" + id.String() }

// The fields of a form that says who sees a dashboard: about whom it asked, who of them
// is ticked, and the tag of the readers as it was drawn.
const askedField, readerField, readersField = "asked", "reader", "readers"

// staleReaders is said where another's change came between the form and its sending.
const staleReaders = "Somebody changed who sees this dashboard after you opened this page. What you ticked is still here: look it through, then save it again."

// deniedIn are the people whom a form keeps from a dashboard: those not ticked. A form
// that asked about nobody, though there is somebody to ask about, keeps nobody away: it
// is not one of ours.
func deniedIn(form web.Form, readers []Person) (denied []uuid.UUID, err error) {
	asked := form.Values[askedField]
	if form.Value(readersField) == "" || len(asked) == 0 && slices.ContainsFunc(readers, Person.deniable) {
		return nil, fault.New(fault.Malformed, "The form did not arrive whole. Go back and send it again.")
	}
	for _, value := range asked {
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

// withReaders is a form as it is to be drawn: whoever it has not asked about yet is
// ticked if they see the dashboard. Once its answers are of old, they are to be looked
// through, and then they are of these readers.
func withReaders(form web.Form, readers []Person, old bool) web.Form {
	for _, person := range readers {
		if id := person.ID.String(); !person.Denied && !member(form, askedField, id) {
			form.Values.Add(readerField, id)
		}
	}
	if old {
		form.Message = staleReaders
	}
	if old || form.Value(readersField) == "" {
		form.Values.Set(readersField, api.ContentTag(readers))
	}
	return form
}

func (c clientPages) showReaders(w http.ResponseWriter, r *http.Request) error {
	return c.drawReaders(w, r, http.StatusOK, web.Form{Values: url.Values{}}, nil)
}

// drawReaders shows the form, after a failure with what went wrong.
func (c clientPages) drawReaders(w http.ResponseWriter, r *http.Request, status int, form web.Form, failed error) error {
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
	form, _ = form.With(failed)
	form = withReaders(form, readers, fault.CodeOf(failed) == fault.Stale)
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
	readers, err := c.Readers(r.Context(), id)
	if err != nil {
		return err
	}
	denied, err := deniedIn(form, readers)
	if err != nil {
		return err
	}
	if err := c.KeepFrom(r.Context(), id, form.Value(readersField), denied); err != nil {
		if !fault.Mendable(err) {
			return err
		}
		return c.drawReaders(w, r, fault.Status(err), form, err)
	}
	c.Flash.Say(w, web.Done, "Saved.")
	http.Redirect(w, r, dashboardPath(id), http.StatusSeeOther)
	return nil
}
