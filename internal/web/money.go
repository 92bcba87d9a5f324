package web

import (
	"strings"

	"github.com/shopspring/decimal"
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
	return sign + symbol + grouped(amount.StringFixed(2))
}

// grouped sets commas between the thousands of a number with two places.
func grouped(number string) string {
	whole, places, _ := strings.Cut(number, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + places
}
