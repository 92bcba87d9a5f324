package auth

import (
	"strings"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/route"
)

// Realm is one of the two sides that people sign in to.
type Realm string

// The realms. Their names are those of the actors who come from them.
const (
	Clients Realm = Realm(actor.Client)
	Staff   Realm = Realm(actor.Staff)
)

// traits is where the realms differ.
type traits struct {
	accounts string        // the table of accounts
	owner    string        // the column of sessions and tokens that refers to it
	company  string        // the column of the company that an account came with
	role     string        // the column of an account's own role; a client has one in each company
	cookie   string        // of the session
	api      string        // where its JSON calls begin
	pages    string        // where its pages begin
	idle     time.Duration // a session that is not used ends after this
	life     time.Duration // and each ends after this
}

var (
	clientTraits = traits{
		accounts: "client_portal_users", owner: "user_id", company: "customer_id", role: "''",
		cookie: "portal_session", api: "/api/client-portal", pages: "",
		idle: 7 * 24 * time.Hour, life: 30 * 24 * time.Hour,
	}
	staffTraits = traits{
		accounts: "employees", owner: "employee_id", company: "null::uuid", role: "role",
		cookie: "portal_staff_session", api: "/api/staff", pages: "/staff",
		idle: 12 * time.Hour, life: 7 * 24 * time.Hour,
	}
)

func (r Realm) traits() *traits {
	if r == Staff {
		return &staffTraits
	}
	return &clientTraits
}

// kind is the kind of actor who comes from this realm.
func (r Realm) kind() actor.Kind { return actor.Kind(r) }

// access is for the people of this realm.
func (r Realm) access(scope string) route.Access {
	if r == Staff {
		return route.Staff(scope)
	}
	return route.Client(scope)
}

// personal is for somebody's own account, in a browser.
func (r Realm) personal() route.Access { return r.access("").Personal() }

// subject is what an account of this realm is called in the audit trail.
func (r Realm) subject() string {
	if r == Staff {
		return "employee"
	}
	return "user"
}

var clientNames, staffNames = clientTraits.names(), staffTraits.names()

func (t traits) names() *strings.Replacer {
	return strings.NewReplacer("{accounts}", t.accounts, "{owner}", t.owner, "{company}", t.company, "{role}", t.role)
}

// sql is a statement with this realm's names in place of {accounts}, {owner},
// {company} and {role}.
func (r Realm) sql(text string) string {
	if r == Staff {
		return staffNames.Replace(text)
	}
	return clientNames.Replace(text)
}
