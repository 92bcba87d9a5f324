package audit

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ActionErase is the action of an erasure. Verify accepts a missing payload only for a person that
// an event of this action has as its subject.
const ActionErase = "audit.erase"

// Querier runs queries in the caller's scope: a pool, a transaction or a unit of work.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Erase deletes the payloads of all events that a person caused, that were seen on their behalf or
// that concern them, and returns the event of the erasure, which the caller appends in the same
// transaction. The leaves stay: the tree still verifies. It needs the role portal_system.
func Erase(ctx context.Context, q Querier, person, customer uuid.UUID) (Event, error) {
	rows, err := q.Query(ctx, `
		with erased as (
			delete from audit_payloads p using audit_events e
			where e.id = p.event_id and $1 in (e.actor_id, e.on_behalf_of, e.subject_id)
			returning p.event_id
		) select count(*) from erased`, person)
	if err != nil {
		return Event{}, fmt.Errorf("audit: erase: %w", err)
	}
	n, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[int64])
	if err != nil {
		return Event{}, fmt.Errorf("audit: erase: %w", err)
	}
	return Event{
		CustomerID: customer,
		Action:     ActionErase,
		Outcome:    Success,
		Subject:    Subject{Type: "person", ID: person},
		Payload:    map[string]int64{"payloads": n},
	}, nil
}

// erasedPeople returns the ids of the people whose payloads were erased.
func erasedPeople(ctx context.Context, q Querier) (map[string]bool, error) {
	rows, err := q.Query(ctx, `
		select distinct subject_id from audit_events
		where action = $1 and outcome = 'success' and subject_id is not null`, ActionErase)
	if err != nil {
		return nil, err
	}
	people := make(map[string]bool)
	var id uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&id}, func() error {
		people[id.String()] = true
		return nil
	})
	return people, err
}
