package timetrack_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/timetrack"
)

// worked is what totals are made of.
type worked struct {
	ID, CustomerID     uuid.UUID
	QuoteID            *uuid.UUID
	EmployeeID         *uuid.UUID
	Category           *string
	TaskDescription    string
	DateWorked         time.Time
	Minutes            int
	Billable, Internal bool
	IsRetainer         bool
	Approval           timetrack.Approval
}

// Whatever happens to entries, their totals are those of the entries one by one.
func TestTotalsAreThoseOfTheEntries(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	random := rand.New(rand.NewPCG(7, uint64(time.Now().UnixNano())))
	h.exec(t, `insert into time_tracking (customer_id, quote_id, employee_id, task_description, minutes, date_worked, billable, currency, category, is_retainer, internal)
		select case when n % 5 = 0 then $2::uuid else $1 end, case when n % 5 <> 0 and n % 3 = 0 then $3::uuid end, (select id from employees order by id limit 1 offset n % 3),
			(array['Menu', 'Footer'])[1 + n % 2], 1 + n * 7 % 300, date '2025-12-20' + n % 90, n % 4 <> 0, 'EUR', (array['Design', 'Content'])[n % 3], n % 2 = 0, n % 11 = 0
		from generate_series(1, 300) n`, h.acme, h.boltline, h.project)
	changes := []string{
		`update time_tracking set approval = 'approved', approved_at = now(), rejected_at = null where approval <> 'approved' and id in (select id from time_tracking order by random() limit 9)`,
		`update time_tracking set approval = 'rejected', approved_at = null, rejected_at = now() where id in (select id from time_tracking order by random() limit 4)`,
		`update time_tracking set minutes = 1 + minutes * 3 % 400, date_worked = date_worked + 13 where id in (select id from time_tracking order by random() limit 9)`,
		`update time_tracking set billable = not billable, category = null, quote_id = null where id in (select id from time_tracking order by random() limit 9)`,
		`update time_tracking set internal = not internal, is_retainer = not is_retainer where id in (select id from time_tracking order by random() limit 9)`,
		`update time_tracking set deleted_at = case when deleted_at is null then now() end where id in (select id from time_tracking order by random() limit 9)`,
		`update time_tracking set task_description = 'Header' where id in (select id from time_tracking order by random() limit 3)`,
		`delete from time_tracking where id in (select id from time_tracking order by random() limit 3)`,
	}
	for range 25 {
		h.exec(t, changes[random.IntN(len(changes))])
		if random.IntN(4) == 0 {
			if err := h.FoldMonths(actor.As(t.Context(), "test")); err != nil {
				t.Fatal(err)
			}
		}
		entries := h.worked(t)
		for range 8 {
			f := anyFilter(random, h, entries)
			for name, who := range map[string]context.Context{"a client": h.viewer, "another company's": h.foreign, "an admin": h.admin, "an agent": h.agent} {
				page, err := h.Entries(who, f, api.PageQuery{Limit: 1})
				if err != nil {
					t.Fatal(err)
				}
				if want := added(who, entries, f); page.Totals != want {
					t.Fatalf("%s asks for %+v and gets %+v, want %+v", name, f, page.Totals, want)
				}
			}
		}
	}
}

func TestFoldedMonthsAreShort(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var e timetrack.Entry
	for range 3 {
		e = h.log(t, "2026-03-02", 60)
	}
	if _, err := h.ApproveEntry(h.approver, e.ID, e.ETag); err != nil {
		t.Fatal(err)
	}
	if rows := h.count(t, "select count(*) from time_tracking_months"); rows != 5 {
		t.Errorf("three entries and an approval left %d rows, want 3 + 2", rows)
	}
	h.exec(t, `insert into time_tracking_months (customer_id, month, billable, is_retainer, approval, internal, minutes, entries)
		values ($1, '2026-03-01', true, true, 'pending', false, 500, 5)`, h.acme) // by something that has no business there
	system := actor.As(t.Context(), "test")
	for range 2 { // the second time there is nothing to do
		if err := h.FoldMonths(system); err != nil {
			t.Fatal(err)
		}
	}
	if rows := h.count(t, "select count(*) from time_tracking_months"); rows != 2 {
		t.Errorf("%d rows are left, want one of what is pending and one of what is approved", rows)
	}
	if page, err := h.Entries(h.viewer, timetrack.Filter{}, api.PageQuery{}); err != nil || page.Totals.Hours != 180 || page.Totals.Count != 3 {
		t.Errorf("the totals are %+v, %v", page.Totals, err)
	}
	if folds := h.count(t, "select count(*) from audit_events where action = 'time_entry.fold_months'"); folds != 1 {
		t.Errorf("%d events of it, want one", folds)
	}
}

// A customer's end takes the months of its hours along.
func TestACustomersEndTakesItsMonths(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.exec(t, `insert into time_tracking (customer_id, task_description, minutes, date_worked, currency) values ($1, 'Menu', 60, '2026-03-02', 'USD')`, h.boltline)
	h.exec(t, `delete from customers where id = $1`, h.boltline)
	if rows := h.count(t, "select count(*) from time_tracking_months"); rows != 0 {
		t.Errorf("%d rows are left", rows)
	}
}

func (h house) worked(t *testing.T) (entries []worked) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	err := h.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select id, customer_id, quote_id, employee_id, category, task_description, date_worked, minutes, billable, internal, is_retainer, approval
			from time_tracking where deleted_at is null`)
		if err == nil {
			entries, err = pgx.CollectRows(rows, pgx.RowToStructByPos[worked])
		}
		return err
	})
	if err != nil || len(entries) == 0 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	return entries
}

// anyFilter asks for what some entry has, or for nothing.
func anyFilter(random *rand.Rand, h house, entries []worked) (f timetrack.Filter) {
	one := entries[random.IntN(len(entries))]
	some := func(of int) bool { return random.IntN(of) == 0 }
	if some(2) {
		from := timetrack.Day{Time: one.DateWorked.AddDate(0, 0, -random.IntN(60))}
		if some(3) {
			from.Time = from.AddDate(0, 0, 1-from.Day())
		}
		f.From = &from
	}
	if some(2) {
		to := timetrack.Day{Time: one.DateWorked.AddDate(0, 0, random.IntN(60))}
		if some(3) {
			to.Time = to.AddDate(0, 1, -to.Day())
		}
		f.To = &to
	}
	if f.From != nil && f.To != nil && f.To.Before(f.From.Time) {
		f.To = f.From
	}
	if some(4) {
		f.CustomerID = &h.acme
	}
	if some(4) {
		f.QuoteID = &h.project
	}
	if some(4) {
		f.Billable = &one.Billable
	}
	if some(4) {
		f.IsRetainer = &one.IsRetainer
	}
	if some(4) && one.Category != nil {
		f.Category = *one.Category
	}
	if some(4) {
		f.Approvals = []timetrack.Approval{one.Approval, timetrack.Rejected}
	}
	if some(8) {
		f.EmployeeID = one.EmployeeID
	}
	if some(8) {
		f.Query = one.TaskDescription
	}
	return f
}

// added adds up, one by one, the entries of the filter that somebody sees.
func added(ctx context.Context, entries []worked, f timetrack.Filter) (sum timetrack.Totals) {
	who, _ := actor.From(ctx)
	for _, e := range entries {
		switch {
		case !who.Serves(e.CustomerID),
			who.Is(actor.Client) && e.Internal,
			who.Is(actor.Staff) && differs(f.CustomerID, &e.CustomerID),
			f.From != nil && e.DateWorked.Before(f.From.Time),
			f.To != nil && e.DateWorked.After(f.To.Time),
			differs(f.QuoteID, e.QuoteID), differs(f.EmployeeID, e.EmployeeID),
			differs(f.Billable, &e.Billable), differs(f.IsRetainer, &e.IsRetainer),
			f.Category != "" && differs(&f.Category, e.Category),
			len(f.Approvals) > 0 && !slices.Contains(f.Approvals, e.Approval),
			f.Query != "" && f.Query != e.TaskDescription:
			continue
		}
		minutes := timetrack.Hours(e.Minutes)
		sum.Hours += minutes
		sum.Count++
		if e.Billable {
			sum.BillableHours += minutes
		}
		switch e.Approval {
		case timetrack.Pending:
			sum.PendingHours += minutes
			sum.PendingCount++
		case timetrack.Approved:
			sum.ApprovedHours += minutes
		case timetrack.Rejected:
			sum.RejectedHours += minutes
		}
	}
	return sum
}

// differs reports whether something else is wanted than there is.
func differs[T comparable](wanted, there *T) bool {
	return wanted != nil && (there == nil || *there != *wanted)
}
