package project

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/project/projectdb"
)

// step is one way from a status to another.
type step struct {
	action string
	from   []Status
	to     Status
	may    func(actor.Actor) error
}

var (
	sending    = step{"quote.send", []Status{Draft}, Sent, mayPlan}
	approving  = step{"quote.approve", []Status{Sent}, Approved, mayDecide}
	rejecting  = step{"quote.reject", []Status{Sent}, Rejected, mayDecide}
	starting   = step{"project.start", []Status{Approved}, InProgress, mayPlan}
	completing = step{"project.complete", []Status{InProgress}, Completed, mayPlan}
	cancelling = step{"quote.cancel", []Status{Draft, Sent, Approved, InProgress}, Cancelled, mayPlan}
)

// SendQuote lays a draft before the customer.
func (s *Service) SendQuote(ctx context.Context, id uuid.UUID) error {
	return s.move(ctx, id, sending, "", func(q *projectdb.Queries) error {
		return q.SendQuote(ctx, projectdb.SendQuoteParams{ID: id, Now: clock.Now(ctx)})
	})
}

// ApproveQuote accepts a quote in the customer's name: it is a project now.
func (s *Service) ApproveQuote(ctx context.Context, id uuid.UUID, comment string) error {
	return s.decide(ctx, id, approving, comment)
}

// RejectQuote turns a quote down, saying why.
func (s *Service) RejectQuote(ctx context.Context, id uuid.UUID, comment string) error {
	if strings.TrimSpace(comment) == "" {
		return fault.InvalidField("comment", "Say why, so that the agency can do better.")
	}
	return s.decide(ctx, id, rejecting, comment)
}

// StartProject begins the work on an approved quote.
func (s *Service) StartProject(ctx context.Context, id uuid.UUID) error {
	return s.set(ctx, id, starting)
}

// CompleteProject ends a project whose work is done.
func (s *Service) CompleteProject(ctx context.Context, id uuid.UUID) error {
	return s.set(ctx, id, completing)
}

// CancelQuote ends a quote or project whose work will not be done.
func (s *Service) CancelQuote(ctx context.Context, id uuid.UUID) error {
	return s.set(ctx, id, cancelling)
}

func (s *Service) decide(ctx context.Context, id uuid.UUID, st step, comment string) error {
	var check fault.Check
	comment = check.Text("comment", "the comment", comment, 0, 2000)
	if err := check.Err(); err != nil {
		return err
	}
	return s.move(ctx, id, st, comment, func(q *projectdb.Queries) error {
		who, _ := actor.From(ctx)
		return q.DecideQuote(ctx, projectdb.DecideQuoteParams{
			ID: id, Status: string(st.to), DecidedByUserID: &who.ID, DecisionComment: optional(comment), Now: clock.Now(ctx),
		})
	})
}

func (s *Service) set(ctx context.Context, id uuid.UUID, st step) error {
	return s.move(ctx, id, st, "", func(q *projectdb.Queries) error {
		return q.SetQuoteStatus(ctx, projectdb.SetQuoteStatusParams{ID: id, Status: string(st.to), UpdatedAt: clock.Now(ctx)})
	})
}

// move takes a quote one step on, if it stands where the step begins.
func (s *Service) move(ctx context.Context, id uuid.UUID, st step, comment string, change func(*projectdb.Queries) error) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := st.may(tx.Actor()); err != nil {
			return err
		}
		q := projectdb.New(tx)
		row, err := q.QuoteForUpdate(ctx, id)
		if err != nil {
			return missing(err, "quote")
		}
		quote := quoteOf(row)
		if !slices.Contains(st.from, quote.Status) {
			return fault.New(fault.Conflict, "This quote is %s already.", strings.ReplaceAll(row.Status, "_", " "))
		}
		payload := map[string]any{"number": quote.Number, "version": quote.Version, "before": quote.Status, "after": st.to}
		if comment != "" {
			payload["comment"] = comment
		}
		tx.Record(quote.event(st.action, payload))
		return change(q)
	})
}
