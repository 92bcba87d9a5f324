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

// dayFormat is the format in which most of these cells are days: a wrong one among them
// is refused later, by its line.
func dayFormat(rows []sheet.Row, column int) (layout string, isDay bool) {
	most := 0
	for _, f := range DayFormats {
		days := 0
		for _, r := range rows {
			if _, refused := readDay(fromSerial(r.Cell(column), f.Layout), f.Layout); refused == nil {
				days++
			}
		}
		if days > most {
			most, layout = days, f.Layout
		}
	}
	return layout, 2*most > len(rows)
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
