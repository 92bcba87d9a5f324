package apptest

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/app"
	"clientportal/internal/auth"
	"clientportal/internal/customer"
)

// Agency is a portal at work: an agency with two customers. All that one may reach
// belongs to Acme; whoever is of Bolt is a stranger to it.
type Agency struct {
	*Portal
	Acme, Bolt Company
	Chief      Person // the staff admin
}

// Company is a customer, its people, those who serve it and no other, and a
// ticket.
type Company struct {
	ID                              uuid.UUID
	Admin, Approver, Member, Viewer Person
	Leaver                          Person // a viewer whose place and role tests may change
	Manager, Agent                  Person // of the agency
	Ticket                          Ticket
}

// Person has an account with Password.
type Person struct {
	ID    uuid.UUID
	Email string
	Staff bool
}

// Ticket is one that the company's member has raised. Agent has answered it, and
// left an internal comment, each with a file.
type Ticket struct {
	ID, Comment, Attachment             uuid.UUID
	InternalComment, InternalAttachment uuid.UUID
}

// StartAgency runs a portal with an agency.
func StartAgency(t testing.TB) *Agency {
	t.Helper()
	a := &Agency{}
	a.Portal = start(t, func(*app.App) error { return nil })
	f := founder{t: t, Agency: a, ctx: actor.As(t.Context(), "test"), hash: passwordHash(t)}
	f.auth, f.customers = auth.New(auth.Config{DB: a.DB.DB}), customer.New(customer.Deps{DB: a.DB.DB})
	f.found()
	return a
}

// SignIn signs somebody in, in a browser of their own.
func (a *Agency) SignIn(t testing.TB, who Person) *Caller {
	t.Helper()
	if who.Staff {
		return a.Staff(t, who.Email)
	}
	return a.Client(t, who.Email)
}

var hashPassword = sync.OnceValues(func() (string, error) {
	return auth.New(auth.Config{}).HashPassword(context.Background(), Password)
})

func passwordHash(t testing.TB) string {
	t.Helper()
	hash, err := hashPassword()
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// founder makes an agency through the features' own actions.
type founder struct {
	*Agency
	t         testing.TB
	ctx       context.Context
	auth      *auth.Service
	customers *customer.Service
	hash      string
}

func (f *founder) found() {
	f.t.Helper()
	f.Chief = f.employee("chief", actor.Admin)
	f.Acme = f.company("Acme", "acme")
	f.Bolt = f.company("Bolt", "bolt")
	for _, c := range []*Company{&f.Acme, &f.Bolt} {
		f.converse(c)
	}
	f.Settle(f.t)
}

// company takes on a customer, with people named after their roles.
func (f *founder) company(name, slug string) Company {
	f.t.Helper()
	chief := actor.Actor{Kind: actor.Staff, ID: f.Chief.ID, Name: "Chief Chef", Role: actor.Admin, AllCustomers: true}
	ctx := actor.With(f.t.Context(), chief)
	made, err := f.customers.Create(ctx, customer.Draft{Name: name})
	if err != nil {
		f.t.Fatal(err)
	}
	c := Company{
		ID:      made.ID,
		Admin:   f.client(made.ID, "admin", slug, actor.Admin),
		Member:  f.client(made.ID, "member", slug, actor.Member),
		Viewer:  f.client(made.ID, "viewer", slug, actor.Viewer),
		Leaver:  f.client(made.ID, "leaver", slug, actor.Viewer),
		Manager: f.employee(slug+"-manager", actor.Manager),
		Agent:   f.employee(slug+"-agent", actor.Agent),
	}
	c.Approver = f.client(made.ID, "approver", slug, actor.Approver)
	for _, employee := range []Person{c.Manager, c.Agent} {
		if err := f.customers.AssignEmployee(ctx, c.ID, employee.ID); err != nil {
			f.t.Fatal(err)
		}
	}
	return c
}

func (f *founder) client(company uuid.UUID, name, slug string, role actor.Role) Person {
	f.t.Helper()
	p := Person{Email: name + "@" + slug + ".example"}
	var err error
	p.ID, err = f.auth.AddUser(f.ctx, auth.NewUser{
		CustomerID: company, Email: p.Email, FirstName: name, LastName: slug, Role: role, PasswordHash: f.hash,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

func (f *founder) employee(name string, role actor.Role) Person {
	f.t.Helper()
	p := Person{Email: name + "@agency.example", Staff: true}
	made, err := f.auth.AddEmployee(f.ctx, auth.NewEmployee{
		Email: p.Email, FirstName: name, LastName: "Agency", Role: role, PasswordHash: f.hash,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	p.ID = made.ID
	return p
}

// converse raises the company's ticket and answers it.
func (f *founder) converse(c *Company) {
	f.t.Helper()
	member, agent := f.SignIn(f.t, c.Member), f.SignIn(f.t, c.Agent)
	ticket := &c.Ticket
	ticket.ID = created(f.t, member.JSON(http.MethodPost, "/api/client-portal/tickets", map[string]string{
		"title": "The shop is slow", "description": "Since this **morning**.",
	}))
	at := "/api/staff/tickets/" + ticket.ID.String()
	ticket.Comment = created(f.t, agent.JSON(http.MethodPost, at+"/comments", map[string]any{"body": "We are looking into it."}))
	ticket.InternalComment = created(f.t, agent.JSON(http.MethodPost, at+"/comments", map[string]any{"body": "It is the cache again.", "internal": true}))
	ticket.Attachment = attached(f.t, agent, at, ticket.Comment, "report.txt")
	ticket.InternalAttachment = attached(f.t, agent, at, ticket.InternalComment, "cache.txt")
}

func attached(t testing.TB, by *Caller, ticket string, comment uuid.UUID, name string) uuid.UUID {
	t.Helper()
	var answer struct{ Items []struct{ ID uuid.UUID } }
	by.Upload(ticket+"/attachments", "file", map[string]string{"comment_id": comment.String()},
		File{name, []byte("what the server says")}).Must(t, http.StatusCreated).Decode(t, &answer)
	return answer.Items[0].ID
}

func created(t testing.TB, r Response) uuid.UUID {
	t.Helper()
	var answer struct{ ID uuid.UUID }
	r.Must(t, http.StatusCreated).Decode(t, &answer)
	return answer.ID
}
