package prepare

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/upload"
)

// Order is which export is asked for.
type Order struct {
	Format  string            `json:"format" maxLength:"20" doc:"csv, xlsx or pdf" example:"xlsx"`
	From    string            `json:"from,omitempty" format:"date" doc:"The first day"`
	To      string            `json:"to,omitempty" format:"date" doc:"The last day"`
	Range   widget.Preset     `json:"range,omitempty" maxLength:"20" doc:"In the place of from and to: last_year"`
	Compare widget.Comparison `json:"compare,omitempty" enum:"none,previous_period,previous_year" doc:"none when it is left out"`
}

// Ask has an export made of a dashboard that the actor sees. The same one, while it is
// in the making, is not made twice.
func (s *Service) Ask(ctx context.Context, dashboard uuid.UUID, o Order) (Export, error) {
	if o.Compare == "" {
		o.Compare = widget.NoComparison
	}
	d, days, err := s.Dashboards.Orderable(ctx, dashboard, o.From, o.To, o.Range, o.Compare)
	if err != nil {
		return Export{}, inOrder(err)
	}
	var check fault.Check
	check.OneOf("format", o.Format, s.Dashboards.FormatNames()...)
	if err := check.Err(); err != nil {
		return Export{}, err
	}
	id, now := newID(), clock.Now(ctx)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		user, employee, err := owner(tx.Actor())
		if err != nil {
			return err
		}
		open, err := unfinished(ctx, tx, user, employee)
		if err != nil {
			return err
		}
		if at := slices.IndexFunc(open, func(e Export) bool { return e.is(dashboard, days, o) }); at >= 0 {
			id = open[at].ID
			return db.ErrUnchanged
		}
		if len(open) >= atOnce {
			return fault.New(fault.Conflict, "Five exports of yours are in the making. Ask again once one of them is ready.")
		}
		tx.Record(about("export.create", d.Customer.ID, id, map[string]any{
			"dashboard_id": dashboard, "format": o.Format, "from": days.From, "to": days.To, "compare": o.Compare,
		}))
		tx.Enqueue(making{ExportID: id}, nil)
		columns, value := "user_id", user
		if employee != nil {
			columns, value = "employee_id", employee
		}
		_, err = tx.Exec(ctx, `
			insert into dashboard_exports (id, customer_id, dashboard_id, `+columns+`, format, range_from, range_to, range_preset, compare, asked_at, expires_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			id, d.Customer.ID, dashboard, value, o.Format, days.From.Time, days.To.Time, string(days.Preset), string(o.Compare), now, now.Add(keptFor))
		return err
	})
	if err != nil {
		return Export{}, err
	}
	return s.Export(ctx, id)
}

// inOrder blames the order's fields for what is wrong with a range, which elsewhere is
// a query's.
func inOrder(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	for i := range f.Fields {
		f.Fields[i].Name = strings.TrimPrefix(f.Fields[i].Name, "query.")
	}
	return f
}

func (e Export) is(dashboard uuid.UUID, days widget.Range, o Order) bool {
	return e.Dashboard.ID == dashboard && e.From.Equal(days.From.Time) && e.To.Equal(days.To.Time) && e.preset == days.Preset && e.Format == o.Format && e.Compare == o.Compare
}

const selectExports = `
select e.id, e.customer_id, c.name, e.dashboard_id, d.dashboard_name, e.format, e.range_from, e.range_to, e.range_preset, e.compare, e.status,
       coalesce(e.file_key, ''), e.file_name, e.content_type, e.file_bytes, e.asked_at, e.finished_at, e.expires_at, e.user_id, e.employee_id
from dashboard_exports e join customers c on c.id = e.customer_id join analytics_dashboard_configs d on d.id = e.dashboard_id
where `

func scan(row pgx.CollectableRow) (e Export, err error) {
	err = row.Scan(&e.ID, &e.Customer.ID, &e.Customer.Name, &e.Dashboard.ID, &e.Dashboard.Name, &e.Format, &e.From.Time, &e.To.Time, &e.preset, &e.Compare, &e.Status,
		&e.key, &e.FileName, &e.contentType, &e.Bytes, &e.AskedAt, &e.FinishedAt, &e.ExpiresAt, &e.user, &e.employee)
	return e, err
}

// unfinished are the exports that somebody has in the making.
func unfinished(ctx context.Context, tx *db.Tx, user, employee *uuid.UUID) ([]Export, error) {
	rows, err := tx.Query(ctx, selectExports+`e.status in ('waiting', 'reading', 'writing') and (e.user_id = $1 or e.employee_id = $2)`, user, employee)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// own is an export of the actor's own, of a dashboard that they see.
func own(ctx context.Context, tx *db.Tx, id uuid.UUID) (Export, error) {
	user, employee, err := owner(tx.Actor())
	if err != nil {
		return Export{}, err
	}
	rows, err := tx.Query(ctx, selectExports+`e.id = $1 and (e.user_id = $2 or e.employee_id = $3) and e.expires_at > $4
		and (e.employee_id is not null or d.is_active)
		and not exists (select from dashboard_denials n where n.dashboard_id = e.dashboard_id and n.user_id = $5)`,
		id, user, employee, clock.Now(ctx), analytics.KeptFrom(tx.Actor()))
	if err != nil {
		return Export{}, err
	}
	e, err := pgx.CollectExactlyOneRow(rows, scan)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.Missing("export")
	}
	return e, err
}

// Export is an export of the actor's own.
func (s *Service) Export(ctx context.Context, id uuid.UUID) (e Export, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		e, err = own(ctx, tx, id)
		return err
	})
	return e, err
}

// File opens the file of an export of the actor's own, and leaves an event of it.
func (s *Service) File(ctx context.Context, id uuid.UUID) (*upload.Download, error) {
	var e Export
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if e, err = own(ctx, tx, id); err != nil {
			return err
		}
		if e.Status != Ready {
			return fault.Missing("file")
		}
		tx.Record(about("export.download", e.Customer.ID, id, map[string]any{"dashboard_id": e.Dashboard.ID, "file": e.FileName}))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Files.Open(ctx, e.key, e.FileName, e.contentType, *e.Bytes)
}

// covered is the range of an export.
func (e Export) covered() widget.Range {
	return widget.Range{From: e.From, To: e.To, Preset: e.preset}
}
