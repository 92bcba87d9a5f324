package datasource_test

import (
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/datasource"
	"clientportal/internal/fault"
)

// rated is what a push source has that says how many visits became deals.
func rated() []datasource.OwnMetric {
	return []datasource.OwnMetric{
		{Name: "push.deals", Label: "Deals", Unit: "count", Aggregation: "sum", Dimensions: []string{"channel"}},
		{Name: "push.visits", Label: "Visits", Unit: "count", Aggregation: "sum", Dimensions: []string{"channel"}},
		{Name: "push.stock", Label: "Stock", Unit: "count", Aggregation: "last"},
		{
			Name: "push.rate", Label: "Deals per visit", Definition: "Of all visits, those that became a deal.", Unit: "percent", Aggregation: "ratio",
			Numerator: "push.deals", Denominator: "push.visits", Better: "up",
		},
	}
}

func TestAnOwnRatioIsTheSumOverTheSum(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source, token := w.pushed()
	list, err := w.sources.DefineMetrics(w.by(w.manager), source.ID, "", rated())
	if err != nil || len(list) != 4 || list[3].Numerator != "push.deals" || list[3].Denominator != "push.visits" || list[3].Better != "up" {
		t.Fatalf("%+v, %v", list, err)
	}
	row := func(d, metric, value, channel string) datasource.PushedRow {
		return datasource.PushedRow{Day: d, Metric: metric, Value: value, Dimensions: map[string]string{"channel": channel}}
	}
	receipt, err := w.sources.TakeBatch(t.Context(), token, datasource.Batch{Key: "one", Rows: []datasource.PushedRow{
		row(day(-3), "push.deals", "1", "Fair"), row(day(-3), "push.visits", "2", "Fair"), // a half
		row(day(-2), "push.deals", "9", "Fair"), row(day(-2), "push.visits", "98", "Fair"),
		row(day(-2), "push.visits", "100", "Web"),
		row(day(-1), "push.deals", "5", "Web"), row(day(-1), "push.visits", "0", "Web"), // over nothing
		{Day: day(-1), Metric: "push.rate", Value: "0.5"},
	}})
	if err != nil || receipt.Accepted != 7 || len(receipt.Refused) != 1 || receipt.Refused[0].Field != "metric" {
		t.Fatalf("%+v, %v", receipt, err)
	}
	read := func(from, to, by, dimension string) []datasource.Point {
		t.Helper()
		s, err := w.sources.Series(w.by(w.agent), source.ID, datasource.Query{Metric: "push.rate", From: from, To: to, By: by, Dimension: dimension})
		if err != nil {
			t.Fatal(err)
		}
		return s.Items
	}
	if got := read(day(-3), day(-1), "total", ""); len(got) != 1 || got[0].Value != "0.075" { // 15 of 200
		t.Errorf("in total %+v, want 15 of 200", got)
	}
	if got := read(day(-3), day(-1), "day", ""); len(got) != 2 || got[0].Value != "0.5" {
		t.Errorf("by day %+v: a half, then 9 of 198, then nothing", got)
	}
	if got := read(day(-3), day(-2), "total", "channel"); len(got) != 2 || got[0].Value != "0.1" || got[1].Value != "0" {
		t.Errorf("by channel %+v: 10 of 100 from fairs, and none of 100 from the web", got)
	}
}

func TestOwnRatiosAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source, _ := w.pushed()
	for name, c := range map[string]struct {
		field string
		spoil func(list []datasource.OwnMetric) []datasource.OwnMetric
	}{
		"made of nothing":        {"metrics[3].numerator", func(l []datasource.OwnMetric) []datasource.OwnMetric { l[3].Numerator = ""; return l }},
		"made of what is not":    {"metrics[3].denominator", func(l []datasource.OwnMetric) []datasource.OwnMetric { l[3].Denominator = "push.calls"; return l }},
		"made of another system": {"metrics[3].numerator", func(l []datasource.OwnMetric) []datasource.OwnMetric { l[3].Numerator = "counter.visits"; return l }},
		"made of itself":         {"metrics[3].numerator", func(l []datasource.OwnMetric) []datasource.OwnMetric { l[3].Numerator = "push.rate"; return l }},
		"made of a stock":        {"metrics[3].denominator", func(l []datasource.OwnMetric) []datasource.OwnMetric { l[3].Denominator = "push.stock"; return l }},
		"one over itself":        {"metrics[3].denominator", func(l []datasource.OwnMetric) []datasource.OwnMetric { l[3].Denominator = "push.deals"; return l }},
		"made of a ratio": {"metrics[4].numerator", func(l []datasource.OwnMetric) []datasource.OwnMetric {
			return append(l, datasource.OwnMetric{Name: "push.more", Label: "More", Unit: "number", Aggregation: "ratio", Numerator: "push.rate", Denominator: "push.visits"})
		}},
		"with dimensions":         {"metrics[3].dimensions", func(l []datasource.OwnMetric) []datasource.OwnMetric { l[3].Dimensions = []string{"channel"}; return l }},
		"with a currency":         {"metrics[3].currency", func(l []datasource.OwnMetric) []datasource.OwnMetric { l[3].Currency = ptr("EUR"); return l }},
		"of what no client sees":  {"metrics[3].hidden", func(l []datasource.OwnMetric) []datasource.OwnMetric { l[0].Hidden = true; return l }},
		"a sum that is made of":   {"metrics[0].numerator", func(l []datasource.OwnMetric) []datasource.OwnMetric { l[0].Numerator = "push.visits"; return l }},
		"whose part is taken out": {"metrics[2].denominator", func(l []datasource.OwnMetric) []datasource.OwnMetric { return append(l[:1:1], l[2:]...) }},
	} {
		_, err := w.sources.DefineMetrics(w.by(w.manager), source.ID, "", c.spoil(rated()))
		wantsField(t, name, err, c.field)
	}
	if list, err := w.sources.OwnMetrics(w.by(w.agent), source.ID); err != nil || len(list) != 2 {
		t.Errorf("what was refused has changed something: %+v, %v", list, err)
	}
	_, err := w.sources.DefineMetrics(w.by(w.agent), source.ID, "", rated())
	wants(t, "an agent", err, fault.Forbidden)
	_, err = w.sources.DefineMetrics(w.by(w.strangeManager), source.ID, "", rated())
	wants(t, "another customer's manager", err, fault.NotFound)
}

// A file can't make of a column what a ratio is made of or is; and it leaves what people
// have said of a metric.
func TestAFileLeavesTheMeaningOfMetrics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source, err := w.sources.Create(w.by(w.manager), datasource.Draft{CustomerID: w.acme, SourceType: datasource.CSV, SourceName: "Fairs"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.sources.DefineMetrics(w.by(w.manager), source.ID, "", []datasource.OwnMetric{
		{Name: "csv.deals", Label: "Deals", Definition: "Signed, not only agreed.", Unit: "count", Aggregation: "sum", Better: "up"},
		{Name: "csv.visits", Label: "Visits", Unit: "count", Aggregation: "sum"},
		{Name: "csv.rate", Label: "Rate", Unit: "percent", Aggregation: "ratio", Numerator: "csv.deals", Denominator: "csv.visits"},
	})
	if err != nil {
		t.Fatal(err)
	}
	mapping := func(deals, visits datasource.Column) datasource.Mapping {
		return datasource.Mapping{DayFormat: "2006-01-02", Columns: []datasource.Column{{Head: "Day", Use: "day"}, deals, visits}}
	}
	good := datasource.Column{Head: "Visits", Use: "sum:count"}
	upload := func() uuid.UUID {
		t.Helper()
		id, err := w.sources.Upload(w.by(w.manager), source.ID, "fairs.csv", []byte("Day,Deals,Visits\n2026-11-01,3,12\n2026-11-02,1,4\n"))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	waiting := upload()
	for name, deals := range map[string]datasource.Column{
		"a part that is no longer added up": {Head: "Deals", Use: "last:count"},
		"a part that becomes internal":      {Head: "Deals", Use: "sum:count", Hidden: true},
		"a column in the ratio's place":     {Head: "Deals", Use: "sum:count", Label: "Rate"},
	} {
		_, err := w.sources.ImportTable(w.by(w.manager), source.ID, waiting, mapping(deals, good))
		wantsField(t, name, err, "columns")
	}
	if _, err := w.sources.ImportTable(w.by(w.manager), source.ID, waiting, mapping(datasource.Column{Head: "Deals", Use: "sum:count"}, good)); err != nil {
		t.Fatal(err)
	}
	list, err := w.sources.OwnMetrics(w.by(w.manager), source.ID)
	if err != nil || len(list) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, m := range list {
		if m.Name == "csv.deals" && (m.Definition != "Signed, not only agreed." || m.Better != "up") {
			t.Errorf("what was said of a metric is gone: %+v", m)
		}
	}
	if got := w.total(source.ID, "csv.rate", "2026-11-01", "2026-11-02"); got != "0.25" {
		t.Errorf("a rate of %s, want 4 of 16", got)
	}
}
