package web

import (
	"fmt"
	"strconv"
	"strings"
)

// Burndown is a chart of what is left of a stock, day by day, to the end of a period.
// Amounts are whole: minutes, say. Day 0 is the start of the first day.
type Burndown struct {
	Label string // the chart as a sentence
	Days  int    // in the period
	Start int    // what there is on day 0
	Left  []int  // at the end of each day so far, from day 0 on
	Band  *BurndownBand
	Unit  int    // one line's unit: 60 for minutes drawn as hours
	Sign  string // behind the numbers: "h"
	Ticks []BurndownTick
	Rows  [][2]string // the same as a table: the day, and what is left
}

// BurndownBand is between what may be left at the period's end.
type BurndownBand struct{ Most, Least int }

// BurndownTick names a day below the chart.
type BurndownTick struct {
	Day   int
	Label string
}

// burnScale is how amounts become places: 0 is the top, 1000 the bottom.
type burnScale struct{ top, bottom, step int }

func (b Burndown) scale() burnScale {
	high, low := b.Start, 0
	for _, left := range b.Left {
		high, low = max(high, left), min(low, left)
	}
	if b.Band != nil {
		high, low = max(high, b.Band.Most), min(low, b.Band.Least)
	}
	unit := max(b.Unit, 1)
	step := niceStep((high-low)/unit+1, 4) * unit
	s := burnScale{step: step, top: (high + step - 1) / step * step, bottom: low}
	s.top = max(s.top, step)
	if low < -step/2 {
		s.bottom = (low - step + 1) / step * step
	}
	return s
}

// niceStep is a round distance of lines, of which at most so many are needed.
func niceStep(span, lines int) int {
	for magnitude := 1; ; magnitude *= 10 {
		for _, n := range []int{1, 2, 5, 10, 15, 20, 25} {
			if n*magnitude*lines >= span {
				return n * magnitude
			}
		}
	}
}

// y is the place of an amount, of 1000.
func (s burnScale) y(amount int) int { return (s.top - amount) * 1000 / (s.top - s.bottom) }

// lines are the amounts that have a line across the chart.
func (s burnScale) lines() []int {
	var lines []int
	for at := s.top; at >= s.bottom; at -= s.step {
		lines = append(lines, at)
	}
	return lines
}

func (b Burndown) x(day int) int { return day * 1000 / max(b.Days, 1) }

// steps is the line of what is left: level through a day, down at its end.
func (b Burndown) steps(s burnScale) string {
	var points []string
	for day, left := range b.Left {
		if day > 0 {
			points = append(points, fmt.Sprintf("%d,%d", b.x(day), s.y(b.Left[day-1])))
		}
		points = append(points, fmt.Sprintf("%d,%d", b.x(day), s.y(left)))
	}
	return strings.Join(points, " ")
}

// pace is the line of an even use.
func (b Burndown) pace(s burnScale) string {
	return fmt.Sprintf("0,%d 1000,%d", s.y(b.Start), s.y(0))
}

// band is the shape of what may be left.
func (b Burndown) band(s burnScale) string {
	last := len(b.Left) - 1
	if b.Band == nil || last < 0 || last >= b.Days {
		return ""
	}
	return fmt.Sprintf("%d,%d 1000,%d 1000,%d", b.x(last), s.y(b.Left[last]), s.y(b.Band.Most), s.y(b.Band.Least))
}

func (b Burndown) amount(n int) string {
	text := strconv.Itoa(n / max(b.Unit, 1))
	if n < 0 {
		text = minus + strings.TrimPrefix(text, "-")
	}
	return text + " " + b.Sign
}

// anchor keeps the first and last name within the chart.
func (t BurndownTick) anchor(days int) string {
	switch t.Day {
	case 0:
		return "start"
	case days:
		return "end"
	}
	return "middle"
}
