package prepare

import (
	"fmt"
	"net/http"
	"strconv"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/news"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// pages are exports as whoever asked for them sees them, on either side.
type pages struct {
	*Service
	*web.Pages
	staff bool
}

// Pages registers what a customer's people see of their exports.
func (s *Service) Pages(p *web.Pages) {
	c := pages{Service: s, Pages: p}
	p.Handle("POST /analytics/exports", route.Client("").Personal(), c.ask)
	p.Handle("GET /analytics/exports/{id}", route.Client("").Personal(), c.show)
}

// StaffPages registers what the agency's people see of theirs.
func (s *Service) StaffPages(p *web.Pages) {
	c := pages{Service: s, Pages: p, staff: true}
	p.Handle("POST /staff/exports", route.Staff(""), c.ask)
	p.Handle("GET /staff/exports/{id}", route.Staff(""), c.show)
}

func (c pages) path(e Export) string {
	if c.staff {
		return "/staff/exports/" + e.ID.String()
	}
	return "/analytics/exports/" + e.ID.String()
}

func (c pages) ask(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	id, err := route.ID(form.Value("dashboard_id"), "dashboard")
	if err != nil {
		return err
	}
	e, err := c.Ask(r.Context(), id, Order{
		Format: form.Value("format"), From: form.Value("from"), To: form.Value("to"),
		Range: widget.Preset(form.Value("range")), Compare: widget.Comparison(form.Value("compare")),
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, c.path(e), http.StatusSeeOther)
	return nil
}

func (c pages) show(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "export")
	if err != nil {
		return err
	}
	e, err := c.Export(r.Context(), id)
	if err != nil {
		return err
	}
	c.Notify.Seen(r.Context(), news.Subject{Type: "export", ID: id})
	v := exportView{Export: e, staff: c.staff, label: c.Dashboards.Formats[e.Format].Label}
	p := c.Shell(w, r).Named("Export", v.crumbs()...).Following("export:" + id.String())
	p.Section, p.Width = "/analytics", web.Narrow
	if c.staff {
		p.Section = "/staff/customers"
	}
	web.Render(w, r, http.StatusOK, ExportPage(p, v))
	return nil
}

// exportView is an export on its page.
type exportView struct {
	Export
	staff bool
	label string // of its format
}

func (v exportView) crumbs() []web.Crumb {
	if v.staff {
		return []web.Crumb{
			{Label: "Customers", Href: "/staff/customers"}, {Label: v.Customer.Name, Href: "/staff/customers/" + v.Customer.ID.String()},
			{Label: v.Dashboard.Name, Href: v.dashboard()}, {Label: "Export"},
		}
	}
	return []web.Crumb{{Label: v.Dashboard.Name, Href: v.dashboard()}, {Label: "Export"}}
}

func (v exportView) dashboard() string {
	if v.staff {
		return "/staff/dashboards/" + v.Dashboard.ID.String() + "/preview"
	}
	return "/analytics/" + v.Dashboard.ID.String()
}

func (v exportView) file() string {
	root := clientRoot
	if v.staff {
		root = staffRoot
	}
	return root + "/" + v.ID.String() + "/file"
}

// steps are what is done one after the other.
const steps = 3

// step is the one that it is at.
func (v exportView) step() int { return 1 + map[string]int{Reading: 1, Writing: 2}[v.Status] }

// done is how many of the steps are behind it.
func (v exportView) done() string { return strconv.Itoa(v.step() - 1) }

func (v exportView) progress() string {
	return fmt.Sprintf("%s, step %d of %d.", v.state().Words, v.step(), steps)
}

// state is how an export stands, in words.
func (v exportView) state() web.State {
	switch v.Status {
	case Reading:
		return web.State{Tone: web.Active, Words: "Reading the numbers"}
	case Writing:
		return web.State{Tone: web.Active, Words: "Writing the file"}
	case Ready:
		return web.State{Tone: web.Done, Words: "Ready"}
	case Failed:
		return web.State{Tone: web.Late, Words: "Not made"}
	}
	return web.State{Tone: web.Planned, Words: "Waiting for its turn"}
}
