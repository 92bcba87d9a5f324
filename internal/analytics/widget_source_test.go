package analytics_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
)

// A widget names a source of its customer's that gives its numbers. One that is gone
// since does not keep anybody from changing the rest of the dashboard.
func TestAWidgetNamesASourceOfItsCustomer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga, shop, theirs := w.source(t, "ga4", "", today), w.source(t, "shopify", "EUR", today), w.source(t, "ga4", "", today)
	w.exec(t, `update analytics_data_sources set customer_id = $2 where id = $1`, theirs, w.boltline)
	sessions := func(source uuid.UUID) widget.Widget {
		v := one("number", "ga4.sessions")
		v.ID, v.Width, v.SourceID = "w1", 4, &source
		return v
	}
	d := w.build(t, sessions(ga))
	for name, source := range map[string]uuid.UUID{"of nobody": uuid.New(), "of another company": theirs, "of other numbers": shop} {
		config := widget.Config{Version: 1, Widgets: []widget.Widget{sessions(source)}}
		_, err := w.UpdateDashboard(w.manager, d.ID, analytics.Change{Config: &config}, "")
		faulty(t, name, err, "config.widgets[0].source_id")
		begun := draft(w.acme, "b2c", "online_sales")
		begun.Config = &config
		_, err = w.CreateDashboard(w.manager, begun)
		faulty(t, name+", anew", err, "config.widgets[0].source_id")
	}
	w.source(t, "ga4", "", today) // of several one is chosen
	form := url.Values{"kind": {"number"}, "width": {"4"}, "measures[0].metric": {"ga4.sessions"}, "source_id": {shop.String()}}
	shows(t, "a source of other numbers, at its field", send(w.site(), w.manager, "/staff/dashboards/"+d.ID.String()+"/widgets/w1", form), 422,
		`href="#source_id"`, `id="source_id-fault"`, "This source gives none of the widget&#39;s metrics.")
	w.exec(t, `delete from analytics_data_sources where id = $1`, ga)
	words := widget.Widget{Kind: "text", Width: 4, Text: "Words"}
	if _, err := w.SaveWidget(w.manager, d.ID, words, ""); err != nil {
		t.Errorf("a text beside a widget whose source is gone: %v", err)
	}
	if got, err := w.Reports(w.viewer, d.ID, october, widget.NoComparison); err != nil || got.Widgets[0].State == widget.OK {
		t.Errorf("of a source that is gone: %+v, %v", got.Widgets, err)
	}
}

// Behind a number stand the sources that it comes from, and no others of the customer.
func TestBehindANumberAreItsOwnSources(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga := w.source(t, "ga4", "", today)
	w.source(t, "shopify", "EUR", today)
	w.facts(t, fact{source: ga, day: day("2026-11-03"), report: "daily", metric: "ga4.sessions", value: "234"})
	d := w.build(t, one("number", "ga4.sessions"))
	for page, all := range map[string]bool{"": true, "/w1": false} {
		body := visit(w.site(), w.viewer, "/analytics/"+d.ID.String()+page+"?range=this_month").Body.String()
		if !strings.Contains(body, "ga4 of acme") || strings.Contains(body, "shopify of acme") != all {
			t.Errorf("the page %q names the wrong sources", page)
		}
	}
}
