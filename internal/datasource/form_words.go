package datasource

import (
	"cmp"
	"fmt"
	"strings"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/web"
)

func (v connectForm) customerOptions() []web.Option {
	options := []web.Option{{Label: "Choose a customer"}}
	for _, c := range v.customers {
		options = append(options, web.Option{Value: c.ID.String(), Label: c.Name})
	}
	return options
}

func (v connectForm) kindOptions() (options []web.Option) {
	for _, k := range v.kinds {
		options = append(options, web.Option{Value: k.value, Label: k.label, Hint: k.hint})
	}
	return options
}

// ways lead to the other ways to connect.
func (v connectForm) ways() (links []web.View) {
	for _, way := range v.connections {
		at := href(root+"/new", "customer_id", v.form.Value("customer_id"), "source_type", v.kind, "connection_type", way.Type)
		if v.source != nil {
			at = href(staffPath(v.source.ID)+"/edit", "connection_type", way.Type)
		}
		links = append(links, web.View{Label: way.Label, Href: at, Current: way.Type == v.connection.Type})
	}
	return links
}

// kept reports whether credentials of the chosen kind are there already.
func (v connectForm) kept() bool {
	return v.source != nil && v.source.row.ApiCredentials != nil && v.source.ConnectionType != nil && *v.source.ConnectionType == v.connection.Type
}

var rhythms = []web.Option{{Value: "daily", Label: "Every day"}, {Value: "hourly", Label: "Every hour"}, {Value: "manual", Label: "Only when somebody asks"}}

func hours() (options []web.Option) {
	for h := range 24 {
		options = append(options, web.Option{Value: fmt.Sprint(h), Label: fmt.Sprintf("%02d:00", h)})
	}
	return options
}

func accountOptions(list []upstream.Account) (options []web.Option) {
	for _, a := range list {
		var parts []string
		for _, part := range []string{a.ID, a.Currency, a.Zone} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		options = append(options, web.Option{Value: a.ID, Label: cmp.Or(a.Name, a.ID), Hint: strings.Join(parts, ", ")})
	}
	return options
}

func useOptions() (options []web.Option) {
	for _, u := range Uses {
		options = append(options, web.Option{Value: u.Value, Label: u.Label})
	}
	return options
}

func dayOptions() (options []web.Option) {
	for _, f := range DayFormats {
		options = append(options, web.Option{Value: f.Layout, Label: f.Example})
	}
	return options
}

func unitOptions() []web.Option {
	return []web.Option{{Value: "count", Label: "Count"}, {Value: "money", Label: "Money"}, {Value: "number", Label: "Number"}, {Value: "percent", Label: "Share"}, {Value: "seconds", Label: "Seconds"}}
}

func addingOptions() []web.Option {
	return []web.Option{{Value: "sum", Label: "Added up"}, {Value: "last", Label: "The last stands"}, {Value: "ratio", Label: "One sum over another"}}
}

func betterOptions() []web.Option {
	return []web.Option{{Label: "Neither"}, {Value: "up", Label: "When it grows"}, {Value: "down", Label: "When it falls"}}
}

// unitWords are those of unitOptions, so that a table says what its form does.
func unitWords(m OwnMetric) string {
	for _, o := range unitOptions() {
		if o.Value == m.Unit {
			return o.Label
		}
	}
	return m.Unit
}

// formula is what a metric is called by programs, and of a ratio what it is made of.
func formula(m OwnMetric) string {
	if m.Numerator == "" {
		return m.Name
	}
	return m.Name + " = " + m.Numerator + " / " + m.Denominator
}

// samples are the first rows of a column.
func (v tablePage) samples(column int) string {
	var list []string
	for _, r := range v.Rows[:min(len(v.Rows), 3)] {
		if text := r.Cell(column); text != "" {
			list = append(list, text)
		}
	}
	return strings.Join(list, " · ")
}

// dryWords are what an import would come to.
func (v tablePage) dryWords() string {
	words := web.Plural(v.result.Accepted, "row") + " would be imported"
	if v.result.From != nil {
		words += ", from " + v.result.From.Format("2 January 2006") + " to " + v.result.To.Format("2 January 2006")
	}
	return words + "."
}

const refusalsShown = 50

// example is a batch as a program sends it.
func example(metrics []OwnMetric) string {
	name := "push.deals"
	if len(metrics) > 0 {
		name = metrics[0].Name
	}
	return fmt.Sprintf("{\n  \"batch\": \"2026-11-25 nightly\",\n  \"rows\": [\n    {\"day\": \"2026-11-25\", \"metric\": %q, \"value\": \"12.5\"}\n  ]\n}", name)
}

func splits(m OwnMetric) string {
	switch {
	case m.Numerator != "":
		return "What both parts have"
	case len(m.Dimensions) == 0:
		return "Nothing"
	}
	return strings.Join(m.Dimensions, ", ")
}
