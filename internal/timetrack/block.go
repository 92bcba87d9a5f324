package timetrack

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/timetrack/timetrackdb"
)

// What became of a block.
const (
	BlockAsked     = "asked"
	BlockApproved  = "approved"
	BlockDeclined  = "declined"
	BlockWithdrawn = "withdrawn"
)

// BlockInput asks a client for a block beyond a retainer, in the period that is now.
type BlockInput struct {
	RetainerID uuid.UUID `json:"retainer_id" format:"uuid"`
	Minutes    *int      `json:"minutes,omitempty" doc:"As the terms say, when not given"`
	Reason     string    `json:"reason,omitempty" maxLength:"4000" doc:"What the client reads with it"`
}

// AskForBlock lays a priced block of minutes beyond the retainer before the client.
func (s *Service) AskForBlock(ctx context.Context, in BlockInput) (OverageBlock, error) {
	return s.askOn(ctx, in, nil)
}

// askOn asks for a block in the period of a day; of today, when nil.
func (s *Service) askOn(ctx context.Context, in BlockInput, on *Day) (b OverageBlock, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayLog(tx.Actor()); err != nil {
			return err
		}
		var check fault.Check
		in.Reason = check.Text("reason", "the reason", in.Reason, 0, 2000)
		check.That(in.Minutes == nil || *in.Minutes > 0 && *in.Minutes <= 1_000_000, "minutes", "Write a number of minutes above 0.")
		if err := check.Err(); err != nil {
			return err
		}
		q := timetrackdb.New(tx)
		id, err := askIn(ctx, tx, q, in, on)
		if err == nil && id == uuid.Nil {
			err = fault.New(fault.Conflict, "A block of this period waits for the client already.")
		}
		if err != nil {
			return err
		}
		b, err = readBlock(ctx, q, id)
		return err
	})
	return b, err
}

// askIn asks within a change that may do more. No id: a block of the period waits for
// the client already.
func askIn(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, in BlockInput, on *Day) (uuid.UUID, error) {
	accounts, err := openAccounts(ctx, tx, q, []uuid.UUID{in.RetainerID}, nil)
	if err != nil {
		return uuid.Nil, err
	}
	a := accounts[in.RetainerID]
	a.Open(a.today, a.now)
	if on == nil {
		on = &a.today
	}
	p, ok := a.On(*on)
	if !ok || p.Closed != nil {
		return uuid.Nil, fault.New(fault.Conflict, "The retainer %s does not run on %s.", a.Name, on.Format(longDay))
	}
	terms := a.termsOn(p.Starts)
	minutes := in.Minutes
	if minutes == nil {
		minutes = terms.ConsentBlockMinutes
	}
	if minutes == nil {
		return uuid.Nil, fault.InvalidField("minutes", "Say how many minutes: the terms name no block.")
	}
	if err := a.save(ctx, q); err != nil {
		return uuid.Nil, err
	}
	return a.ask(ctx, tx, q, p, terms, *minutes, in.Reason)
}

// Blocks are the blocks that the reader sees, the last asked first; for the agency's
// people of one customer or all, and of one status or any.
func (s *Service) Blocks(ctx context.Context, customer *uuid.UUID, status string) (list []OverageBlock, err error) {
	list = []OverageBlock{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := timetrackdb.New(tx).Blocks(ctx, timetrackdb.BlocksParams{CustomerID: customer, Status: maybe.Of(status)})
		for _, r := range rows {
			list = append(list, blockOf(timetrackdb.BlockRow(r)))
		}
		return err
	})
	return list, err
}

// ApproveBlock buys, in the customer's name, the block whose entity tag is ifMatch.
func (s *Service) ApproveBlock(ctx context.Context, id uuid.UUID, ifMatch string) (OverageBlock, error) {
	return s.decideBlock(ctx, id, BlockApproved, "", ifMatch)
}

// DeclineBlock says that no more than the retainer is to be worked.
func (s *Service) DeclineBlock(ctx context.Context, id uuid.UUID, comment, ifMatch string) (OverageBlock, error) {
	var check fault.Check
	comment = check.Text("comment", "the comment", comment, 0, maxMessage)
	if err := check.Err(); err != nil {
		return OverageBlock{}, err
	}
	return s.decideBlock(ctx, id, BlockDeclined, comment, ifMatch)
}

// WithdrawBlock takes back, on the agency's side, what the client was asked.
func (s *Service) WithdrawBlock(ctx context.Context, id uuid.UUID, ifMatch string) (OverageBlock, error) {
	return s.decideBlock(ctx, id, BlockWithdrawn, "", ifMatch)
}

// blockDecisions are what may become of a block that is asked for: who decides so, and
// what it is called.
var blockDecisions = map[string]struct {
	may    func(actor.Actor) error
	action string
	event  event
}{
	BlockApproved:  {mayDecide, "approve", blockDecided},
	BlockDeclined:  {mayDecide, "decline", blockDecided},
	BlockWithdrawn: {mayLog, "withdraw", blockWithdrawn},
}

func (s *Service) decideBlock(ctx context.Context, id uuid.UUID, status, comment, ifMatch string) (b OverageBlock, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		who, d := tx.Actor(), blockDecisions[status]
		if err := d.may(who); err != nil {
			return err
		}
		q := timetrackdb.New(tx)
		row, err := q.BlockForUpdate(ctx, id)
		if err != nil {
			return db.Missing(err, "overage block")
		}
		switch {
		case ifMatch == "" || ifMatch == "*":
			return fault.New(fault.NeedsMatch, "Say which block you decide on as you saw it: send its entity tag as If-Match.")
		case row.Status != BlockAsked:
			return fault.New(fault.Conflict, "This block is %s already.", row.Status)
		}
		if err := first(api.CheckMatch(ifMatch, api.ETag(row.Revision))); err != nil {
			return err
		}
		if status == BlockApproved {
			if err := buy(ctx, tx, q, row); err != nil {
				return err
			}
		}
		now := clock.Now(ctx)
		decided := timetrackdb.DecideBlockParams{ID: id, Status: status, DecidedByName: &who.Name, DecidedAt: &now, Comment: maybe.Of(comment)}
		if who.Is(actor.Client) {
			decided.DecidedByUserID = &who.ID
		}
		if err := q.DecideBlock(ctx, decided); err != nil {
			return err
		}
		tx.Record(about("overage_block", "overage_block."+d.action, row.CustomerID, id, map[string]any{
			"hours": Hours(row.Minutes), "amount": row.Amount.StringFixed(2), "currency": row.Currency, "comment": comment,
		}))
		tell(ctx, tx, notice{CustomerID: row.CustomerID, Event: d.event, SubjectID: id})
		announce(tx, row.CustomerID, false)
		b, err = readBlock(ctx, q, id)
		return err
	})
	return b, err
}

// buy puts the block's minutes into the ledger of its period.
func buy(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, row timetrackdb.OverageBlock) error {
	accounts, err := openAccounts(ctx, tx, q, []uuid.UUID{row.RetainerID}, nil)
	if err != nil {
		return err
	}
	a := accounts[row.RetainerID]
	err = a.Buy(int(row.Period), int(row.Minutes), row.Amount, a.today, a.now)
	if err != nil {
		return fault.New(fault.Conflict, "Its period is closed: there is nothing left to buy in it.")
	}
	return a.save(ctx, q)
}

func readBlock(ctx context.Context, q *timetrackdb.Queries, id uuid.UUID) (OverageBlock, error) {
	row, err := q.Block(ctx, id)
	if err != nil {
		return OverageBlock{}, db.Missing(err, "overage block")
	}
	return blockOf(row), nil
}

func blockOf(r timetrackdb.BlockRow) OverageBlock {
	b := r.OverageBlock
	return OverageBlock{
		ID: b.ID, CustomerID: b.CustomerID, RetainerID: b.RetainerID, RetainerName: r.RetainerName, PeriodStart: Day{Time: r.StartsOn},
		PeriodEnd: Day{Time: r.EndsOn}, Minutes: int(b.Minutes), Hours: Hours(b.Minutes), Rate: Amount{Decimal: b.Rate}, Amount: Amount{Decimal: b.Amount},
		Currency: b.Currency, Reason: b.Reason, Status: b.Status, AskedBy: b.AskedByName, AskedAt: b.AskedAt, DecidedByName: b.DecidedByName,
		DecidedAt: b.DecidedAt, Comment: b.Comment, ETag: api.ETag(b.Revision),
	}
}

// Alerts are what was told of a retainer, the last first.
func (s *Service) Alerts(ctx context.Context, retainer uuid.UUID) (list []Alert, err error) {
	list = []Alert{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		q := timetrackdb.New(tx)
		if _, err := q.RetainerName(ctx, retainer); err != nil {
			return db.Missing(err, "retainer")
		}
		rows, err := q.Alerts(ctx, retainer)
		for _, r := range rows {
			list = append(list, Alert{r.RetainerID, Day{Time: r.StartsOn}, int(r.Percent), r.ToldAt})
		}
		return err
	})
	return list, err
}
