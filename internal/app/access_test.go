package app_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clientportal/internal/app/apptest"
)

// TestAccessTableIsWhole fails when a route has no row, or a row no route.
func TestAccessTableIsWhole(t *testing.T) {
	t.Parallel()
	expected := map[string]int{}
	for _, table := range [][]row{publicTable, clientTable, staffTable, accountTable, ofStaff(accountTable)} {
		for _, r := range table {
			expected[r.route]++
		}
	}
	for _, entry := range apptest.Start(t).Routes() {
		if expected[entry.Pattern] != 1 {
			t.Errorf("%s has %d rows in the access table, want one", entry.Pattern, expected[entry.Pattern])
		}
		delete(expected, entry.Pattern)
	}
	for route := range expected {
		t.Errorf("the access table has %s, which is no route", route)
	}
}

func TestPublicAccess(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, r := range publicTable {
		for i, want := range r.wants(t, anyCallers) {
			caller := s.Nobody(t)
			if anyCallers[i] != "nobody" {
				caller = s.caller(anyCallers[i])
			}
			s.expect(r, anyCallers[i], s.send(caller, r, anyCallers[i]), want)
		}
	}
}

func TestClientAccess(t *testing.T) {
	t.Parallel()
	testAccess(t, slices.Concat(clientTable, accountTable), clientCallers, staffCallers)
}

func TestStaffAccess(t *testing.T) {
	t.Parallel()
	testAccess(t, slices.Concat(staffTable, ofStaff(accountTable)), staffCallers, clientCallers)
}

// testAccess tries a table. Whoever has a session of the other side only, or
// none, is told to sign in on every route.
func testAccess(t *testing.T, table []row, callers, others []string) {
	s := newScene(t)
	for _, r := range table {
		s.expectSignIn(r, "nobody", s.send(s.Nobody(t), r, "nobody"))
		for _, other := range others {
			s.expectSignIn(r, other, s.send(s.caller(other), r, other))
		}
		for i, want := range r.wants(t, callers) {
			caller := s.caller(callers[i])
			if strings.HasSuffix(r.route, "/logout") {
				caller = s.signIn(callers[i])
			}
			s.expect(r, callers[i], s.send(caller, r, callers[i]), want)
		}
	}
	s.expectRefusalsInTrail()
}

// ofStaff is a table of clients' addresses as the staff's.
func ofStaff(table []row) []row {
	staff := slices.Clone(table)
	for i := range staff {
		method, path, _ := strings.Cut(staff[i].route, " ")
		if rest, isAPI := strings.CutPrefix(path, "/api/client-portal/"); isAPI {
			path = "/api/staff/" + rest
		} else {
			path = "/staff" + path
		}
		staff[i].route = method + " " + path
	}
	return staff
}

// wants are the statuses for the callers.
func (r row) wants(t *testing.T, callers []string) []int {
	t.Helper()
	words := strings.Fields(r.answers)
	if len(words) == 1 {
		words = slices.Repeat(words, len(callers))
	}
	statuses := make([]int, len(callers))
	for i := range callers {
		var err error
		if statuses[i], err = strconv.Atoi(words[i]); err != nil {
			t.Fatalf("%s: %v", r.route, err)
		}
	}
	return statuses
}

func (s *scene) expect(r row, who string, got apptest.Response, want int) {
	s.t.Helper()
	if got.Status != want || toSignIn(got) && !strings.Contains(r.route, "/log") {
		s.t.Errorf("%s as %s: %d %s, want %d: %.300s", r.route, who, got.Status, got.Header.Get("Location"), want, got.Body)
	}
	s.note(r, who, got)
}

func (s *scene) expectSignIn(r row, who string, got apptest.Response) {
	s.t.Helper()
	if strings.Contains(r.route, " /api/") && got.Status != http.StatusUnauthorized || !strings.Contains(r.route, " /api/") && !toSignIn(got) {
		s.t.Errorf("%s as %s: %d %s, want to be told to sign in", r.route, who, got.Status, got.Header.Get("Location"))
	}
	s.note(r, who, got)
}

func toSignIn(r apptest.Response) bool {
	path, _, _ := strings.Cut(r.Header.Get("Location"), "?")
	return r.Status == http.StatusSeeOther && (path == "/login" || path == "/staff/login")
}
