package datasource

import (
	"regexp"
	"slices"
	"strings"

	"clientportal/internal/sheet"
)

var withComma = regexp.MustCompile(`^-?[0-9]{1,3}(\.[0-9]{3})*,[0-9]+$|^-?[0-9]+,[0-9]{1,2}$`)

// guess is the mapping of a table that looks right: the one that is kept, where the
// heads are the same, and else by what stands in the columns.
func guess(header []string, rows []sheet.Row, kept Mapping) Mapping {
	heads := make([]string, len(kept.Columns))
	for i, c := range kept.Columns {
		heads[i] = c.Head
	}
	if slices.Equal(heads, header) {
		return kept
	}
	m := Mapping{DayFormat: DayFormats[0].Layout, Currency: kept.Currency}
	first := rows[:min(len(rows), 20)]
	taken := false
	for i, head := range header {
		c := Column{Head: head, Label: head}
		layout, isDay := dayFormat(first, i)
		switch numbers, comma := numeric(first, i); {
		case isDay && !taken:
			c.Use, m.DayFormat, taken = useDay, layout, true
		case numbers:
			c.Use, m.Comma = "sum:number", m.Comma || comma
		default:
			c.Use = useDimension
		}
		m.Columns = append(m.Columns, c)
	}
	return m
}

// dayFormat is the format in which all these cells are days.
func dayFormat(rows []sheet.Row, column int) (string, bool) {
	for _, f := range DayFormats {
		all := true
		for _, r := range rows {
			_, refused := readDay(fromSerial(r.Cell(column), f.Layout), f.Layout)
			all = all && refused == nil
		}
		if all && len(rows) > 0 {
			return f.Layout, true
		}
	}
	return "", false
}

func numeric(rows []sheet.Row, column int) (all, comma bool) {
	seen := false
	for _, r := range rows {
		text := strings.TrimSpace(r.Cell(column))
		if text == "" {
			continue
		}
		seen = true
		comma = comma || withComma.MatchString(text)
		if _, err := (plan{Mapping: Mapping{Comma: comma}}).number(text); err != nil {
			return false, false
		}
	}
	return seen, comma
}
