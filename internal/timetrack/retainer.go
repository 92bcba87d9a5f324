package timetrack

import (
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
)

// How long a period is, and what becomes of a deficit.
const (
	Month   = "month"
	Quarter = "quarter"
	Carry   = "carry"
	Bill    = "bill"
)

// Terms are what was agreed for a retainer, from a day on. A period keeps to the
// terms of its first day.
type Terms struct {
	EffectiveFrom               Day       `json:"effective_from"`
	MinutesPerPeriod            int       `json:"minutes_per_period"`
	Period                      string    `json:"period" enum:"month,quarter"`
	RolloverCapMinutes          *int      `json:"rollover_cap_minutes" doc:"What rolls over at most; null: no cap, or no rollover where it does not expire either"`
	RolloverExpiresAfterPeriods *int      `json:"rollover_expires_after_periods" doc:"Null: as long as the cap allows"`
	Deficit                     string    `json:"deficit" enum:"carry,bill"`
	OverageRate                 *Amount   `json:"overage_rate" doc:"For an hour beyond the retainer"`
	PendingConsumes             bool      `json:"pending_consumes" doc:"Hours that wait for approval count as used; else they are counted apart"`
	RejectedConsumes            bool      `json:"rejected_consumes" doc:"So do those that the client rejected"`
	AutoApproveAfterDays        *int      `json:"auto_approve_after_days" doc:"Null: never by itself"`
	ConsentBlockMinutes         *int      `json:"consent_block_minutes" doc:"Beyond the retainer, the client approves blocks of so many minutes before they are worked; null: no consent is needed"`
	ClosesAfterDays             int       `json:"closes_after_days" doc:"So long after its end a period closes by itself"`
	AgreedBy                    string    `json:"agreed_by"`
	RecordedAt                  time.Time `json:"recorded_at"`
}

// Retainer is minutes that a customer buys for each period.
type Retainer struct {
	ID         uuid.UUID  `json:"id"`
	CustomerID uuid.UUID  `json:"customer_id"`
	Customer   Named      `json:"customer"`
	QuoteID    *uuid.UUID `json:"quote_id" doc:"The project that it is for; null: all of the customer's"`
	QuoteName  *string    `json:"quote_name"`
	Name       string     `json:"name"`
	StartsOn   Day        `json:"starts_on"`
	EndsOn     *Day       `json:"ends_on" doc:"The last day"`
	Currency   string     `json:"currency"`

	// What holds now, once more at the top, as it was given.
	MinutesPerPeriod            int     `json:"minutes_per_period"`
	Period                      string  `json:"period" enum:"month,quarter"`
	RolloverCapMinutes          *int    `json:"rollover_cap_minutes"`
	RolloverExpiresAfterPeriods *int    `json:"rollover_expires_after_periods"`
	Deficit                     string  `json:"deficit" enum:"carry,bill"`
	OverageRate                 *Amount `json:"overage_rate"`
	PendingConsumes             bool    `json:"pending_consumes"`
	RejectedConsumes            bool    `json:"rejected_consumes"`
	AutoApproveAfterDays        *int    `json:"auto_approve_after_days"`
	ConsentBlockMinutes         *int    `json:"consent_block_minutes"`
	ClosesAfterDays             int     `json:"closes_after_days"`

	Terms     []Terms   `json:"terms" doc:"All that was agreed, in order"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Revision  int       `json:"revision"`
}

// Tag is the entity tag of the retainer as it is.
func (r Retainer) Tag() string { return api.ETag(r.Revision) }

// RetainerInput is a retainer to be made.
type RetainerInput struct {
	CustomerID                  uuid.UUID  `json:"customer_id" format:"uuid"`
	QuoteID                     *uuid.UUID `json:"quote_id,omitempty" format:"uuid" doc:"The project that it is for; all of the customer's when not given"`
	Name                        string     `json:"name" maxLength:"400"`
	MinutesPerPeriod            int        `json:"minutes_per_period"`
	Period                      string     `json:"period" enum:"month,quarter"`
	StartsOn                    Day        `json:"starts_on"`
	EndsOn                      *Day       `json:"ends_on,omitempty" doc:"The last day"`
	RolloverCapMinutes          *int       `json:"rollover_cap_minutes,omitempty"`
	RolloverExpiresAfterPeriods *int       `json:"rollover_expires_after_periods,omitempty"`
	Deficit                     string     `json:"deficit" enum:"carry,bill"`
	OverageRate                 *Amount    `json:"overage_rate,omitempty"`
	Currency                    string     `json:"currency,omitempty" maxLength:"10" doc:"ISO 4217; the customer's when not given"`
	PendingConsumes             bool       `json:"pending_consumes,omitempty"`
	RejectedConsumes            bool       `json:"rejected_consumes,omitempty"`
	AutoApproveAfterDays        *int       `json:"auto_approve_after_days,omitempty"`
	ConsentBlockMinutes         *int       `json:"consent_block_minutes,omitempty"`
	ClosesAfterDays             *int       `json:"closes_after_days,omitempty" doc:"5 when not given"`
}

// RetainerChange changes what is not nil: the name and the end at once, the terms
// from the first period on that starts on EffectiveFrom or later. A number below zero
// takes the cap, the expiry, the automatic approval or the consent away, and "" the rate.
type RetainerChange struct {
	Name                        *string       `json:"name,omitempty" maxLength:"400"`
	EndsOn                      DayOrNone     `json:"ends_on,omitzero" doc:"The last day; null or \"\": it goes on"`
	EffectiveFrom               *Day          `json:"effective_from,omitempty" doc:"From when changed terms hold: needed to change any of those below"`
	MinutesPerPeriod            *int          `json:"minutes_per_period,omitempty"`
	Period                      *string       `json:"period,omitempty" enum:"month,quarter"`
	RolloverCapMinutes          *int          `json:"rollover_cap_minutes,omitempty" doc:"-1 for none"`
	RolloverExpiresAfterPeriods *int          `json:"rollover_expires_after_periods,omitempty" doc:"-1 for none"`
	Deficit                     *string       `json:"deficit,omitempty" enum:"carry,bill"`
	OverageRate                 *AmountOrNone `json:"overage_rate,omitempty" doc:"\"\" for none"`
	PendingConsumes             *bool         `json:"pending_consumes,omitempty"`
	RejectedConsumes            *bool         `json:"rejected_consumes,omitempty"`
	AutoApproveAfterDays        *int          `json:"auto_approve_after_days,omitempty" doc:"-1 for never"`
	ConsentBlockMinutes         *int          `json:"consent_block_minutes,omitempty" doc:"-1 for none"`
	ClosesAfterDays             *int          `json:"closes_after_days,omitempty"`
}

// Period is one period of a retainer, half-open.
type Period struct {
	Number      int        `json:"number" doc:"From 0"`
	PeriodStart Day        `json:"period_start"`
	PeriodEnd   Day        `json:"period_end" doc:"The day after the last one"`
	ClosedAt    *time.Time `json:"closed_at"`
	ClosedBy    *string    `json:"closed_by"`
	Figures
}

// Figures are what a period comes to.
type Figures struct {
	IncludedHours   Hours   `json:"included_hours"`
	RolledOverHours Hours   `json:"rolled_over_hours" doc:"From the period before; below zero: a deficit that was carried"`
	UsedHours       Hours   `json:"used_hours"`
	PendingHours    Hours   `json:"pending_hours" doc:"Wait for approval, and are not in used_hours"`
	RejectedHours   Hours   `json:"rejected_hours" doc:"Not in used_hours either"`
	AdjustedHours   Hours   `json:"adjusted_hours" doc:"By late, edited and deleted entries of closed periods; below zero: more used"`
	OverageHours    Hours   `json:"overage_hours" doc:"Used beyond what there was"`
	BoughtHours     Hours   `json:"bought_hours" doc:"Beyond the retainer, that are paid for by themselves"`
	ExpiredHours    Hours   `json:"expired_hours"`
	OnwardHours     Hours   `json:"onward_hours" doc:"Rolled over into the next period; below zero: a deficit"`
	RemainingHours  Hours   `json:"remaining_hours"`
	BilledAmount    *Amount `json:"billed_amount" doc:"Of the bought hours; null without a rate"`
}

// Summary is how a retainer stands at the end of a day.
type Summary struct {
	RetainerID  uuid.UUID  `json:"retainer_id"`
	CustomerID  uuid.UUID  `json:"customer_id"`
	Customer    Named      `json:"customer"`
	Name        string     `json:"name"`
	QuoteID     *uuid.UUID `json:"quote_id"`
	QuoteName   *string    `json:"quote_name"`
	Period      string     `json:"period" enum:"month,quarter"`
	PeriodStart Day        `json:"period_start"`
	PeriodEnd   Day        `json:"period_end" doc:"The day after the last one"`
	AsOf        Day        `json:"as_of"`
	Figures
	Currency    string   `json:"currency"`
	OverageRate *Amount  `json:"overage_rate"`
	Forecast    Forecast `json:"forecast"`
	Burn        []Burn   `json:"burn" doc:"What was used by the end of each day of the period until as_of"`

	retainer Retainer
	counted  Hours // of what is used, what waits for approval
}

// Burn is what was used in a period by the end of a day.
type Burn struct {
	Day       Day   `json:"day"`
	UsedHours Hours `json:"used_hours"`
}

// Forecast is the days between which a retainer runs out, at the pace of the periods
// before, or why nobody can say.
type Forecast struct {
	RunsOutFrom *Day    `json:"runs_out_from"`
	RunsOutTo   *Day    `json:"runs_out_to"`
	LeastHours  *Hours  `json:"least_hours" doc:"That will have been worked by the end of the period, at the slowest pace; null without enough history"`
	MostHours   *Hours  `json:"most_hours" doc:"Likewise, at the quickest"`
	Basis       string  `json:"basis" doc:"What the days follow from"`
	Reason      *string `json:"reason" doc:"Why there are no days, such as: not enough history"`
}

// StatementQuery says which statement: of a retainer's period, or of a month with all
// hours of a customer. AsOf is the moment whose knowledge it has: now, when zero.
type StatementQuery struct {
	CustomerID uuid.UUID  // of a month, for the agency's people; a client's own goes without saying
	RetainerID *uuid.UUID // of a period: that which has the day On
	On         Day        // any day of the month or period
	AsOf       time.Time
}

// Statement is the hours of some days as they stood at a moment, line by line. The same
// days and moment give the same statement for ever.
type Statement struct {
	Customer  Named               `json:"customer"`
	From      Day                 `json:"from"`
	Until     Day                 `json:"until" doc:"The day after the last one"`
	AsOf      time.Time           `json:"as_of" doc:"It has what was recorded by then"`
	TimeZone  string              `json:"time_zone" doc:"The customer's, in which its days are"`
	Retainers []RetainerStatement `json:"retainers" doc:"The retainer of the period, or all of the month"`
	Entries   []StatementLine     `json:"entries" doc:"The work of these days, in order"`
	Totals    Totals              `json:"totals" doc:"Of the entries"`
}

// RetainerStatement is a period of a retainer, row by row.
type RetainerStatement struct {
	RetainerID  uuid.UUID    `json:"retainer_id"`
	Name        string       `json:"name"`
	QuoteName   *string      `json:"quote_name"`
	Currency    string       `json:"currency"`
	OverageRate *Amount      `json:"overage_rate"`
	Period      Period       `json:"period"`
	Ledger      []LedgerLine `json:"ledger" doc:"All that moved the balance, in order"`
}

// LedgerLine is a row of the ledger.
type LedgerLine struct {
	Day      Day        `json:"day"`
	Kind     string     `json:"kind" enum:"grant,use,rollover,expiry,overage,adjustment"`
	Minutes  int        `json:"minutes" doc:"Below zero: taken"`
	Hours    Hours      `json:"hours"`
	Balance  Hours      `json:"balance" doc:"Of the period, after this row"`
	EntryID  *uuid.UUID `json:"entry_id"`
	Note     string     `json:"note"`
	Amount   *Amount    `json:"amount"`
	Recorded *time.Time `json:"recorded_at" doc:"Null: shown as it will be when the period opens or closes"`
}

// StatementLine is an entry as it was at the statement's moment.
type StatementLine struct {
	EntryID         uuid.UUID `json:"entry_id"`
	Revision        int       `json:"revision"`
	DateWorked      Day       `json:"date_worked"`
	EmployeeName    *string   `json:"employee_name"`
	TaskDescription string    `json:"task_description"`
	Category        *string   `json:"category"`
	QuoteName       *string   `json:"quote_name"`
	TicketNumber    *string   `json:"ticket_number"`
	Minutes         int       `json:"minutes"`
	Hours           Hours     `json:"hours"`
	Billable        bool      `json:"billable"`
	Approval        Approval  `json:"approval"`
	DecidedByName   *string   `json:"decided_by_name"`
	HourlyRate      *Amount   `json:"hourly_rate"`
	Currency        string    `json:"currency"`
}

// Alert is that so much of a period's minutes is used up; each is told once.
type Alert struct {
	RetainerID  uuid.UUID `json:"retainer_id"`
	PeriodStart Day       `json:"period_start"`
	Percent     int       `json:"percent" doc:"Of the period, which was used up when people were told"`
	ToldAt      time.Time `json:"told_at"`
}

// OverageBlock is minutes beyond the retainer, at a price that the client accepts
// before they are worked.
type OverageBlock struct {
	ID            uuid.UUID  `json:"id"`
	CustomerID    uuid.UUID  `json:"customer_id"`
	RetainerID    uuid.UUID  `json:"retainer_id"`
	RetainerName  string     `json:"retainer_name"`
	PeriodStart   Day        `json:"period_start"`
	PeriodEnd     Day        `json:"period_end"`
	Minutes       int        `json:"minutes"`
	Hours         Hours      `json:"hours"`
	Rate          Amount     `json:"rate" doc:"For an hour"`
	Amount        Amount     `json:"amount"`
	Currency      string     `json:"currency"`
	Reason        string     `json:"reason"`
	Status        string     `json:"status" enum:"asked,approved,declined,withdrawn"`
	AskedBy       string     `json:"asked_by"`
	AskedAt       time.Time  `json:"asked_at"`
	DecidedByName *string    `json:"decided_by_name"`
	DecidedAt     *time.Time `json:"decided_at"`
	Comment       *string    `json:"comment"`
	ETag          string     `json:"etag"`
}

// Message is one of the conversation that a rejection opens.
type Message struct {
	ID        uuid.UUID `json:"id"`
	Author    string    `json:"author"`
	Staff     bool      `json:"staff" doc:"Written by the agency"`
	Body      string    `json:"body" doc:"Markdown"`
	CreatedAt time.Time `json:"created_at"`
}
