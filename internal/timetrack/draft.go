package timetrack

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack/timetrackdb"
)

const (
	maxMinutes     = 24 * 60
	maxDescription = 2000 // in characters

	mendRate = "Write an amount from 0 with two places at most, such as 95.00."
)

var (
	maxRate  = decimal.New(9_999_999_999, -2)
	maxHours = decimal.NewFromInt(24)
)

// draft is what somebody says about an entry.
type draft struct {
	customer              uuid.UUID
	quote, ticket, worker *uuid.UUID
	description, category string
	minutes               int
	day                   Day
	billable, retained    bool
	internal              bool
	rate                  *Amount
	currency              string // "" for the customer's
	worked                bool   // by the same employee before
	setting               timetrackdb.SettingRow
}

// draftOf is an entry that is to be logged.
func draftOf(in EntryInput, who actor.Actor) (*draft, fault.Check) {
	var check fault.Check
	d := &draft{
		customer: in.CustomerID, quote: in.QuoteID, ticket: in.TicketID, worker: in.EmployeeID, description: in.TaskDescription, day: in.DateWorked,
		billable: in.Billable == nil || *in.Billable, rate: in.HourlyRate, currency: in.Currency, category: in.Category, retained: in.IsRetainer,
		internal: in.Internal,
	}
	if d.worker == nil {
		d.worker = &who.ID
	}
	d.minutes = minutesOf(&check, in.Minutes, in.Hours)
	d.check(&check)
	return d, check
}

// minutesOf reads minutes or hours, of which exactly one is there.
func minutesOf(check *fault.Check, minutes *int, hours *exact.Number) int {
	switch {
	case minutes != nil && hours != nil:
		check.Add("minutes", "Say minutes or hours, not both.")
	case minutes == nil && hours == nil:
		check.Add("minutes", "Say how long it took, in minutes or in hours.")
	case minutes != nil:
		check.That(*minutes > 0 && *minutes <= maxMinutes, "minutes", "Write between 1 and 1440 minutes: a day has no more.")
		return *minutes
	case !exact.Within(hours.Decimal, 2, maxHours) || !hours.IsPositive():
		check.Add("hours", "Write hours above 0 and up to 24, with two places at most, such as 1.25.")
	default:
		return int(hours.Mul(sixty).Round(0).IntPart())
	}
	return 0
}

// apply changes what the change says.
func (d *draft) apply(in EntryChange) fault.Check {
	var check fault.Check
	setID(&check, "quote_id", &d.quote, in.QuoteID)
	setID(&check, "ticket_id", &d.ticket, in.TicketID)
	if d.worked = in.EmployeeID == nil; !d.worked {
		d.worker = in.EmployeeID
	}
	if in.Minutes != nil || in.Hours != nil {
		d.minutes = minutesOf(&check, in.Minutes, in.Hours)
	}
	if in.HourlyRate != nil {
		d.rate = in.HourlyRate.Amount
	}
	set(&d.description, in.TaskDescription)
	set(&d.day, in.DateWorked)
	set(&d.billable, in.Billable)
	set(&d.currency, in.Currency)
	set(&d.category, in.Category)
	set(&d.retained, in.IsRetainer)
	set(&d.internal, in.Internal)
	d.check(&check)
	return check
}

func (d *draft) check(check *fault.Check) {
	d.description = check.Text("task_description", "what was done", d.description, 1, maxDescription)
	d.category = check.Text("category", "the category", d.category, 0, 100)
	d.currency = strings.ToUpper(strings.TrimSpace(d.currency))
	if _, err := currency.ParseISO(d.currency); d.currency != "" && err != nil {
		check.Add("currency", "Name a currency by its three letters of ISO 4217, such as GBP.")
	}
	check.That(d.rate == nil || exact.Within(d.rate.Decimal, 2, maxRate) && !d.rate.IsNegative(), "hourly_rate", mendRate)
	check.That(!d.internal || !d.retained, "is_retainer", "What is internal is taken from no retainer.")
	check.That(d.day.Year() >= 2000, "date_worked", "This day is too long ago. Choose the day on which it was worked.")
}

// settle reads what the draft refers to, and checks the rest by it.
func (d *draft) settle(ctx context.Context, q *timetrackdb.Queries, check *fault.Check) (err error) {
	d.setting, err = q.Setting(ctx, timetrackdb.SettingParams{CustomerID: d.customer, QuoteID: d.quote, TicketID: d.ticket, EmployeeID: d.worker})
	if err != nil {
		return db.Missing(err, "customer")
	}
	at := d.setting
	if d.quote != nil && at.QuoteID == nil {
		return fault.Missing("project")
	}
	if d.ticket != nil && at.TicketID == nil {
		return fault.Missing("ticket")
	}
	if d.worker != nil && at.EmployeeID == nil {
		return fault.Missing("employee")
	}
	check.That(d.worker == nil || *at.EmployeeActive || d.worked, "employee_id", "This employee has left.")
	if d.currency == "" {
		d.currency = at.Currency
	}
	tomorrow := dayIn(at.Timezone, clock.Now(ctx)).AddDate(0, 0, 1) // somewhere it is that day already
	check.That(!d.day.After(tomorrow), "date_worked", "This day is yet to come. Log hours once they are worked.")
	return check.Err()
}

// setID sets an id that may be missing; "" takes it away.
func setID(check *fault.Check, name string, field **uuid.UUID, to *string) {
	if to == nil {
		return
	}
	*field = nil
	if *to == "" {
		return
	}
	id, err := uuid.Parse(*to)
	check.That(err == nil, name, "This is no id.")
	*field = &id
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}
