package project

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/project/projectdb"
)

// step is one way of the agency's from a status to another.
type step struct {
	action string
	from   []Status
	to     Status
	event  event // what the customer's people are told; "" for nothing
}

var (
	sending    = step{"quote.send", []Status{Draft}, Sent, quoteSent}
	starting   = step{"project.start", []Status{Approved}, InProgress, projectStarted}
	completing = step{"project.complete", []Status{InProgress}, Completed, projectCompleted}
	cancelling = step{"quote.cancel", []Status{Draft, Sent, Approved, InProgress}, Cancelled, ""}
)

// SendQuote lays a draft before the customer.
func (s *Service) SendQuote(ctx context.Context, id uuid.UUID) error { return s.move(ctx, id, sending) }

// StartProject begins the work on an approved quote.
func (s *Service) StartProject(ctx context.Context, id uuid.UUID) error {
	return s.move(ctx, id, starting)
}

// CompleteProject ends a project whose work is done.
func (s *Service) CompleteProject(ctx context.Context, id uuid.UUID) error {
	return s.move(ctx, id, completing)
}

// CancelQuote ends a quote or project whose work will not be done.
func (s *Service) CancelQuote(ctx context.Context, id uuid.UUID) error {
	return s.move(ctx, id, cancelling)
}

// move takes a quote one step on, if it stands where the step begins.
func (s *Service) move(ctx context.Context, id uuid.UUID, st step) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayPlan(tx.Actor()); err != nil {
			return err
		}
		q := projectdb.New(tx)
		quote, err := lockQuote(ctx, q, id)
		if err != nil {
			return err
		}
		if !slices.Contains(st.from, quote.Status) {
			return alreadyThere(quote)
		}
		if st.to == Sent && quote.Expired {
			return fault.New(fault.Conflict, "It is valid until %s, which has passed. Choose another day, then send it.", quote.ValidUntil)
		}
		tx.Record(quote.event(st.action, map[string]any{
			"number": quote.Number, "version": quote.Version, "before": quote.Status, "after": st.to,
		}))
		if st.event != "" {
			notify(ctx, tx, notice{QuoteID: id, Event: st.event})
		}
		announce(tx, quote.Customer.ID, id, quote.Status == Draft && st.to == Cancelled)
		return q.SetQuoteStatus(ctx, projectdb.SetQuoteStatusParams{ID: id, Status: string(st.to), Now: clock.Now(ctx)})
	})
}

// ApproveQuote accepts, in the customer's name, the version of a quote whose entity
// tag is ifMatch: it is a project now.
func (s *Service) ApproveQuote(ctx context.Context, id uuid.UUID, comment, ifMatch string) error {
	return s.decide(ctx, id, true, comment, ifMatch)
}

// RejectQuote turns that version down, saying why.
func (s *Service) RejectQuote(ctx context.Context, id uuid.UUID, comment, ifMatch string) error {
	if strings.TrimSpace(comment) == "" {
		return fault.InvalidField("comment", "Say why, so that the agency can do better.")
	}
	return s.decide(ctx, id, false, comment, ifMatch)
}

// decide keeps a decision on the version that was shown, whole and with who made
// it, when and from where. The quote's row is held: of two at once, one decides.
func (s *Service) decide(ctx context.Context, id uuid.UUID, approved bool, comment, ifMatch string) error {
	var check fault.Check
	comment = check.Text("comment", "the comment", comment, 0, maxComment)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		who := tx.Actor()
		if err := first(mayDecide(who), check.Err()); err != nil {
			return err
		}
		q := projectdb.New(tx)
		quote, err := lockQuote(ctx, q, id)
		if err != nil {
			return err
		}
		if err := mayBeDecided(quote, ifMatch); err != nil {
			return err
		}
		shown := quote
		shown.Reads = nil
		snapshot, err := json.Marshal(shown)
		if err != nil {
			return err
		}
		action := "quote.reject"
		if approved {
			action = "quote.approve"
		}
		tx.Record(quote.event(action, map[string]any{
			"number": quote.Number, "version": quote.Version, "total": quote.Total, "currency": quote.Currency, "comment": comment,
		}))
		notify(ctx, tx, notice{QuoteID: id, Event: quoteDecided})
		announce(tx, quote.Customer.ID, id, false)
		return q.DecideQuote(ctx, projectdb.DecideQuoteParams{
			ID: newID(), CustomerID: quote.Customer.ID, QuoteID: id, Version: int32(quote.Version), Approved: approved,
			UserID: who.ID, Name: who.Name, Address: who.Address, Comment: maybe.Of(comment), Snapshot: snapshot, Now: clock.Now(ctx),
		})
	})
}

// mayBeDecided says why a quote takes no decision, or not this one.
func mayBeDecided(q Quote, ifMatch string) error {
	switch {
	case ifMatch == "" || ifMatch == "*":
		return fault.New(fault.NeedsMatch, "Say which version of the quote you decide on: send its entity tag as If-Match.")
	case q.Status != Sent:
		return alreadyThere(q)
	case q.Expired:
		return fault.New(fault.Conflict, "This quote was valid until %s. Ask the agency for a new one.", q.ValidUntil.Format("2 January 2006"))
	}
	return api.CheckMatch(ifMatch, q.Tag())
}

func alreadyThere(q Quote) error {
	return fault.New(fault.Conflict, "This quote is %s already.", strings.ReplaceAll(string(q.Status), "_", " "))
}

// lockQuote reads a quote whose row is held until the end of the transaction.
func lockQuote(ctx context.Context, q *projectdb.Queries, id uuid.UUID) (Quote, error) {
	if _, err := q.QuoteForUpdate(ctx, id); err != nil {
		return Quote{}, db.Missing(err, "quote")
	}
	return readQuote(ctx, q, id)
}
