package project

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/project/projectdb"
)

// Quote is the quote of this id, and leaves an event of the view. That a person of
// the customer has read a version is kept for the agency to know.
func (s *Service) Quote(ctx context.Context, id uuid.UUID) (quote Quote, err error) {
	fresh := false
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if quote, err = readQuote(ctx, projectdb.New(tx), id); err != nil {
			return err
		}
		fresh = quote.isNewTo(tx.Actor())
		if !fresh {
			tx.Record(quote.event("quote.view", nil))
		}
		return nil
	})
	if err == nil && fresh {
		err = s.markRead(ctx, quote)
	}
	return quote.shownTo(ctx), err
}

// quote is the same for the portal's own use, without an event.
func (s *Service) quote(ctx context.Context, id uuid.UUID) (quote Quote, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		quote, err = readQuote(ctx, projectdb.New(tx), id)
		return err
	})
	return quote.shownTo(ctx), err
}

func (s *Service) markRead(ctx context.Context, quote Quote) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Record(quote.event("quote.view", map[string]any{"version": quote.Version, "first": true}))
		_, err := projectdb.New(tx).MarkRead(ctx, projectdb.MarkReadParams{
			CustomerID: quote.Customer.ID, QuoteID: quote.ID, Version: int32(quote.Version), UserID: tx.Actor().ID, ReadAt: clock.Now(ctx),
		})
		return err
	})
}

// isNewTo reports whether a person of the customer has not read this version yet.
// An employee who views as them reads nothing in their place.
func (q Quote) isNewTo(who actor.Actor) bool {
	return who.Is(actor.Client) && !who.Viewing() && !slices.ContainsFunc(q.Reads, func(r Reading) bool {
		return r.Version == q.Version && r.By.ID == who.ID
	})
}

// shownTo is the quote without what only the agency's people see.
func (q Quote) shownTo(ctx context.Context) Quote {
	if who, _ := actor.From(ctx); !who.Is(actor.Staff) {
		q.Reads = nil
	}
	return q
}

func (q Quote) event(action string, payload any) audit.Event {
	return about(action, q.Customer.ID, q.ID, payload)
}

// readQuote reads a quote with all that stands in it.
func readQuote(ctx context.Context, q *projectdb.Queries, id uuid.UUID) (Quote, error) {
	row, err := q.Quote(ctx, projectdb.QuoteParams{ID: id, Now: clock.Now(ctx)})
	if err != nil {
		return Quote{}, db.Missing(err, "quote")
	}
	r := row.Quote
	quote := Quote{
		QuoteSummary: QuoteSummary{
			ID: r.ID, Number: r.Number, Customer: Named{r.CustomerID, row.CustomerName}, Name: r.Name, ProjectType: r.ProjectType,
			Status: Status(r.Status), Version: int(r.Version), Total: amountOf(r.Total), Currency: r.Currency,
			ValidUntil: dayOf(r.ValidUntil), Expired: row.Expired, SentAt: r.SentAt, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		},
		Intro: r.Intro, StartDate: dayOf(r.StartDate), DueDate: dayOf(r.DueDate), TaxRate: numberOf(r.TaxRate),
	}
	if r.CreatedByEmployeeID != nil {
		quote.Author = &Named{*r.CreatedByEmployeeID, row.AuthorName}
	}
	for column, field := range map[*[]byte]any{&row.Lines: &quote.Lines, &row.Phases: &quote.Phases, &row.Decision: &quote.Decision, &row.Reads: &quote.Reads} {
		if len(*column) == 0 {
			continue // null: not decided yet
		}
		if err := json.Unmarshal(*column, field); err != nil {
			return Quote{}, fmt.Errorf("read quote %s: %w", id, err)
		}
	}
	if len(quote.Lines) > 0 {
		subtotal, tax, _ := sums(quote.Lines, quote.TaxRate)
		quote.Subtotal, quote.Tax = &Amount{Decimal: subtotal}, &Amount{Decimal: tax}
	}
	return quote, nil
}

func numberOf(d *decimal.Decimal) *Number {
	if d == nil {
		return nil
	}
	return &Number{Decimal: *d}
}
