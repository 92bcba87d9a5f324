package analytics

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/analyticsdb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// staffPages are dashboards as the agency's people build them.
type staffPages struct {
	*Service
	*web.Pages
}

// StaffPages registers what the agency's people see of dashboards.
func (s *Service) StaffPages(p *web.Pages) {
	c := staffPages{s, p}
	anyone, builders := route.Staff(""), route.Staff("", actor.Manager, actor.Admin)
	p.Handle("GET /staff/customers/{id}/dashboards", anyone, c.showList)
	p.Handle("POST /staff/customers/{id}/dashboards", builders, c.make)
	one := "/staff/dashboards/{id}"
	p.Handle("GET "+one, builders, c.showBuilder)
	p.Handle("POST "+one, builders, c.saveSettings)
	p.Handle("POST "+one+"/arrange", builders, c.rearrange)
	p.Handle("GET "+one+"/widgets/new", builders, c.showNewWidget)
	p.Handle("POST "+one+"/widgets", builders, c.addWidget)
	p.Handle("GET "+one+"/widgets/{widget}", builders, c.showWidgetForm)
	p.Handle("POST "+one+"/widgets/{widget}", builders, c.saveWidget)
	p.Handle("GET "+one+"/preview", anyone, c.preview)
	p.Handle("GET "+one+"/preview/{widget}", anyone, c.previewWidget)
	p.Handle("POST "+one+"/copy", builders, c.copyOver)
	p.Handle("POST "+one+"/template", builders, c.keepTemplate)
	p.Handle("GET "+one+"/remove", builders, c.confirmRemove)
	p.Handle("POST "+one+"/remove", builders, c.removeForGood)
	p.Handle("POST /staff/dashboard-templates/{id}/remove", builders, c.dropTemplate)
}

func (c staffPages) page(w http.ResponseWriter, r *http.Request, customer Named, title string, crumbs ...web.Crumb) web.Page {
	way := append([]web.Crumb{{Label: "Customers", Href: "/staff/customers"}, {Label: customer.Name, Href: "/staff/customers/" + customer.ID.String()}}, crumbs...)
	p := c.Shell(w, r).Named(title, way...)
	p.Section = "/staff/customers"
	return p
}

func listPath(customer uuid.UUID) string {
	return "/staff/customers/" + customer.String() + "/dashboards"
}
func builderPath(id uuid.UUID) string { return "/staff/dashboards/" + id.String() }

// tagField carries the version of a dashboard that a form was made of.
const tagField = "etag"

// customerList is the dashboards of a customer, with what makes another.
type customerList struct {
	customer  Named
	business  Business
	items     []Summary
	templates []Template
	form      web.Form
	builds    bool
}

func (c staffPages) showList(w http.ResponseWriter, r *http.Request) error {
	return c.drawList(w, r, http.StatusOK, web.Form{})
}

func (c staffPages) drawList(w http.ResponseWriter, r *http.Request, status int, form web.Form) error {
	id, err := route.PathID(r, "id", "customer")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := customerList{form: form, builds: mayBuild(reader(ctx)) == nil}
	if v.customer, v.business, err = c.customer(ctx, id); err != nil {
		return err
	}
	list, err := c.Dashboards(ctx, Filter{CustomerID: &id}, api.PageQuery{Limit: 100})
	if err != nil {
		return err
	}
	v.items = list.Items
	if v.templates, err = c.Templates(ctx); err != nil {
		return err
	}
	if v.form.Values == nil {
		v.form.Values = url.Values{"begin": {"preset"}}
	}
	web.Render(w, r, status, DashboardList(c.page(w, r, v.customer, "Dashboards", web.Crumb{Label: "Dashboards"}), v))
	return nil
}

// customer is a customer with the kind of business that the agency has noted.
func (s *Service) customer(ctx context.Context, id uuid.UUID) (named Named, b Business, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		row, err := analyticsdb.New(tx).CustomerKind(ctx, id)
		if err != nil {
			return db.Missing(err, "customer")
		}
		named, b = Named{id, row.Name}, Business{text(row.ClientType, "b2b"), text(row.BusinessModel, "lead_gen"), text(row.WebsiteType, "")}
		return nil
	})
	return named, b, err
}

func text(value *string, otherwise string) string {
	if value == nil {
		return otherwise
	}
	return *value
}

// beginnings are what a new dashboard can begin with.
func (v customerList) beginnings() []web.Option {
	own := PresetFor(v.business)
	list := []web.Option{{Value: "preset", Label: own.Label + ", as is noted of this customer"}}
	for i, p := range Presets {
		if p.Label != own.Label {
			list = append(list, web.Option{Value: Presets[i].key(), Label: p.Label})
		}
	}
	for _, t := range v.templates {
		list = append(list, web.Option{Value: t.ID.String(), Label: "Template: " + t.Name})
	}
	return append(list, web.Option{Value: "empty", Label: "Nothing: an empty dashboard"})
}

// key names a preset in a form.
func (p Preset) key() string {
	return first(p.business.WebsiteType, p.business.ClientType+"-"+p.business.BusinessModel)
}

func (c staffPages) make(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "customer")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	_, business, err := c.customer(r.Context(), id)
	if err != nil {
		return err
	}
	d, err := c.CreateDashboard(r.Context(), beginWith(form.Value("begin"), Draft{CustomerID: id, Name: form.Value("dashboard_name"), Business: business}))
	if fault.Mendable(err) {
		form, _ = form.With(err)
		return c.drawList(w, r, fault.Status(err), form)
	}
	if err != nil {
		return err
	}
	c.Flash.Say(w, web.Done, "The dashboard is there. The customer sees it as it stands.")
	http.Redirect(w, r, builderPath(d.ID), http.StatusSeeOther)
	return nil
}

// beginWith fills a draft by what was chosen in the menu.
func beginWith(choice string, draft Draft) Draft {
	if choice == "empty" {
		draft.Name = first(draft.Name, "Dashboard")
		draft.Config = &widget.Config{Version: widget.Version, Widgets: []widget.Widget{}}
		return draft
	}
	if template, err := uuid.Parse(choice); err == nil {
		draft.TemplateID = &template
		return draft
	}
	if at := slices.IndexFunc(Presets, func(p Preset) bool { return p.key() == choice }); at >= 0 {
		config := Presets[at].Config()
		draft.Name, draft.Config = first(draft.Name, Presets[at].Name), &config
	}
	return draft
}
