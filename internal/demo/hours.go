package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/project"
	"clientportal/internal/timetrack"
)

// deed is something that is done about hours, at its time.
type deed struct {
	at time.Time
	do func(ctx context.Context) error
}

// bookkeeper lives through the year of a customer's hours.
type bookkeeper struct {
	*maker
	*account
	random *rand.Rand
	known  map[string]bool // what an earlier start logged
	deeds  []deed
	left   map[timetrack.Day]int // deeds of a day, so that no two entries are at one time
}

// keepHours makes the customer's retainers and a year of hours.
func (m *maker) keepHours(ctx context.Context, a *account) error {
	b := &bookkeeper{maker: m, account: a, random: randomFor(a.slug + " hours"), left: map[timetrack.Day]int{}}
	if err := b.look(ctx); err != nil {
		return err
	}
	for _, g := range agreements[a.slug] {
		if err := b.agree(ctx, g); err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
	}
	if err := b.onTickets(ctx); err != nil {
		return err
	}
	b.onProjects()
	slices.SortStableFunc(b.deeds, func(x, y deed) int { return x.at.Compare(y.at) })
	for _, d := range b.deeds {
		if err := d.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// look finds what an earlier start logged.
func (b *bookkeeper) look(ctx context.Context) error {
	b.known = map[string]bool{}
	return b.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select date_worked, task_description from time_tracking where customer_id = $1`, b.id)
		if err != nil {
			return err
		}
		var day time.Time
		var text string
		_, err = pgx.ForEachRow(rows, []any{&day, &text}, func() error {
			b.known[entryKey(timetrack.Day{Time: day}, text)] = true
			return nil
		})
		return err
	})
}

func entryKey(day timetrack.Day, text string) string { return day.String() + " " + text }

// plan adds something to be done, unless its time is yet to come.
func (b *bookkeeper) plan(t time.Time, who actor.Actor, do func(ctx context.Context) error) {
	if t.Before(b.now.Add(-time.Minute)) {
		b.deeds = append(b.deeds, deed{t, func(ctx context.Context) error { return do(at(ctx, who, t)) }})
	}
}

// evening is late on a day of the customer's; the minutes tell its deeds apart.
func (b *bookkeeper) evening(day timetrack.Day, minutes int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 17, 0, 0, 0, b.home).Add(time.Duration(minutes) * time.Minute)
}

// agree makes a retainer a year ago, and plans what is worked for it.
func (b *bookkeeper) agree(ctx context.Context, g agreement) error {
	today := project.DayOf(b.now)
	since := g.since
	if since == 0 {
		since = 12
	}
	starts := timetrack.Day{Time: time.Date(today.Year(), today.Month()-time.Month(since), 1, 0, 0, 0, 0, time.UTC)}
	if g.period == timetrack.Quarter {
		starts = timetrack.Day{Time: starts.AddDate(0, 11-12, 0)}
	}
	lead := b.staff[b.lead]
	made := at(ctx, lead, time.Date(starts.Year(), starts.Month(), starts.Day(), 9, 0, 0, 0, b.home))
	retainer, err := b.retainer(made, g, starts)
	if err != nil {
		return err
	}
	b.worked(g, retainer, today)
	if g.project == "" { // all hours are approved together
		b.approved(starts, today)
	}
	b.closed(retainer, lead)
	if g.block > 0 {
		b.asked(retainer, lead)
	}
	return nil
}

// retainer makes a retainer, unless an earlier start did.
func (b *bookkeeper) retainer(ctx context.Context, g agreement, starts timetrack.Day) (timetrack.Retainer, error) {
	there, err := b.Hours.Retainers(ctx, &b.id)
	if i := slices.IndexFunc(there, func(r timetrack.Retainer) bool { return r.Name == g.name }); err != nil || i >= 0 {
		return there[max(i, 0)], err
	}
	in := timetrack.RetainerInput{
		CustomerID: b.id, Name: g.name, MinutesPerPeriod: g.hours * 60, Period: g.period, StartsOn: starts, Deficit: g.deficit,
		RolloverCapMinutes: new(g.cap * 60),
	}
	if g.lives > 0 {
		in.RolloverExpiresAfterPeriods = &g.lives
	}
	if g.rate != "" {
		in.OverageRate = &timetrack.Amount{Decimal: decimal.RequireFromString(g.rate)}
	}
	if g.block > 0 {
		in.ConsentBlockMinutes = new(g.block * 60)
	}
	if g.autoApprove > 0 {
		in.AutoApproveAfterDays = &g.autoApprove
	}
	if i := slices.IndexFunc(b.works, func(w work) bool { return w.plan.name == g.project }); i >= 0 {
		in.QuoteID = &b.works[i].id
	}
	return b.Hours.CreateRetainer(ctx, in)
}

// worked plans the hours of each month.
func (b *bookkeeper) worked(g agreement, of timetrack.Retainer, today timetrack.Day) {
	starts := of.StartsOn
	n := b.random.IntN(len(tasks))
	months := 1
	if g.period == timetrack.Quarter {
		months = 3
	}
	for month, first := 0, starts; !first.After(today.Time); month, first = month+1, (timetrack.Day{Time: first.AddDate(0, 1, 0)}) {
		budget := g.hours * 60 * g.pace[month%len(g.pace)] / 100 / months
		for day := first.Time; day.Before(first.AddDate(0, 1, 0)) && budget > 0; day = day.AddDate(0, 0, 1) {
			if weekend(day) || b.random.IntN(100) < 35 {
				continue
			}
			n++
			minutes := min(lengths[n%len(lengths)], budget)
			budget -= minutes
			b.log(timetrack.Day{Time: day}, tasks[n%len(tasks)], minutes, of.QuoteID, nil)
		}
	}
}

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

// log plans an entry of a retainer.
func (b *bookkeeper) log(day timetrack.Day, work task, minutes int, quote, ticket *uuid.UUID) {
	who := b.staff[work.by]
	if work.by == "lead" {
		who = b.staff[b.lead]
	}
	b.logAs(day, who, timetrack.EntryInput{
		CustomerID: b.id, QuoteID: quote, TicketID: ticket, TaskDescription: work.text, Minutes: &minutes, DateWorked: day, Category: work.category, IsRetainer: true,
	})
}

func (b *bookkeeper) logAs(day timetrack.Day, who actor.Actor, in timetrack.EntryInput) {
	if b.known[entryKey(day, in.TaskDescription)] {
		return
	}
	b.left[day] += 2
	t := b.evening(day, b.left[day])
	b.plan(t, who, func(ctx context.Context) error {
		_, err := b.Hours.LogEntry(ctx, in)
		if fault.CodeOf(err) != fault.Conflict {
			return err
		}
		more, err := b.consent(ctx, t)
		if err == nil && more {
			_, err = b.Hours.LogEntry(ctx, in)
		}
		return err
	})
}

// consent asks the client for a block beyond the retainer. They agree at once, but for
// the period that runs now: that one still waits.
func (b *bookkeeper) consent(ctx context.Context, t time.Time) (bool, error) {
	all, err := b.Hours.Retainers(ctx, &b.id)
	i := slices.IndexFunc(all, func(r timetrack.Retainer) bool { return r.ConsentBlockMinutes != nil })
	if err != nil || i < 0 {
		return false, err
	}
	block, err := b.Hours.AskForBlock(ctx, timetrack.BlockInput{RetainerID: all[i].ID, Reason: "The work of this month takes more than was agreed."})
	if fault.CodeOf(err) == fault.Conflict {
		return false, nil // one waits already
	}
	if err != nil || block.PeriodEnd.After(b.now) {
		return false, err
	}
	_, err = b.Hours.ApproveBlock(at(ctx, b.people["approver"], t.Add(time.Minute)), block.ID, block.ETag)
	return true, err
}

// asked plans that the client is asked, this morning, for a block of the month that runs.
func (b *bookkeeper) asked(r timetrack.Retainer, lead actor.Actor) {
	b.plan(b.now.Add(-2*time.Hour), lead, func(ctx context.Context) error {
		_, err := b.Hours.AskForBlock(ctx, timetrack.BlockInput{
			RetainerID: r.ID, Reason: "The empty states need a second round with your texts, which this month's hours don't hold.",
		})
		if fault.CodeOf(err) == fault.Conflict {
			return nil // one waits already
		}
		return err
	})
}

// approved plans the approvals: every other Tuesday morning all that waits, but for
// what was worked in the last days, which still waits now.
func (b *bookkeeper) approved(starts, today timetrack.Day) {
	approver := b.people["approver"]
	last := today.AddDate(0, 0, -9)
	for day := starts.AddDate(0, 0, 14); day.Before(last); day = day.AddDate(0, 0, 14) {
		b.approveUntil(approver, timetrack.Day{Time: day.AddDate(0, 0, -1)}, day)
	}
	b.approveUntil(approver, timetrack.Day{Time: last.AddDate(0, 0, -1)}, last)
	b.disputed(approver, today)
}

// approveUntil plans the approval of all that was worked by a day.
func (b *bookkeeper) approveUntil(approver actor.Actor, until timetrack.Day, on time.Time) {
	b.plan(time.Date(on.Year(), on.Month(), on.Day(), 9, 30, 0, 0, b.home), approver, func(ctx context.Context) error {
		seen, err := b.pending(ctx, timetrack.Filter{To: &until})
		if err != nil || len(seen) == 0 {
			return err
		}
		_, err = b.Hours.ApproveEntries(ctx, seen)
		return err
	})
}

// pending are the entries of a filter that wait, as the reader sees them.
func (b *bookkeeper) pending(ctx context.Context, f timetrack.Filter) (seen []timetrack.Seen, err error) {
	f.Approvals = []timetrack.Approval{timetrack.Pending}
	list, err := b.Hours.Entries(ctx, f, api.PageQuery{Limit: 100})
	for _, e := range list.Items {
		seen = append(seen, timetrack.Seen{ID: e.ID, ETag: e.ETag})
	}
	return seen, err
}

// closed plans the closing of each period, by hand as the terms would.
func (b *bookkeeper) closed(r timetrack.Retainer, lead actor.Actor) {
	months := 1
	if r.Period == timetrack.Quarter {
		months = 3
	}
	for first := r.StartsOn.Time; ; first = first.AddDate(0, months, 0) {
		on := first.AddDate(0, months, 4)
		if on.After(b.now) {
			return
		}
		b.plan(time.Date(on.Year(), on.Month(), on.Day(), 12, 0, 0, 0, b.home), lead, func(ctx context.Context) error {
			_, err := b.Hours.ClosePeriod(ctx, r.ID, timetrack.Day{Time: first})
			if fault.CodeOf(err) == fault.Conflict {
				return nil // an earlier start closed it
			}
			return err
		})
	}
}
