package customer_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/customer"
	"clientportal/internal/fault"
)

func TestUpdateChangesWhatIsGiven(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	contact := whoIs(h.agent)
	changed, err := h.Update(h.manager, h.acme.ID, customer.Change{
		Website: ptr("acme.example"), ClientType: ptr("b2b"), Timezone: ptr("Europe/Berlin"), ContactEmployeeID: &contact,
	}, h.acme.Tag())
	if err != nil {
		t.Fatal(err)
	}
	if changed.Name != "Acme Industrial" || *changed.ClientType != "b2b" || changed.Timezone != "Europe/Berlin" || *changed.ContactEmployeeID != contact {
		t.Errorf("changed to %+v", changed)
	}
	if _, err := h.Update(h.manager, h.acme.ID, customer.Change{Name: ptr("Late")}, h.acme.Tag()); fault.CodeOf(err) != fault.Stale {
		t.Errorf("a change of an older version: %v", err)
	}
	cleared, err := h.Update(h.manager, h.acme.ID, customer.Change{ClientType: ptr("")}, changed.Tag())
	if err != nil || cleared.ClientType != nil || cleared.Website == nil {
		t.Errorf("cleared to %+v, %v", cleared, err)
	}
	same, err := h.Update(h.manager, h.acme.ID, customer.Change{Name: ptr("Acme Industrial ")}, "")
	if err != nil || same.Tag() != cleared.Tag() {
		t.Errorf("a change of nothing made version %s of %s, %v", same.Tag(), cleared.Tag(), err)
	}
	if want := []string{"customer.create", "customer.update", "customer.update"}; !slices.Equal(h.events(t, h.acme.ID), want) {
		t.Errorf("events %q, want %q", h.events(t, h.acme.ID), want)
	}
}

func TestUpdateRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.Update(h.admin, h.acme.ID, customer.Change{
		Name: ptr(""), Currency: ptr("£"), ContactEmployeeID: ptr(uuid.New()),
	}, "")
	if want := []string{"name", "currency", "contact_employee_id"}; !slices.Equal(fields(err), want) {
		t.Errorf("faults of %q, want %q", fields(err), want)
	}
}

func TestAStakeholderIsKnownOnceInACustomer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	add := func(p customer.Person) (customer.Stakeholder, error) {
		return h.AddStakeholder(h.manager, h.acme.ID, p)
	}
	first, err := add(customer.Person{Email: " Owner@Acme.example", FirstName: "Hannah", LastName: "Brecht", IsPrimaryContact: true})
	if err != nil || first.Email != "Owner@Acme.example" {
		t.Fatalf("added %+v, %v", first, err)
	}
	if _, err := add(customer.Person{Email: "owner@acme.example", FirstName: "H", LastName: "B"}); !slices.Equal(fields(err), []string{"email"}) {
		t.Errorf("the same address in other letters: %v", err)
	}
	if _, err := h.AddStakeholder(h.admin, h.boltline.ID, customer.Person{Email: "owner@acme.example", FirstName: "H", LastName: "B"}); err != nil {
		t.Errorf("the same person at another customer: %v", err)
	}
	if _, err := add(customer.Person{Email: "next@acme.example", FirstName: "Nils", LastName: "Adler", IsPrimaryContact: true}); err != nil {
		t.Fatal(err)
	}
	page, err := h.Stakeholders(h.agent, h.acme.ID, customer.PeopleFilter{Limit: 1})
	if err != nil || len(page.Items) != 1 || page.Items[0].LastName != "Adler" || !page.Items[0].IsPrimaryContact || page.NextCursor == nil {
		t.Fatalf("the first page: %+v, %v", page, err)
	}
	page, err = h.Stakeholders(h.agent, h.acme.ID, customer.PeopleFilter{Limit: 1, Cursor: *page.NextCursor})
	if err != nil || len(page.Items) != 1 || page.Items[0].LastName != "Brecht" || page.Items[0].IsPrimaryContact || page.NextCursor != nil {
		t.Errorf("the second page: %+v, %v", page, err)
	}
	want := []string{"customer.create", "stakeholder.create", "stakeholder.create", "customer.view_stakeholders", "customer.view_stakeholders"}
	if got := h.events(t, h.acme.ID); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestAddStakeholderRefusesWhatIsNoPerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, email := range []string{"", "acme", "A <a@b.example>", "a@b.example, c@d.example", "a@b.example\r\nBcc: x@y.example", "a\x00@b.example"} {
		_, err := h.AddStakeholder(h.admin, h.acme.ID, customer.Person{Email: email, FirstName: "A"})
		if got := slices.Compact(fields(err)); !slices.Equal(got, []string{"email", "last_name"}) {
			t.Errorf("%q: faults of %q", email, got)
		}
	}
}

func TestAssignmentsAreMadeAndEndedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	agent := whoIs(h.employee(t, actor.Agent))
	for range 2 {
		if err := h.AssignEmployee(h.admin, h.boltline.ID, agent); err != nil {
			t.Fatal(err)
		}
	}
	serving, err := h.Employees(h.admin, h.boltline.ID)
	if err != nil || len(serving) != 1 || serving[0].ID != agent {
		t.Errorf("serving: %+v, %v", serving, err)
	}
	for range 2 {
		if err := h.UnassignEmployee(h.admin, h.boltline.ID, agent); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"customer.create", "customer.assign", "customer.unassign"}; !slices.Equal(h.events(t, h.boltline.ID), want) {
		t.Errorf("events %q, want %q", h.events(t, h.boltline.ID), want)
	}
	if err := h.AssignEmployee(h.admin, h.boltline.ID, uuid.New()); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("nobody assigned: %v", err)
	}
}
