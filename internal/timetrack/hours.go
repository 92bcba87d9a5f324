package timetrack

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
	"github.com/shopspring/decimal"

	"clientportal/internal/exact"
)

// Hours are minutes, written as hours with two places: "12.25".
type Hours int

var sixty = decimal.NewFromInt(60)

// Decimal is the hours, rounded to two places.
func (h Hours) Decimal() decimal.Decimal {
	return decimal.NewFromInt(int64(h)).DivRound(sixty, 2)
}

// String is the hours with two places.
func (h Hours) String() string { return h.Decimal().StringFixed(2) }

// MarshalJSON implements json.Marshaler.
func (h Hours) MarshalJSON() ([]byte, error) { return json.Marshal(h.String()) }

// UnmarshalJSON implements json.Unmarshaler.
func (h *Hours) UnmarshalJSON(b []byte) error {
	var n exact.Number
	err := json.Unmarshal(b, &n)
	*h = Hours(n.Mul(sixty).Round(0).IntPart())
	return err
}

// Schema implements huma.SchemaProvider.
func (Hours) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Pattern: `^-?\d{1,12}(\.\d{1,6})?$`, PatternDescription: "hours such as 12.25", Examples: []any{"12.25"},
	}
}
