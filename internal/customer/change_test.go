package customer_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/auth"
	"clientportal/internal/customer"
	"clientportal/internal/fault"
	"clientportal/internal/jobs"
)

func TestClosingACustomerEndsItsSessions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	root := h.superuser(t)
	for _, id := range []uuid.UUID{h.acme.ID, h.boltline.ID} {
		if _, err := root.Exec(t.Context(), `
			with u as (insert into client_portal_users (customer_id, email) values ($1, $2) returning id),
			m as (insert into customer_members (customer_id, user_id, role) select $1, id, 'admin' from u returning user_id),
			s as (insert into sessions (token_hash, user_id, customer_id, expires_at) select sha256($2::bytea), user_id, $1, now() + '1 day' from m)
			insert into access_tokens (token_hash, user_id, customer_id, name, scopes, expires_at) select sha256($2::bytea), user_id, $1, 't', '{}', now() + '1 day' from m`,
			id, id.String()+"@x.example"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Update(h.manager, h.acme.ID, customer.Change{IsActive: ptr(false)}, ""); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("by a manager: %v", err)
	}
	for _, active := range []bool{false, true} {
		c, err := h.Update(h.admin, h.acme.ID, customer.Change{IsActive: ptr(active)}, "")
		if err != nil || c.IsActive != active {
			t.Fatalf("active %t: %+v, %v", active, c, err)
		}
		if sessions, tokens := h.count(t, "sessions"), h.count(t, "access_tokens"); sessions != 1 || tokens != 1 {
			t.Errorf("active %t: %d sessions and %d tokens are left, want Boltline's one each", active, sessions, tokens)
		}
	}
	if want := []string{"customer.create", "customer.update", "customer.update"}; !slices.Equal(h.events(t, h.acme.ID), want) {
		t.Errorf("events %q", h.events(t, h.acme.ID))
	}
}

func TestAStakeholderIsPutRightAndRemoved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	add := func(email string, primary bool) customer.Stakeholder {
		s, err := h.AddStakeholder(h.manager, h.acme.ID, customer.Person{Email: email, FirstName: "A", LastName: "B", IsPrimaryContact: primary})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first, second := add("first@acme.example", true), add("second@acme.example", false)
	put := customer.Person{Email: "second@acme.example", FirstName: "Ada", LastName: "Byron", Title: "Owner", IsPrimaryContact: true}
	after, err := h.UpdateStakeholder(h.manager, h.acme.ID, second.ID, put, second.Tag())
	if err != nil || after.FirstName != "Ada" || *after.Title != "Owner" {
		t.Fatalf("put right: %+v, %v", after, err)
	}
	if _, err := h.UpdateStakeholder(h.manager, h.acme.ID, second.ID, put, second.Tag()); fault.CodeOf(err) != fault.Stale {
		t.Errorf("of an older version: %v", err)
	}
	if first, err = h.Stakeholder(h.agent, h.acme.ID, first.ID); err != nil || first.IsPrimaryContact {
		t.Errorf("the primary contact before: %+v, %v", first, err)
	}
	put.Email = "FIRST@acme.example"
	if _, err := h.UpdateStakeholder(h.manager, h.acme.ID, second.ID, put, ""); !slices.Equal(fields(err), []string{"email"}) {
		t.Errorf("somebody else's address: %v", err)
	}
	for name, err := range map[string]error{
		"an agent":          h.RemoveStakeholder(h.agent, h.acme.ID, first.ID),
		"another's manager": h.RemoveStakeholder(h.employee(t, actor.Manager, h.boltline.ID), h.acme.ID, first.ID),
		"another customer":  h.RemoveStakeholder(h.admin, h.boltline.ID, first.ID),
	} {
		if code := fault.CodeOf(err); code != fault.Forbidden && code != fault.NotFound {
			t.Errorf("removed by %s: %v", name, err)
		}
	}
	if err := h.RemoveStakeholder(h.manager, h.acme.ID, first.ID); err != nil {
		t.Fatal(err)
	}
	want := []string{"customer.create", "stakeholder.create", "stakeholder.create", "stakeholder.update", "stakeholder.delete"}
	if got := h.events(t, h.acme.ID); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestSetUpSaysWhatIsThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	workers := river.NewWorkers()
	auth.New(auth.Config{DB: h.DB}).AddWorkers(workers)
	queue, err := jobs.Queue(h.Pool(), workers, nil)
	if err != nil {
		t.Fatal(err)
	}
	h.UseJobs(queue)
	s, err := h.AddStakeholder(h.manager, h.acme.ID, customer.Person{Email: "a@acme.example", FirstName: "A", LastName: "B"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.InviteStakeholder(h.manager, h.acme.ID, s.ID, actor.Member); err != nil {
		t.Fatal(err)
	}
	if _, err := h.InviteStakeholder(h.agent, h.acme.ID, s.ID, actor.Member); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("invited by an agent: %v", err)
	}
	o, err := h.Overview(h.agent, h.acme.ID)
	if want := (customer.SetUp{Stakeholders: 1, Invitations: 1, Employees: 0}); err != nil || o.SetUp != want {
		t.Errorf("set up %+v, %v", o.SetUp, err)
	}
	if _, err := h.Overview(h.agent, h.boltline.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a customer whom the agent does not serve: %v", err)
	}
	n, err := h.Count(h.manager, customer.Filter{})
	if want := (customer.Counts{All: 1, Active: 1, Matching: 1}); err != nil || n != want {
		t.Errorf("a manager counts %+v, %v", n, err)
	}
}
