package datasource

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

// Mapping says what the columns of a table hold. It is kept with the source, for the
// next file.
type Mapping struct {
	Columns   []Column `json:"columns" maxItems:"40"`
	DayFormat string   `json:"day_format" enum:"2006-01-02,02.01.2006,02/01/2006,01/02/2006,20060102" doc:"How January 2nd of 2006 is written"`
	Comma     bool     `json:"comma,omitempty" doc:"Decimals are written with a comma"`
	Currency  string   `json:"currency,omitempty" doc:"ISO 4217, of the columns that are money"`
}

// Column is what a column holds; an empty Use is not read.
type Column struct {
	Head   string `json:"head" maxLength:"1000" doc:"As the first line of the table has it"`
	Use    string `json:"use" maxLength:"20" doc:"day, dimension, or how and in which unit a number adds up, such as sum:money or last:count; empty is not read"`
	Label  string `json:"label,omitempty" maxLength:"80" doc:"Of a metric or a dimension"`
	Hidden bool   `json:"hidden,omitempty" doc:"Internal to the agency: no client sees it"`
}

// The uses of a column that is no metric.
const (
	useDay       = "day"
	useDimension = "dimension"
)

// DayFormats are how a day may be written, with an example of each.
var DayFormats = []struct{ Layout, Example string }{
	{"2006-01-02", "2026-11-25"}, {"02.01.2006", "25.11.2026"}, {"02/01/2006", "25/11/2026"}, {"01/02/2006", "11/25/2026"}, {"20060102", "20261125"},
}

// Uses are what a column may hold, in the words of the screen.
var Uses = []struct{ Value, Label string }{
	{"", "Not read"}, {useDay, "The day"}, {useDimension, "A name to split by"},
	{"sum:count", "A count, added up"}, {"sum:money", "Money, added up"}, {"sum:number", "A number, added up"}, {"sum:seconds", "Seconds, added up"},
	{"last:count", "A count, the last one stands"}, {"last:money", "Money, the last stands"}, {"last:number", "A number, the last stands"}, {"last:percent", "A share, the last stands"},
}

func mappingOf(l loaded) Mapping {
	var settings struct{ Mapping Mapping }
	_ = json.Unmarshal(l.Settings, &settings) // ours, or empty
	return settings.Mapping
}

// plan is a mapping that has been looked at.
type plan struct {
	Mapping
	day        int
	dimensions map[int]string
	columns    []int // of the metrics
	metrics    []OwnMetric
}

func (t Table) plan(m Mapping) (plan, error) {
	p := plan{Mapping: m, day: -1, dimensions: map[int]string{}}
	var check fault.Check
	check.That(slices.ContainsFunc(DayFormats, func(f struct{ Layout, Example string }) bool { return f.Layout == m.DayFormat }), "day_format", "Choose how the days are written.")
	check.That(len(m.Columns) == len(t.Header), "columns", "Say of each column what it holds.")
	names, kinds := map[string]bool{}, []string{}
	for i, c := range m.Columns {
		field := fmt.Sprintf("use%d", i)
		how, unit, isMetric := strings.Cut(c.Use, ":")
		name := nameOf(c.Label, c.Head, i)
		switch c.Use {
		case "":
			continue
		case useDay:
			check.That(p.day < 0, field, "Two columns are taken for the day.")
			p.day = i
			continue
		}
		check.That(!names[name], field, "Two columns would be called %s: give one another name.", name)
		names[name] = true
		if c.Use == useDimension {
			p.dimensions[i] = name
			kinds = append(kinds, name)
			continue
		}
		check.That(isMetric && slices.ContainsFunc(Uses, func(u struct{ Value, Label string }) bool { return u.Value == c.Use }), field, "Choose what the column holds.")
		own := OwnMetric{Name: CSV + "." + name, Label: firstOf(c.Label, c.Head), Unit: unit, Aggregation: how, Hidden: c.Hidden}
		if unit == "money" {
			check.That(currencyCode.MatchString(m.Currency), "currency", "Say which currency the money is in: three letters, such as EUR.")
			own.Currency = &m.Currency
		}
		p.columns, p.metrics = append(p.columns, i), append(p.metrics, own)
	}
	check.That(p.day >= 0, "columns", "Say which column is the day.")
	check.That(len(p.metrics) > 0, "columns", "Say which columns are numbers.")
	check.That(len(kinds) <= 5, "columns", "Use at most five names to split by.")
	for i := range p.metrics {
		p.metrics[i].Dimensions = kinds
	}
	return p, check.Err()
}

// facts are those of one row. An empty cell is no number, and never 0.
func (p plan) facts(r sheet.Row, zone string) ([]upstream.Fact, *RefusedRow) {
	day, refused := readDay(fromSerial(r.Cell(p.day), p.DayFormat), p.DayFormat)
	if refused != nil {
		return nil, refused
	}
	dimensions := map[string]string{}
	for i, name := range p.dimensions {
		dimensions[name] = r.Cell(i)
	}
	var facts []upstream.Fact
	for i, column := range p.columns {
		text := strings.TrimSpace(r.Cell(column))
		if text == "" {
			continue
		}
		value, err := p.number(text)
		if err != nil {
			return nil, &RefusedRow{Field: p.Columns[column].Head, Message: fmt.Sprintf("%.30q is no number.", text)}
		}
		f, refused := factOf(p.metrics[i], day, value, "", dimensions, zone)
		if refused != nil {
			return nil, refused
		}
		facts = append(facts, f)
	}
	if len(facts) == 0 {
		return nil, &RefusedRow{Field: "columns", Message: "The line has no numbers."}
	}
	return facts, nil
}

// number reads a number as people write it, with their mark of thousands.
func (p plan) number(text string) (decimal.Decimal, error) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "€", "", "$", "", "£", "").Replace(text)
	share := strings.HasSuffix(text, "%")
	text = strings.TrimSuffix(text, "%")
	if p.Comma {
		text = strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", ".")
	} else {
		text = strings.ReplaceAll(text, ",", "")
	}
	value, err := upstream.Number(text)
	if share {
		value = value.Shift(-2)
	}
	return value, err
}

var serial = regexp.MustCompile(`^[3-6][0-9]{4}(\.0+)?$`)

// fromSerial is a day of a workbook, which keeps days as numbers, as it is written.
func fromSerial(text, layout string) string {
	if !serial.MatchString(text) || layout == "20060102" {
		return text
	}
	whole, _, _ := strings.Cut(text, ".")
	days, err := strconv.Atoi(whole)
	if err != nil {
		return text
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days).Format(layout)
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// nameOf is what a metric or dimension is called by programs.
func nameOf(label, head string, i int) string {
	name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(firstOf(label, head)), "_"), "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = fmt.Sprintf("column_%d", i+1)
	}
	return name[:min(len(name), 48)]
}

func firstOf(a, b string) string {
	if a = strings.TrimSpace(a); a != "" {
		return a
	}
	return strings.TrimSpace(b)
}
