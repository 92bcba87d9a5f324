package app

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/home"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// routes is the site's map: each feature adds its own.
func (a *App) routes() {
	a.table = route.NewTable(a.auth, refusals{a.db})
	a.api = api.New(a.table, a.db, a.version)
	a.pages = web.NewPages(a.table, a.shell, web.Flashes{Secure: a.config.HTTPS()})

	a.pages.Static(func(ctx context.Context) string { return a.settings.Current(ctx).Accent })
	a.api.Pages(a.pages)
	a.health()
	a.events()

	a.auth.API(a.api)
	a.auth.StaffAPI(a.api)
	a.customer.StaffAPI(a.api)
	a.project.API(a.api)
	a.project.StaffAPI(a.api)
	a.ticket.API(a.api)
	a.ticket.StaffAPI(a.api)
	a.analytics.API(a.api)
	a.analytics.StaffAPI(a.api)
	a.hours.API(a.api)
	a.hours.StaffAPI(a.api)
	a.hours.ToolsAPI(a.api)
	a.exports.API(a.api)
	a.exports.StaffAPI(a.api)
	a.reports.API(a.api)
	a.reports.StaffAPI(a.api)
	a.notify.API(a.api)
	a.notify.StaffAPI(a.api)
	a.sources.API(a.api)
	a.sources.StaffAPI(a.api)
	a.trail.API(a.api)
	a.trail.StaffAPI(a.api)
	a.settings.StaffAPI(a.api)

	starts := home.New(home.Deps{DB: a.db, Tickets: a.ticket, Projects: a.project, Hours: a.hours, Numbers: a.analytics, Reports: a.reports})

	a.auth.Pages(a.pages)
	a.auth.StaffPages(a.pages)
	a.customer.StaffPages(a.pages)
	starts.Pages(a.pages)
	starts.StaffPages(a.pages)
	a.project.Pages(a.pages)
	a.project.StaffPages(a.pages)
	a.ticket.Pages(a.pages)
	a.ticket.StaffPages(a.pages)
	a.analytics.Pages(a.pages)
	a.analytics.StaffPages(a.pages)
	a.exports.Pages(a.pages)
	a.exports.StaffPages(a.pages)
	a.reports.Pages(a.pages)
	a.reports.StaffPages(a.pages)
	a.hours.Pages(a.pages)
	a.hours.StaffPages(a.pages)
	a.notify.Pages(a.pages)
	a.notify.StaffPages(a.pages)
	a.sources.Pages(a.pages)
	a.sources.StaffPages(a.pages)
	a.trail.Pages(a.pages)
	a.trail.StaffPages(a.pages)
	a.settings.StaffPages(a.pages)
	a.nothing()
}

// Handler is the whole portal over HTTP.
func (a *App) Handler() http.Handler { return a.handler() }

// Routes are all routes with who may call them.
func (a *App) Routes() []route.Entry { return a.table.Entries() }

// nothing is what serves the addresses that nothing else does.
func (a *App) nothing() {
	a.pages.Handle("/", route.Public(), a.table.Nothing("page"))
}

// events lets open pages follow what changes.
func (a *App) events() {
	for path, kind := range map[string]actor.Kind{"/api/client-portal/events": actor.Client, "/api/staff/events": actor.Staff} {
		access := route.Client("account:read")
		if kind == actor.Staff {
			access = route.Staff("account:read")
		}
		stillIn := func(r *http.Request) bool {
			_, err := a.auth.Authenticate(r, kind)
			return err == nil
		}
		op := huma.Operation{
			OperationID: string(kind) + "-events", Method: http.MethodGet, Path: path, Tags: []string{"live"},
			Summary: "Follow what changes",
			Description: "Server-sent events named change; the data is a topic such as ticket:<id>. What has changed is read with the other calls, as far as the " +
				"caller may. The stream ends when the caller's rights change: connect again.",
			Responses: map[string]*huma.Response{"200": {
				Description: "The events, until one of the two sides ends the stream",
				Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
			}},
			Parameters: []*huma.Param{{
				Name: "since", In: "query", Schema: &huma.Schema{Type: huma.TypeString},
				Description: "Unix milliseconds: what has changed since then, some seconds ago at most, is told first",
			}},
		}
		a.api.Stream(access, op, func(w http.ResponseWriter, r *http.Request) error { return a.hub.Stream(w, r, stillIn) })
	}
}

// health answers whoever watches over the portal.
func (a *App) health() {
	a.table.Handle("GET /healthz", route.Public(), a.api, func(w http.ResponseWriter, _ *http.Request) error {
		_, err := w.Write([]byte("ok\n"))
		return err
	})
	a.table.Handle("GET /readyz", route.Public(), a.api, func(w http.ResponseWriter, r *http.Request) error {
		err := a.db.Read(actor.As(r.Context(), "health"), func(tx *db.Tx) error {
			_, err := tx.Exec(r.Context(), `select 1 from agency`)
			return err
		})
		if err != nil {
			return err
		}
		_, err = w.Write([]byte("ready\n"))
		return err
	})
}

// workers do the features' jobs.
func (a *App) workers() *river.Workers {
	w := river.NewWorkers()
	river.AddWorker(w, &keyForgetter{db: a.db})
	a.auth.AddWorkers(w)
	a.customer.AddWorkers(w)
	a.project.AddWorkers(w)
	a.ticket.AddWorkers(w)
	a.hours.AddWorkers(w)
	a.notify.AddWorkers(w)
	a.sources.AddWorkers(w)
	a.exports.AddWorkers(w)
	a.reports.AddWorkers(w)
	return w
}

// periodic are the jobs that the clock asks for.
func (a *App) periodic() []*river.PeriodicJob {
	return slices.Concat(
		a.auth.PeriodicJobs(), a.customer.PeriodicJobs(), a.project.PeriodicJobs(), a.ticket.PeriodicJobs(), a.notify.PeriodicJobs(),
		a.hours.PeriodicJobs(), a.sources.PeriodicJobs(), a.reports.PeriodicJobs(), a.exports.PeriodicJobs(),
		[]*river.PeriodicJob{hourly(forgetKeys{})},
	)
}
