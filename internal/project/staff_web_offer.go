package project

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/web"
)

// offer is what was typed, with the faults of what cannot be read.
func (e editor) offer() (Offer, error) {
	var check fault.Check
	o := Offer{
		Name: e.Value("name"), ProjectType: e.Value("project_type"), Intro: e.Value("intro"), Currency: strings.TrimSpace(e.Value("currency")),
		ValidUntil: e.day(&check, "valid_until"), StartDate: e.day(&check, "start_date"), DueDate: e.day(&check, "due_date"),
	}
	if rate := e.decimal(&check, "tax_rate", "Write a percentage such as 20 or 7.70."); rate != nil && !rate.IsZero() {
		o.TaxRate = &Number{Decimal: *rate}
	}
	if total := e.decimal(&check, "total", "Write an amount such as 6200.00."); total != nil {
		o.Total = &Amount{Decimal: *total}
	}
	for i := range e.lines {
		at := func(field string) string { return rowField("lines", i, field) }
		o.Lines = append(o.Lines, Line{
			Description: e.Value(at("description")), Unit: e.Value(at("unit")),
			Quantity:  Number{Decimal: e.needed(&check, at("quantity"), "Write a number above 0, such as 12 or 7.5.")},
			UnitPrice: Amount{Decimal: e.needed(&check, at("unit_price"), "Write an amount such as 95.00.")},
		})
	}
	for i := range e.phases {
		at := func(field string) string { return rowField("phases", i, field) }
		plan := Plan{Name: e.Value(at("name")), PlannedStart: e.day(&check, at("planned_start")), PlannedEnd: e.day(&check, at("planned_end"))}
		if weight := strings.TrimSpace(e.Value(at("weight"))); weight != "" {
			n, err := strconv.Atoi(weight)
			check.That(err == nil && n > 0, at("weight"), "Write a whole number from 1 to 1000.")
			plan.Weight = n
		}
		o.Phases = append(o.Phases, plan)
	}
	return o, check.Err()
}

// day is a day that was typed; nil is none.
func (e editor) day(check *fault.Check, name string) *Day { return typedDay(e.Form, check, name) }

func typedDay(f web.Form, check *fault.Check, name string) *Day {
	text := strings.TrimSpace(f.Value(name))
	if text == "" {
		return nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 1970 || day.Year() > 9999 {
		check.Add(name, "Write a day as year, month and day, such as 2026-11-30.")
		return nil
	}
	return &Day{Time: day}
}

// decimal is a number that was typed; nil is none.
func (e editor) decimal(check *fault.Check, name, hint string) *decimal.Decimal {
	text := strings.ReplaceAll(strings.TrimSpace(e.Value(name)), ",", "")
	if text == "" {
		return nil
	}
	d, err := decimal.NewFromString(text)
	if err != nil || len(text) > 30 {
		check.Add(name, "%s", hint)
		return nil
	}
	return &d
}

// needed is a number that a row needs; one stands in for what cannot be read.
func (e editor) needed(check *fault.Check, name, hint string) decimal.Decimal {
	faults := len(faultsOf(check.Err()))
	d := e.decimal(check, name, hint)
	if d == nil && len(faultsOf(check.Err())) == faults {
		check.Add(name, "%s", hint)
	}
	if d == nil {
		return decimal.New(1, 0)
	}
	return *d
}

func faultsOf(err error) []fault.Field {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return nil
	}
	return f.Fields
}

// together is the faults of both; where both blame a field, the first one's stand.
func together(page, action error) error {
	all, ok := errors.AsType[*fault.Error](page)
	if !ok {
		return action
	}
	for _, field := range faultsOf(action) {
		if !slices.ContainsFunc(all.Fields, func(f fault.Field) bool { return f.Name == field.Name }) {
			all.Fields = append(all.Fields, field)
		}
	}
	return all
}

// changeTo replaces all that a form has by the offer. A quote keeps the currency of
// which nothing is said.
func changeTo(o Offer) QuoteChange {
	if o.TaxRate == nil && len(o.Lines) > 0 {
		o.TaxRate = &Number{}
	}
	dayOr := func(d *Day) *Day {
		if d == nil {
			return &Day{}
		}
		return d
	}
	change := QuoteChange{
		Name: &o.Name, ProjectType: &o.ProjectType, Intro: &o.Intro, ValidUntil: dayOr(o.ValidUntil),
		StartDate: dayOr(o.StartDate), DueDate: dayOr(o.DueDate), Lines: &o.Lines, TaxRate: o.TaxRate, Total: o.Total, Phases: &o.Phases,
	}
	if o.Currency != "" {
		change.Currency = &o.Currency
	}
	return change
}

// editorOf is the form with a quote in it.
func editorOf(q Quote) editor {
	values := url.Values{
		"name": {q.Name}, "project_type": {maybe.Value(q.ProjectType)}, "intro": {q.Intro}, "currency": {q.Currency},
		"valid_until": {shown(q.ValidUntil)}, "start_date": {shown(q.StartDate)}, "due_date": {shown(q.DueDate)}, tagField: {q.Tag()},
	}
	if q.TaxRate != nil && !q.TaxRate.IsZero() {
		values.Set("tax_rate", q.TaxRate.String())
	}
	if len(q.Lines) == 0 && q.Total != nil {
		values.Set("total", q.Total.String())
	}
	for i, l := range q.Lines {
		for j, value := range []string{l.Description, l.Quantity.String(), l.Unit, l.UnitPrice.String()} {
			values.Set(rowField("lines", i, lineFields[j]), value)
		}
	}
	for i, p := range q.Phases {
		for j, value := range []string{p.Name, shown(p.PlannedStart), shown(p.PlannedEnd), strconv.Itoa(p.Weight)} {
			values.Set(rowField("phases", i, phaseFields[j]), value)
		}
	}
	return editor{Form: web.Form{Values: values}, quote: &q, lines: max(len(q.Lines), 1), phases: max(len(q.Phases), 1)}
}
