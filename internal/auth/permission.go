package auth

import (
	"slices"

	"clientportal/internal/actor"
)

// grant is what a role may do beyond the one before it, as programs and pages
// read it, and the scopes that its tokens may have beyond.
type grant struct {
	role        actor.Role
	permissions []string
	scopes      []string
}

// The roles of each realm, from least to most.
var grants = map[Realm][]grant{
	Clients: {
		{actor.Viewer,
			[]string{"tickets:read", "projects:read", "time:read", "quotes:read", "analytics:read"},
			[]string{"account:read", "tickets:read", "projects:read", "time:read", "analytics:read"}},
		{actor.Member, []string{"tickets:write", "audit:read"}, []string{"tickets:write", "audit:read"}},
		{actor.Approver, []string{"hours:approve", "quotes:approve"}, []string{"time:write", "projects:write"}},
		{actor.Admin, []string{"team:manage"}, nil},
	},
	Staff: {
		{actor.Agent,
			[]string{"customers:read", "tickets:read", "tickets:write", "projects:read", "time:read", "time:write", "analytics:read"},
			[]string{"account:read", "customers:read", "tickets:read", "tickets:write", "projects:read", "time:read", "time:write", "analytics:read"}},
		{actor.Manager,
			[]string{"customers:write", "team:manage", "projects:write", "analytics:write", "employees:read", "audit:read"},
			[]string{"customers:write", "projects:write", "analytics:write", "employees:read", "audit:read"}},
		{actor.Admin, []string{"employees:manage", "settings:manage"}, []string{"employees:write", "settings:write"}},
	},
}

func permissionsOf(r Realm, role actor.Role) []string {
	return upTo(r, role, func(g grant) []string { return g.permissions })
}

// ScopesOf are the scopes that a token of somebody with this role may have.
func ScopesOf(r Realm, role actor.Role) []string {
	return upTo(r, role, func(g grant) []string { return g.scopes })
}

// upTo gathers what a role and all roles below it have.
func upTo(r Realm, role actor.Role, pick func(grant) []string) []string {
	at := slices.IndexFunc(grants[r], func(g grant) bool { return g.role == role })
	all := []string{}
	for _, g := range grants[r][:at+1] {
		all = append(all, pick(g)...)
	}
	return all
}
