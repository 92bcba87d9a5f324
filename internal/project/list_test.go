package project_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/project"
)

func TestListsGoOnWhereTheyEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var want []string
	for i := range 5 {
		name := fmt.Sprintf("Project %d", i)
		h.quote(t, name, project.Approved)
		want = append([]string{name}, want...)
	}
	h.exec(t, `update quotes set updated_at = $1`, today.Time) // the id decides
	var got []string
	page := api.PageQuery{Limit: 2}
	for {
		list, err := h.Projects(h.viewer, project.Filter{}, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list.Items {
			got = append(got, p.Name)
		}
		if list.NextCursor == nil {
			break
		}
		page.Cursor = *list.NextCursor
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages of %q, want %q", got, want)
	}
	if _, err := h.Projects(h.viewer, project.Filter{}, api.PageQuery{Cursor: "%"}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("no cursor of ours: %v", err)
	}
}

func TestWhoSeesWhichQuotesAndProjects(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, status := range []project.Status{project.Draft, project.Sent, project.Approved, project.Rejected, project.InProgress, project.Completed} {
		h.quote(t, string(status), status)
	}
	if err := h.CancelQuote(h.manager, h.quote(t, "cancelled", project.InProgress).ID); err != nil {
		t.Fatal(err)
	}
	if err := h.CancelQuote(h.manager, h.quote(t, "dropped", project.Draft).ID); err != nil {
		t.Fatal(err)
	}
	h.exec(t, `update quotes set project_type = 'Shop' where name in ('draft', 'in_progress')`)
	type want struct{ quotes, projects []string }
	seen := []string{"approved", "cancelled", "completed", "in_progress", "rejected", "sent"}
	whole := append([]string{"draft", "dropped"}, seen...)
	slices.Sort(whole)
	projects := []string{"approved", "cancelled", "completed", "in_progress"}
	for name, c := range map[string]struct {
		who    context.Context
		filter project.Filter
		want
	}{
		"a viewer":            {h.viewer, project.Filter{}, want{seen, projects}},
		"the agent":           {h.agent, project.Filter{}, want{whole, projects}},
		"another agent":       {h.otherAgent, project.Filter{}, want{}},
		"another company":     {h.foreign, project.Filter{}, want{}},
		"its filter of ours":  {h.foreign, project.Filter{CustomerID: &h.acme}, want{}},
		"the admin, of acme":  {h.admin, project.Filter{CustomerID: &h.acme}, want{whole, projects}},
		"the admin, of bolt":  {h.admin, project.Filter{CustomerID: &h.boltline}, want{}},
		"one status":          {h.viewer, project.Filter{Statuses: []project.Status{project.Completed}}, want{[]string{"completed"}, []string{"completed"}}},
		"a word":              {h.viewer, project.Filter{Query: "shop"}, want{[]string{"in_progress"}, []string{"in_progress"}}},
		"a number and a word": {h.agent, project.Filter{Query: "Q-2026 SHOP acme"}, want{[]string{"draft", "in_progress"}, []string{"in_progress"}}},
		"percent signs":       {h.agent, project.Filter{Query: "%"}, want{}},
	} {
		quotes, err := h.Quotes(c.who, c.filter, api.PageQuery{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list, err := h.Projects(c.who, c.filter, api.PageQuery{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got want
		for _, q := range quotes.Items {
			got.quotes = append(got.quotes, q.Name)
		}
		for _, p := range list.Items {
			got.projects = append(got.projects, p.Name)
		}
		slices.Sort(got.quotes)
		slices.Sort(got.projects)
		if !slices.Equal(got.quotes, c.quotes) || !slices.Equal(got.projects, c.projects) {
			t.Errorf("%s sees %q, want %q", name, got, c.want)
		}
	}
	counts, err := h.Counts(h.viewer)
	if err != nil || counts[project.InProgress] != 1 || counts[project.Cancelled] != 1 || counts[project.Sent] != 0 {
		t.Errorf("counts %v, %v", counts, err)
	}
}

func TestAProjectShowsItsTicketsAndHours(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	q := h.quote(t, "Relaunch", project.InProgress)
	h.exec(t, `insert into tickets (id, customer_id, number, awaited_since) select gen_random_uuid(), $1, 'AC-' || n, now() from generate_series(1, 3) n`, h.acme)
	h.exec(t, `insert into client_tickets (ticket_id, customer_id, number, quote_id, created_by_user_id, title, description, status)
		select t.id, t.customer_id, t.number, case when t.number <> 'AC-3' then $1::uuid end, m.user_id, 'Ticket ' || t.number, '', case when t.number = 'AC-2' then 'closed' else 'open' end
		from tickets t join customer_members m on m.customer_id = t.customer_id and m.role = 'member'`, q.ID)
	h.exec(t, `insert into time_tracking (customer_id, quote_id, task_description, minutes, currency, date_worked, billable, approval, approved_at, rejected_at, internal, deleted_at) values
		($1, $2, 'Build', 75, 'EUR', '2026-03-02', true, 'approved', now(), null, false, null), ($1, $2, 'Talk', 30, 'EUR', '2026-03-03', false, 'pending', null, null, false, null),
		($1, null, 'Other', 480, 'EUR', '2026-03-03', true, 'pending', null, null, false, null), ($1, $2, 'No', 60, 'EUR', '2026-03-03', true, 'rejected', null, now(), false, null),
		($1, $2, 'Ours', 60, 'EUR', '2026-03-03', true, 'pending', null, null, true, null), ($1, $2, 'Gone', 60, 'EUR', '2026-03-03', true, 'pending', null, null, false, now())`, h.acme, q.ID)
	for who, ctx := range map[string]context.Context{"viewer": h.viewer, "agent": h.agent} {
		p, err := h.Project(ctx, q.ID)
		if err != nil || len(p.OpenTickets) != 1 || p.OpenTickets[0].Number != "AC-1" ||
			p.Hours.Total.String() != "1.75" || p.Hours.Billable.String() != "1.25" || p.Hours.Approved.String() != "1.25" {
			t.Errorf("%s sees %+v %+v, %v", who, p.OpenTickets, p.Hours, err)
		}
	}
	if _, err := h.Project(h.foreign, q.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another company reads it: %v", err)
	}
	if _, err := h.Project(h.otherAgent, q.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("an employee of other customers reads it: %v", err)
	}
	got := slices.DeleteFunc(h.events(t, q.ID), func(action string) bool { return action != "project.view" })
	if len(got) != 2 {
		t.Errorf("%d views are in the trail, want 2", len(got))
	}
}
