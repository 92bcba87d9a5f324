package analytics

import (
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/route"
	"clientportal/internal/web"
)

func previewPath(id uuid.UUID) string { return builderPath(id) + "/preview" }

// preview is the dashboard as the customer's people see it.
func (c staffPages) preview(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	v, status, err := c.look(r.Context(), id, fromStaff(previewPath(id)), r.URL.Query(), c.reportAsClient)
	if err != nil {
		return err
	}
	p := c.previewPage(w, r, v, v.Dashboard.Name, web.Crumb{Label: "Preview"})
	web.Render(w, r, status, AnalyticsDashboard(v.withCharts(p.Following("dashboard:"+id.String())), v))
	return nil
}

// previewWidget is the numbers behind a widget, as the customer's people see them.
func (c staffPages) previewWidget(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	d, status, err := c.lookInto(r, id, fromStaff(previewPath(id)))
	if err != nil {
		return err
	}
	p := c.previewPage(w, r, d.view, d.title, web.Crumb{Label: "Preview", Href: previewPath(id) + d.query()}, web.Crumb{Label: d.title})
	web.Render(w, r, status, WidgetNumbers(d.withCharts(p), d))
	return nil
}

func (c staffPages) previewPage(w http.ResponseWriter, r *http.Request, v view, title string, way ...web.Crumb) web.Page {
	id := v.Dashboard.ID
	crumbs := []web.Crumb{{Label: "Dashboards", Href: listPath(v.Customer.ID)}, {Label: v.Dashboard.Name, Href: builderPath(id)}}
	return c.page(w, r, v.Customer, title, append(crumbs, way...)...)
}
