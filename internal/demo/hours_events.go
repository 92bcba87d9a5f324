package demo

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/project"
	"clientportal/internal/timetrack"
)

// disputed plans what went less smoothly in the last days: an entry that is rejected
// and waits for an answer, one that was answered, and one that was edited after it had
// been approved.
func (b *bookkeeper) disputed(approver actor.Actor, today timetrack.Day) {
	worked := timetrack.Day{Time: workday(today.AddDate(0, 0, -6))}
	for i, d := range []struct {
		work   task
		length int
	}{
		{task{"sam", "Content", "Copy edits on the about page"}, 90},
		{task{"sam", "Support", "Search for a lost order mail"}, 50},
		{task{"priya", "Development", "Size table: measurements in inches"}, 90},
	} {
		b.log(worked, d.work, d.length, nil, nil)
		b.plan(b.evening(worked, 60+i), b.staff[b.lead], func(ctx context.Context) error { return b.dispute(ctx, approver, i, d.work) })
	}
}

// dispute takes one of the disputed entries to where it stands.
func (b *bookkeeper) dispute(ctx context.Context, approver actor.Actor, i int, work task) error {
	list, err := b.Hours.Entries(ctx, timetrack.Filter{CustomerID: &b.id, Query: work.text}, api.PageQuery{Limit: 1})
	if err != nil || len(list.Items) == 0 || list.Items[0].Revision > 1 {
		return err
	}
	e, days := list.Items[0], func(n int) time.Time { return b.now.AddDate(0, 0, -n) }
	worker := b.staff[work.by]
	switch i {
	case 0:
		_, err = b.Hours.RejectEntry(at(ctx, approver, days(4)), e.ID, "This belongs to the relaunch, which has a quote of its own.", e.ETag)
		return err
	case 1:
		if e, err = b.Hours.RejectEntry(at(ctx, approver, days(4)), e.ID, "What was this about? I know of no lost mail.", e.ETag); err != nil {
			return err
		}
		_, err = b.Hours.AnswerEntry(at(ctx, worker, days(3)), e.ID, timetrack.Answer{
			Body: "Your warehouse called on Tuesday: an order mail had not come. It was in their spam folder, and I set the sender right so that it stays out of it.", Resubmit: true,
		})
		return err
	}
	if e, err = b.Hours.ApproveEntry(at(ctx, approver, days(4)), e.ID, e.ETag); err != nil {
		return err
	}
	_, err = b.Hours.UpdateEntry(at(ctx, worker, days(2)), e.ID, timetrack.EntryChange{Minutes: new(120)}, e.ETag)
	return err
}

// workday is the day, or the Friday before a weekend.
func workday(day time.Time) time.Time {
	for weekend(day) {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

// onTickets plans hours for some of the tickets, on the day after they were raised.
func (b *bookkeeper) onTickets(ctx context.Context) error {
	type raised struct {
		id    uuid.UUID
		title string
		at    time.Time
	}
	var all []raised
	err := b.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select id, title, created_at from client_tickets where customer_id = $1 and created_at < $2 order by created_at desc`, b.id, b.now.AddDate(0, 0, -1))
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r raised, err error) { return r, row.Scan(&r.id, &r.title, &r.at) })
		return err
	})
	for i, t := range all {
		if i%4 != 0 {
			continue
		}
		day := timetrack.Day{Time: workday(project.DayOf(t.at).AddDate(0, 0, 1))}
		if day.Before(project.DayOf(t.at).Time) {
			day = project.DayOf(t.at)
		}
		b.log(day, task{[]string{"priya", "sam"}[i/4%2], "Support", t.title}, []int{45, 75, 30, 105}[i/4%4], nil, &t.id)
	}
	return err
}

// onProjects plans some days of work for each project that runs, beside the retainer.
func (b *bookkeeper) onProjects() {
	for i, w := range b.works {
		if w.plan.status != running {
			continue
		}
		for week := range 6 {
			day := timetrack.Day{Time: workday(project.DayOf(b.now).AddDate(0, 0, -7*week-2-i%3))}
			who := []string{"priya", "beth", "tomasz"}[(week+i)%3]
			b.logAs(day, b.staff[who], timetrack.EntryInput{
				CustomerID: b.id, QuoteID: &w.id, TaskDescription: w.plan.name + ", " + w.plan.parts[min(week%3+1, len(w.plan.parts)-1)].name,
				Minutes: new(300), DateWorked: day, Category: "Project",
			})
		}
		b.logAs(timetrack.Day{Time: workday(project.DayOf(b.now).AddDate(0, 0, -4))}, b.staff[b.lead], timetrack.EntryInput{
			CustomerID: b.id, QuoteID: &w.id, TaskDescription: "Second look at the estimate", Minutes: new(45), Billable: new(false),
			DateWorked: timetrack.Day{Time: workday(project.DayOf(b.now).AddDate(0, 0, -4))}, Internal: true,
		})
	}
}
