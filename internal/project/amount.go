package project

import (
	"github.com/shopspring/decimal"

	"clientportal/internal/exact"
)

// Amount is an amount of money, written with two places: "6200.00".
type Amount = exact.Amount

// Number is an exact number, written as a string: "12.25".
type Number = exact.Number

// amountOf is an amount of the database; nil is none.
func amountOf(d *decimal.Decimal) *Amount { return exact.AmountOf(d) }

// within reports whether d has at most so many places and is at most max, either
// side of zero.
func within(d decimal.Decimal, places int32, max decimal.Decimal) bool {
	return exact.Within(d, places, max)
}
