package project

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/project/projectdb"
)

// Offer is a quote to be made. Without a currency it is in the customer's.
type Offer struct {
	CustomerID  uuid.UUID
	Name        string
	ProjectType string
	Total       *decimal.Decimal
	Currency    string
	StartDate   *time.Time
	DueDate     *time.Time
	Phases      []Plan
}

// CreateQuote makes a draft of a quote, with its phases.
func (s *Service) CreateQuote(ctx context.Context, o Offer) (quote Quote, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		who := tx.Actor()
		if err := mayPlan(who); err != nil {
			return err
		}
		if err := o.tidy(); err != nil {
			return err
		}
		q, now := projectdb.New(tx), clock.Now(ctx)
		number, err := q.NextQuoteNumber(ctx)
		if err != nil {
			return err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		row, err := q.InsertQuote(ctx, projectdb.InsertQuoteParams{
			ID: id, CustomerID: o.CustomerID, Number: fmt.Sprintf("Q-%d-%03d", now.Year(), number), Name: o.Name,
			ProjectType: optional(o.ProjectType), Total: o.Total, Currency: o.Currency,
			StartDate: o.StartDate, DueDate: o.DueDate, CreatedByEmployeeID: &who.ID, Now: now,
		})
		if err != nil {
			return missing(err, "customer")
		}
		quote = quoteOf(row)
		tx.Record(quote.event("quote.create", map[string]any{
			"number": quote.Number, "name": quote.Name, "total": quote.Total, "currency": quote.Currency, "phases": names(o.Phases),
		}))
		return insertPhases(ctx, q, quote, 0, o.Phases)
	})
	return quote, err
}

// Quote is the quote of this id.
func (s *Service) Quote(ctx context.Context, id uuid.UUID) (quote Quote, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		row, err := projectdb.New(tx).Quote(ctx, id)
		if err != nil {
			return missing(err, "quote")
		}
		quote = quoteOf(row)
		tx.Record(quote.event("quote.view", nil))
		return nil
	})
	return quote, err
}

// maxTotal is what the column holds.
var maxTotal = decimal.New(1, 10)

// tidy brings the offer into the form in which it is kept, or tells what is wrong.
func (o *Offer) tidy() error {
	var check fault.Check
	o.Name = check.Text("name", "the name", o.Name, 1, 200)
	o.ProjectType = check.Text("project_type", "the kind of project", o.ProjectType, 0, 100)
	o.Currency = strings.ToUpper(o.Currency)
	if _, err := currency.ParseISO(o.Currency); o.Currency != "" && err != nil {
		check.Add("currency", "Name a currency by its three letters of ISO 4217, such as GBP.")
	}
	if o.Total != nil {
		check.That(!o.Total.IsNegative() && o.Total.LessThan(maxTotal) && o.Total.Equal(o.Total.Round(2)),
			"total", "Write an amount such as 6200.00.")
	}
	checkDays(&check, "due_date", o.StartDate, o.DueDate)
	o.Phases = tidyPlans(&check, o.Phases)
	return check.Err()
}

// checkDays faults the field of the last day when it is before the first.
func checkDays(check *fault.Check, name string, first, last *time.Time) {
	check.That(first == nil || last == nil || !last.Before(*first), name, "Choose a day that is not before the first.")
}

// optional is nil for an empty text.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
