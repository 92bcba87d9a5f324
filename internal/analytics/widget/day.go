package widget

import (
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/shopspring/decimal"
)

// Day is a day of the calendar, kept as its midnight in UTC and written YYYY-MM-DD.
type Day struct{ time.Time }

// DayOf is the day on which t falls, in t's own zone.
func DayOf(t time.Time) Day {
	year, month, day := t.Date()
	return Day{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// ParseDay reads YYYY-MM-DD.
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	return Day{t}, err
}

// String is the day as YYYY-MM-DD.
func (d Day) String() string { return d.Format(time.DateOnly) }

// Plus is the day so many days later.
func (d Day) Plus(days int) Day { return Day{d.AddDate(0, 0, days)} }

// MonthStart is the first day of the month so many months later.
func (d Day) MonthStart(months int) Day { return Day{d.AddDate(0, months, 1-d.Day())} }

// DaysTo is how many days lie from d up to, and without, until.
func (d Day) DaysTo(until Day) int { return int(until.Sub(d.Time).Hours() / 24) }

// MarshalJSON implements json.Marshaler.
func (d Day) MarshalJSON() ([]byte, error) { return d.AppendFormat(nil, `"`+time.DateOnly+`"`), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (d *Day) UnmarshalJSON(b []byte) error {
	var text string
	err := json.Unmarshal(b, &text)
	if err == nil {
		*d, err = ParseDay(text)
	}
	return err
}

// Schema implements huma.SchemaProvider.
func (Day) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date"}
}

// Number is an exact number, written as a string: "12.25".
type Number struct{ decimal.Decimal }

// Schema implements huma.SchemaProvider.
func (Number) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Pattern: `^-?\d{1,15}(\.\d{1,10})?$`, PatternDescription: "a number such as 12.25", Examples: []any{"12.25"},
	}
}
