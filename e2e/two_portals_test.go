package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/app/apptest"
	"clientportal/internal/db/private"
)

// server is a PostgreSQL that is not the portal's own.
func server(t *testing.T) *private.Cluster {
	t.Helper()
	cluster, err := private.Start(t.Context(), dataFolder(t), slog.New(slog.DiscardHandler), private.Fast())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return cluster
}

// Two portals on one database share the work, hear of one another's changes, and
// double nothing.
func TestTwoPortals(t *testing.T) {
	t.Parallel()
	cluster, dir := server(t), dataFolder(t)
	environment := []string{"PORTAL_DATABASE_URL=" + cluster.URL(), "PORTAL_DATABASE_OWNER_URL=" + cluster.OwnerURL()}
	a, b := serve(t, dir, environment...), serve(t, dir, environment...)
	chief, client := a.people(environment...)

	var me struct{ ID string }
	ticket := client.JSON(http.MethodPost, "/api/client-portal/tickets", map[string]string{"title": "On the first portal", "description": "Some words"}).
		Must(t, http.StatusCreated)
	ticket.Decode(t, &me)
	topics := b.Client(t, clientEmail).Follow("/api/client-portal/events")
	chief.JSON(http.MethodPost, "/api/staff/tickets/"+me.ID+"/comments", map[string]string{"body": "An answer on the first portal."}).Must(t, http.StatusCreated)
	for apptest.Next(t, topics) != "ticket:"+me.ID { // fails when it does not come
	}

	conn, err := pgx.Connect(t.Context(), cluster.SuperuserURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	token := program(t, client, "tickets:write")
	for n := 0; workers(t, conn) < 2; n++ {
		if n == 500 {
			t.Fatal("one portal does all the work")
		}
		if _, err := raise([]string{a.URL, b.URL}[n%2], token, fmt.Sprint("ticket-", n)); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the jobs don't end", func() bool {
		return count(t, conn, `select count(*) from river_job where state not in ('completed', 'discarded', 'cancelled')`) == 0
	})
	eventually(t, "the events are not sealed", func() bool { return count(t, conn, `select count(*) from audit_pending`) == 0 })
	if output, err := invoke(t, dir, environment, "audit", "verify"); err != nil {
		t.Errorf("audit verify: %v\n%s", err, output)
	}
	a.expectOneMailEach(count(t, conn, `select count(*) from client_tickets`))
}

// workers counts the portals that have done a job.
func workers(t *testing.T, conn *pgx.Conn) int {
	t.Helper()
	return count(t, conn, `select count(distinct worker) from river_job, unnest(attempted_by) worker`)
}

func count(t *testing.T, conn *pgx.Conn, sql string) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// expectOneMailEach holds the outbox to one mail to the chief for each ticket. A
// mail about a ticket has an id that follows from what it tells, and to whom.
func (p *process) expectOneMailEach(tickets int) {
	p.t.Helper()
	mails, raised := map[string]int{}, 0
	for _, m := range p.Mails(p.t) {
		key := m.To + " " + m.Header.Get("Message-Id")
		if mails[key]++; mails[key] > 1 {
			p.t.Errorf("%s got a mail twice: %s", m.To, m.Header.Get("Subject"))
		}
		if m.To == chiefEmail && m.Header.Get("In-Reply-To") == "" && strings.Contains(m.Header.Get("Message-Id"), "ticket-") {
			raised++
		}
	}
	if raised != tickets {
		p.t.Errorf("the chief got %d mails about %d new tickets", raised, tickets)
	}
}

// A role that row-level security does not hold is refused, with words that help.
func TestSuperuserIsRefused(t *testing.T) {
	t.Parallel()
	cluster := server(t)
	output, err := invoke(t, dataFolder(t), []string{"PORTAL_DATABASE_URL=" + cluster.SuperuserURL()}, "serve")
	if err == nil || !strings.Contains(output, "superuser") || !strings.Contains(output, "create role portal login") {
		t.Errorf("a superuser's address: %v\n%s", err, output)
	}
	if conn, err := pgx.Connect(t.Context(), cluster.SuperuserURL()); err == nil {
		defer conn.Close(context.Background())
		if n := count(t, conn, `select count(*) from pg_class where relname = 'customers'`); n != 0 {
			t.Error("the schema was made nevertheless")
		}
	}
}
