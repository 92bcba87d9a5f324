package timetrack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/timetrack/ledger"
	"clientportal/internal/timetrack/timetrackdb"
)

// Statement is the hours of a retainer's period, or of a month, as they stood at a
// moment: replayed from the ledger and from the entries' revisions, which never
// change, so that it can be made again word for word.
func (s *Service) Statement(ctx context.Context, in StatementQuery) (st Statement, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		m := &making{q: timetrackdb.New(tx), StatementQuery: in}
		if st, err = m.statement(ctx); err == nil {
			tx.Record(about("customer", "statement.view", st.Customer.ID, st.Customer.ID, map[string]any{"from": st.From, "until": st.Until, "as_of": st.AsOf}))
		}
		return err
	})
	return st, err
}

// making is a statement that is being made.
type making struct {
	StatementQuery
	q     *timetrackdb.Queries
	books []*book
	today Day // of AsOf
	lines []Entry
}

func (m *making) statement(ctx context.Context) (st Statement, err error) {
	now := clock.Now(ctx)
	if m.AsOf.IsZero() {
		m.AsOf = now
	}
	if m.AsOf.After(now) {
		return st, fault.InvalidField("query.as_of", "Choose a moment that has passed: nobody knows yet what will be recorded.")
	}
	if err := m.find(ctx); err != nil {
		return st, err
	}
	c, err := m.q.Customer(ctx, m.CustomerID)
	if err != nil {
		return st, db.Missing(err, "customer")
	}
	m.today = dayIn(c.Timezone, m.AsOf)
	st = Statement{Customer: Named{m.CustomerID, c.Name}, AsOf: m.AsOf, TimeZone: c.Timezone, Retainers: []RetainerStatement{}, Entries: []StatementLine{}}
	if st.From, st.Until, err = m.days(); err != nil {
		return st, err
	}
	if err := m.read(ctx, st.From, st.Until); err != nil {
		return st, err
	}
	for _, b := range m.books {
		if of, ok := m.retainer(b, st.Until); ok {
			st.Retainers = append(st.Retainers, of)
		}
	}
	for _, e := range m.lines {
		if st.has(e) && (m.RetainerID == nil || e.RetainerID != nil && *e.RetainerID == *m.RetainerID) {
			st.Entries = append(st.Entries, lineOf(e))
			st.Totals.add(e)
		}
	}
	return st, nil
}

// find reads the retainers that the statement is about, and whose it is.
func (m *making) find(ctx context.Context) error {
	who, _ := actor.From(ctx)
	if own := who.CustomerID(); own != uuid.Nil {
		m.CustomerID = own
	}
	day := m.On.Time
	of := timetrackdb.BooksParams{Day: &day, Known: &m.AsOf}
	if m.RetainerID == nil {
		day = time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC) // the month's last
		of.CustomerID = &m.CustomerID
	} else {
		of.Ids = []uuid.UUID{*m.RetainerID}
	}
	var err error
	m.books, err = readBooks(ctx, m.q, of)
	if err == nil && m.RetainerID != nil {
		if len(m.books) == 0 {
			return fault.Missing("retainer")
		}
		m.CustomerID = m.books[0].row.Retainer.CustomerID
	}
	return err
}

// days are those of the statement: of the retainer's period, or of the month.
func (m *making) days() (from, until Day, err error) {
	if m.RetainerID == nil {
		from = Day{Time: time.Date(m.On.Year(), m.On.Month(), 1, 0, 0, 0, 0, time.UTC)}
		return from, Day{Time: from.AddDate(0, 1, 0)}, nil
	}
	b := m.books[0]
	if !b.Runs(m.On) || m.On.After(m.today.AddDate(1, 0, 0)) {
		return from, until, fault.Missing("period")
	}
	p, _ := b.At(m.On, &m.AsOf).On(m.On)
	if p.Starts.After(m.today.Time) {
		return from, until, fault.Missing("period")
	}
	return p.Starts, p.Ends, nil
}

// read reads the entries of the days, and of the periods that these are in.
func (m *making) read(ctx context.Context, from, until Day) error {
	since, before := from, until
	for _, b := range m.books {
		if p, ok := m.period(b, until); ok {
			since, before = earlier(since, p.Starts), later(before, p.Ends)
		}
	}
	rows, err := m.q.EntriesAsOf(ctx, timetrackdb.EntriesAsOfParams{CustomerID: m.CustomerID, Since: since.Time, Until: before.Time, AsOf: m.AsOf})
	for _, r := range rows {
		var e Entry
		if err := json.Unmarshal(r.Entry, &e); err != nil {
			return fmt.Errorf("read revision %d of a time entry: %w", r.Revision, err)
		}
		if !e.Internal {
			m.lines = append(m.lines, e)
		}
	}
	return err
}

// period is the last period of a retainer that begins before until, as far as it had
// begun at the statement's moment.
func (m *making) period(b *book, until Day) (ledger.Period, bool) {
	day := Day{Time: until.AddDate(0, 0, -1)}
	if b.Ends != nil {
		day = earlier(day, *b.Ends)
	}
	return b.At(earlier(day, m.today), &m.AsOf).On(earlier(day, m.today))
}

// retainer is the retainer's part of the statement.
func (m *making) retainer(b *book, until Day) (st RetainerStatement, ok bool) {
	row := b.row
	p, ok := m.period(b, until)
	if !ok || m.RetainerID == nil && !p.Ends.After(Day{Time: until.AddDate(0, -1, 0)}.Time) {
		return st, false // it had not begun, or had ended before
	}
	at := b.At(earlier(p.Ends, m.today), &m.AsOf)
	terms := at.TermsOn(p.Starts)
	st = RetainerStatement{
		RetainerID: row.Retainer.ID, Name: row.Retainer.Name, QuoteName: row.QuoteName, Currency: row.Retainer.Currency,
		OverageRate: exact.AmountOf(terms.Rate), Ledger: linesOf(at, p),
		Period: Period{Number: p.Number, PeriodStart: p.Starts, PeriodEnd: p.Ends, Figures: figures(at, p)},
	}
	if stored := b.periods; p.Number < len(stored) && stored[p.Number].ClosedAt != nil && !stored[p.Number].ClosedAt.After(m.AsOf) {
		st.Period.ClosedAt, st.Period.ClosedBy = stored[p.Number].ClosedAt, stored[p.Number].ClosedByName
	}
	for _, e := range m.lines {
		if e.RetainerID == nil || *e.RetainerID != row.Retainer.ID || !p.Has(e.DateWorked) || consumes(terms, e.Approval) {
			continue
		}
		if e.Approval == Pending {
			st.Period.PendingHours += Hours(e.Minutes)
		} else {
			st.Period.RejectedHours += Hours(e.Minutes)
		}
	}
	return st, true
}

// linesOf are the ledger's rows of a period by day, with the balance after each.
func linesOf(at *ledger.Book, p ledger.Period) []LedgerLine {
	lines := []LedgerLine{}
	for _, r := range at.Rows {
		if r.Period != p.Number {
			continue
		}
		line := LedgerLine{
			Day: r.Day, Kind: string(r.Kind), Minutes: r.Minutes, Hours: Hours(r.Minutes), EntryID: maybe.Of(r.EntryID), Note: r.Note, Amount: exact.AmountOf(r.Amount),
		}
		if !r.Expected {
			line.Recorded = &r.Recorded
		}
		lines = append(lines, line)
	}
	slices.SortStableFunc(lines, func(a, b LedgerLine) int { return a.Day.Compare(b.Day.Time) })
	balance := 0
	for i := range lines {
		balance += lines[i].Minutes
		lines[i].Balance = Hours(balance)
	}
	return lines
}

func (st *Statement) has(e Entry) bool {
	return !e.DateWorked.Before(st.From.Time) && e.DateWorked.Before(st.Until.Time)
}

func lineOf(e Entry) StatementLine {
	return StatementLine{
		EntryID: e.ID, Revision: e.Revision, DateWorked: e.DateWorked, EmployeeName: e.EmployeeName, TaskDescription: e.TaskDescription,
		Category: e.Category, QuoteName: e.QuoteName, TicketNumber: e.TicketNumber, Minutes: e.Minutes, Hours: Hours(e.Minutes), Billable: e.Billable,
		Approval: e.Approval, DecidedByName: e.DecidedByName, HourlyRate: e.HourlyRate, Currency: e.Currency,
	}
}

func (t *Totals) add(e Entry) {
	minutes := Hours(e.Minutes)
	t.Hours += minutes
	t.Count++
	if e.Billable {
		t.BillableHours += minutes
	}
	switch e.Approval {
	case Pending:
		t.PendingHours += minutes
		t.PendingCount++
	case Approved:
		t.ApprovedHours += minutes
	case Rejected:
		t.RejectedHours += minutes
	}
}

func earlier(a, b Day) Day {
	if b.Before(a.Time) {
		return b
	}
	return a
}

func later(a, b Day) Day {
	if a.Before(b.Time) {
		return b
	}
	return a
}
