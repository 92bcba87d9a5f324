package analytics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// builder is a dashboard as it is built.
type builder struct {
	Dashboard
	readers   []Person
	customers []web.Option // to copy it to
	settings  web.Form
	copying   web.Form
	template  web.Form
	message   string // why a change did not go through
	metrics   *metric.Registry
}

// builderForms are those of the page that may come back with faults.
type builderForms struct {
	settings, copying, template web.Form
	message                     string
	staleReaders                bool
}

func (c staffPages) showBuilder(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	return c.drawBuilder(w, r, http.StatusOK, id, builderForms{})
}

func (c staffPages) drawBuilder(w http.ResponseWriter, r *http.Request, status int, id uuid.UUID, f builderForms) error {
	ctx := r.Context()
	d, err := c.dashboard(ctx, id)
	if err != nil {
		return err
	}
	v := builder{Dashboard: d.Dashboard, settings: f.settings, copying: f.copying, template: f.template, message: f.message}
	if v.metrics, err = c.metricsFor(ctx, d.Customer.ID); err != nil {
		return err
	}
	if v.readers, err = c.Readers(ctx, id); err != nil {
		return err
	}
	if v.customers, err = c.customers(ctx); err != nil {
		return err
	}
	if v.settings.Values == nil {
		v.settings.Values = url.Values{"dashboard_name": {d.Name}}
		if d.IsActive {
			v.settings.Values.Set("is_active", "on")
		}
	}
	v.settings = withReaders(v.settings, v.readers, f.staleReaders)
	if v.copying.Values == nil {
		v.copying.Values = url.Values{"customer_id": {d.Customer.ID.String()}, "dashboard_name": {"Copy of " + d.Name}}
	}
	v.settings.ID, v.copying.ID, v.template.ID = "settings", "copy", "template"
	p := c.page(w, r, d.Customer, d.Name, web.Crumb{Label: "Dashboards", Href: listPath(d.Customer.ID)}, web.Crumb{Label: d.Name})
	web.Render(w, r, status, DashboardBuilder(p, v))
	return nil
}

// again shows the dashboard as it is now, and what did not go through.
func (c staffPages) again(w http.ResponseWriter, r *http.Request, id uuid.UUID, err error, f builderForms) error {
	if !fault.Mendable(err) {
		return err
	}
	if f.staleReaders = errors.Is(err, errReaders); fault.CodeOf(err) == fault.Stale && !f.staleReaders {
		f = builderForms{message: "Somebody changed this dashboard after you opened it. Below it is as it is now: look at it, then do it again."}
	}
	return c.drawBuilder(w, r, fault.Status(err), id, f)
}

// saveSettings renames a dashboard, switches it on or off, and says who sees it.
func (c staffPages) saveSettings(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	name, active := form.Value("dashboard_name"), form.Value("is_active") != ""
	readers, err := c.Readers(r.Context(), id)
	if err != nil {
		return err
	}
	denied, err := deniedIn(form, readers)
	if err != nil {
		return err
	}
	_, err = c.UpdateDashboard(r.Context(), id, Change{Name: &name, IsActive: &active, Denied: &denied, Readers: form.Value(readersField)}, form.Value(tagField))
	if err != nil {
		form, _ = form.With(err)
		return c.again(w, r, id, err, builderForms{settings: form})
	}
	return c.done(w, r, id, "Saved.")
}

func (c staffPages) done(w http.ResponseWriter, r *http.Request, id uuid.UUID, words string) error {
	if words != "" {
		c.Flash.Say(w, web.Done, words)
	}
	http.Redirect(w, r, builderPath(id), http.StatusSeeOther)
	return nil
}

// rearrange does what a widget's button says, or puts all into the order in which
// they were dragged.
func (c staffPages) rearrange(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	if err := c.takeStep(r.Context(), id, form); err != nil {
		return c.again(w, r, id, err, builderForms{message: "That is not possible here. Look at the dashboard as it is, then do it again."})
	}
	fragment := ""
	if _, name, ok := strings.Cut(form.Value("do"), " "); ok {
		fragment = "#widget-" + name
	}
	http.Redirect(w, r, builderPath(id)+fragment, http.StatusSeeOther)
	return nil
}

// steps are what the buttons of a widget do: places to move it, columns to widen it.
var steps = map[string][2]int{"up": {-1, 0}, "down": {1, 0}, "wider": {0, 1}, "narrower": {0, -1}}

func (c staffPages) takeStep(ctx context.Context, id uuid.UUID, form web.Form) (err error) {
	tag := form.Value(tagField)
	what, name, _ := strings.Cut(form.Value("do"), " ")
	step, known := steps[what]
	switch {
	case known:
		_, err = c.MoveWidget(ctx, id, name, step[0], step[1], tag)
	case what == "remove":
		_, err = c.RemoveWidget(ctx, id, name, tag)
	case form.Value("order") != "":
		_, err = c.OrderWidgets(ctx, id, strings.Split(form.Value("order"), ","), tag)
	default:
		err = fault.InvalidField("do", "Choose what is to be done.")
	}
	return err
}

func (c staffPages) copyOver(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	customer, err := uuid.Parse(form.Value("customer_id"))
	if err != nil {
		err = fault.InvalidField("customer_id", "Choose whose the copy is.")
	}
	var d Dashboard
	if err == nil {
		d, err = c.CopyDashboard(r.Context(), id, customer, form.Value("dashboard_name"))
	}
	if err != nil {
		form, _ = form.With(err)
		return c.again(w, r, id, err, builderForms{copying: form})
	}
	return c.done(w, r, d.ID, fmt.Sprintf("This is the copy, for %s.", d.Customer.Name))
}

func (c staffPages) keepTemplate(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	if _, err = c.SaveTemplate(r.Context(), id, form.Value("name")); err != nil {
		form, _ = form.With(err)
		return c.again(w, r, id, err, builderForms{template: form})
	}
	return c.done(w, r, id, "Kept as a template: new dashboards can begin with it.")
}

func (c staffPages) dropTemplate(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "template")
	if err == nil {
		err = c.RemoveTemplate(r.Context(), id)
	}
	if err != nil {
		return err
	}
	c.Flash.Say(w, web.Done, "The template is gone. Dashboards that began with it stay.")
	http.Redirect(w, r, "/staff/customers", http.StatusSeeOther)
	return nil
}

func (c staffPages) confirmRemove(w http.ResponseWriter, r *http.Request) error {
	return c.drawRemove(w, r, http.StatusOK, "")
}

func (c staffPages) drawRemove(w http.ResponseWriter, r *http.Request, status int, message string) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	d, err := c.dashboard(r.Context(), id)
	if err != nil {
		return err
	}
	p := c.page(w, r, d.Customer, "Remove "+d.Name, web.Crumb{Label: "Dashboards", Href: listPath(d.Customer.ID)}, web.Crumb{Label: d.Name, Href: builderPath(id)}, web.Crumb{Label: "Remove"})
	p.Width = web.Narrow
	web.Render(w, r, status, RemoveDashboard(p, d.Dashboard, message))
	return nil
}

func (c staffPages) removeForGood(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	d, err := c.dashboard(r.Context(), id)
	if err != nil {
		return err
	}
	err = c.RemoveDashboard(r.Context(), id)
	if form, ok := (web.Form{}).With(err); err != nil && ok && fault.Mendable(err) {
		return c.drawRemove(w, r, fault.Status(err), form.Message)
	}
	if err != nil {
		return err
	}
	c.Flash.Say(w, web.Done, d.Name+" is removed.")
	http.Redirect(w, r, listPath(d.Customer.ID), http.StatusSeeOther)
	return nil
}

func (v builder) title(w widget.Widget) string   { return titleOf(v.metrics, w) }
func (v builder) summary(w widget.Widget) string { return summary(v.metrics, w) }

// member tells whether a value is among those of a form's field.
func member(f web.Form, name, value string) bool { return slices.Contains(f.Values[name], value) }
