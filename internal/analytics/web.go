package analytics

import (
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// clientPages are dashboards as a customer's people see them.
type clientPages struct {
	*Service
	*web.Pages
}

// Pages registers what a customer's people see of their dashboards.
func (s *Service) Pages(p *web.Pages) {
	c := clientPages{s, p}
	anyone, keeps := route.Client(""), route.Client("", actor.Admin)
	p.Handle("GET /analytics", anyone, c.showFirst)
	p.Handle("GET /analytics/{id}", anyone, c.show)
	p.Handle("GET /analytics/{id}/{widget}", anyone, c.showWidget)
	p.Handle("GET /analytics/readers/{id}", keeps, c.showReaders)
	p.Handle("POST /analytics/readers/{id}", keeps, c.saveReaders)
}

// page is what stands around a page of numbers; chart says whether one is drawn.
func (c clientPages) page(w http.ResponseWriter, r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := c.Shell(w, r).Named(title, crumbs...)
	p.Section = "/analytics"
	return p
}

func dashboardPath(id uuid.UUID) string { return "/analytics/" + id.String() }

// showFirst shows the first of the dashboards that the reader sees.
func (c clientPages) showFirst(w http.ResponseWriter, r *http.Request) error {
	list, err := c.Dashboards(r.Context(), Filter{}, api.PageQuery{Limit: 100})
	if err != nil {
		return err
	}
	if len(list.Items) == 0 {
		web.Render(w, r, http.StatusOK, AnalyticsDashboard(c.page(w, r, "Analytics").Following("dashboard:"), view{empty: true}))
		return nil
	}
	return c.draw(w, r, list.Items[0].ID, list.Items)
}

func (c clientPages) show(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	list, err := c.Dashboards(r.Context(), Filter{}, api.PageQuery{Limit: 100})
	if err != nil {
		return err
	}
	return c.draw(w, r, id, list.Items)
}

func (c clientPages) draw(w http.ResponseWriter, r *http.Request, id uuid.UUID, all []Summary) error {
	v, status, err := c.look(r.Context(), id, fromClient(dashboardPath(id)), r.URL.Query(), c.Reports)
	if err != nil {
		return err
	}
	if len(all) > 1 {
		for _, d := range all {
			v.others = append(v.others, web.View{Label: d.Name, Href: dashboardPath(d.ID) + v.query(), Current: d.ID == id})
		}
	}
	v.keeps = reader(r.Context()).May(actor.Client, actor.Admin)
	p := c.page(w, r, v.Dashboard.Name).Following("dashboard:"+id.String(), "source:")
	web.Render(w, r, status, AnalyticsDashboard(v.withCharts(p), v))
	return nil
}

// withCharts is the page with what draws charts, where there is one.
func (v view) withCharts(p web.Page) web.Page {
	for _, r := range v.Widgets {
		if chartOf(r) != nil {
			return p.Running("charts.js")
		}
	}
	return p
}
