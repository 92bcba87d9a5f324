package timetrack

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
	"clientportal/internal/web"
)

// beside is what a list shows besides its entries.
type beside struct {
	people, projects, works []web.Option // that the period has, to choose among
	edits                   map[uuid.UUID]edit
}

// edit is what an entry was when it was approved, before it was edited.
type edit struct {
	minutes int
	by      string
}

const optionsSQL = `
select kind, value, label from (
  select 1 as kind, e.id::text as value, concat_ws(' ', e.first_name, e.last_name) as label
  from (select distinct employee_id from time_tracking where customer_id = $1 and date_worked >= $2 and date_worked < $3 and deleted_at is null) t
  join employees e on e.id = t.employee_id
  union all
  select 2, q.id::text, q.name
  from (select distinct quote_id from time_tracking where customer_id = $1 and date_worked >= $2 and date_worked < $3 and deleted_at is null) t
  join quotes q on q.customer_id = $1 and q.id = t.quote_id
  union all
  select distinct 3, category, category
  from time_tracking where customer_id = $1 and date_worked >= $2 and date_worked < $3 and deleted_at is null and category is not null
) o order by kind, lower(label), value`

const editsSQL = `
select distinct on (r.entry_id) r.entry_id, r.minutes, r.by_name
from time_entry_revisions r
where r.entry_id = any($1) and r.approval = 'approved'
order by r.entry_id, r.revision desc`

// beside reads, in one round trip, what the filters can choose, and which entries
// were edited after they had been approved.
func (s *Service) beside(ctx context.Context, listed []Entry, from, until Day) (b beside, err error) {
	b.edits = map[uuid.UUID]edit{}
	var pending []uuid.UUID
	for _, e := range listed {
		if e.Approval == Pending && e.Revision > 1 {
			pending = append(pending, e.ID)
		}
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		batch := &pgx.Batch{}
		batch.Queue(optionsSQL, tx.Actor().CustomerID(), from.Time, until.Time).Query(func(rows pgx.Rows) error {
			var kind int
			var o web.Option
			_, err := pgx.ForEachRow(rows, []any{&kind, &o.Value, &o.Label}, func() error {
				list := []*[]web.Option{&b.people, &b.projects, &b.works}[kind-1]
				*list = append(*list, o)
				return nil
			})
			return err
		})
		batch.Queue(editsSQL, pending).Query(func(rows pgx.Rows) error {
			var id uuid.UUID
			var e edit
			_, err := pgx.ForEachRow(rows, []any{&id, &e.minutes, &e.by}, func() error {
				b.edits[id] = e
				return nil
			})
			return err
		})
		return tx.SendBatch(ctx, batch).Close()
	})
	return b, err
}

// zone is that of the reader's own company.
func (s *Service) zone(ctx context.Context) (zone string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `select timezone from customers where id = $1`, tx.Actor().CustomerID()).Scan(&zone)
	})
	return zone, err
}
