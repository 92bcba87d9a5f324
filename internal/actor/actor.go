// Package actor says who acts. Every unit of work carries an Actor in its
// context; the database scope and the audit trail are both derived from it.
package actor

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Kind is the sort of actor, as it stands in the audit trail.
type Kind string

// The kinds of actor. A program acts with a personal access token of a client
// user or an employee; Anonymous has not signed in.
const (
	Client    Kind = "client"
	Staff     Kind = "staff"
	System    Kind = "system"
	Anonymous Kind = "anonymous"
)

// Role is what a person may do: within one company for a client, within the
// agency for an employee.
type Role string

// Client roles, from least to most, and staff roles, likewise.
const (
	Viewer   Role = "viewer"
	Member   Role = "member"
	Approver Role = "approver"
	Admin    Role = "admin" // of the client's company, or of the agency
	Agent    Role = "agent"
	Manager  Role = "manager"
)

// Words is how the role is called on a page.
func (r Role) Words() string {
	if r == "" {
		return ""
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// Actor is a person or a part of the portal at work.
type Actor struct {
	Kind  Kind
	ID    uuid.UUID // portal user or employee; Nil for system and anonymous
	Name  string    // as shown to people and in the audit trail
	Email string
	Role  Role

	// CustomerIDs are the companies in scope: exactly one for a client; those
	// assigned to an employee, unless AllCustomers.
	CustomerIDs  []uuid.UUID
	AllCustomers bool // a staff admin, or the system

	SessionID uuid.UUID // the session, when a browser calls
	TokenID   uuid.UUID // the personal access token, when a program calls
	Scopes    []string  // what that token may do

	// ViewedBy is the employee who sees the portal as this client, or nobody: then
	// all that is done is looking, and the employee does it.
	ViewedBy Employee

	Address   string // remote address without port
	RequestID string
}

// Employee is one of the agency's people, by name.
type Employee struct {
	ID   uuid.UUID
	Name string
}

// Viewing reports whether an employee sees the portal as this client.
func (a Actor) Viewing() bool { return a.ViewedBy.ID != uuid.Nil }

// Program reports whether a program acts, with a personal access token.
func (a Actor) Program() bool { return a.TokenID != uuid.Nil }

// CustomerID is the company of a client, or Nil.
func (a Actor) CustomerID() uuid.UUID {
	if a.Kind == Client && len(a.CustomerIDs) == 1 {
		return a.CustomerIDs[0]
	}
	return uuid.Nil
}

// Is reports whether the actor is of this kind and has one of these roles;
// with no roles, any will do.
func (a Actor) Is(kind Kind, roles ...Role) bool {
	return a.Kind == kind && (len(roles) == 0 || slices.Contains(roles, a.Role))
}

// May reports whether the actor is of this kind, has one of these roles, and changes
// things in it: whoever views as a client looks only. What a page offers to do asks
// this; what it shows asks Is.
func (a Actor) May(kind Kind, roles ...Role) bool {
	return !a.Viewing() && a.Is(kind, roles...)
}

// Serves reports whether an employee may act for this customer.
func (a Actor) Serves(customer uuid.UUID) bool {
	return a.AllCustomers || slices.Contains(a.CustomerIDs, customer)
}

type contextKey struct{}

// With returns a context in which a acts.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, contextKey{}, a)
}

// From returns the actor of the context; ok is false when there is none.
func From(ctx context.Context) (a Actor, ok bool) {
	a, ok = ctx.Value(contextKey{}).(Actor)
	return a, ok
}

// As returns a context in which the named part of the portal acts for every
// customer: sign-in before the person is known, jobs, set-up. The address and
// request id of the caller stay.
func As(ctx context.Context, part string) context.Context {
	caller, _ := From(ctx)
	return With(ctx, Actor{
		Kind: System, Name: part, AllCustomers: true,
		Address: caller.Address, RequestID: caller.RequestID,
	})
}
