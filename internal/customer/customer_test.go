package customer_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/customer"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
)

// house is an agency with two customers; manager and agent serve acme only.
type house struct {
	*dbtest.Database
	*customer.Service
	admin, manager, agent context.Context
	acme, boltline        customer.Customer
}

// accounts is sign-in itself, as the application hands it over.
type accounts struct{ *auth.Service }

func (a accounts) Invite(ctx context.Context, customer uuid.UUID, email string, role actor.Role) error {
	_, err := a.Service.Invite(ctx, customer, email, role)
	return err
}

func newHouse(t *testing.T) house {
	t.Helper()
	h := house{Database: dbtest.New(t)}
	h.Service = customer.New(customer.Deps{DB: h.DB, Accounts: accounts{auth.New(auth.Config{DB: h.DB})}})
	h.admin = h.employee(t, actor.Admin)
	h.acme = h.create(t, customer.Draft{Name: "Acme Industrial"})
	h.boltline = h.create(t, customer.Draft{Name: "Boltline"})
	h.manager = h.employee(t, actor.Manager, h.acme.ID)
	h.agent = h.employee(t, actor.Agent, h.acme.ID)
	return h
}

// employee makes an employee and a context in which they act.
func (h house) employee(t *testing.T, role actor.Role, serves ...uuid.UUID) context.Context {
	t.Helper()
	who := actor.Actor{
		Kind: actor.Staff, ID: uuid.New(), Name: "An " + string(role), Role: role,
		CustomerIDs: serves, AllCustomers: role == actor.Admin,
	}
	ctx := actor.As(t.Context(), "test")
	err := h.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{Action: "employee.create"})
		_, err := tx.Exec(ctx, `insert into employees (id, email, first_name, last_name, role) values ($1, $2, 'An', $3, $3)`,
			who.ID, who.ID.String()+"@agency.example", role)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return actor.With(t.Context(), who)
}

func (h house) create(t *testing.T, d customer.Draft) customer.Customer {
	t.Helper()
	c, err := h.Create(h.admin, d)
	if err != nil {
		t.Fatalf("create %s: %v", d.Name, err)
	}
	return c
}

// events are the actions on record for a customer, oldest first.
func (h house) events(t *testing.T, id uuid.UUID) (actions []string) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	err := h.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select action from audit_events where customer_id = $1 order by occurred_at, id`, id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var action string
			if err := rows.Scan(&action); err != nil {
				return err
			}
			actions = append(actions, action)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return actions
}

func whoIs(ctx context.Context) uuid.UUID {
	who, _ := actor.From(ctx)
	return who.ID
}

func callersBut(h house) map[string]context.Context {
	return map[string]context.Context{"manager": h.manager, "agent": h.agent}
}

func client(t *testing.T, company uuid.UUID) context.Context {
	return actor.With(t.Context(), actor.Actor{
		Kind: actor.Client, ID: uuid.New(), Name: "Mara", Role: actor.Admin, CustomerIDs: []uuid.UUID{company},
	})
}

func ptr[T any](v T) *T { return &v }

func TestRights(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	colleague := whoIs(h.employee(t, actor.Agent))
	people := 0
	actions := []struct {
		name string
		do   func(ctx context.Context, id uuid.UUID) error
		may  []string // on their own customer
	}{
		{"read", func(ctx context.Context, id uuid.UUID) error { _, err := h.Customer(ctx, id); return err },
			[]string{"admin", "manager", "agent"}},
		{"stakeholders", func(ctx context.Context, id uuid.UUID) error {
			_, err := h.Stakeholders(ctx, id, customer.PeopleFilter{Limit: 25})
			return err
		},
			[]string{"admin", "manager", "agent"}},
		{"employees", func(ctx context.Context, id uuid.UUID) error { _, err := h.Employees(ctx, id); return err },
			[]string{"admin", "manager", "agent"}},
		{"update", func(ctx context.Context, id uuid.UUID) error {
			_, err := h.Update(ctx, id, customer.Change{Website: ptr("https://acme.example")}, "")
			return err
		}, []string{"admin", "manager"}},
		{"add a stakeholder", func(ctx context.Context, id uuid.UUID) error {
			people++
			_, err := h.AddStakeholder(ctx, id, customer.Person{Email: fmt.Sprintf("p%d@acme.example", people), FirstName: "A", LastName: "B"})
			return err
		}, []string{"admin", "manager"}},
		{"assign", func(ctx context.Context, id uuid.UUID) error { return h.AssignEmployee(ctx, id, colleague) },
			[]string{"admin"}},
		{"unassign", func(ctx context.Context, id uuid.UUID) error { return h.UnassignEmployee(ctx, id, colleague) },
			[]string{"admin"}},
	}
	callers := map[string]context.Context{
		"admin": h.admin, "manager": h.manager, "agent": h.agent, "client": client(t, h.acme.ID),
	}
	for _, a := range actions {
		for name, ctx := range callers {
			want := fault.Code("")
			if !slices.Contains(a.may, name) {
				want = fault.Forbidden
			}
			if got := fault.CodeOf(a.do(ctx, h.acme.ID)); got != want {
				t.Errorf("%s by %s: %q, want %q", a.name, name, got, want)
			}
			if want != "" || name == "admin" {
				continue
			}
			if got := fault.CodeOf(a.do(ctx, h.boltline.ID)); got != fault.NotFound {
				t.Errorf("%s by %s who does not serve them: %q, want not found", a.name, name, got)
			}
		}
		if slices.Contains(a.may, "admin") {
			if got := fault.CodeOf(a.do(h.admin, uuid.New())); got != fault.NotFound {
				t.Errorf("%s of no customer: %q, want not found", a.name, got)
			}
		}
	}
	for name, ctx := range callers {
		_, err := h.Create(ctx, customer.Draft{Name: "New " + name})
		if allowed := err == nil; allowed != (name == "admin") {
			t.Errorf("create by %s: %v", name, err)
		}
	}
}

func TestListGivesWhomTheEmployeeServesByName(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.create(t, customer.Draft{Name: "zeppelin tours"})
	h.create(t, customer.Draft{Name: "Årstad 100% Fisk"})
	names := func(ctx context.Context, q string, limit int) (names []string) {
		for cursor := ""; ; {
			page, err := h.List(ctx, customer.Filter{Q: q, Limit: limit, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Items {
				names = append(names, c.Name)
			}
			if page.NextCursor == nil {
				return names
			}
			cursor = *page.NextCursor
		}
	}
	all := names(h.admin, "", 100)
	if len(all) != 4 || all[0] != "Acme Industrial" {
		t.Errorf("an admin's list: %q", all)
	}
	if paged := names(h.admin, "", 1); !slices.Equal(paged, all) {
		t.Errorf("page by page: %q, want %q", paged, all)
	}
	if found := names(h.admin, "0%", 25); !slices.Equal(found, []string{"Årstad 100% Fisk"}) {
		t.Errorf("a search with a wildcard in it found %q", found)
	}
	if found := names(h.manager, "", 25); !slices.Equal(found, []string{"Acme Industrial"}) {
		t.Errorf("a manager's list: %q", found)
	}
	if _, err := h.List(h.admin, customer.Filter{Limit: 25, Cursor: "nonsense"}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a made-up cursor: %v", err)
	}
}

// superuser connects to the database past all of its rules.
func (h house) superuser(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), h.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}
