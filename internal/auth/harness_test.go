package auth_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/jobs"
	"clientportal/internal/mail"
	"clientportal/internal/route"
	"clientportal/internal/secret"
)

// portal is a portal of one test: database, jobs, mails and HTTP are real.
type portal struct {
	*auth.Service
	t     *testing.T
	d     *dbtest.Database
	table *route.Table
	url   string
	box   *mailbox
}

// apiMade guards Huma's globals, which api.New sets.
var apiMade sync.Mutex

func start(t *testing.T, providers ...auth.Provider) *portal {
	t.Helper()
	t.Parallel()
	p := &portal{t: t, d: dbtest.New(t), box: &mailbox{}}
	secrets, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller := actor.Actor{Kind: actor.Anonymous, Address: "192.0.2.1", RequestID: "r-1"}
		p.table.ServeHTTP(w, r.WithContext(actor.With(r.Context(), caller)))
	}))
	p.url = "http://" + server.Listener.Addr().String()
	p.Service = auth.New(auth.Config{
		DB: p.d.DB, Mail: p.box, Secrets: secrets, BaseURL: p.url, Providers: providers,
		Letterhead: func(context.Context) (mail.Letter, error) { return mail.Letter{Agency: "Northlight"}, nil },
	})
	p.work()
	p.table = route.NewTable(p.Service, nobodyMinds{})
	apiMade.Lock()
	a := api.New(p.table, p.d.DB, "test")
	p.API(a)
	p.StaffAPI(a)
	apiMade.Unlock()
	server.Start()
	t.Cleanup(server.Close)
	return p
}

// work starts the jobs.
func (p *portal) work() {
	workers := river.NewWorkers()
	p.AddWorkers(workers)
	queue, err := jobs.Queue(p.d.Pool(), workers, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	p.d.UseJobs(queue)
	if err := queue.Start(context.Background()); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := queue.StopAndCancel(ctx); err != nil {
			p.t.Errorf("stop the jobs: %v", err)
		}
	})
}

type nobodyMinds struct{}

func (nobodyMinds) Refused(context.Context, string, string, error) {}

// mailbox takes every mail.
type mailbox struct {
	mu    sync.Mutex
	mails []mail.Message
}

func (b *mailbox) Send(ctx context.Context, m mail.Message) error {
	if err := m.HTML.Render(ctx, io.Discard); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mails = append(b.mails, m)
	return nil
}

func (b *mailbox) to(email string) (mails []mail.Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.mails {
		if strings.EqualFold(m.ToEmail, email) {
			mails = append(mails, m)
		}
	}
	return mails
}

// mailsTo are the mails to an address once every job is done.
func (p *portal) mailsTo(email string) []mail.Message {
	p.t.Helper()
	for range 500 {
		var waiting int
		err := p.d.Pool().QueryRow(p.t.Context(), `select count(*) from river_job where state not in ('completed', 'discarded', 'cancelled')`).Scan(&waiting)
		if err != nil {
			p.t.Fatal(err)
		}
		if waiting == 0 {
			return p.box.to(email)
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.t.Fatal("the jobs don't end")
	return nil
}

// token is that of the link in the newest mail to an address.
func (p *portal) token(email, parameter string) string {
	p.t.Helper()
	mails := p.mailsTo(email)
	if len(mails) == 0 {
		p.t.Fatalf("no mail to %s", email)
	}
	for _, word := range strings.Fields(mails[len(mails)-1].Text) {
		if link, err := url.Parse(word); err == nil && strings.HasPrefix(word, p.url) && link.Query().Has(parameter) {
			return link.Query().Get(parameter)
		}
	}
	p.t.Fatalf("the mail to %s has no link with %q:\n%s", email, parameter, mails[len(mails)-1].Text)
	return ""
}

// system is a context in which the portal itself acts.
func (p *portal) system() context.Context { return actor.As(p.t.Context(), "test") }

// exec changes the database behind the portal's back, as its superuser.
func (p *portal) exec(sql string, args ...any) {
	p.t.Helper()
	conn, err := pgx.Connect(p.t.Context(), p.d.SuperURL)
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.Close(p.t.Context())
	if _, err := conn.Exec(p.t.Context(), sql, args...); err != nil {
		p.t.Fatalf("%s: %v", sql, err)
	}
}

// value reads one value, as the superuser.
func value[T any](p *portal, sql string, args ...any) (v T) {
	p.t.Helper()
	conn, err := pgx.Connect(p.t.Context(), p.d.SuperURL)
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.Close(p.t.Context())
	if err := conn.QueryRow(p.t.Context(), sql, args...).Scan(&v); err != nil {
		p.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// events counts the audit events of an action and outcome.
func (p *portal) events(action string, outcome audit.Outcome) int {
	p.t.Helper()
	return value[int](p, `select count(*) from audit_events where action = $1 and outcome = $2`, action, string(outcome))
}

// company makes a customer.
func (p *portal) company(slug string) uuid.UUID {
	p.t.Helper()
	id := uuid.New()
	p.exec(`insert into customers (id, name, slug, ticket_prefix) values ($1, $2, $2, $3)`, id, slug, strings.ToUpper(slug[:4]))
	return id
}

// stakeholder lets onboarding know an address.
func (p *portal) stakeholder(company uuid.UUID, email string, primary bool) {
	p.t.Helper()
	p.exec(`insert into customer_stakeholders (customer_id, email, first_name, last_name, is_primary_contact) values ($1, $2, 'Mara', 'Lind', $3)`,
		company, email, primary)
}

const password = "nine purple otters"

// user makes an open account with that password.
func (p *portal) user(company uuid.UUID, email string, role actor.Role) uuid.UUID {
	p.t.Helper()
	id, err := p.AddUser(p.system(), auth.NewUser{
		CustomerID: company, Email: email, FirstName: "Mara", LastName: "Lind", Role: role, PasswordHash: p.hash(),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return id
}

// employee makes an employee with that password, who serves these customers.
func (p *portal) employee(email string, role actor.Role, customers ...uuid.UUID) uuid.UUID {
	p.t.Helper()
	e, err := p.AddEmployee(p.system(), auth.NewEmployee{Email: email, FirstName: "Ed", LastName: "Ito", Role: role, PasswordHash: p.hash()})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range customers {
		p.exec(`insert into customer_employees (customer_id, employee_id) values ($1, $2)`, c, e.ID)
	}
	return e.ID
}

var hashOnce sync.Once
var passwordHash string

func (p *portal) hash() string {
	p.t.Helper()
	hashOnce.Do(func() {
		hash, err := p.HashPassword(p.t.Context(), password)
		if err != nil {
			p.t.Fatal(err)
		}
		passwordHash = hash
	})
	return passwordHash
}

// edge answers errors with their status.
type edge struct{}

func (edge) Fail(w http.ResponseWriter, _ *http.Request, err error) { w.WriteHeader(fault.Status(err)) }
