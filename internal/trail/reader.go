package trail

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/maybe"
	"clientportal/internal/trail/traildb"
)

// reader sees events as one side may see them.
type reader struct {
	client bool
	known  map[uuid.UUID]thing
}

// thing is what an id stands for.
type thing struct {
	kind, name string
	sentAt     *time.Time // of a quote and its phases
}

// learn looks up what the ids of the events stand for.
func (r *reader) learn(ctx context.Context, tx *db.Tx, events []audit.Entry) error {
	var ids []uuid.UUID
	for i := range events {
		e := &events[i]
		e.Payload = decoded(e.Payload)
		ids = append(ids, e.Subject.ID, e.Actor.ID, e.Actor.OnBehalfOf, e.CustomerID)
		eachID(e.Payload, func(id uuid.UUID) { ids = append(ids, id) })
	}
	q := traildb.New(tx)
	rows, err := q.Names(ctx, traildb.NamesParams{Ids: ids, InactiveToo: !r.client, ReaderID: keptFrom(tx.Actor())})
	if err != nil {
		return err
	}
	r.known = make(map[uuid.UUID]thing, len(rows))
	for _, row := range rows {
		r.known[row.ID] = thing{row.Kind, row.Name, row.SentAt}
	}
	if r.client {
		return nil
	}
	own, err := q.AgencyNames(ctx, ids)
	for _, row := range own {
		r.known[row.ID] = thing{kind: row.Kind, name: row.Name}
	}
	return err
}

// keptFrom is the person who may be kept from single dashboards, or nil: an admin of
// the customer sees all of them.
func keptFrom(who actor.Actor) *uuid.UUID {
	if who.Is(actor.Client) && who.Role != actor.Admin {
		return &who.ID
	}
	return nil
}

// hides reports whether the event is about a quote that was a draft at the time:
// a company sees a quote from its sending on.
func (r *reader) hides(e audit.Entry) bool {
	if !r.client || e.Subject.Type != "quote" && e.Subject.Type != "phase" || e.Action == "quote.send" {
		return false
	}
	sentAt := r.known[e.Subject.ID].sentAt
	return sentAt == nil || e.OccurredAt.Before(*sentAt)
}

func (r *reader) entry(e audit.Entry) Entry {
	view := Entry{
		ID: e.ID, OccurredAt: e.OccurredAt, Action: e.Action, Outcome: e.Outcome,
		CustomerID: maybe.Of(e.CustomerID), Customer: maybe.Of(r.known[e.CustomerID].name),
		Address: maybe.Of(e.Address), RequestID: maybe.Of(e.RequestID), Payload: e.Payload, Erased: e.Erased,
		Actor: Actor{Kind: e.Actor.Kind, ID: maybe.Of(e.Actor.ID), Name: e.Actor.Name, Agency: r.isAgency(e.Actor)},
	}
	if id := e.Actor.OnBehalfOf; id != uuid.Nil {
		view.Actor.OnBehalfOf = &Person{id, r.known[id].name}
	}
	if e.Subject.Type != "" {
		view.Subject = &Subject{e.Subject.Type, maybe.Of(e.Subject.ID), r.known[e.Subject.ID].name}
	}
	if r.client {
		r.redact(&view)
	}
	view.told = r.named(view.Payload, func(thing) bool { return true })
	view.deed = deedOf(view)
	view.Summary = view.Actor.who() + " " + view.deed
	return view
}

// isAgency reports whether the actor is on the agency's side. A program acts for
// a person, whom the reader knows if they are of the company.
func (r *reader) isAgency(a audit.Actor) bool {
	switch a.Kind {
	case "staff", "system":
		return true
	case "program":
		return r.known[a.ID].kind != "user"
	}
	return false
}

// namesIn are the fields of payloads that hold a subject's name.
var namesIn = []string{"dashboard_name", "file"}

// redact takes out what is the agency's own, whose people go by their names, and the
// name of what the reader is kept from.
func (r *reader) redact(e *Entry) {
	if e.Actor.Agency {
		e.Actor.ID, e.Address = nil, nil
	}
	if e.Subject != nil && e.Subject.Type == "employee" {
		e.Subject.ID = nil
	}
	e.Payload = r.named(e.Payload, func(t thing) bool { return t.kind == "employee" })
	if fields, ok := e.Payload.(map[string]any); ok && e.Subject != nil && e.Subject.Name == "" {
		for _, name := range namesIn {
			delete(fields, name)
		}
	}
}

// named is a payload in which those ids that stand for such things are their names.
func (r *reader) named(payload any, such func(thing) bool) any {
	switch v := payload.(type) {
	case map[string]any:
		named := make(map[string]any, len(v))
		for key, value := range v {
			named[key] = r.named(value, such)
		}
		return named
	case []any:
		named := make([]any, len(v))
		for i, value := range v {
			named[i] = r.named(value, such)
		}
		return named
	case string:
		if id, ok := idIn(v); ok {
			if t, ok := r.known[id]; ok && such(t) {
				return t.name
			}
		}
	}
	return payload
}

// eachID calls do for each id in a payload.
func eachID(payload any, do func(uuid.UUID)) {
	switch v := payload.(type) {
	case map[string]any:
		for _, value := range v {
			eachID(value, do)
		}
	case []any:
		for _, value := range v {
			eachID(value, do)
		}
	case string:
		if id, ok := idIn(v); ok {
			do(id)
		}
	}
}

// idIn reads an id as payloads write them.
func idIn(text string) (uuid.UUID, bool) {
	if len(text) != len("00000000-0000-0000-0000-000000000000") {
		return uuid.Nil, false
	}
	id, err := uuid.Parse(text)
	return id, err == nil
}

// decoded is a payload as plain values, with its numbers as they were written.
func decoded(payload any) any {
	raw, ok := payload.(json.RawMessage)
	if !ok {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return string(raw) // the database keeps JSON only
	}
	return v
}
