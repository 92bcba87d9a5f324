package audit

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// appendEvent is one statement, so that an append costs no round trip of its own, and fixed text,
// so that a connection prepares it once. It reads nothing back: a role may append what it cannot see.
const appendEvent = `
with event as (
	insert into audit_events (
		id, customer_id, occurred_at, action, outcome, actor_kind, actor_id, actor_name,
		on_behalf_of, subject_type, subject_id, address, request_id, leaf)
	values ($1::uuid, $2::uuid, $3::timestamptz, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
), payload as (
	insert into audit_payloads (event_id, customer_id, salt, payload)
	select $1::uuid, $2::uuid, $15::bytea, $16::jsonb
	where $15::bytea is not null
)
insert into audit_pending (event_id, occurred_at) values ($1::uuid, $3::timestamptz)`

// Queue adds to the batch one statement for each event, which appends it to the trail.
func Queue(b *pgx.Batch, events ...Event) error {
	for _, e := range events {
		args, err := appendArgs(e)
		if err != nil {
			return err
		}
		b.Queue(appendEvent, args...)
	}
	return nil
}

func appendArgs(e Event) ([]any, error) {
	e, err := e.normalized()
	if err != nil {
		return nil, err
	}
	p, err := encodePayload(e.Payload)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Action, err)
	}
	leaf, err := leafBytes(e, p.hash())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Action, err)
	}
	return []any{
		idOrNull(e.ID), idOrNull(e.CustomerID), e.OccurredAt, e.Action, string(e.Outcome),
		e.Actor.Kind, idOrNull(e.Actor.ID), e.Actor.Name, idOrNull(e.Actor.OnBehalfOf),
		textOrNull(e.Subject.Type), idOrNull(e.Subject.ID), textOrNull(e.Address), textOrNull(e.RequestID),
		leaf, p.salt, p.json,
	}, nil
}

func idOrNull(id uuid.UUID) pgtype.UUID {
	return pgtype.UUID{Bytes: id, Valid: id != uuid.Nil}
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
