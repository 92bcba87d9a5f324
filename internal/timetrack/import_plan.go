package timetrack

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/sheet"
	"clientportal/internal/timetrack/timetrackdb"
)

// ImportReport says of an import what becomes of each row.
type ImportReport struct {
	Format    string          `json:"format" enum:"toggl,harvest,clockify" doc:"Whose report it is"`
	Rows      int             `json:"rows"`
	Accepted  int             `json:"accepted" doc:"Rows that are new"`
	Unchanged int             `json:"unchanged" doc:"Rows that were imported before"`
	Refused   int             `json:"refused"`
	Hours     Hours           `json:"hours" doc:"Of the accepted rows"`
	Refusals  []ImportRefusal `json:"refusals" doc:"The refused rows, in the order of the file"`
	Unknown   []string        `json:"unknown_projects" doc:"Projects of accepted rows that the portal does not have: these rows come in without one"`

	Beyond []ImportBeyond `json:"beyond" doc:"Where refused rows need the client's consent: an import asks for a block of each, once"`

	accepted []planned
}

// ImportBeyond is a retainer's period that rows go beyond.
type ImportBeyond struct {
	RetainerID  uuid.UUID `json:"retainer_id"`
	Name        string    `json:"name"`
	PeriodStart Day       `json:"period_start"`
}

// ImportRefusal says why a row is not imported.
type ImportRefusal struct {
	Line    int            `json:"line" doc:"In the file, from 1"`
	Reasons []ImportReason `json:"reasons"`
	row     sheet.Row
}

// ImportReason is what is wrong with one cell.
type ImportReason struct {
	Column  string `json:"column"`
	Message string `json:"message"`
}

// planned is a row that will be logged.
type planned struct {
	imported
	*draft
}

// importPlan is what an import will make, and its report.
type importPlan struct {
	ImportReport
	report  report
	options ImportOptions
	known   known
	taken   map[string]bool // keys of rows that are there already
	seen    map[string]int  // how often a row has stood in this file
	limits  *limits
}

// planOf says what the rows come to, beside what there is already. With hold it stays so
// until the end of the transaction.
func planOf(ctx context.Context, tx *db.Tx, r report, options ImportOptions, hold bool) (*importPlan, error) {
	q := timetrackdb.New(tx)
	p := &importPlan{report: r, options: options, seen: map[string]int{}, taken: map[string]bool{}, limits: limitsFor(tx, q, hold)}
	p.Format, p.Rows = r.name, len(r.rows)
	p.Refusals, p.Unknown, p.Beyond = []ImportRefusal{}, []string{}, []ImportBeyond{}
	var err error
	if p.known, err = lookUp(ctx, q); err != nil {
		return nil, err
	}
	order := dayOrder(options.DateOrder)
	if order == orderUnknown {
		order = orderOf(r.dates())
	}
	rows := make([]imported, len(r.rows))
	faults := make([]error, len(r.rows))
	keys := make([]string, 0, len(r.rows))
	for i, row := range r.rows {
		rows[i], faults[i] = r.read(row, order)
		rows[i].key = p.numbered(rows[i].key)
		keys = append(keys, rows[i].key)
	}
	taken, err := q.KnownSources(ctx, timetrackdb.KnownSourcesParams{Source: r.name, Keys: keys})
	if err != nil {
		return nil, err
	}
	for _, key := range taken {
		p.taken[key] = true
	}
	for i, row := range rows {
		if err := p.take(ctx, tx.Actor(), row, faults[i]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// numbered makes the second of two rows that are alike another one: somebody may
// well do the same thing twice on a day.
func (p *importPlan) numbered(key string) string {
	p.seen[key]++
	if n := p.seen[key]; n > 1 {
		return fmt.Sprintf("%s:%d", key, n)
	}
	return key
}

// take decides on a row.
func (p *importPlan) take(ctx context.Context, who actor.Actor, e imported, unread error) error {
	if unread == nil && p.taken[e.key] {
		p.Unchanged++
		return nil
	}
	d, unplaced := p.place(ctx, who, e)
	if err := merged(unread, unplaced); err != nil {
		return p.refuse(e.row, err)
	}
	if err := p.limits.take(ctx, d); err != nil {
		if b, ok := errors.AsType[*beyond](err); ok {
			return p.exceed(e, b)
		}
		return err
	}
	p.Accepted++
	p.Hours += Hours(e.minutes)
	p.accepted = append(p.accepted, planned{e, d})
	if e.project != "" && d.quote == nil && !slices.Contains(p.Unknown, e.project) {
		p.Unknown = append(p.Unknown, e.project)
	}
	return nil
}

// place finds the customer, project and person of a row.
func (p *importPlan) place(ctx context.Context, who actor.Actor, e imported) (*draft, error) {
	var check fault.Check
	d := &draft{
		description: e.description, category: e.category, minutes: e.minutes, day: Day{Time: e.day},
		billable: e.billable, retained: p.options.IsRetainer && e.billable,
	}
	customer := p.known.customer(&check, e)
	worker := p.known.employee(&check, e)
	if worker != nil && mayLogOf(who, &worker.ID) != nil {
		check.Add(colPerson, "These are %s's hours. You import your own; a manager or an admin can import those of others.", worker.Name)
	}
	if customer != nil && worker != nil {
		d.customer, d.worker, d.currency = customer.ID, &worker.ID, customer.Currency
		d.setting = timetrackdb.SettingRow{
			CustomerName: customer.Name, Currency: customer.Currency, Timezone: customer.Timezone,
			EmployeeID: &worker.ID, EmployeeEmail: &worker.Email, EmployeeName: worker.Name,
		}
		if project := p.known.project(customer.ID, e.project); project != nil {
			d.quote, d.setting.QuoteID, d.setting.QuoteName, d.setting.QuoteNumber = &project.ID, &project.ID, &project.Name, &project.Number
		}
		tomorrow := dayIn(customer.Timezone, clock.Now(ctx)).AddDate(0, 0, 1)
		check.That(e.day.IsZero() || !e.day.After(tomorrow), colDay, "This day is yet to come. Log hours once they are worked.")
		check.That(e.day.IsZero() || e.day.Year() >= 2000, colDay, "This day is too long ago.")
	}
	return d, check.Err()
}

// refuse notes what is wrong with a row. An error that is not the row's fault is
// given back.
func (p *importPlan) refuse(row sheet.Row, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	refusal := ImportRefusal{Line: row.Line, row: row}
	for _, field := range f.Fields {
		refusal.Reasons = append(refusal.Reasons, ImportReason{field.Name, field.Message})
	}
	p.Refused++
	p.Refusals = append(p.Refusals, refusal)
	return nil
}

// merged is several faults as one.
func merged(errs ...error) error {
	var check fault.Check
	for _, err := range errs {
		f, ok := errors.AsType[*fault.Error](err)
		if err != nil && !ok {
			return err
		}
		if ok {
			for _, field := range f.Fields {
				check.Add(field.Name, "%s", field.Message)
			}
		}
	}
	return check.Err()
}
