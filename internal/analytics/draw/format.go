package draw

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/exact"
	"clientportal/internal/metric"
)

var hundred = decimal.NewFromInt(100)

// Figure is a figure in words, in full: "£4,812.40", or why there is none.
func Figure(f widget.Figure, unit metric.Unit) string {
	if f.Value != nil {
		return Value(f.Value.Decimal, unit, f.Currency)
	}
	return missing(f.State)
}

func missing(s widget.State) string {
	switch s {
	case widget.Pending:
		return "being asked"
	case widget.NotConnected:
		return "not connected"
	case widget.Mixed:
		return "several currencies"
	case widget.Unavailable:
		return "not available"
	default:
		return "no data"
	}
}

// Value is a number in its unit.
func Value(d decimal.Decimal, unit metric.Unit, currency string) string {
	switch unit {
	case metric.Money:
		return money(d, 2, currency)
	case metric.Percent:
		share, places := d.Mul(hundred), int32(1)
		if share.Abs().LessThan(decimal.NewFromInt(10)) {
			places = 2
		}
		return grouped(share, places) + "%"
	case metric.Seconds:
		return duration(d)
	case metric.Count:
		return grouped(d, min(2, max(0, -trimmed(d).Exponent())))
	default:
		return grouped(d, 2)
	}
}

// short is a number as an axis has it: "£12.5k".
func short(d decimal.Decimal, unit metric.Unit, currency string) string {
	if unit == metric.Percent || unit == metric.Seconds {
		return Value(d, unit, currency)
	}
	suffix := ""
	for _, step := range []string{"k", "M", "bn"} {
		if d.Abs().LessThan(decimal.NewFromInt(1000)) {
			break
		}
		d, suffix = d.Shift(-3), step
	}
	text := grouped(d, min(2, max(0, -trimmed(d).Exponent())))
	if unit == metric.Money {
		return signed(text, symbol(currency)) + suffix
	}
	return text + suffix
}

// trimmed is the number without zeros at its end.
func trimmed(d decimal.Decimal) decimal.Decimal {
	short, err := decimal.NewFromString(d.String())
	if err != nil {
		return d
	}
	return short
}

// Rounded is a number as large as a tile shows it: without pence from a thousand.
func Rounded(d decimal.Decimal, unit metric.Unit, currency string) string {
	if unit == metric.Money && d.Abs().GreaterThanOrEqual(decimal.NewFromInt(1000)) {
		return money(d, 0, currency)
	}
	return Value(d, unit, currency)
}

// Change is by how much a figure changed, and whether that is good (1), bad (-1) or
// neither; "" when it can't be said.
func Change(f widget.Figure, c widget.Column) (text string, good int) {
	if f.Change == nil {
		return "", 0
	}
	share := f.Change.Mul(hundred)
	if c.Unit == metric.Percent {
		text = grouped(share, 2) + " pp"
	} else {
		text = grouped(share, 1) + "%"
	}
	if share.IsPositive() {
		text = "+" + text
	}
	switch c.Better {
	case metric.Up:
		good = share.Sign()
	case metric.Down:
		good = -share.Sign()
	}
	return text, good
}

func money(d decimal.Decimal, places int32, currency string) string {
	if currency == "JPY" {
		places = 0
	}
	return signed(grouped(d, places), symbol(currency))
}

// signed puts a symbol between the sign and the number.
func signed(number, symbol string) string {
	if digits, negative := strings.CutPrefix(number, "−"); negative {
		return "−" + symbol + digits
	}
	return symbol + number
}

func symbol(currency string) string {
	switch currency {
	case "GBP":
		return "£"
	case "EUR":
		return "€"
	case "USD":
		return "$"
	case "":
		return ""
	}
	return currency + " "
}

// grouped is a number with commas between its thousands.
func grouped(d decimal.Decimal, places int32) string {
	text := exact.Grouped(d.Abs().StringFixed(places))
	if d.Round(places).IsNegative() {
		return "−" + text
	}
	return text
}

func duration(seconds decimal.Decimal) string {
	n := seconds.Round(0).IntPart()
	switch {
	case n < 0:
		return "−" + duration(seconds.Neg())
	case n < 60:
		return fmt.Sprintf("%d s", n)
	case n < 3600:
		return fmt.Sprintf("%d min %02d s", n/60, n%60)
	}
	return fmt.Sprintf("%s h %02d min", grouped(decimal.NewFromInt(n/3600), 0), n%3600/60)
}

// dayMonth is a day on an axis.
func dayMonth(d widget.Day, grain widget.Grain) string {
	if grain == widget.ByMonth {
		return d.Format("Jan 2006")
	}
	return d.Format("2 Jan")
}

// Headline is a tile's figure in a line: "Revenue: £184,320, +12.4%"; "" of anything
// but a tile with one figure.
func Headline(r widget.Result) string {
	if r.Kind != "number" && r.Kind != "goal" || r.State != widget.OK || len(r.Figures) != 1 || len(r.Columns) == 0 {
		return ""
	}
	f, c := r.Figures[0], r.Columns[0]
	line := r.Title + ": " + Rounded(f.Value.Decimal, c.Unit, f.Currency)
	if change, _ := Change(f, c); change != "" {
		line += ", " + change
	}
	return line
}
