package app_test

import (
	"net/http"
	"slices"
	"testing"

	"clientportal/internal/app/apptest"
)

// A program is held to its token's scopes on every route, and never does what is
// for a browser only.
func TestProgramAccess(t *testing.T) {
	t.Parallel()
	for _, side := range []struct {
		name, owner string
		callers     []string
		table       []row
	}{
		{"client", "admin", clientCallers, slices.Concat(clientTable, accountTable)},
		{"staff", "staff admin", staffCallers, slices.Concat(staffTable, ofStaff(accountTable))},
	} {
		t.Run(side.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			column := slices.Index(side.callers, side.owner)
			all := scopesOf(side.table)
			everything := s.program(side.owner, all...)
			only, without := map[string]*apptest.Caller{}, map[string]*apptest.Caller{}
			for _, scope := range all {
				only[scope] = s.program(side.owner, scope)
				without[scope] = s.program(side.owner, slices.DeleteFunc(slices.Clone(all), func(other string) bool { return other == scope })...)
			}
			for _, r := range side.table {
				if r.scope == "" {
					s.expect(r, "a program with every scope", s.send(everything, r, side.owner), http.StatusForbidden)
					continue
				}
				s.expect(r, "a program without "+r.scope, s.send(without[r.scope], r, side.owner), http.StatusForbidden)
				s.expect(r, "a program with "+r.scope, s.send(only[r.scope], r, side.owner), r.wants(t, side.callers)[column])
			}
			s.expectRefusalsInTrail()
		})
	}
}

// scopesOf are the scopes that a table knows.
func scopesOf(table []row) []string {
	var scopes []string
	for _, r := range table {
		if r.scope != "" && !slices.Contains(scopes, r.scope) {
			scopes = append(scopes, r.scope)
		}
	}
	return scopes
}

func TestDeadTokens(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const list, tokens = "/api/client-portal/tickets", "/api/client-portal/auth/tokens"
	admin := s.caller("admin")

	secret, id := s.newToken("admin", "tickets:read")
	program := s.Nobody(t).With("Authorization", "Bearer "+secret)
	program.Get(list).Must(t, http.StatusOK)
	program.Get("/api/staff/tickets").Must(t, http.StatusUnauthorized)
	if _, err := superuser(t, s.DB).Exec(t.Context(), `update access_tokens set expires_at = now() where id = $1`, id); err != nil {
		t.Fatal(err)
	}
	program.Get(list).Must(t, http.StatusUnauthorized)

	secret, id = s.newToken("admin", "tickets:read")
	program = s.Nobody(t).With("Authorization", "Bearer "+secret)
	program.Get(list).Must(t, http.StatusOK)
	admin.JSON(http.MethodDelete, tokens+"/"+id, nil).Must(t, http.StatusNoContent)
	program.Get(list).Must(t, http.StatusUnauthorized)

	for _, token := range []string{"", "portal_pat_", "portal_pat_" + secret, secret[:len(secret)-1]} {
		s.Nobody(t).With("Authorization", "Bearer "+token).Get(list).Must(t, http.StatusUnauthorized)
	}
	// A dead token is not made good by a living session.
	admin.With("Authorization", "Bearer "+secret).Get(list).Must(t, http.StatusUnauthorized)
}

// program is a program with a token of somebody's.
func (s *scene) program(owner string, scopes ...string) *apptest.Caller {
	s.t.Helper()
	secret, _ := s.newToken(owner, scopes...)
	return s.Nobody(s.t).With("Authorization", "Bearer "+secret)
}

func (s *scene) newToken(name string, scopes ...string) (secret, id string) {
	s.t.Helper()
	_, api := s.owner(name)
	var made struct{ Token, ID string }
	s.caller(name).JSON(http.MethodPost, api+"auth/tokens", map[string]any{"name": "A program", "scopes": scopes}).
		Must(s.t, http.StatusCreated).Decode(s.t, &made)
	return made.Token, made.ID
}
