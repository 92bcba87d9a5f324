package project

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/project/projectdb"
)

// QuoteChange is new values of a quote: nil leaves one as it is. A zero Day and an
// empty text clear what may be empty; lines and phases are replaced whole.
type QuoteChange struct {
	Name        *string `json:"name,omitempty" maxLength:"1000"`
	ProjectType *string `json:"project_type,omitempty" maxLength:"1000"`
	Intro       *string `json:"intro,omitempty" maxLength:"20000" doc:"Markdown"`
	Currency    *string `json:"currency,omitempty" maxLength:"10" doc:"ISO 4217"`
	ValidUntil  *Day    `json:"valid_until,omitempty" doc:"To the end of that day, where the customer is"`
	StartDate   *Day    `json:"start_date,omitempty"`
	DueDate     *Day    `json:"due_date,omitempty"`
	Lines       *[]Line `json:"lines,omitempty" maxItems:"1000" doc:"All of them"`
	TaxRate     *Number `json:"tax_rate,omitempty" doc:"Percent, on top of the lines; 0 for none"`
	Total       *Amount `json:"total,omitempty" doc:"Of a quote without lines, tax and all"`
	Phases      *[]Plan `json:"phases,omitempty" maxItems:"1000" doc:"All of them"`
}

// UpdateQuote changes a quote that is still as ifMatch says, which may be empty.
// Once it was sent, the change makes a new version, which the customer is asked to
// decide on anew, whatever they said to the one before.
func (s *Service) UpdateQuote(ctx context.Context, id uuid.UUID, change QuoteChange, ifMatch string) (quote Quote, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayPlan(tx.Actor()); err != nil {
			return err
		}
		q := projectdb.New(tx)
		row, err := q.QuoteForUpdate(ctx, id)
		if err != nil {
			return db.Missing(err, "quote")
		}
		before, err := readQuote(ctx, q, id)
		if err != nil {
			return err
		}
		if err := first(mayRevise(before), api.CheckMatch(ifMatch, before.Tag())); err != nil {
			return err
		}
		offer := change.offer(before)
		if err := offer.tidy(); err != nil {
			return err
		}
		changes := quoteEdits(before, offer, change)
		if len(changes) == 0 {
			quote = before
			return db.ErrUnchanged
		}
		version := before.Version
		if before.Status != Draft {
			version++
		}
		if err := save(ctx, q, row, version, offer, change); err != nil {
			return err
		}
		if quote, err = readQuote(ctx, q, id); err != nil {
			return err
		}
		tx.Record(quote.event("quote.update", map[string]any{"number": quote.Number, "version": quote.Version, "changes": changes}))
		if quote.Status == Sent {
			notify(ctx, tx, notice{QuoteID: id, Event: quoteSent})
		}
		announce(tx, row.CustomerID, id, quote.Status == Draft)
		return nil
	})
	return quote, err
}

// mayRevise keeps what work has begun on, and what is over.
func mayRevise(q Quote) error {
	switch q.Status {
	case Draft, Sent, Approved, Rejected:
		return nil
	case InProgress:
		return fault.New(fault.Conflict, "Work on this quote has begun. Offer what is new in a quote of its own.")
	}
	return fault.New(fault.Conflict, "This quote is %s: it stays as it is.", q.Status)
}

// offer is the quote as it is to be.
func (c QuoteChange) offer(q Quote) Offer {
	o := Offer{
		Name: q.Name, ProjectType: maybe.Value(q.ProjectType), Intro: q.Intro, Currency: q.Currency, ValidUntil: q.ValidUntil,
		StartDate: q.StartDate, DueDate: q.DueDate, Lines: q.Lines, TaxRate: q.TaxRate,
	}
	set(&o.Name, c.Name)
	set(&o.ProjectType, c.ProjectType)
	set(&o.Intro, c.Intro)
	if maybe.Value(c.Currency) != "" { // a quote is never without one
		o.Currency = *c.Currency
	}
	setDay(&o.ValidUntil, c.ValidUntil)
	setDay(&o.StartDate, c.StartDate)
	setDay(&o.DueDate, c.DueDate)
	set(&o.Lines, c.Lines)
	set(&o.Phases, c.Phases)
	if c.TaxRate != nil {
		o.TaxRate = c.TaxRate
	}
	if len(o.Lines) == 0 {
		if c.TaxRate == nil {
			o.TaxRate = nil // it went with the lines
		}
		if len(q.Lines) == 0 {
			o.Total = q.Total
		}
	}
	if c.Total != nil {
		o.Total = c.Total
	}
	return o
}

// save writes the offer over the quote.
func save(ctx context.Context, q *projectdb.Queries, row projectdb.Quote, version int, o Offer, c QuoteChange) error {
	err := q.ReviseQuote(ctx, projectdb.ReviseQuoteParams{
		ID: row.ID, Name: o.Name, ProjectType: maybe.Of(o.ProjectType), Intro: o.Intro, Total: decimalOf(o.Total), TaxRate: rateOf(o.TaxRate),
		Currency: o.Currency, ValidUntil: o.ValidUntil.Midnight(), StartDate: o.StartDate.Midnight(), DueDate: o.DueDate.Midnight(),
		Version: int32(version), Now: clock.Now(ctx),
	})
	if err == nil && c.Lines != nil {
		err = first(q.DeleteLines(ctx, row.ID), insertLines(ctx, q, row, o.Lines))
	}
	if err == nil && c.Phases != nil {
		if err = q.DeletePhases(ctx, row.ID); err == nil {
			err = insertPhases(ctx, q, row, 0, o.Phases)
		}
	}
	return err
}

// quoteEdits are the fields that differ; lines and phases only if they were given.
func quoteEdits(before Quote, after Offer, c QuoteChange) edits {
	e := edits{}
	note(e, "name", before.Name, after.Name)
	note(e, "project_type", maybe.Value(before.ProjectType), after.ProjectType)
	note(e, "intro", before.Intro, after.Intro)
	note(e, "currency", before.Currency, after.Currency)
	noteShown(e, "valid_until", before.ValidUntil, after.ValidUntil)
	noteShown(e, "start_date", before.StartDate, after.StartDate)
	noteShown(e, "due_date", before.DueDate, after.DueDate)
	noteShown(e, "tax_rate", before.TaxRate, after.TaxRate)
	noteShown(e, "total", before.Total, after.Total)
	if c.Lines != nil {
		noteJSON(e, "lines", before.Lines, after.Lines)
	}
	if c.Phases != nil {
		noteJSON(e, "phases", plansOf(before.Phases), after.Phases)
	}
	return e
}

// plansOf are phases as they were planned.
func plansOf(phases []Phase) []Plan {
	plans := make([]Plan, len(phases))
	for i, p := range phases {
		plans[i] = Plan{Name: p.Name, PlannedStart: p.PlannedStart, PlannedEnd: p.PlannedEnd, Weight: p.Weight}
	}
	return plans
}
