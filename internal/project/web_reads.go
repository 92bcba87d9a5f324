package project

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
	"clientportal/internal/maybe"
)

// beside is what a page of a list shows besides its projects.
type beside struct {
	phases map[uuid.UUID][]Phase
	counts map[Status]int
	offers []waitingOffer
}

// waitingOffer is a quote that waits for a decision.
type waitingOffer struct {
	ID         uuid.UUID
	Name       string
	Version    int
	ValidUntil *time.Time
}

// beside reads, in one round trip, the phases of the listed projects, how many
// there are in each status, and for a client the quotes that wait.
func (s *Service) beside(ctx context.Context, listed []Summary) (b beside, err error) {
	ids := make([]uuid.UUID, len(listed))
	for i, p := range listed {
		ids[i] = p.QuoteID
	}
	b.phases, b.counts = map[uuid.UUID][]Phase{}, map[Status]int{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		batch := &pgx.Batch{}
		batch.Queue(`select quote_id, jsonb_agg(jsonb_build_object('name', name, 'status', status, 'planned_end', planned_end) order by position)
			from quote_phases where quote_id = any($1) group by quote_id`, ids).Query(func(rows pgx.Rows) error {
			var id uuid.UUID
			var phases []Phase
			_, err := pgx.ForEachRow(rows, []any{&id, &phases}, func() error {
				b.phases[id], phases = phases, nil
				return nil
			})
			return err
		})
		company := tx.Actor().CustomerID()
		batch.Queue(`select status, count(*) from projects where customer_id = $1 or $1 is null group by status`, maybe.Of(company)).Query(func(rows pgx.Rows) error {
			var status Status
			var n int
			_, err := pgx.ForEachRow(rows, []any{&status, &n}, func() error {
				b.counts[status] = n
				return nil
			})
			return err
		})
		if company != uuid.Nil {
			batch.Queue(`select q.id, q.name, q.version, q.valid_until from quotes q join customers c on c.id = q.customer_id
				where q.customer_id = $1 and q.status = 'sent' and (q.valid_until is null or q.valid_until >= (now() at time zone c.timezone)::date)
				order by q.valid_until nulls last, q.id limit 10`, company).Query(func(rows pgx.Rows) (err error) {
				b.offers, err = pgx.CollectRows(rows, pgx.RowToStructByPos[waitingOffer])
				return err
			})
		}
		return tx.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return b, fmt.Errorf("read what stands beside the projects: %w", err)
	}
	return b, nil
}

// customers are those that a quote can be made for.
func (s *Service) customers(ctx context.Context) (all []Named, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select id, name from customers where is_active order by lower(name), id limit 1000`)
		if err == nil {
			all, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Named])
		}
		return err
	})
	return all, err
}

// project is a project for a page that was seen already, without an event.
func (s *Service) project(ctx context.Context, id uuid.UUID) (p Project, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		p, err = readProject(ctx, tx, id)
		return err
	})
	return p, err
}
