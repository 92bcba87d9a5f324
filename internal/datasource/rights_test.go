package datasource_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/datasource"
	"clientportal/internal/fault"
)

func TestRightsAndTrail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source := w.connect("shop")
	push, err := w.sources.Create(w.by(w.manager), datasource.Draft{CustomerID: w.acme, SourceType: datasource.Push, SourceName: "CRM"})
	if err != nil {
		t.Fatal(err)
	}
	change := func(ctx context.Context) error {
		_, err := w.sources.Update(ctx, source.ID, datasource.Change{SourceName: ptr(uuid.NewString())}, "")
		return err
	}
	for name, try := range map[string]struct {
		do     func(ctx context.Context) error
		agent  fault.Code // what an agent of the customer's gets
		action string
	}{
		"update":   {change, fault.Forbidden, "data_source.update"},
		"test":     {func(ctx context.Context) error { _, err := w.sources.Test(ctx, source.ID); return err }, fault.Forbidden, "data_source.test"},
		"accounts": {func(ctx context.Context) error { _, err := w.sources.Accounts(ctx, source.ID); return err }, fault.Forbidden, "data_source.list_accounts"},
		"sync":     {func(ctx context.Context) error { _, err := w.sources.SyncNow(ctx, source.ID); return err }, fault.Forbidden, "data_source.sync"},
		"backfill": {func(ctx context.Context) error {
			_, err := w.sources.Backfill(ctx, source.ID, day(-10), day(-1))
			return err
		}, fault.Forbidden, "data_source.backfill"},
		"cancel": {func(ctx context.Context) error { return w.sources.CancelBackfill(ctx, source.ID) }, fault.Forbidden, "data_source.cancel_backfill"},
		"token":  {func(ctx context.Context) error { _, err := w.sources.CreatePushToken(ctx, push.ID); return err }, fault.Forbidden, "data_source.create_push_token"},
		"define": {func(ctx context.Context) error { _, err := w.sources.DefineMetrics(ctx, push.ID, "", nil); return err }, fault.Forbidden, "data_source.define_metrics"},
		"read":   {func(ctx context.Context) error { _, err := w.sources.Source(ctx, source.ID); return err }, "", ""},
		"runs": {func(ctx context.Context) error {
			_, err := w.sources.Runs(ctx, source.ID, api.PageQuery{Limit: 5})
			return err
		}, "", ""},
		"own": {func(ctx context.Context) error { _, err := w.sources.OwnMetrics(ctx, push.ID); return err }, "", ""},
		"metrics": {func(ctx context.Context) error {
			_, err := w.sources.Series(ctx, source.ID, datasource.Query{Metric: "counter.visits", From: day(-3), To: day(0), By: "day"})
			return err
		}, "", ""},
	} {
		wants(t, name+" by an agent", try.do(w.by(w.agent)), try.agent)
		wants(t, name+" by a client", try.do(w.by(w.admin)), fault.Forbidden)
		wants(t, name+" by another customer's manager", try.do(w.by(w.strangeManager)), fault.NotFound)
		wants(t, name+" by the manager", try.do(w.by(w.manager)), "")
		wants(t, name+" by the agency's admin", try.do(w.by(w.chief)), "")
		if try.action != "" && w.count(`select count(*) from audit_events where action = $1 and customer_id = $2 and actor_id = $3`, try.action, w.acme, w.manager.ID) == 0 {
			t.Errorf("%s leaves no event %s", name, try.action)
		}
	}
	_, err = w.sources.Create(w.by(w.strangeManager), w.draft("theirs"))
	wants(t, "a source of a customer that one does not serve", err, fault.NotFound)
	_, err = w.sources.Create(w.by(w.agent), w.draft("theirs"))
	wants(t, "a source by an agent", err, fault.Forbidden)

	_, err = w.sources.Disconnect(w.by(w.agent), source.ID)
	wants(t, "disconnecting by an agent", err, fault.Forbidden)
	_, err = w.sources.Disconnect(w.by(w.strangeManager), source.ID)
	wants(t, "disconnecting another customer's", err, fault.NotFound)
	left, err := w.sources.Disconnect(w.by(w.manager), source.ID)
	if err != nil || left.Status != datasource.Disconnected || w.count(`select count(*) from analytics_data_sources where id = $1 and api_credentials is not null`, source.ID) != 0 {
		t.Errorf("disconnected: %s, %v", left.Status, err)
	}
	_, err = w.sources.SyncNow(w.by(w.manager), source.ID)
	wants(t, "a sync of what is disconnected", err, fault.Conflict)
	_, err = w.sources.Disconnect(w.by(w.manager), source.ID)
	wants(t, "disconnecting twice", err, fault.Conflict)
}

func TestAClientReadsTheirOwnAndNoMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	list, err := w.sources.ClientSources(w.by(w.viewer), api.PageQuery{Limit: 10})
	if err != nil || len(list.Items) != 1 || list.Items[0].Status != datasource.UpToDate || list.Items[0].LastSyncAt == nil {
		t.Errorf("the client reads %+v, %v", list.Items, err)
	}
	none, err := w.sources.ClientSources(w.by(w.stranger), api.PageQuery{Limit: 10})
	if err != nil || len(none.Items) != 0 {
		t.Errorf("another company reads %+v, %v", none.Items, err)
	}
	// The database itself keeps from a client what is internal, whatever asks it.
	for _, sql := range []string{`select api_credentials from analytics_data_sources`, `select settings from analytics_data_sources`, `select failure_staff from sync_runs`, `select * from source_links`} {
		if err := w.asClient(w.viewer, sql); err == nil {
			t.Errorf("a client may ask: %s", sql)
		}
	}
	for who, want := range map[*actor.Actor]int{&w.viewer: 0, &w.manager: 1} {
		var any int
		ctx := w.by(*who)
		if err := w.query(ctx, `select count(distinct metric) from metric_facts where metric = 'counter.cost'`, &any); err != nil || any != want {
			t.Errorf("%s sees %d hidden metrics, want %d (%v)", who.Name, any, want, err)
		}
	}
}

func TestDraftsAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for field, spoil := range map[string]func(d *datasource.Draft){
		"source_name":         func(d *datasource.Draft) { d.SourceName = "  " },
		"source_type":         func(d *datasource.Draft) { d.SourceType = "fax" },
		"connection_type":     func(d *datasource.Draft) { d.ConnectionType = "carrier_pigeon" },
		"credentials":         func(d *datasource.Draft) { d.Credentials = []byte(`["token"]`) },
		"credentials.token":   func(d *datasource.Draft) { d.Credentials = []byte(`{"token": ""}`) },
		"credentials.Token":   func(d *datasource.Draft) { d.Credentials = []byte(`{"token": "x", "Token": "y"}`) },
		"credentials.key":     func(d *datasource.Draft) { d.Credentials = []byte(`{"token": "x", "key": "y"}`) },
		"settings.sites":      func(d *datasource.Draft) { d.Settings = []byte(`{"sites": "x"}`) },
		"settings":            func(d *datasource.Draft) { d.Settings = []byte(`"site"`) },
		"sync_frequency":      func(d *datasource.Draft) { d.SyncFrequency = "always" },
		"sync_hour":           func(d *datasource.Draft) { d.SyncHour = ptr(24) },
		"dashboard_config_id": func(d *datasource.Draft) { d.DashboardConfigID = ptr(uuid.New()) },
	} {
		d := w.draft("shop")
		spoil(&d)
		_, err := w.sources.Create(w.by(w.manager), d)
		wantsField(t, "a wrong "+field, err, field)
	}
	d := w.draft("shop")
	d.Credentials = []byte(`{}`)
	_, err := w.sources.Create(w.by(w.manager), d)
	wantsField(t, "credentials that are empty", err, "credentials.token")
	d.Credentials = nil
	if made, err := w.sources.Create(w.by(w.manager), d); err != nil || made.Status != datasource.NeedsAuthorisation {
		t.Errorf("credentials that come later: %s, %v", made.Status, err)
	}
	source := w.connect("shop")
	_, err = w.sources.Update(w.by(w.manager), source.ID, datasource.Change{Credentials: []byte(`{"tokn": "x"}`)}, "")
	wantsField(t, "new credentials that are misspelt", err, "credentials.tokn")
	for name, days := range map[string][2]string{
		"from": {"2026-13-01", day(0)}, "to": {day(-1), day(-2)},
	} {
		_, err := w.sources.Backfill(w.by(w.manager), source.ID, days[0], days[1])
		wantsField(t, "a backfill", err, name)
	}
	_, err = w.sources.Update(w.by(w.manager), source.ID, datasource.Change{SourceName: ptr("x")}, `"1"`)
	wants(t, "a change of what has changed", err, fault.Stale)
}
