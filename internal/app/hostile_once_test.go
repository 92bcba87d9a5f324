package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"clientportal/internal/app/apptest"
)

func TestSameKeyAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const tickets = "/api/client-portal/tickets"
	body := map[string]string{"title": "Raised once", "description": "Some words"}
	keyed := s.caller("member").With("Idempotency-Key", "the-same")
	ids := map[string]bool{}
	for _, a := range atOnce(20, func(int) apptest.Response { return keyed.JSON(http.MethodPost, tickets, body) }) {
		s.expectOneOf("the same key at once", a, http.StatusCreated, http.StatusConflict)
		if a.Status == http.StatusCreated {
			ids[idOf(t, a)] = true
		}
	}
	again := keyed.JSON(http.MethodPost, tickets, body).Must(t, http.StatusCreated)
	ids[idOf(t, again)] = true
	if len(ids) != 1 || again.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("one key gave tickets %v, and the last answer was no replay", ids)
	}
	var list struct{ Items []struct{ Title string } }
	s.caller("viewer").Get(tickets+"?q=raised").Must(t, http.StatusOK).Decode(t, &list)
	if len(list.Items) != 1 {
		t.Errorf("%d tickets were raised, want 1", len(list.Items))
	}
	var events int
	err := superuser(t, s.DB).QueryRow(t.Context(), `select count(*) from audit_events where action = 'ticket.create' and subject_id = $1`, idOf(t, again)).Scan(&events)
	if err != nil || events != 1 {
		t.Errorf("%d events of the ticket, want 1; %v", events, err)
	}

	s.expectOneOf("the key with another body", keyed.JSON(http.MethodPost, tickets, map[string]string{"title": "Another", "description": "Some words"}),
		http.StatusUnprocessableEntity)
	other := s.caller("approver").With("Idempotency-Key", "the-same").JSON(http.MethodPost, tickets, body).Must(t, http.StatusCreated)
	if ids[idOf(t, other)] {
		t.Error("one person's key gave another person's answer")
	}
	for _, key := range []string{strings.Repeat("k", 201), "\xff\xfe", "ключ"} {
		got := s.caller("member").With("Idempotency-Key", key).JSON(http.MethodPost, tickets, body)
		s.expectOneOf("a hostile key", got, http.StatusCreated, http.StatusUnprocessableEntity)
	}
}

// A refused request leaves nothing under its key: put right, it goes through.
func TestKeyOfRefusedRequest(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	keyed := s.caller("member").With("Idempotency-Key", "refused-first")
	keyed.JSON(http.MethodPost, "/api/client-portal/tickets", map[string]string{"title": "", "description": ""}).Must(t, http.StatusUnprocessableEntity)
	keyed.JSON(http.MethodPost, "/api/client-portal/tickets", map[string]string{"title": "Put right", "description": "Some words"}).Must(t, http.StatusCreated)
}

func TestStaleMatch(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for path, by := range map[string]*apptest.Caller{
		"/api/client-portal/tickets/" + s.Acme.Ticket.ID.String(): s.caller("member"),
		"/api/staff/tickets/" + s.Bolt.Ticket.ID.String():         s.caller("Bolt's agent"),
	} {
		seen := by.Get(path).Must(t, http.StatusOK).Header.Get("ETag")
		by.With("If-Match", seen).JSON(http.MethodPut, path, map[string]string{"category": "First"}).Must(t, http.StatusOK)
		got := by.With("If-Match", seen).JSON(http.MethodPut, path, map[string]string{"category": "Second"})
		s.expectOneOf("a stale If-Match", got, http.StatusPreconditionFailed)
		var now struct{ Category string }
		by.Get(path).Decode(t, &now)
		if now.Category != "First" {
			t.Errorf("%s: the category is %q after a refused change", path, now.Category)
		}
		for _, tag := range []string{"x", `"`, "\xff", `W/"1", "2"`, strings.Repeat(`"1",`, 1000)} {
			s.expectOneOf("a hostile If-Match", by.With("If-Match", tag).JSON(http.MethodPut, path, map[string]string{"category": "Third"}), http.StatusPreconditionFailed)
		}
	}
}

func TestPutHonoursIfMatch(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, side := range []struct {
		table   []row
		callers []string
	}{{slices.Concat(clientTable, accountTable), clientCallers}, {slices.Concat(staffTable, ofStaff(accountTable)), staffCallers}} {
		for _, r := range side.table {
			works := slices.Index(r.wants(t, side.callers), http.StatusOK)
			if !strings.HasPrefix(r.route, "PUT /api/") || r.body == "" || works < 0 {
				continue
			}
			name := side.callers[works]
			s.expectOneOf(r.route+" with a stale If-Match", s.send(s.caller(name).With("If-Match", `"stale"`), r, name), http.StatusPreconditionFailed)
			if got := s.send(s.caller(name), r, name).Must(t, http.StatusOK); got.Header.Get("ETag") == "" {
				t.Errorf("%s answers without an ETag", r.route)
			}
		}
	}
}

// What was done can be asked for again, though the answer says nothing.
func TestSameKeyWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for range 2 {
		got := s.caller("member").With("Idempotency-Key", "all read").Send(http.MethodPost, "/api/client-portal/notifications/read", "", nil)
		s.expectOneOf("to mark all as read, with a key", got, http.StatusNoContent)
	}
}

func idOf(t *testing.T, r apptest.Response) string {
	t.Helper()
	var made struct{ ID string }
	r.Decode(t, &made)
	return made.ID
}
