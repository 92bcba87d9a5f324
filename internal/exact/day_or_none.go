package exact

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// DayOrNone is what a day is to be, if anything is said of it: a day, or null or "" for
// none any more.
type DayOrNone struct {
	Said bool
	Day  *Day // zero for one that the calendar does not have
}

// SayDay is the day as it is to be; nil for none any more.
func SayDay(day *Day) DayOrNone { return DayOrNone{true, day} }

// UnmarshalJSON implements json.Unmarshaler. It refuses no day: whoever reads it tells
// what is wrong with it, at its field.
func (d *DayOrNone) UnmarshalJSON(b []byte) error {
	*d = DayOrNone{Said: true}
	if text := string(b); text == `""` || text == "null" {
		return nil
	}
	d.Day = &Day{}
	if err := json.Unmarshal(b, d.Day); err != nil {
		d.Day = &Day{}
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (d DayOrNone) MarshalJSON() ([]byte, error) { return json.Marshal(d.Day) }

// Schema implements huma.SchemaProvider.
func (DayOrNone) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Nullable: true, Pattern: `^(\d{4}-\d{2}-\d{2})?$`,
		PatternDescription: "a day such as 2026-03-09, or null or \"\" for none", Examples: []any{"2026-03-09"},
	}
}
