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

// agreement is a retainer of the demo. Pace is how much of its hours are worked in a
// month, in percent, one after the other.
type agreement struct {
	name, period, deficit, rate string
	hours                       int
	cap, lives                  int // of the rollover, in hours and periods; cap 0: none rolls over
	block                       int // hours of a block that needs consent; 0: none
	autoApprove                 int // days; 0: never
	project                     string
	pace                        []int
}

// agreements are the retainers by customer: one by the quarter, one for a project of
// its own, one that is over its limit, and one that waits for consent.
var agreements = map[string][]agreement{
	"acme-industrial":  {{name: "Growth retainer", period: timetrack.Month, deficit: timetrack.Bill, rate: "110.00", hours: 30, cap: 8, lives: 1, pace: []int{88, 104, 80, 95}}},
	"boltline":         {{name: "Shop retainer", period: timetrack.Month, deficit: timetrack.Bill, rate: "95.00", hours: 36, pace: []int{92, 112, 86, 101, 128}}},
	"clearview-dental": {{name: "Quarterly care", period: timetrack.Quarter, deficit: timetrack.Carry, hours: 54, cap: 12, lives: 1, pace: []int{70, 110, 104, 92}}},
	"dapper-goods":     {{name: "Growth retainer", period: timetrack.Month, deficit: timetrack.Bill, rate: "95.00", hours: 40, cap: 10, lives: 1, pace: []int{86, 98, 90, 103}}},
	"elm-studio":       {{name: "Care", period: timetrack.Month, deficit: timetrack.Carry, hours: 12, cap: 6, lives: 2, autoApprove: 14, pace: []int{60, 110, 75}}},
	"fleetly": {
		{name: "Product retainer", period: timetrack.Month, deficit: timetrack.Bill, rate: "120.00", hours: 36, cap: 6, lives: 1, block: 10, pace: []int{97, 92, 118, 101}},
	},
}

// task is a kind of work that comes again and again.
type task struct{ by, category, text string }

var tasks = []task{
	{"sam", "Support", "Weekly updates and backups checked"},
	{"priya", "Development", "Image sizes on the overview pages"},
	{"tomasz", "Marketing", "Review of last month's search terms"},
	{"beth", "Design", "Layout of the new landing page"},
	{"priya", "Development", "Consent banner, new version"},
	{"sam", "Support", "Form mails: cause, fix and tests"},
	{"tomasz", "Analytics", "Report of the month, with notes"},
	{"beth", "Content", "Texts shortened on the start page"},
	{"lead", "Planning", "Monthly planning, call and notes"},
	{"priya", "Development", "Redirects for pages that are gone"},
	{"tomasz", "Marketing", "Structure of the autumn campaign"},
	{"beth", "Design", "Icons and pictures for the campaign"},
	{"priya", "Development", "Load times on phones, first half"},
	{"sam", "Support", "Accounts for two new colleagues, with a short call"},
	{"priya", "Development", "Search suggestions, second round"},
	{"tomasz", "Analytics", "Events for the funnel, checked in the browser"},
}

// lengths are how long a piece of work takes, in minutes.
var lengths = []int{90, 240, 195, 60, 150, 285, 120, 20, 210, 165, 45, 255}

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
	starts := timetrack.Day{Time: time.Date(today.Year(), today.Month()-12, 1, 0, 0, 0, 0, time.UTC)}
	if g.period == timetrack.Quarter {
		starts = timetrack.Day{Time: starts.AddDate(0, 11-12, 0)}
	}
	lead := b.staff[b.lead]
	made := at(ctx, lead, time.Date(starts.Year(), starts.Month(), starts.Day(), 9, 0, 0, 0, b.home))
	retainer, err := b.retainer(made, g, starts)
	if err != nil {
		return err
	}
	b.worked(g, starts, today)
	b.closed(retainer, lead)
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
	return b.Hours.CreateRetainer(ctx, in)
}

// worked plans the hours of each month, and their approval every other week.
func (b *bookkeeper) worked(g agreement, starts, today timetrack.Day) {
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
			b.log(timetrack.Day{Time: day}, tasks[n%len(tasks)], minutes, nil)
		}
	}
	b.approved(starts, today)
}

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

// log plans an entry of a retainer.
func (b *bookkeeper) log(day timetrack.Day, work task, minutes int, ticket *uuid.UUID) {
	who := b.staff[work.by]
	if work.by == "lead" {
		who = b.staff[b.lead]
	}
	b.logAs(day, who, timetrack.EntryInput{
		CustomerID: b.id, TicketID: ticket, TaskDescription: work.text, Minutes: &minutes, DateWorked: day, Category: work.category, IsRetainer: true,
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

// disputed plans what went less smoothly in the last days: an entry that is rejected
// and waits for an answer, one that was answered, and one that was edited after it had
// been approved.
func (b *bookkeeper) disputed(approver actor.Actor, today timetrack.Day) {
	worked := timetrack.Day{Time: workday(today.AddDate(0, 0, -6))}
	for i, d := range []struct {
		work   task
		length int
	}{
		{task{"beth", "Content", "Copy edits on the about page"}, 90},
		{task{"sam", "Support", "Search for a lost order mail"}, 50},
		{task{"priya", "Development", "Size table: measurements in inches"}, 90},
	} {
		b.log(worked, d.work, d.length, nil)
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
		b.log(day, task{[]string{"priya", "sam"}[i/4%2], "Support", t.title}, []int{45, 75, 30, 105}[i/4%4], &t.id)
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
