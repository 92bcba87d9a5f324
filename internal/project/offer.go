package project

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/project/projectdb"
)

const (
	maxLines   = 200
	maxIntro   = 10_000 // in characters
	maxComment = 2000
)

// The largest numbers that the columns hold.
var (
	maxAmount   = decimal.New(999_999_999_999, -2)
	maxQuantity = decimal.New(999_999_999_999, -3)
)

// Offer is a quote to be made. Without a currency it is in the customer's; with
// lines, they make the total.
type Offer struct {
	CustomerID  uuid.UUID `json:"customer_id" format:"uuid"`
	Name        string    `json:"name" maxLength:"1000"`
	ProjectType string    `json:"project_type,omitempty" maxLength:"1000"`
	Intro       string    `json:"intro,omitempty" maxLength:"20000" doc:"Markdown"`
	Currency    string    `json:"currency,omitempty" maxLength:"10" doc:"ISO 4217; the customer's when not given"`
	ValidUntil  *Day      `json:"valid_until,omitempty" doc:"To the end of that day, where the customer is"`
	StartDate   *Day      `json:"start_date,omitempty"`
	DueDate     *Day      `json:"due_date,omitempty"`
	Lines       []Line    `json:"lines,omitempty" maxItems:"1000"`
	TaxRate     *Number   `json:"tax_rate,omitempty" doc:"Percent, on top of the lines"`
	Total       *Amount   `json:"total,omitempty" doc:"Of a quote without lines, tax and all"`
	Phases      []Plan    `json:"phases,omitempty" maxItems:"1000"`
}

// CreateQuote makes a draft of a quote, with its lines and phases.
func (s *Service) CreateQuote(ctx context.Context, o Offer) (quote Quote, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
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
		row, err := q.InsertQuote(ctx, projectdb.InsertQuoteParams{
			ID: newID(), CustomerID: o.CustomerID, Number: fmt.Sprintf("Q-%d-%03d", now.Year(), number), Name: o.Name,
			ProjectType: maybe.Of(o.ProjectType), Intro: o.Intro, Total: decimalOf(o.Total), TaxRate: rateOf(o.TaxRate), Currency: o.Currency,
			ValidUntil: o.ValidUntil.Midnight(), StartDate: o.StartDate.Midnight(), DueDate: o.DueDate.Midnight(), CreatedByEmployeeID: &who.ID, Now: now,
		})
		if err != nil {
			return db.Missing(err, "customer")
		}
		if err := first(insertLines(ctx, q, row, o.Lines), insertPhases(ctx, q, row, 0, o.Phases)); err != nil {
			return err
		}
		if quote, err = readQuote(ctx, q, row.ID); err != nil {
			return err
		}
		announce(tx, row.CustomerID, row.ID, true)
		tx.Record(quote.event("quote.create", map[string]any{
			"number": quote.Number, "name": quote.Name, "total": quote.Total, "currency": quote.Currency, "phases": names(o.Phases),
		}))
		return nil
	})
	return quote, err
}

// tidy brings the offer into the form in which it is kept, with the total that its
// lines make, or tells what is wrong.
func (o *Offer) tidy() error {
	var check fault.Check
	o.Name = check.Text("name", "the name", o.Name, 1, 200)
	o.ProjectType = check.Text("project_type", "the kind of project", o.ProjectType, 0, 100)
	o.Intro = check.Text("intro", "the introduction", o.Intro, 0, maxIntro)
	o.Currency = strings.ToUpper(o.Currency)
	if _, err := currency.ParseISO(o.Currency); o.Currency != "" && err != nil {
		check.Add("currency", "Name a currency by its three letters of ISO 4217, such as GBP.")
	}
	checkDays(&check, "due_date", o.StartDate, o.DueDate)
	o.tidyLines(&check)
	o.Phases = tidyPlans(&check, o.Phases)
	return check.Err()
}

// tidyLines checks what the offer costs, and computes the total.
func (o *Offer) tidyLines(check *fault.Check) {
	if o.TaxRate != nil && o.TaxRate.IsZero() {
		o.TaxRate = nil
	}
	if o.TaxRate != nil {
		check.That(within(o.TaxRate.Decimal, 2, decimal.New(100, 0)) && !o.TaxRate.IsNegative(), "tax_rate", "Write a percentage such as 20 or 7.70.")
		check.That(len(o.Lines) > 0, "tax_rate", "Only lines are taxed; a total without lines has its tax in it.")
	}
	if len(o.Lines) == 0 {
		check.That(o.Total == nil || within(o.Total.Decimal, 2, maxAmount) && !o.Total.IsNegative(), "total", "Write an amount such as 6200.00.")
		return
	}
	check.That(o.Total == nil, "total", "The lines make the total. Leave it out, or leave out the lines.")
	check.That(len(o.Lines) <= maxLines, "lines", "A quote has at most %d lines.", maxLines)
	o.Lines = slices.Clone(o.Lines)
	sound := true
	for i := range o.Lines {
		sound = o.Lines[i].tidy(check, fmt.Sprintf("lines[%d].", i)) && sound
	}
	if !sound || o.TaxRate != nil && !within(o.TaxRate.Decimal, 2, maxAmount) {
		return
	}
	_, _, total := sums(o.Lines, o.TaxRate)
	check.That(!total.IsNegative() && total.LessThanOrEqual(maxAmount), "lines", "The lines come to %s, which is no price.", total.StringFixed(2))
	o.Total = &Amount{Decimal: total}
}

// tidy checks a line, and reports whether its numbers can be worked with.
func (l *Line) tidy(check *fault.Check, at string) bool {
	l.Description = check.Text(at+"description", "the description", l.Description, 1, 500)
	l.Unit = check.Text(at+"unit", "the unit", l.Unit, 0, 20)
	quantity := within(l.Quantity.Decimal, 3, maxQuantity) && l.Quantity.IsPositive()
	check.That(quantity, at+"quantity", "Write a number above 0, such as 12 or 7.5.")
	price := within(l.UnitPrice.Decimal, 2, maxAmount)
	check.That(price, at+"unit_price", "Write an amount such as 95.00.")
	return quantity && price
}

// insertLines adds all lines of a quote.
func insertLines(ctx context.Context, q *projectdb.Queries, quote projectdb.Quote, lines []Line) (err error) {
	rows := make([]projectdb.InsertLineParams, len(lines))
	for i, l := range lines {
		rows[i] = projectdb.InsertLineParams{
			ID: newID(), CustomerID: quote.CustomerID, QuoteID: quote.ID, Position: int32(i + 1),
			Description: l.Description, Quantity: l.Quantity.Decimal, Unit: l.Unit, UnitPrice: l.UnitPrice.Decimal,
		}
	}
	if len(rows) == 0 {
		return nil
	}
	q.InsertLine(ctx, rows).Exec(func(_ int, e error) { err = first(err, e) })
	return err
}

func decimalOf(a *Amount) *decimal.Decimal {
	if a == nil {
		return nil
	}
	return &a.Decimal
}

func rateOf(n *Number) *decimal.Decimal {
	if n == nil {
		return nil
	}
	return &n.Decimal
}
