package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Filter narrows a list of events; a zero field does not.
type Filter struct {
	CustomerID uuid.UUID
	ActorID    uuid.UUID
	SubjectID  uuid.UUID
	Action     string // exact, or a family when it ends with a dot: "ticket."
	Outcome    Outcome
	From       time.Time // inclusive
	To         time.Time // exclusive
}

// Cursor is the place in a list after which the next page begins; zero for the first page.
type Cursor struct {
	OccurredAt time.Time
	ID         uuid.UUID
}

// Entry is an event as it is read back: its Payload is a json.RawMessage, or nil.
type Entry struct {
	Event
	Erased bool // there was a payload
}

// Cursor is the entry's own place.
func (e Entry) Cursor() Cursor {
	return Cursor{e.OccurredAt, e.ID}
}

// List returns up to limit events, newest first. Whose events these are is the scope's affair:
// row-level security shows clients those of their own company.
func List(ctx context.Context, q Querier, f Filter, after Cursor, limit int) ([]Entry, error) {
	rows, err := query(ctx, q, f, after, limit)
	if err != nil {
		return nil, err
	}
	entries, err := pgx.CollectRows(rows, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("audit: list: %w", err)
	}
	return entries, nil
}

// query selects all events when limit is zero.
func query(ctx context.Context, q Querier, f Filter, after Cursor, limit int) (pgx.Rows, error) {
	var w where
	w.id("e.customer_id = ", f.CustomerID)
	w.id("e.actor_id = ", f.ActorID)
	w.id("e.subject_id = ", f.SubjectID)
	switch {
	case strings.HasSuffix(f.Action, "."):
		w.and("starts_with(e.action, %s)", f.Action)
	case f.Action != "":
		w.and("e.action = %s", f.Action)
	}
	if f.Outcome != "" {
		w.and("e.outcome = %s", string(f.Outcome))
	}
	if !f.From.IsZero() {
		w.and("e.occurred_at >= %s", f.From)
	}
	if !f.To.IsZero() {
		w.and("e.occurred_at < %s", f.To)
	}
	if after != (Cursor{}) {
		w.and("(e.occurred_at, e.id) < (%s, %s)", after.OccurredAt, after.ID)
	}
	sql := selectEntries + w.sql() + " order by e.occurred_at desc, e.id desc"
	if limit > 0 {
		sql += " limit " + w.arg(limit)
	}
	rows, err := q.Query(ctx, sql, w.args...)
	if err != nil {
		return nil, fmt.Errorf("audit: list: %w", err)
	}
	return rows, nil
}

const selectEntries = `
	select e.id, e.customer_id, e.occurred_at, e.action, e.outcome, e.actor_kind, e.actor_id, e.actor_name,
		e.on_behalf_of, coalesce(e.subject_type, ''), e.subject_id, coalesce(e.address, ''),
		coalesce(e.request_id, ''), p.payload,
		p.event_id is null and convert_from(e.leaf, 'UTF8')::jsonb ? 'payload_hash'
	from audit_events e left join audit_payloads p on p.event_id = e.id`

func scanEntry(row pgx.CollectableRow) (Entry, error) {
	var e Entry
	var customer, actor, behalf, subject uuid.NullUUID
	var payload []byte
	err := row.Scan(&e.ID, &customer, &e.OccurredAt, &e.Action, &e.Outcome, &e.Actor.Kind, &actor, &e.Actor.Name,
		&behalf, &e.Subject.Type, &subject, &e.Address, &e.RequestID, &payload, &e.Erased)
	e.CustomerID, e.Actor.ID, e.Actor.OnBehalfOf, e.Subject.ID = customer.UUID, actor.UUID, behalf.UUID, subject.UUID
	e.OccurredAt = e.OccurredAt.UTC()
	if payload != nil {
		e.Payload = json.RawMessage(payload)
	}
	return e, err
}

// where gathers conditions and their arguments.
type where struct {
	conditions []string
	args       []any
}

func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

// and adds a condition with a %s for each argument.
func (w *where) and(condition string, args ...any) {
	places := make([]any, len(args))
	for i, a := range args {
		places[i] = w.arg(a)
	}
	w.conditions = append(w.conditions, fmt.Sprintf(condition, places...))
}

func (w *where) id(condition string, id uuid.UUID) {
	if id != uuid.Nil {
		w.and(condition+"%s", id)
	}
}

func (w *where) sql() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " where " + strings.Join(w.conditions, " and ")
}
