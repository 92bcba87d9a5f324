package ticket_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/ticket"
)

// canary stands in everything internal, and must be met nowhere a client looks.
const canary = "canaryxyzzy"

func TestNothingInternalReachesAClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raised := w.raise(t, "An open question")
	before, err := w.tickets.Ticket(by(t, w.member), raised.ID)
	if err != nil {
		t.Fatal(err)
	}
	agent := by(t, w.agent)
	if _, err := w.desk.Update(agent, raised.ID, ticket.DeskEdit{AssignedTo: &w.manager.Email}, ""); err != nil {
		t.Fatal(err)
	}
	handed, err := w.tickets.Ticket(by(t, w.member), raised.ID)
	if err != nil {
		t.Fatal(err)
	}
	events := len(w.trail(t, by(t, w.admin), raised.ID))

	if _, err := w.desk.Update(agent, raised.ID, ticket.DeskEdit{InternalNotes: ptr("They pay late, " + canary)}, ""); err != nil {
		t.Fatal(err)
	}
	files := w.desk.Uploads("file")
	if err := files.Add(agent, canary+".txt", strings.NewReader(canary)); err != nil {
		t.Fatal(err)
	}
	aside, err := w.desk.AddComment(agent, raised.ID, ticket.NewDeskComment{Body: "Between us: " + canary, Internal: true, Files: files})
	if err != nil {
		t.Fatal(err)
	}
	more := w.desk.Uploads("file")
	if err := more.Add(agent, canary+".csv", strings.NewReader(canary)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.AddAttachments(agent, raised.ID, nil, true, more); err != nil {
		t.Fatal(err)
	}

	for _, who := range []context.Context{by(t, w.member), by(t, w.admin)} {
		after, err := w.tickets.Ticket(who, raised.ID)
		if err != nil {
			t.Fatal(err)
		}
		unseen(t, "the ticket", after)
		if after.ETag() != handed.ETag() || after.CommentCount != before.CommentCount || len(after.Changes) != 1 || len(after.Attachments) != 0 {
			t.Errorf("something internal moved what the client sees: %+v", after)
		}
		list, err := w.tickets.List(who, ticket.Filter{}, api.PageQuery{})
		if err != nil {
			t.Fatal(err)
		}
		unseen(t, "the list", list)
		found, err := w.tickets.List(who, ticket.Filter{Query: canary}, api.PageQuery{})
		if err != nil || len(found.Items) != 0 {
			t.Errorf("a client's search found %v, %v", found.Items, err)
		}
		_, err = w.tickets.Download(who, aside.Attachments[0].ID)
		wants(t, "an internal file", err, fault.NotFound)
		trail := w.trail(t, who, raised.ID)
		unseen(t, "the audit trail", trail)
		for _, e := range trail[events:] {
			if e.Action != "ticket.view" {
				t.Errorf("the client's trail shows %+v", e)
			}
		}
	}
	w.deliver(t)
	for _, m := range w.mails(t) {
		if told := strings.Contains(m.all, canary); told != (m.to == w.manager.Email && strings.Contains(m.all, "internal note")) {
			t.Errorf("a mail to %s:\n%s", m.to, m.all)
		}
	}
	found, err := w.desk.Queue(agent, ticket.DeskFilter{Filter: ticket.Filter{Query: canary}}, api.PageQuery{})
	if err != nil || len(found.Items) != 1 {
		t.Errorf("the desk's search found %d, %v", len(found.Items), err)
	}
	content, err := w.desk.Download(agent, aside.Attachments[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if b, err := io.ReadAll(content); err != nil || string(b) != canary {
		t.Errorf("the desk's own file: %q, %v", b, err)
	}
}

// unseen fails the test when the canary is in what v says.
func unseen(t *testing.T, what string, v any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), canary) || strings.Contains(string(b), "internal") {
		t.Errorf("%s shows what is internal: %s", what, b)
	}
}

// The database keeps it from the client's role, too, whatever a query asks.
func TestTheDatabaseKeepsWhatIsInternal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raised := w.raise(t, "An open question")
	agent := by(t, w.agent)
	if _, err := w.desk.Update(agent, raised.ID, ticket.DeskEdit{InternalNotes: ptr(canary)}, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.AddComment(agent, raised.ID, ticket.NewDeskComment{Body: canary, Internal: true}); err != nil {
		t.Fatal(err)
	}
	ctx := by(t, w.member)
	for _, sql := range []string{
		`select internal_notes from client_tickets`,
		`select * from client_tickets`,
		`update client_tickets set internal_notes = '' returning internal_notes`,
		`update client_tickets set assigned_to = 'me'`,
		`update tickets set assignee_id = null`,
	} {
		err := w.Read(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, sql); return err })
		var reported *pgconn.PgError
		if !errors.As(err, &reported) || reported.Code != pgerrcode.InsufficientPrivilege {
			t.Errorf("%s: %v", sql, err)
		}
	}
	var comments int
	if err := w.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, `select count(*) from ticket_comments`).Scan(&comments) }); err != nil || comments != 0 {
		t.Errorf("the client's role sees %d comments, %v", comments, err)
	}
}
