package app_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/app/apptest"
)

// Ids of another company in bodies and queries; those in paths are in the access
// table.
func TestForeignIDs(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	quote := uuid.New()
	_, err := superuser(t, s.DB).Exec(t.Context(),
		`insert into quotes (id, customer_id, number, name, status) values ($1, $2, 'Q-1', 'A project of Acme', 'in_progress')`, quote, s.Acme.ID)
	if err != nil {
		t.Fatal(err)
	}
	const tickets = "/api/client-portal/tickets"
	stranger, strangersAgent := s.caller("Bolt's admin"), s.caller("Bolt's agent")
	own := s.Bolt.Ticket.ID.String()

	raise := map[string]string{"title": "A title", "description": "Some words", "quote_id": quote.String()}
	s.expectOneOf("another company's project", stranger.JSON(http.MethodPost, tickets, raise), http.StatusUnprocessableEntity)
	s.caller("member").JSON(http.MethodPost, tickets, raise).Must(t, http.StatusCreated)

	got := strangersAgent.JSON(http.MethodPut, "/api/staff/tickets/"+own, map[string]string{"assigned_to": s.Acme.Agent.ID.String()})
	s.expectOneOf("an assignee who does not serve the customer", got, http.StatusUnprocessableEntity)
	got = strangersAgent.JSON(http.MethodPut, "/api/staff/tickets/"+own, map[string]string{"assigned_to": s.Acme.Agent.Email})
	s.expectOneOf("the same by address", got, http.StatusUnprocessableEntity)
	got = s.caller("staff admin").JSON(http.MethodPut, "/api/staff/customers/"+s.Acme.ID.String(), map[string]string{"contact_employee_id": s.Acme.Member.ID.String()})
	s.expectOneOf("a client as contact", got, http.StatusUnprocessableEntity)

	for what, list := range map[string]string{
		"tickets of another company's project":  tickets + "?quote_id=" + quote.String(),
		"tickets with another company's words":  tickets + "?q=relaunch",
		"events of another company's person":    "/api/client-portal/audit-events?actor=" + s.Acme.Member.ID.String(),
		"team's invitations of another company": "/api/client-portal/team/invitations",
	} {
		s.expectEmpty(what, stranger.Get(list))
	}
	s.expectEmpty("the queue of a customer not served", strangersAgent.Get("/api/staff/tickets?customer_id="+s.Acme.ID.String()))
	s.expectEmpty("the queue of a colleague elsewhere", strangersAgent.Get("/api/staff/tickets?assigned_to="+s.Acme.Agent.ID.String()))
}

func (s *scene) expectEmpty(what string, got apptest.Response) {
	s.t.Helper()
	var list struct{ Items []any }
	got.Must(s.t, http.StatusOK).Decode(s.t, &list)
	if len(list.Items) > 0 {
		s.t.Errorf("%s: %v, want nothing", what, list.Items)
	}
}
