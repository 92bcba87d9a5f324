package project_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/jobs"
	"clientportal/internal/mail"
	"clientportal/internal/notify"
	"clientportal/internal/project"
	"clientportal/internal/secret"
	"clientportal/internal/settings"
)

// postbox keeps what is sent.
type postbox struct {
	mu   sync.Mutex
	sent []mail.Message
}

func (p *postbox) Send(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, m)
	return nil
}

// take empties the postbox.
func (p *postbox) take() []mail.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	sent := p.sent
	p.sent = nil
	return sent
}

// post is a house whose mails go out.
type post struct {
	house
	postbox *postbox
	queue   *river.Client[pgx.Tx]
}

func newPost(t *testing.T) post {
	t.Helper()
	p := post{house: newHouse(t), postbox: &postbox{}}
	secrets, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	told := notify.New(notify.Deps{DB: p.DB, Mail: p.postbox, Secrets: secrets, BaseURL: "https://portal.example"})
	p.Service = project.New(project.Deps{DB: p.DB, Mail: p.postbox, Notify: told, BaseURL: "https://portal.example", Letterhead: settings.New(p.DB, "https://portal.example").Letterhead})
	workers := river.NewWorkers()
	p.AddWorkers(workers)
	if p.queue, err = jobs.Queue(p.Pool(), workers, nil); err != nil {
		t.Fatal(err)
	}
	p.UseJobs(p.queue)
	if err := p.queue.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.queue.Stop(context.Background()) })
	return p
}

// delivered waits until the queue is worked off, and tells who got mails.
func (p post) delivered(t *testing.T) (to []string, letters []mail.Message) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var left string
		p.scan(t, func(b []byte) error { left = string(b); return nil },
			`select count(*)::text::bytea from river_job where state not in ('completed', 'discarded', 'cancelled')`)
		if left == "0" {
			break
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			t.Fatalf("%s jobs are left", left)
		}
	}
	letters = p.postbox.take()
	for _, m := range letters {
		to = append(to, m.ToName)
	}
	slices.Sort(to)
	return to, letters
}

func TestMailsGoToWhomItConcerns(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.exec(t, `update client_portal_users u set first_name = m.role from customer_members m where m.user_id = u.id`)
	now := func(ctx context.Context) context.Context { return at(ctx, time.Now()) }
	manager, agent, approver := now(p.manager), now(p.agent), now(p.approver)
	total := amount("6200")
	q, err := p.CreateQuote(manager, project.Offer{CustomerID: p.acme, Name: "Relaunch <b>", Total: &total, Phases: []project.Plan{{Name: "Design"}}})
	if err != nil {
		t.Fatal(err)
	}
	var d project.Deliverable
	deciders, everybody, agency := []string{"admin", "approver"}, []string{"admin", "approver", "member"}, []string{"An manager"}
	for _, step := range []struct {
		what  string
		do    func() error
		to    []string
		words string
	}{
		{"a draft changes", func() error {
			_, err := p.UpdateQuote(manager, q.ID, project.QuoteChange{Intro: ptr("More")}, "")
			return err
		}, nil, ""},
		{"a quote", func() error { return p.SendQuote(manager, q.ID) }, deciders, "EUR 6200.00"},
		{"another version", func() error {
			_, err := p.UpdateQuote(manager, q.ID, project.QuoteChange{Intro: ptr("Less")}, "")
			return err
		}, deciders, "has changed"},
		{"a decision", func() error { return p.approve(approver, q.ID, "Go **ahead**") }, agency, "Go ahead"},
		{"a start", func() error { return p.StartProject(manager, q.ID) }, everybody, "Work has begun"},
		{"a phase that waits", func() error {
			return p.UpdatePhase(agent, q.ID, q.Phases[0].ID, comeTo(project.PhaseWaiting, 10, "Texts"))
		}, everybody, "Texts"},
		{"its percent", func() error {
			return p.UpdatePhase(agent, q.ID, q.Phases[0].ID, project.PhaseChange{ProgressPercent: ptr(20)})
		}, nil, ""},
		{"an update", func() error { _, err := p.PostUpdate(agent, q.ID, "Search is *ready*", nil); return err }, everybody, "Search is ready"},
		{"a deliverable", func() (err error) { d, err = p.Deliver(agent, q.ID, project.Delivery{Name: "Screens"}); return err }, deciders, "sign off"},
		{"changes to it", func() error { _, err := p.RejectDeliverable(approver, q.ID, d.ID, "Bigger", ""); return err }, agency, "Bigger"},
		{"an end, when somebody has left", func() error {
			p.exec(t, `update customer_members set is_active = false where role = 'approver'`)
			return p.CompleteProject(manager, q.ID)
		}, []string{"admin", "member"}, "is completed"},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		to, letters := p.delivered(t)
		if !slices.Equal(to, step.to) {
			t.Errorf("%s: mails to %q, want %q", step.what, to, step.to)
		}
		for _, m := range letters {
			if !strings.Contains(m.Text, step.words) || !strings.Contains(m.Text, "https://portal.example/") || !strings.HasPrefix(m.Subject, "["+q.Number+"] ") {
				t.Errorf("%s: %q\n%s", step.what, m.Subject, m.Text)
			}
			if staff := strings.Contains(m.Text, "/staff/"); staff != (m.ToName == "An manager") {
				t.Errorf("%s: %s is led to the wrong side:\n%s", step.what, m.ToName, m.Text)
			}
		}
	}
}

func ptr[T any](v T) *T { return &v }
