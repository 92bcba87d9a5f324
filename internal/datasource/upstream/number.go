package upstream

import (
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"
)

// The size of a number that anything counts: more digits than these are garbage, and
// an exponent such as 1e400 would fill the memory when it is written out.
const (
	maxDigits   = 40
	maxExponent = 24
)

// Number reads a number of an answer exactly. NaN, infinities and absurd sizes are none.
func Number(s string) (decimal.Decimal, error) {
	if len(s) == 0 || len(s) > maxDigits {
		return decimal.Zero, fmt.Errorf("%.20q is no number", s)
	}
	d, err := decimal.NewFromString(s)
	if err != nil || d.Exponent() > maxExponent || d.Exponent() < -maxExponent {
		return decimal.Zero, fmt.Errorf("%.20q is no number", s)
	}
	return d, nil
}

// Figure is a number of an answer that comes as a string or as a bare number; unset,
// the answer has none.
type Figure struct{ *decimal.Decimal }

// UnmarshalJSON implements json.Unmarshaler, without a float in between.
func (f *Figure) UnmarshalJSON(b []byte) error {
	text := string(b)
	if text == "null" {
		return nil
	}
	if b[0] == '"' {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
	}
	d, err := Number(text)
	if err != nil {
		return err
	}
	f.Decimal = &d
	return nil
}
