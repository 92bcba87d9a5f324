package timetrack

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

var (
	clockDuration   = regexp.MustCompile(`^(\d{1,4}):([0-5]?\d)(?::([0-5]?\d))?$`)
	decimalDuration = regexp.MustCompile(`^\d{1,5}(?:[.,]\d{1,6})?$`)
)

// parseDuration reads 1:30, 01:30:00, 1.5 or 1,5 as minutes, rounded to the nearest
// one. Where it can't, wrong says what to write.
func parseDuration(text string) (minutes int, wrong string) {
	switch minutes, wrong = parseHours(text); {
	case wrong == "" && minutes > maxMinutes:
		return 0, "The duration is more than 24 hours. Split it over the days."
	default:
		return minutes, wrong
	}
}

// parseHours is parseDuration without the limit of a day.
func parseHours(text string) (minutes int, wrong string) {
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "−") {
		return 0, "The duration is below zero. Time that was not worked is no entry."
	}
	var seconds int
	if at := clockDuration.FindStringSubmatch(text); at != nil {
		for _, part := range at[1:] {
			n, _ := strconv.Atoi(part) // "" where there are no seconds
			seconds = seconds*60 + n
		}
	} else if decimalDuration.MatchString(text) {
		hours, err := decimal.NewFromString(strings.Replace(text, ",", ".", 1))
		if err != nil {
			return 0, "Write the duration as 1:30, 1:30:00 or 1.5."
		}
		seconds = int(hours.Mul(decimal.NewFromInt(3600)).Round(0).IntPart())
	} else {
		return 0, "Write the duration as 1:30, 1:30:00 or 1.5."
	}
	if minutes = (seconds + 30) / 60; minutes == 0 {
		return 0, "The duration is less than half a minute."
	}
	return minutes, ""
}

// dayOrder is which of two numbers of a date is the day.
type dayOrder string

// A date such as 03/04/2026 can't be read until its order is known.
const (
	orderUnknown    dayOrder = ""
	orderDayFirst   dayOrder = "day_first"
	orderMonthFirst dayOrder = "month_first"
)

var (
	isoDate    = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$`)
	dottedDate = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4})$`)
	orderDate  = regexp.MustCompile(`^(\d{1,2})([-/])(\d{1,2})[-/](\d{4})$`)
	shortYear  = regexp.MustCompile(`^\d{1,2}[-/.]\d{1,2}[-/.]\d{2}$`)
)

// orderOf is the order that the dates of one file show. A program writes all of
// them alike, so that one 25/11/2026 tells of the others. Where some say one thing
// and some the other, none does.
func orderOf(dates []string) dayOrder {
	found := orderUnknown
	for _, date := range dates {
		at := orderDate.FindStringSubmatch(date)
		if at == nil {
			continue
		}
		first, _ := strconv.Atoi(at[1])
		second, _ := strconv.Atoi(at[3])
		order := orderUnknown
		switch {
		case first > 12 && second <= 12:
			order = orderDayFirst
		case second > 12 && first <= 12:
			order = orderMonthFirst
		}
		if order != orderUnknown && found != orderUnknown && order != found {
			return orderUnknown
		}
		if order != orderUnknown {
			found = order
		}
	}
	return found
}

// parseDay reads a date, of which two numbers may be in the given order. Where it
// can't, wrong says why.
func parseDay(text string, order dayOrder) (day time.Time, wrong string) {
	var year, month, date string
	if at := isoDate.FindStringSubmatch(text); at != nil {
		year, month, date = at[1], at[2], at[3]
	} else if at := dottedDate.FindStringSubmatch(text); at != nil {
		year, month, date = at[3], at[2], at[1]
	} else if at := orderDate.FindStringSubmatch(text); at != nil {
		first, _ := strconv.Atoi(at[1])
		second, _ := strconv.Atoi(at[3])
		switch {
		case first > 12 && order == orderMonthFirst, second > 12 && order == orderDayFirst:
			return day, "There is no month " + map[bool]string{true: at[1], false: at[3]}[first > 12] + ": the other dates put the numbers in another order."
		case order == orderUnknown && first <= 12 && second <= 12 && first != second:
			return day, text + " can be two days. Say whether the day or the month comes first, or export with dates such as 2026-11-25."
		case order == orderMonthFirst, order == orderUnknown && second > 12:
			year, month, date = at[4], at[1], at[3]
		default:
			year, month, date = at[4], at[3], at[1]
		}
	} else if shortYear.MatchString(text) {
		return day, "Write the year with four digits."
	} else {
		return day, "Write the day as 2026-11-25."
	}
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(date)
	day = time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if day.Year() != y || int(day.Month()) != m || day.Day() != d {
		return time.Time{}, "There is no such day: " + text + "."
	}
	return day, ""
}

// clockTime is a time of day as 15:04:05, so that the same start is the same text
// however it is written. What is none stays as it is.
func clockTime(text string) string {
	for _, layout := range []string{"15:04:05", "15:04", "03:04:05 PM", "3:04:05 PM", "3:04 PM", "3:04PM"} {
		if t, err := time.Parse(layout, strings.ToUpper(text)); err == nil {
			return t.Format(time.TimeOnly)
		}
	}
	return text
}

// parseYes reads a yes or no; what is empty is neither.
func parseYes(text string) (yes, known bool, wrong string) {
	switch folded(text) {
	case "":
		return false, false, ""
	case "yes", "y", "true", "1", "x", "billable":
		return true, true, ""
	case "no", "n", "false", "0", "non-billable":
		return false, true, ""
	}
	return false, false, "Write yes or no."
}
