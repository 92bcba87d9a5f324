package web

import (
	"github.com/shopspring/decimal"

	"clientportal/internal/exact"
)

// minus is the true one, as wide as a digit.
const minus = "\u2212"

// symbols stand in for the currencies that are written with one.
var symbols = map[string]string{"GBP": "£", "EUR": "€", "USD": "$"}

// Money is an amount with its currency: "£8,400.00", "CHF 8,400.00".
func Money(amount decimal.Decimal, currency string) string {
	sign := ""
	if amount.IsNegative() {
		sign, amount = minus, amount.Neg()
	}
	symbol, ok := symbols[currency]
	if !ok {
		symbol = currency + "\u00a0"
	}
	return sign + symbol + exact.Grouped(amount.StringFixed(2))
}
