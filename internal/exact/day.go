// Package exact is days and amounts as the API and the pages write them: civil days
// without a time, decimals that no float carries.
package exact

import (
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Day is a day of the calendar, kept as its midnight in UTC and written YYYY-MM-DD.
type Day struct{ time.Time }

// DayOf is the day on which t falls, in t's own zone.
func DayOf(t time.Time) Day {
	year, month, day := t.Date()
	return Day{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// String is the day as YYYY-MM-DD.
func (d Day) String() string { return d.Format(time.DateOnly) }

// MarshalJSON implements json.Marshaler.
func (d Day) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON implements json.Unmarshaler.
func (d *Day) UnmarshalJSON(b []byte) error {
	var text string
	err := json.Unmarshal(b, &text)
	if err == nil {
		d.Time, err = time.Parse(time.DateOnly, text)
	}
	return err
}

// Schema implements huma.SchemaProvider.
func (Day) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date"}
}

// Midnight is the day as the database takes it; nil is none.
func (d *Day) Midnight() *time.Time {
	if d == nil || d.IsZero() {
		return nil
	}
	return &d.Time
}

// DayAt is a day of the database; nil is none.
func DayAt(t *time.Time) *Day {
	if t == nil {
		return nil
	}
	return &Day{*t}
}
