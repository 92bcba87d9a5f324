// Package route is the portal's table of routes. A route is registered together
// with who may call it, so that none is open by omission: the table signs the
// caller in, checks the role, and turns every error into the edge's own answer.
package route

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
)

// Access says who may call a route.
type Access struct {
	kind   actor.Kind // Anonymous: everybody
	roles  []actor.Role
	scope  string // what a program's token must allow, "" for a browser only
	public bool

	personal bool // closed to whoever views as the person
}

// Public is open to everybody, signed in or not.
func Public() Access { return Access{public: true} }

// Client is for the people of a customer; with roles, for those only.
func Client(scope string, roles ...actor.Role) Access {
	return Access{kind: actor.Client, scope: scope, roles: roles}
}

// Staff is for the agency's people; with roles, for those only.
func Staff(scope string, roles ...actor.Role) Access {
	return Access{kind: actor.Staff, scope: scope, roles: roles}
}

// Personal is the same access for the person alone: an employee who views as them
// is kept out.
func (a Access) Personal() Access {
	a.personal = true
	return a
}

// Kind is the kind of actor that may call, or "" for everybody.
func (a Access) Kind() actor.Kind { return a.kind }

// Roles are those that may call; none are all of the kind.
func (a Access) Roles() []actor.Role { return a.roles }

// Scope is what a program's token must allow, or "" for a browser only.
func (a Access) Scope() string { return a.scope }

// IsPublic reports whether everybody may call.
func (a Access) IsPublic() bool { return a.public }

// Allows reports whether somebody of this kind and role may call.
func (a Access) Allows(kind actor.Kind, role actor.Role) bool {
	return a.public || a.kind == kind && (len(a.roles) == 0 || slices.Contains(a.roles, role))
}

// Handler answers a request or returns why it can't.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Edge is a way of answering: JSON or pages. Fail answers err.
type Edge interface {
	Fail(w http.ResponseWriter, r *http.Request, err error)
}

// Authenticator finds out who calls. Its error is a fault, Unauthenticated when
// there is no valid session or token of this kind.
type Authenticator interface {
	Authenticate(r *http.Request, kind actor.Kind) (actor.Actor, error)
}

// Refusals keeps a record of what was refused.
type Refusals interface {
	Refused(ctx context.Context, method, path string, err error)
}

// Entry is one registered route.
type Entry struct {
	Pattern string // as of http.ServeMux: "GET /tickets/{id}"
	Access  Access
}

// Table is the routes of the portal.
type Table struct {
	mux      *http.ServeMux
	auth     Authenticator
	refusals Refusals
	entries  []Entry
}

// NewTable makes an empty table.
func NewTable(auth Authenticator, refusals Refusals) *Table {
	return &Table{mux: http.NewServeMux(), auth: auth, refusals: refusals}
}

// Entries are all routes, in the order of registration.
func (t *Table) Entries() []Entry { return slices.Clone(t.entries) }

// ServeHTTP implements http.Handler.
func (t *Table) ServeHTTP(w http.ResponseWriter, r *http.Request) { t.mux.ServeHTTP(w, r) }

// Handle registers a route.
func (t *Table) Handle(pattern string, access Access, edge Edge, h Handler) {
	t.entries = append(t.entries, Entry{pattern, access})
	t.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		r, err := t.admit(r, access)
		if err == nil {
			err = h(w, r)
		}
		if err == nil {
			return
		}
		t.Note(r, err)
		edge.Fail(w, r, err)
	})
}

// Note keeps a record of err if it kept somebody from something. Handlers that
// answer their errors themselves call it; for the others, Handle does.
func (t *Table) Note(r *http.Request, err error) {
	switch fault.CodeOf(err) {
	case fault.Forbidden, fault.NotFound: // a role that may not; an id that is not there for them
		t.refusals.Refused(r.Context(), r.Method, r.URL.Path, err)
	}
}

// Nothing answers what no other route does: an address that is not there, or one that
// takes other methods, which Allow names.
func (t *Table) Nothing(what string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		methods := t.methods(r)
		if len(methods) == 0 {
			return fault.Missing(what)
		}
		w.Header().Set("Allow", strings.Join(methods, ", "))
		return fault.New(fault.NotAllowed, "This %s takes %s, not %s.", what, strings.Join(methods, ", "), r.Method)
	}
}

// methods are those that the address of r has routes for.
func (t *Table) methods(r *http.Request) []string {
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := t.mux.Handler(other); strings.Contains(pattern, " ") { // those without a method take all there is
			methods = append(methods, method)
		}
	}
	return methods
}

// admit puts the actor into the request's context.
func (t *Table) admit(r *http.Request, access Access) (*http.Request, error) {
	if access.public {
		return r, nil
	}
	who, err := t.auth.Authenticate(r, access.kind)
	if err != nil {
		return r, err
	}
	caller, _ := actor.From(r.Context())
	who.Address, who.RequestID = caller.Address, caller.RequestID
	r = r.WithContext(actor.With(r.Context(), who))
	if who.Program() && !slices.Contains(who.Scopes, access.scope) {
		if access.scope == "" {
			return r, fault.Denied("A token may not do this; sign in with a browser.")
		}
		return r, fault.Denied("This token's scopes lack %s.", access.scope)
	}
	if who.Viewing() && (access.personal || !reads(r.Method)) {
		return r, fault.Denied("You are viewing as %s, to read only. Stop viewing to act as yourself.", who.Name)
	}
	if !access.Allows(who.Kind, who.Role) {
		return r, fault.Denied("Your role, %s, may not do this. %s", who.Role, whoMay(access))
	}
	return r, nil
}

// reads reports whether a request of this method changes nothing.
func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }

func whoMay(a Access) string {
	names := make([]string, len(a.roles))
	for i, role := range a.roles {
		names[i] = string(role)
	}
	return "It takes one of these: " + strings.Join(names, ", ") + "."
}
