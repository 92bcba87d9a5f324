// Package home is where both sides begin their day: a client's dashboard, the start
// page of the agency's people, and the search over all that a person may read.
//
// What a page asks of itself is one round trip; what it shows of other features is
// read by them, at the same time. It writes nothing.
package home

import (
	"net/http"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/schedule"
	"clientportal/internal/db"
	"clientportal/internal/project"
	"clientportal/internal/route"
	"clientportal/internal/ticket"
	"clientportal/internal/timetrack"
	"clientportal/internal/web"
)

// Deps is what the start pages read from.
type Deps struct {
	DB       *db.DB
	Tickets  *ticket.Service
	Projects *project.Service
	Hours    *timetrack.Service
	Numbers  *analytics.Service
	Reports  *schedule.Service
}

// Home is the start pages.
type Home struct{ Deps }

// New makes the start pages.
func New(deps Deps) *Home { return &Home{deps} }

// Pages registers what a customer's people see.
func (h *Home) Pages(p *web.Pages) {
	c := clientPages{h, p}
	p.Handle("GET /{$}", route.Client(""), c.showDashboard)
	p.Handle("GET /search", route.Client(""), c.search)
}

// StaffPages registers what the agency's people see.
func (h *Home) StaffPages(p *web.Pages) {
	s := staffPages{h, p}
	p.Handle("GET /staff", route.Staff(""), s.showStart)
	p.Handle("GET /staff/{$}", route.Staff(""), toStart)
	p.Handle("GET /staff/search", route.Staff(""), s.search)
}

type clientPages struct {
	*Home
	*web.Pages
}

type staffPages struct {
	*Home
	*web.Pages
}

func toStart(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/staff", http.StatusSeeOther)
	return nil
}

// together reads the parts of a page at once, so that it waits for the slowest alone.
func together(parts ...func() error) error {
	var work errgroup.Group
	for _, part := range parts {
		work.Go(part)
	}
	return work.Wait()
}

// into queues a statement whose rows become the list.
func into[T any](b *pgx.Batch, list *[]T, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[T])
		return err
	})
}
