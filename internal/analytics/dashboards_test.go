package analytics_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/fault"
)

func decimalOf(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func draft(customer uuid.UUID, kinds ...string) analytics.Draft {
	b := analytics.Business{ClientType: kinds[0], BusinessModel: kinds[1]}
	if len(kinds) > 2 {
		b.WebsiteType = kinds[2]
	}
	return analytics.Draft{CustomerID: customer, Business: b}
}

func TestEachPresetShowsWhatItsBusinessNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		kinds []string
		name  string
		shows []string
		kind  string
	}{
		{[]string{"b2b", "lead_gen"}, "Leads", []string{"ga4.sessions", "generate_lead"}, "funnel"},
		{[]string{"b2b", "online_sales"}, "Online sales", []string{"ga4.sessions", "ga4.items_viewed", "shopify.gross_revenue", "shopify.customer_lifetime_value"}, "reconciliation"},
		{[]string{"b2c", "lead_gen"}, "Leads", []string{"ga4.sessions", "generate_lead", "meta.post_engagement"}, "funnel"},
		{[]string{"b2c", "online_sales"}, "Online shop", []string{"ga4.sessions", "shopify.gross_revenue", "shopify.abandonment_rate", "shopify.returning_rate"}, "donut"},
		{[]string{"b2b", "lead_gen", "brochure"}, "Website", []string{"ga4.sessions", "ga4.screen_page_views", "ga4.average_engagement_time", "contact_form_submit"}, "table"},
		{[]string{"b2b", "online_sales", "transactional"}, "Web app", []string{"ga4.active_users", "sign_up", "feature_*", "ga4.purchase_revenue", "ga4.cohort_active_users"}, "cohorts"},
	} {
		d, err := w.CreateDashboard(w.manager, draft(w.acme, c.kinds...))
		if err != nil {
			t.Errorf("%v: %v", c.kinds, err)
			continue
		}
		var shown, kinds []string
		for _, v := range d.Config.Widgets {
			kinds = append(kinds, v.Kind)
			for _, m := range v.Measures {
				shown = append(shown, m.Metric)
				if m.Filter != nil {
					shown = append(shown, m.Filter.Value)
				}
			}
		}
		if d.Name != c.name || !slices.Contains(kinds, c.kind) {
			t.Errorf("%v: %s with %v", c.kinds, d.Name, kinds)
		}
		for _, name := range c.shows {
			if !slices.Contains(shown, name) {
				t.Errorf("%v shows no %s", c.kinds, name)
			}
		}
		// Its own config is one that a person could have written.
		if _, err := w.UpdateDashboard(w.manager, d.ID, analytics.Change{Config: &d.Config}, d.Tag()); err != nil {
			t.Errorf("%v: its own config is refused: %v", c.kinds, err)
		}
	}
}

func TestWhoBuildsAndWhoSees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d, err := w.CreateDashboard(w.manager, draft(w.acme, "b2c", "online_sales"))
	if err != nil {
		t.Fatal(err)
	}
	for who, ctx := range map[string]context.Context{"agent": w.agent, "owner": w.owner} {
		_, err := w.CreateDashboard(ctx, draft(w.acme, "b2c", "online_sales"))
		refused(t, who+" builds", err, fault.Forbidden)
		_, err = w.UpdateDashboard(ctx, d.ID, analytics.Change{}, "")
		refused(t, who+" changes", err, fault.Forbidden)
		refused(t, who+" removes", w.RemoveDashboard(ctx, d.ID), fault.Forbidden)
		_, err = w.SaveTemplate(ctx, d.ID, "Ours")
		refused(t, who+" saves a template", err, fault.Forbidden)
	}
	for who, ctx := range map[string]context.Context{"agent": w.agent, "member": w.member, "viewer": w.viewer} {
		refused(t, who+" keeps somebody away", w.KeepFrom(ctx, d.ID, "", nil), fault.Forbidden)
	}
	refused(t, "another company keeps somebody away", w.KeepFrom(w.foreign, d.ID, "", nil), fault.NotFound)
	_, err = w.CreateDashboard(w.manager, draft(w.boltline, "b2c", "online_sales"))
	refused(t, "for a customer of others", err, fault.NotFound)
	_, err = w.CopyDashboard(w.manager, d.ID, w.boltline, "")
	refused(t, "a copy for a customer of others", err, fault.NotFound)
	for who, ctx := range map[string]context.Context{"another agent": w.otherAgent, "another company": w.foreign} {
		_, err := w.Dashboard(ctx, d.ID)
		refused(t, who+" reads", err, fault.NotFound)
		_, err = w.Reports(ctx, d.ID, widget.Range{}, widget.NoComparison)
		refused(t, who+" reads numbers", err, fault.NotFound)
	}
	if _, err := w.Dashboard(w.viewer, d.ID); err != nil {
		t.Errorf("a viewer reads: %v", err)
	}
	if got, want := w.recorded(t, d.ID), []string{"dashboard.create", "dashboard.view"}; !slices.Equal(got, want) {
		t.Errorf("recorded %v, want %v", got, want)
	}
}

func TestAMemberIsKeptFromADashboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d, err := w.CreateDashboard(w.manager, draft(w.acme, "b2c", "online_sales"))
	if err != nil {
		t.Fatal(err)
	}
	who := func(ctx context.Context) uuid.UUID { a, _ := actor.From(ctx); return a.ID }
	faulty(t, "keep an admin away", w.KeepFrom(w.manager, d.ID, "", []uuid.UUID{who(w.owner)}), "denied")
	faulty(t, "keep a stranger away", w.KeepFrom(w.manager, d.ID, "", []uuid.UUID{who(w.foreign)}), "denied")
	if err := w.KeepFrom(w.manager, d.ID, "", []uuid.UUID{who(w.member)}); err != nil {
		t.Fatal(err)
	}
	sees := func(ctx context.Context) bool {
		list, err := w.Dashboards(ctx, analytics.Filter{}, api.PageQuery{})
		if err != nil {
			t.Fatal(err)
		}
		_, single := w.Dashboard(ctx, d.ID)
		_, numbers := w.Reports(ctx, d.ID, widget.Range{}, widget.NoComparison)
		if listed := len(list.Items) == 1; listed != (single == nil) || listed != (numbers == nil) {
			t.Errorf("list, page and numbers disagree: %t, %v, %v", listed, single, numbers)
		}
		return len(list.Items) == 1
	}
	if sees(w.member) || !sees(w.viewer) || !sees(w.owner) || !sees(w.agent) {
		t.Error("the member sees it, or somebody else does not")
	}
	if err := w.KeepFrom(w.manager, d.ID, "", []uuid.UUID{}); err != nil || !sees(w.member) {
		t.Errorf("let in again: %v", err)
	}
	faulty(t, "the company's admin keeps a stranger away", w.KeepFrom(w.owner, d.ID, "", []uuid.UUID{who(w.foreign)}), "denied")
	if err := w.KeepFrom(w.owner, d.ID, "", []uuid.UUID{who(w.viewer)}); err != nil || sees(w.viewer) || !sees(w.member) {
		t.Errorf("the company's own admin keeps the viewer away: %v", err)
	}
	people, err := w.Readers(w.owner, d.ID)
	if err != nil || len(people) != 3 {
		t.Errorf("whom the company's admin chooses from: %+v, %v", people, err)
	}
	_, err = w.Readers(w.member, d.ID)
	refused(t, "a member reads who sees it", err, fault.Forbidden)
	if got := w.recorded(t, d.ID); !slices.Contains(got, "dashboard.access") {
		t.Errorf("recorded %v", got)
	}
	off := false
	if _, err := w.UpdateDashboard(w.manager, d.ID, analytics.Change{IsActive: &off}, ""); err != nil {
		t.Fatal(err)
	}
	if sees(w.owner) || !sees(w.agent) {
		t.Error("a dashboard that is switched off is the agency's only")
	}
}

func TestAConfigIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	create := func(widgets ...widget.Widget) error {
		d := draft(w.acme, "b2c", "online_sales")
		d.Config = &widget.Config{Version: 1, Widgets: widgets}
		_, err := w.CreateDashboard(w.manager, d)
		return err
	}
	make := func(change func(*widget.Widget)) widget.Widget {
		v := widget.Widget{ID: "a", Kind: "number", Width: 4, Measures: []widget.Measure{{Metric: "ga4.sessions"}}}
		change(&v)
		return v
	}
	at := "config.widgets[0]."
	for name, c := range map[string]struct {
		widget widget.Widget
		field  string
	}{
		"unknown kind":         {make(func(v *widget.Widget) { v.Kind = "gauge" }), "kind"},
		"unknown metric":       {make(func(v *widget.Widget) { v.Measures[0].Metric = "ga4.happiness" }), "measures[0].metric"},
		"no metric":            {make(func(v *widget.Widget) { v.Measures = nil }), "measures"},
		"too many metrics":     {make(func(v *widget.Widget) { v.Measures = append(v.Measures, v.Measures[0]) }), "measures"},
		"too wide":             {make(func(v *widget.Widget) { v.Width = 13 }), "width"},
		"a needless dimension": {make(func(v *widget.Widget) { v.Dimension = "channel" }), "dimension"},
		"no dimension":         {make(func(v *widget.Widget) { v.Kind = "bar" }), "dimension"},
		"what it can't split":  {make(func(v *widget.Widget) { v.Kind, v.Dimension = "bar", "product" }), "measures[0].metric"},
		"a filter of nothing":  {make(func(v *widget.Widget) { v.Measures[0].Filter = &widget.Filter{Dimension: "product", Value: "x"} }), "measures[0].filter.dimension"},
		"no goal":              {make(func(v *widget.Widget) { v.Kind = "goal" }), "goal"},
		"no text":              {make(func(v *widget.Widget) { v.Kind, v.Measures = "text", nil }), "text"},
		"a donut of people":    {make(func(v *widget.Widget) { v.Kind, v.Dimension, v.Measures[0].Metric = "donut", "campaign", "meta.reach" }), "measures"},
		"a line of two units": {make(func(v *widget.Widget) {
			v.Kind = "line"
			v.Measures = append(v.Measures, widget.Measure{Metric: "ga4.purchase_revenue"})
		}), "measures"},
		"a funnel of money": {make(func(v *widget.Widget) {
			v.Kind = "funnel"
			v.Measures = append(v.Measures, widget.Measure{Metric: "ga4.purchase_revenue"})
		}), "measures[1].metric"},
		"retention of sessions": {make(func(v *widget.Widget) { v.Kind = "cohorts" }), "measures"},
	} {
		faulty(t, name, create(c.widget), at+c.field)
	}
	twin := make(func(*widget.Widget) {})
	faulty(t, "one id twice", create(twin, twin), "config.widgets[1].id")
	bad := draft(w.acme, "b2x", "gifts", "shop")
	_, err := w.CreateDashboard(w.manager, bad)
	faulty(t, "no such business", err, "client_type", "business_model", "website_type")
}

func TestConfigsOfOtherShapes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ json, field string }{
		"no version":      {`{"widgets":[]}`, "config.version"},
		"of the future":   {`{"version":2,"widgets":[]}`, "config.version"},
		"unknown field":   {`{"version":1,"widgets":[],"css":"x"}`, "config.css"},
		"a width in text": {`{"version":1,"widgets":[{"id":"a","kind":"text","width":"wide","text":"x"}]}`, "config.widgets[0].width"},
		"no object":       {`[]`, "config"},
	} {
		_, err := widget.Parse([]byte(c.json))
		faulty(t, name, err, c.field)
	}
	config, err := widget.Parse([]byte(`{"version":1,"widgets":[{"id":"a","kind":"goal","width":4,"goal":"12.50","measures":[{"metric":"ga4.sessions"}]}]}`))
	if err != nil || config.Widgets[0].Goal.String() != "12.5" {
		t.Fatalf("%+v, %v", config, err)
	}
	again, err := json.Marshal(config)
	if err != nil || string(again) != `{"version":1,"widgets":[{"id":"a","kind":"goal","width":4,"measures":[{"metric":"ga4.sessions"}],"goal":"12.5"}]}` {
		t.Errorf("written %s, %v", again, err)
	}
}

func TestChangingCopyingAndTemplates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source := w.source(t, "ga4", "", today)
	sessions := one("number", "ga4.sessions")
	sessions.SourceID = &source
	d := w.build(t, sessions)
	renamed := "Sales"
	changed, err := w.UpdateDashboard(w.manager, d.ID, analytics.Change{Name: &renamed}, d.Tag())
	if err != nil || changed.Name != "Sales" || changed.Tag() == d.Tag() || len(changed.Config.Widgets) != 1 {
		t.Fatalf("%+v, %v", changed, err)
	}
	_, err = w.UpdateDashboard(w.manager, d.ID, analytics.Change{Name: &renamed}, d.Tag())
	refused(t, "changed meanwhile", err, fault.Stale)

	copied, err := w.CopyDashboard(w.admin, d.ID, w.boltline, "Theirs")
	if err != nil || copied.Customer.Name != "Boltline" || copied.Config.Widgets[0].SourceID != nil {
		t.Errorf("copied to another customer: %+v, %v", copied, err)
	}
	same, err := w.CopyDashboard(w.admin, d.ID, w.acme, "")
	if err != nil || same.Name != "Sales" || same.Config.Widgets[0].SourceID == nil {
		t.Errorf("copied for the same: %+v, %v", same, err)
	}

	template, err := w.SaveTemplate(w.manager, d.ID, "House style")
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.SaveTemplate(w.manager, d.ID, "house STYLE")
	faulty(t, "a name twice", err, "name")
	of := draft(w.boltline, "b2b", "lead_gen")
	of.TemplateID = &template.ID
	made, err := w.CreateDashboard(w.admin, of)
	if err != nil || made.Name != "House style" || len(made.Config.Widgets) != 1 {
		t.Errorf("of a template: %+v, %v", made, err)
	}
	if err := w.RemoveTemplate(w.manager, template.ID); err != nil {
		t.Error(err)
	}
	refused(t, "removed twice", w.RemoveTemplate(w.manager, template.ID), fault.NotFound)

	w.exec(t, `update analytics_data_sources set dashboard_config_id = $1 where id = $2`, d.ID, source)
	refused(t, "remove one with sources", w.RemoveDashboard(w.manager, d.ID), fault.Conflict)
	if err := w.RemoveDashboard(w.manager, same.ID); err != nil {
		t.Error(err)
	}
	_, err = w.Dashboard(w.manager, same.ID)
	refused(t, "after it", err, fault.NotFound)
	if got, want := w.recorded(t, same.ID), []string{"dashboard.create", "dashboard.remove"}; !slices.Equal(got, want) {
		t.Errorf("recorded %v, want %v", got, want)
	}
}

func TestRangesThatCantBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.build(t)
	for name, r := range map[string]widget.Range{
		"a hundred years": {From: day("1926-01-01"), To: day("2026-01-01")},
		"from after to":   {From: day("2026-10-02"), To: day("2026-10-01")},
		"without an end":  {From: day("2026-10-02")},
		"in the future":   {From: day("2027-01-01"), To: day("2027-01-02")},
	} {
		_, err := w.Reports(w.viewer, d.ID, r, widget.NoComparison)
		faulty(t, name, err, "query.from")
	}
	if _, err := w.Reports(w.viewer, d.ID, widget.Range{From: day("2024-01-01"), To: day("2026-12-31")}, widget.PreviousYear); err != nil {
		t.Errorf("three years: %v", err)
	}
	_, err := w.Reports(w.viewer, d.ID, october, "last_full_moon")
	faulty(t, "compared with nothing known", err, "query.compare")
}
