package timetrack

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack/timetrackdb"
)

// limits are the retainers that the rows of an import are taken from, as they stand with
// the rows before: what goes beyond one is refused row by row.
type limits struct {
	q        *timetrackdb.Queries
	open     func(ctx context.Context, id uuid.UUID) (*account, error)
	of       map[spot]uuid.UUID // Nil for none
	accounts map[uuid.UUID]*account
	waiting  map[retainerPeriod]int // minutes of rows that count once they are approved
}

// spot is what decides of which retainer an entry is.
type spot struct {
	customer, quote uuid.UUID
	day             Day
}

// retainerPeriod is a period of a retainer.
type retainerPeriod struct {
	retainer uuid.UUID
	period   int
}

// limitsFor looks at the retainers; with hold nobody else changes them meanwhile.
func limitsFor(tx *db.Tx, q *timetrackdb.Queries, hold bool) *limits {
	l := &limits{q: q, of: map[spot]uuid.UUID{}, accounts: map[uuid.UUID]*account{}, waiting: map[retainerPeriod]int{}}
	l.open = func(ctx context.Context, id uuid.UUID) (*account, error) { return viewAccount(ctx, q, id) }
	if hold {
		l.open = func(ctx context.Context, id uuid.UUID) (*account, error) {
			accounts, err := openAccounts(ctx, tx, q, []uuid.UUID{id}, nil)
			return accounts[id], err
		}
	}
	return l
}

// take takes a row from its retainer. It gives back *beyond for one that needs the
// client's consent first.
func (l *limits) take(ctx context.Context, d *draft) error {
	a, err := l.account(ctx, d)
	if a == nil || err != nil {
		return err
	}
	a.Open(a.today, a.now)
	a.Open(d.day, a.now)
	p, _ := a.On(d.day)
	at := retainerPeriod{a.ID, p.Number}
	if a.limits(p) {
		now, err := a.limitOf(ctx, l.q, d.day, uuid.Nil)
		if err != nil {
			return err
		}
		now.worked += l.waiting[at]
		if err := a.consented(now, d.minutes); err != nil {
			return err
		}
	}
	if !a.TermsOn(p.Starts).Pending {
		l.waiting[at] += d.minutes
		return nil
	}
	return a.post(newID(), d.day, d.minutes)
}

// account is the retainer of a row, or nil.
func (l *limits) account(ctx context.Context, d *draft) (*account, error) {
	if !d.retained {
		return nil, nil
	}
	at := spot{customer: d.customer, day: d.day}
	if d.quote != nil {
		at.quote = *d.quote
	}
	id, known := l.of[at]
	if !known {
		var err error
		if id, err = d.takenFrom(ctx, l.q); err != nil {
			return nil, err
		}
		l.of[at] = id
	}
	if id == uuid.Nil {
		return nil, nil
	}
	if l.accounts[id] == nil {
		a, err := l.open(ctx, id)
		if err != nil {
			return nil, err
		}
		l.accounts[id] = a
	}
	return l.accounts[id], nil
}

// exceed refuses a row that goes beyond its retainer.
func (p *importPlan) exceed(e imported, b *beyond) error {
	at := ImportBeyond{b.retainer, b.name, b.period}
	if !slices.Contains(p.Beyond, at) {
		p.Beyond = append(p.Beyond, at)
	}
	return p.refuse(e.row, fault.InvalidField(colDuration, "%s More needs the client's consent.", b.left))
}

// askForMore asks the clients, once for each, to approve a block beyond the retainers that
// rows go beyond.
func (p *importPlan) askForMore(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries) error {
	for _, at := range p.Beyond {
		_, err := askIn(ctx, tx, q, BlockInput{RetainerID: at.RetainerID}, &at.PeriodStart)
		if err != nil && fault.CodeOf(err) != fault.Conflict {
			return err
		}
	}
	return nil
}
