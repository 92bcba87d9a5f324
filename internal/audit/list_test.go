package audit_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
)

// as runs fn in a transaction of a working role in the customer's scope.
func (tr *trail) as(role string, fn func(q audit.Querier)) {
	tr.t.Helper()
	err := pgx.BeginFunc(tr.t.Context(), tr.Pool(), func(tx pgx.Tx) error {
		_, err := tx.Exec(tr.t.Context(), `select set_config('role', $1, true), set_config('app.customer_ids', $2, true)`,
			role, "{"+tr.customer.String()+"}")
		if err == nil {
			fn(tx)
		}
		return err
	})
	if err != nil {
		tr.t.Fatal(err)
	}
}

func ids(entries []audit.Entry) (list []uuid.UUID) {
	for _, e := range entries {
		list = append(list, e.ID)
	}
	return list
}

func equal[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: %v, want %v", what, got, want)
			return
		}
	}
}

func TestListFiltersAndPages(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	other := uuid.New()
	tr.attack(`insert into customers (id, name, slug, ticket_prefix) values ($1, 'Other', 'other', 'OTH')`, other)
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	events := make([]audit.Event, 6) // oldest first; the middle ones at the same moment
	for i, action := range []string{"ticket.create", "ticket.close", "ticket.create", "auth.login", "auth.login", "agency.update"} {
		events[i] = tr.event(action)
		events[i].ID = uuid.Must(uuid.NewV7())
		events[i].OccurredAt = start.Add(time.Duration(i/2) * time.Hour)
	}
	events[3].Outcome = audit.Denied
	events[4].CustomerID = other
	events[5].CustomerID = uuid.Nil
	tr.append(events...)
	id := func(places ...int) (list []uuid.UUID) {
		for _, i := range places {
			list = append(list, events[i].ID)
		}
		return list
	}

	for _, c := range []struct {
		name   string
		role   string
		filter audit.Filter
		want   []uuid.UUID
	}{
		{"the agency sees all", "portal_agency", audit.Filter{}, id(5, 4, 3, 2, 1, 0)},
		{"a client sees their company's", "portal_client", audit.Filter{}, id(3, 2, 1, 0)},
		{"not even by its id another's", "portal_client", audit.Filter{CustomerID: other}, nil},
		{"assigned staff likewise", "portal_staff", audit.Filter{}, id(3, 2, 1, 0)},
		{"customer", "portal_agency", audit.Filter{CustomerID: other}, id(4)},
		{"actor", "portal_agency", audit.Filter{ActorID: events[2].Actor.ID}, id(2)},
		{"subject", "portal_agency", audit.Filter{SubjectID: events[1].Subject.ID}, id(1)},
		{"action", "portal_agency", audit.Filter{Action: "ticket.create"}, id(2, 0)},
		{"family of actions", "portal_agency", audit.Filter{Action: "ticket."}, id(2, 1, 0)},
		{"outcome", "portal_agency", audit.Filter{Outcome: audit.Denied}, id(3)},
		{"time", "portal_agency", audit.Filter{From: start, To: start.Add(time.Hour)}, id(1, 0)},
		{"together", "portal_agency", audit.Filter{From: start.Add(time.Hour), Action: "auth.login", CustomerID: tr.customer}, id(3)},
		{"a hostile action", "portal_agency", audit.Filter{Action: `%' or true; --`}, nil},
	} {
		tr.as(c.role, func(q audit.Querier) {
			got, err := audit.List(t.Context(), q, c.filter, audit.Cursor{}, 100)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, c.name, ids(got), c.want)
		})
	}

	tr.as("portal_agency", func(q audit.Querier) {
		var all []uuid.UUID
		for after := (audit.Cursor{}); ; {
			page, err := audit.List(t.Context(), q, audit.Filter{}, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			all = append(all, ids(page)...)
			after = page[len(page)-1].Cursor()
		}
		equal(t, "page by page", all, id(5, 4, 3, 2, 1, 0))
	})
}

func TestListReadsBackWhatWasAppended(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	e := tr.event("ticket.create")
	e.ID = uuid.Must(uuid.NewV7())
	e.OccurredAt = time.Date(2026, 3, 1, 12, 0, 0, 1000, time.UTC)
	e.Actor.OnBehalfOf = uuid.New()
	bare := audit.Event{ID: uuid.Must(uuid.NewV7()), OccurredAt: e.OccurredAt, Action: "auth.login", Outcome: audit.Failure,
		Actor: audit.Actor{Kind: "anonymous"}}
	tr.append(e, bare)
	list := func() []audit.Entry {
		var entries []audit.Entry
		var err error
		tr.as("portal_agency", func(q audit.Querier) {
			entries, err = audit.List(t.Context(), q, audit.Filter{}, audit.Cursor{}, 10)
		})
		if err != nil || len(entries) != 2 {
			t.Fatalf("%d entries, %v", len(entries), err)
		}
		return entries
	}
	entries := list()
	if got := entries[0]; got.Event != bare || got.Erased {
		t.Errorf("got %+v, want %+v", got, bare)
	}
	got := entries[1]
	var changed struct{ After struct{ Title string } }
	if err := json.Unmarshal(got.Payload.(json.RawMessage), &changed); err != nil || changed.After.Title != "The site is down" {
		t.Errorf("payload %s: %v", got.Payload, err)
	}
	got.Payload, e.Payload = nil, nil
	if got.Event != e || got.Erased {
		t.Errorf("got %+v, want %+v", got, e)
	}

	tr.attack(`delete from audit_payloads`)
	if got := list(); got[0].Erased || !got[1].Erased || got[1].Payload != nil {
		t.Errorf("after erasure: %+v", got)
	}
}
