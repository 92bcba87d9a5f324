package project

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/api"
	"clientportal/internal/project/projectdb"
)

// Named is a person or a customer, as far as a quote names them.
type Named struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

// QuoteSummary is a quote in a list.
type QuoteSummary struct {
	ID          uuid.UUID  `json:"id"`
	Number      string     `json:"number" example:"Q-2026-031"`
	Customer    Named      `json:"customer"`
	Name        string     `json:"name"`
	ProjectType *string    `json:"project_type"`
	Status      Status     `json:"status" enum:"draft,sent,approved,rejected,in_progress,completed,cancelled"`
	Version     int        `json:"version" doc:"Counts the changes since it was first sent"`
	Total       *Amount    `json:"total"`
	Currency    string     `json:"currency" doc:"ISO 4217"`
	ValidUntil  *Day       `json:"valid_until" doc:"To the end of that day, where the customer is"`
	Expired     bool       `json:"expired" doc:"It waits for a decision that comes too late"`
	SentAt      *time.Time `json:"sent_at" doc:"When it was first sent"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
}

// Quote is an offer to a customer, and the agreement that a project stands on.
type Quote struct {
	QuoteSummary
	Intro     string    `json:"intro" doc:"Markdown"`
	StartDate *Day      `json:"start_date"`
	DueDate   *Day      `json:"due_date"`
	Lines     []Line    `json:"lines"`
	Subtotal  *Amount   `json:"subtotal" doc:"The sum of the lines"`
	TaxRate   *Number   `json:"tax_rate" doc:"Percent, on top of the lines"`
	Tax       *Amount   `json:"tax"`
	Phases    []Phase   `json:"phases"`
	Author    *Named    `json:"author" doc:"Whom of the agency to ask"`
	Decision  *Decision `json:"decision" doc:"The last one; about an older version once the quote has changed"`
	Reads     []Reading `json:"reads,omitempty" doc:"Who of the customer has read which version; for the agency's people"`
}

// Tag is the entity tag of the quote as it is now: what a decision is bound to.
func (q QuoteSummary) Tag() string {
	tag := fmt.Sprintf("%d-%d", q.Version, q.UpdatedAt.UnixMicro())
	if q.Expired {
		tag += "-expired"
	}
	return api.ETag(tag)
}

// tagOf is the tag of a quote whose plan may change: none that waits for a decision, so
// none that expires.
func tagOf(row projectdb.Quote) string {
	return QuoteSummary{Version: int(row.Version), UpdatedAt: row.UpdatedAt}.Tag()
}

// Line is one position of a quote.
type Line struct {
	Description string `json:"description"`
	Quantity    Number `json:"quantity"`
	Unit        string `json:"unit" required:"false" doc:"h, pages, …; may be empty"`
	UnitPrice   Amount `json:"unit_price" doc:"Below zero: a discount"`
}

// Amount is quantity times price, to two places, half a penny away from zero.
func (l Line) Amount() Amount { return Amount{Decimal: l.Quantity.Mul(l.UnitPrice.Decimal).Round(2)} }

// Decision is what the customer said to a version of a quote.
type Decision struct {
	Approved  bool      `json:"approved"`
	Version   int       `json:"version"`
	By        Named     `json:"by"`
	Comment   *string   `json:"comment"`
	Address   string    `json:"address" doc:"The network address that the decision came from"`
	DecidedAt time.Time `json:"decided_at"`
}

// Reading is somebody's first look at a version of a quote.
type Reading struct {
	By      Named     `json:"by"`
	Version int       `json:"version"`
	ReadAt  time.Time `json:"read_at"`
}

// sums are what lines come to: without tax, the tax, and both.
func sums(lines []Line, rate *Number) (subtotal, tax, total decimal.Decimal) {
	for _, l := range lines {
		subtotal = subtotal.Add(l.Amount().Decimal)
	}
	if rate != nil {
		tax = subtotal.Mul(rate.Decimal).Div(decimal.New(100, 0)).Round(2)
	}
	return subtotal, tax, subtotal.Add(tax)
}
