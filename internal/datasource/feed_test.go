package datasource_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/datasource"
	"clientportal/internal/fault"
)

// pushed is a push source with two metrics, and its token.
func (w *world) pushed() (datasource.Source, string) {
	w.t.Helper()
	source, err := w.sources.Create(w.by(w.manager), datasource.Draft{CustomerID: w.acme, SourceType: datasource.Push, SourceName: "CRM"})
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = w.sources.DefineMetrics(w.by(w.manager), source.ID, "", []datasource.OwnMetric{
		{Name: "push.deals", Label: "Deals", Unit: "count", Aggregation: "sum", Dimensions: []string{"channel"}},
		{Name: "push.margin", Label: "Margin", Unit: "money", Aggregation: "sum", Hidden: true},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	token, err := w.sources.CreatePushToken(w.by(w.manager), source.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return source, token.Token
}

func TestPushedBatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source, token := w.pushed()
	batch := datasource.Batch{Key: "one", Rows: []datasource.PushedRow{
		{Day: day(-1), Metric: "push.deals", Value: "3", Dimensions: map[string]string{"channel": "Fair"}},
		{Day: day(-1), Metric: "push.deals", Value: "4", Dimensions: map[string]string{"channel": "<b>Web</b>"}},
		{Day: day(-1), Metric: "push.margin", Value: "12.30", Currency: "eur"},
		{Day: day(-1), Metric: "push.nothing", Value: "1"},
		{Day: "25.11.2026", Metric: "push.deals", Value: "1"},
		{Day: "0001-01-01", Metric: "push.deals", Value: "1"},
		{Day: day(-1), Metric: "push.deals", Value: "NaN"},
		{Day: day(-1), Metric: "push.deals", Value: "1e400"},
		{Day: day(-1), Metric: "push.margin", Value: "1"},
		{Day: day(-1), Metric: "push.deals", Value: "1", Dimensions: map[string]string{"shoe size": "9"}},
		{Day: day(-1), Metric: "push.deals", Value: "9", Dimensions: map[string]string{"channel": "Fair"}},
	}}
	receipt, err := w.sources.TakeBatch(t.Context(), token, batch)
	if err != nil || receipt.Accepted != 3 || len(receipt.Refused) != 8 || receipt.Replayed {
		t.Fatalf("%+v, %v", receipt, err)
	}
	for i, field := range []string{"metric", "day", "day", "value", "value", "currency", "dimensions.shoe size", "day"} {
		if r := receipt.Refused[i]; r.Row != i+3 || r.Field != field || r.Message == "" {
			t.Errorf("row %d: %+v, want a fault of %s", i+3, r, field)
		}
	}
	if got := w.total(source.ID, "push.deals", day(-1), day(-1)); got != "7" {
		t.Errorf("%s deals, want 7", got)
	}
	again, err := w.sources.TakeBatch(t.Context(), token, batch)
	if err != nil || !again.Replayed || again.Accepted != 3 {
		t.Errorf("the same batch again: %+v, %v", again, err)
	}
	other := batch
	other.Rows = batch.Rows[:1]
	_, err = w.sources.TakeBatch(t.Context(), token, other)
	wantsField(t, "another batch of that name", err, "batch")
	corrected, err := w.sources.TakeBatch(t.Context(), token, datasource.Batch{Key: "two", Rows: []datasource.PushedRow{
		{Day: day(-1), Metric: "push.deals", Value: "5", Dimensions: map[string]string{"channel": "Fair"}},
	}})
	if got := w.total(source.ID, "push.deals", day(-1), day(-1)); err != nil || corrected.Accepted != 1 || got != "9" {
		t.Errorf("after a correction %s deals, want 9 (%v)", got, err)
	}
	if kept := w.count(`select count(*) from metric_facts where source_id = $1`, source.ID); int64(kept) != w.read(source.ID).RowsKept || kept != 3 {
		t.Errorf("%d numbers are kept, the source says %d", kept, w.read(source.ID).RowsKept)
	}
	for name, bad := range map[string]string{"none": "", "made up": "push_AAAA", "another's": uuid.NewString()} {
		_, err := w.sources.TakeBatch(t.Context(), bad, batch)
		wants(t, "the token "+name, err, fault.Unauthenticated)
	}
	if tables := w.leaks(token); len(tables) > 0 {
		t.Errorf("the token stands in %v", tables)
	}
	newer, err := w.sources.CreatePushToken(w.by(w.manager), source.ID)
	if err != nil || newer.Token == token {
		t.Fatal(err)
	}
	_, err = w.sources.TakeBatch(t.Context(), token, batch)
	wants(t, "a token that was replaced", err, fault.Unauthenticated)
}

func TestHiddenMetricsAreOutOfAClientsReach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source, token := w.pushed()
	if _, err := w.sources.TakeBatch(t.Context(), token, datasource.Batch{Key: "one", Rows: []datasource.PushedRow{
		{Day: day(-1), Metric: "push.margin", Value: "12.30", Currency: "EUR"}, {Day: day(-1), Metric: "push.deals", Value: "3"},
	}}); err != nil {
		t.Fatal(err)
	}
	sees := func(table string) (n int) {
		t.Helper()
		if err := w.query(w.by(w.viewer), `select count(*) from `+table, &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if sees("metric_facts") != 1 || sees("metric_months") != 1 || sees("source_metrics") != 1 {
		t.Errorf("a client sees %d numbers, %d months and %d metrics, want 1 of each", sees("metric_facts"), sees("metric_months"), sees("source_metrics"))
	}
	if _, err := w.sources.DefineMetrics(w.by(w.manager), source.ID, "", []datasource.OwnMetric{{Name: "push.margin", Label: "Margin", Unit: "money", Aggregation: "sum"}, {Name: "push.deals", Label: "Deals", Unit: "count", Aggregation: "sum"}}); err != nil {
		t.Fatal(err)
	}
	if sees("metric_facts") != 2 || sees("metric_months") != 2 {
		t.Error("a metric that is shown now stays hidden")
	}
}

func TestDefinitionsAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source, _ := w.pushed()
	good := datasource.OwnMetric{Name: "push.deals", Label: "Deals", Unit: "count", Aggregation: "sum"}
	for field, spoil := range map[string]func(m *datasource.OwnMetric){
		"name": func(m *datasource.OwnMetric) { m.Name = "ga4.sessions" }, "label": func(m *datasource.OwnMetric) { m.Label = " " },
		"unit": func(m *datasource.OwnMetric) { m.Unit = "apples" }, "aggregation": func(m *datasource.OwnMetric) { m.Aggregation = "distinct" },
		"better": func(m *datasource.OwnMetric) { m.Better = "left" }, "currency": func(m *datasource.OwnMetric) { m.Currency = ptr("euro") },
		"dimensions": func(m *datasource.OwnMetric) { m.Dimensions = []string{"shoe size"} },
	} {
		bad := good
		spoil(&bad)
		_, err := w.sources.DefineMetrics(w.by(w.manager), source.ID, "", []datasource.OwnMetric{bad})
		wantsField(t, "a wrong "+field, err, "metrics[0]."+field)
	}
}

func TestATableIsImported(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source, err := w.sources.Create(w.by(w.manager), datasource.Draft{CustomerID: w.acme, SourceType: datasource.CSV, SourceName: "Fairs"})
	if err != nil {
		t.Fatal(err)
	}
	// Latin-1 with semicolons and German decimals, as a spreadsheet writes it.
	file := []byte("Tag;Messe;Besucher;Umsatz\r\n01.11.2026;M\xfcnchen;1.234;1.234,56\r\n02.11.2026;M\xfcnchen;10;\r\n02.11.2026;M\xfcnchen;11;1,00\r\n" +
		"31.02.2026;K\xf6ln;1;1,00\r\n03.11.2026;K\xf6ln;viele;1,00\r\n04.11.2026;<script>;5;-2,50\r\n")
	upload, err := w.sources.Upload(w.by(w.manager), source.ID, "messen.csv", file)
	if err != nil {
		t.Fatal(err)
	}
	table, err := w.sources.UploadedTable(w.by(w.manager), source.ID, upload)
	if err != nil {
		t.Fatal(err)
	}
	m := table.Mapping
	if m.Columns[0].Use != "day" || m.DayFormat != "02.01.2006" || m.Columns[1].Use != "dimension" || !m.Comma { // though one day is none
		t.Errorf("guessed %+v", m)
	}
	m.DayFormat, m.Currency = "02.01.2006", "EUR"
	m.Columns[0].Use, m.Columns[1].Use, m.Columns[2].Use, m.Columns[3].Use = "day", "dimension", "sum:count", "sum:money"
	dry, err := table.DryRun(m)
	if err != nil || dry.Accepted != 3 || len(dry.Refused) != 3 {
		t.Fatalf("a dry run: %+v, %v", dry, err)
	}
	if w.count(`select count(*) from metric_facts where source_id = $1`, source.ID) != 0 {
		t.Error("a dry run has written")
	}
	_, err = w.sources.ImportTable(w.by(w.agent), source.ID, upload, m)
	wants(t, "an import by an agent", err, fault.Forbidden)
	_, err = w.sources.ImportTable(w.by(w.strangeManager), source.ID, upload, m)
	wants(t, "an import of another customer's", err, fault.NotFound)
	if done, err := w.sources.ImportTable(w.by(w.manager), source.ID, upload, m); err != nil || done.Accepted != 3 {
		t.Fatalf("%+v, %v", done, err)
	}
	if got := w.total(source.ID, "csv.besucher", "2026-11-01", "2026-11-30"); got != "1249" {
		t.Errorf("%s visitors, want 1249", got)
	}
	if got := w.total(source.ID, "csv.umsatz", "2026-11-01", "2026-11-30"); got != "1232.06" {
		t.Errorf("a turnover of %s, want 1232.06", got)
	}
	s, err := w.sources.Series(w.by(w.agent), source.ID, datasource.Query{Metric: "csv.besucher", From: "2026-11-01", To: "2026-11-30", By: "total", Dimension: "messe"})
	if err != nil || len(s.Items) != 2 || *s.Items[1].Dimension != "München" || s.Items[1].Value != "1244" {
		t.Errorf("by fair: %+v, %v", s.Items, err)
	}
	_, err = w.sources.ImportTable(w.by(w.manager), source.ID, upload, m)
	wants(t, "the same upload again", err, fault.Conflict)
	next, err := w.sources.Upload(w.by(w.manager), source.ID, "messen.csv", file)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.sources.UploadedTable(w.by(w.manager), source.ID, next); err != nil || again.Mapping.DayFormat != m.DayFormat || again.Mapping.Columns[3].Use != "sum:money" {
		t.Errorf("the mapping is not kept: %+v, %v", again.Mapping, err)
	}
	before := w.rowVersions(source.ID)
	if _, err := w.sources.ImportTable(w.by(w.manager), source.ID, next, m); err != nil || w.rowVersions(source.ID) != before {
		t.Errorf("the same rows again are written again, %v", err)
	}
	if w.count(`select count(*) from audit_events where action = 'data_source.import' and actor_id = $1`, w.manager.ID) != 2 {
		t.Error("the trail does not tell of the imports")
	}
	for name, bad := range map[string]string{"nothing": "", "no rows": "Day,Deals\n", "a picture": "\x89PNG\x00\x01", "too many columns": strings.Repeat("a,", 50) + "\n1\n"} {
		_, err := w.sources.Upload(w.by(w.manager), source.ID, "x.csv", []byte(bad))
		wantsField(t, name, err, "file")
	}
}

func TestSeriesAddsUpAsEachMetricMay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	from, to := day(-6), day(-1)
	visits := w.simTotal("shop", from, to)
	read := func(metric, by, dimension string) datasource.Series {
		t.Helper()
		s, err := w.sources.Series(w.by(w.agent), source.ID, datasource.Query{Metric: metric, From: from, To: to, By: by, Dimension: dimension})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := read("counter.visits", "day", ""); len(s.Items) != 6 || s.Items[0].Date.Format("2006-01-02") != from {
		t.Errorf("by day: %+v", s.Items)
	}
	if s := read("counter.visits", "total", "channel"); len(s.Items) != 2 || *s.Items[0].Dimension != "Direct" {
		t.Errorf("by channel: %+v", s.Items)
	}
	if s := read("counter.stock", "total", ""); s.Items[0].Value != strings.TrimLeft(to[8:], "0") {
		t.Errorf("a stock is the last day's: %+v", s.Items)
	}
	if s := read("counter.revenue_per_visit", "total", ""); len(s.Items) != 1 || s.Items[0].Value != "0.1" || *s.Items[0].Currency != "EUR" {
		t.Errorf("a ratio is the sum over the sum: %+v of %d visits", s.Items, visits)
	}
	for field, q := range map[string]datasource.Query{
		"query.metric":    {Metric: "ga4.sessions", From: from, To: to},
		"query.dimension": {Metric: "counter.revenue", From: from, To: to, Dimension: "channel"},
		"query.from":      {Metric: "counter.visits", From: "yesterday", To: to},
		"query.to":        {Metric: "counter.visits", From: to, To: from},
	} {
		_, err := w.sources.Series(w.by(w.agent), source.ID, q)
		wantsField(t, "a wrong query", err, field)
	}
}
