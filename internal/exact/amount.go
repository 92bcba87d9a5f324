package exact

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
	"github.com/shopspring/decimal"
)

// Amount is an amount of money, written with two places: "6200.00".
type Amount struct{ decimal.Decimal }

// String is the amount with two places.
func (a Amount) String() string { return a.StringFixed(2) }

// MarshalJSON implements json.Marshaler.
func (a Amount) MarshalJSON() ([]byte, error) { return json.Marshal(a.String()) }

// Schema implements huma.SchemaProvider.
func (Amount) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Pattern: `^-?\d{1,12}(\.\d{1,6})?$`, PatternDescription: "an amount such as 6200.00", Examples: []any{"6200.00"},
	}
}

// AmountOrNone is what an amount is to be: "6200.00", or "" for none any more.
type AmountOrNone struct{ Amount *Amount }

// UnmarshalJSON implements json.Unmarshaler.
func (a *AmountOrNone) UnmarshalJSON(b []byte) error {
	if string(b) == `""` {
		a.Amount = nil
		return nil
	}
	a.Amount = &Amount{}
	return json.Unmarshal(b, a.Amount)
}

// MarshalJSON implements json.Marshaler.
func (a AmountOrNone) MarshalJSON() ([]byte, error) {
	if a.Amount == nil {
		return []byte(`""`), nil
	}
	return json.Marshal(a.Amount)
}

// Schema implements huma.SchemaProvider.
func (AmountOrNone) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Pattern: `^(-?\d{1,12}(\.\d{1,6})?)?$`, PatternDescription: "an amount such as 6200.00, or \"\" for none", Examples: []any{"6200.00"},
	}
}

// Number is an exact number, written as a string: "12.25".
type Number struct{ decimal.Decimal }

// Schema implements huma.SchemaProvider.
func (Number) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Pattern: `^-?\d{1,12}(\.\d{1,6})?$`, PatternDescription: "a number such as 12.25", Examples: []any{"12.25"},
	}
}

// AmountOf is an amount of the database; nil is none.
func AmountOf(d *decimal.Decimal) *Amount {
	if d == nil {
		return nil
	}
	return &Amount{*d}
}

// Within reports whether d has at most so many places and is at most max, either
// side of zero.
func Within(d decimal.Decimal, places int32, max decimal.Decimal) bool {
	return d.Equal(d.Round(places)) && d.Abs().LessThanOrEqual(max)
}
