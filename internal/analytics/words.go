package analytics

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/exact"
	"clientportal/internal/metric"
	"clientportal/internal/web"
)

// noData stands where there is no number.
const noData = "no data"

// Amount is a number as people read it: "£184,320", "2.41%", "1 min 24 s". A figure
// that stands large leaves out what is small beside it; exact keeps it.
func Amount(n *widget.Number, unit metric.Unit, currency string, exact bool) string {
	if n == nil {
		return noData
	}
	switch unit {
	case metric.Money:
		return money(n.Decimal, currency, exact)
	case metric.Percent:
		return percentage(n.Decimal) + "%"
	case metric.Seconds:
		return duration(n.Decimal)
	case metric.Number:
		return grouped(n.Round(2))
	}
	return grouped(n.Round(2))
}

func money(amount decimal.Decimal, currency string, exact bool) string {
	words := web.Money(amount, currency)
	if !exact && amount.Abs().GreaterThanOrEqual(decimal.NewFromInt(1000)) {
		words = web.Money(amount.Round(0), currency)
		words = strings.TrimSuffix(words, ".00")
	}
	return words
}

// percentage is a share in percent: two places when it is small.
func percentage(share decimal.Decimal) string {
	p := share.Mul(decimal.NewFromInt(100))
	if p.Abs().LessThan(decimal.NewFromInt(10)) {
		return signed(p, p.Abs().StringFixed(2), false)
	}
	return signed(p, grouped(p.Abs().Round(1), 1), false)
}

// signed puts a true minus before a number, and a plus where it is asked for.
func signed(n decimal.Decimal, absolute string, plus bool) string {
	switch {
	case n.IsNegative():
		return "\u2212" + absolute
	case plus && n.IsPositive():
		return "+" + absolute
	}
	return absolute
}

// grouped sets commas between the thousands; with places there are always so many.
func grouped(n decimal.Decimal, places ...int32) string {
	digits := n.Abs().String()
	if len(places) > 0 {
		digits = n.Abs().StringFixed(places[0])
	}
	return signed(n, exact.Grouped(digits), false)
}

// duration is seconds as people say them.
func duration(seconds decimal.Decimal) string {
	d := time.Duration(seconds.Round(0).IntPart()) * time.Second
	switch h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60; {
	case h >= 100:
		return grouped(decimal.NewFromInt(int64(h))) + " h"
	case h > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case m > 0:
		return fmt.Sprintf("%d min %02d s", m, s)
	default:
		return fmt.Sprintf("%d s", s)
	}
}

// ChangeText is by how much a figure changed: "+12.4%", "−0.4 pp"; "" where it is
// not known.
func ChangeText(f widget.Figure, unit metric.Unit) string {
	if f.Change == nil {
		return ""
	}
	p := f.Change.Mul(decimal.NewFromInt(100))
	if unit == metric.Percent {
		return signed(p.Round(2), p.Abs().StringFixed(2), true) + " pp"
	}
	return signed(p.Round(1), grouped(p.Abs(), 1), true) + "%"
}

// changeClass colours a change by whether it is good, not by its direction.
func changeClass(f widget.Figure, better metric.Better) string {
	if f.Change == nil || f.Change.IsZero() || better == metric.Neither {
		return "text-muted"
	}
	if f.Change.IsPositive() == (better == metric.Up) {
		return "text-success"
	}
	return "text-error"
}

// figureText is a figure in a cell.
func figureText(f widget.Figure, c widget.Column) string {
	switch f.State {
	case widget.OK:
		return Amount(f.Value, c.Unit, f.Currency, true)
	case widget.Pending:
		return "being asked"
	case widget.Mixed:
		return "several currencies"
	case widget.NotConnected:
		return "not connected"
	}
	return noData
}

// roundText is a figure where there is little room for what is small.
func roundText(f widget.Figure, c widget.Column) string {
	if f.State == widget.OK {
		return Amount(f.Value, c.Unit, f.Currency, false)
	}
	return figureText(f, c)
}

// spanWords are a range of days in words.
func spanWords(c web.Clock, p Period) string { return c.Span(p.From.Time, p.To.Time) }

// lower makes a heading fit into a sentence.
func lower(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}
