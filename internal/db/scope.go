package db

import (
	"context"
	"errors"
	"strings"

	"clientportal/internal/actor"
)

// ErrNoActor is a fault of the program: somebody must act in every unit of work.
var ErrNoActor = errors.New("db: no actor in the context")

// The working roles of the database; migrations/00001_roles.sql says what each may.
const (
	roleBase   = "portal_app"
	roleClient = "portal_client"
	roleStaff  = "portal_staff"
	roleAgency = "portal_agency"
	roleSystem = "portal_system"
)

// setScope runs in the round trip of the first statement. Both settings end
// with the transaction.
const setScope = `select set_config('role', $1, true), set_config('app.customer_ids', $2, true)`

// scope is what the database lets a unit of work reach.
type scope struct {
	role      string
	customers string // a PostgreSQL array of uuids
}

// scopeOf derives the scope from the actor in the context.
func scopeOf(ctx context.Context) (scope, actor.Actor, error) {
	a, ok := actor.From(ctx)
	if !ok {
		return scope{}, a, ErrNoActor
	}
	switch {
	case a.Kind == actor.System:
		return scope{role: roleSystem}, a, nil
	case a.Kind == actor.Staff && a.AllCustomers:
		return scope{role: roleAgency}, a, nil
	case a.Kind == actor.Staff:
		return scope{roleStaff, uuidArray(a)}, a, nil
	case a.Kind == actor.Client && len(a.CustomerIDs) == 1:
		return scope{roleClient, uuidArray(a)}, a, nil
	}
	return scope{}, a, ErrNoActor
}

func uuidArray(a actor.Actor) string {
	ids := make([]string, len(a.CustomerIDs))
	for i, id := range a.CustomerIDs {
		ids[i] = id.String()
	}
	return "{" + strings.Join(ids, ",") + "}"
}
