package datasource_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/datasource"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/secret"
)

func (w *world) query(ctx context.Context, sql string, dest ...any) error {
	return w.Database.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, sql).Scan(dest...) })
}

func (w *world) asClient(who actor.Actor, sql string) error {
	ctx := w.by(who)
	return w.Database.Read(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, sql); return err })
}

// leaks are the tables of the whole database, River's too, that hold a text.
func (w *world) leaks(text string) (tables []string) {
	w.t.Helper()
	ctx := w.t.Context()
	conn, err := pgx.Connect(ctx, w.SuperURL)
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'public'`)
	if err != nil {
		w.t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(all) < 40 {
		w.t.Fatalf("%d tables, %v", len(all), err)
	}
	for _, table := range all {
		var n int
		if err := conn.QueryRow(ctx, fmt.Sprintf(`select count(*) from %s t where t::text like '%%' || $1 || '%%'`, table), text).Scan(&n); err != nil {
			w.t.Fatal(err)
		}
		if n > 0 {
			tables = append(tables, table)
		}
	}
	return tables
}

func TestCredentialsAreNowhereButSealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	var answers []any
	keep := func(v any, err error) {
		answers = append(answers, v)
		if err != nil {
			answers = append(answers, err.Error())
		}
	}
	for _, kind := range []string{"retry", "reauthorise", "fix", "bare", "panic", "smaller", "degrade"} {
		w.sim.with(func() { w.sim.fail = func(string, string, string) string { return kind } })
		w.exec(`update analytics_data_sources set retry_at = null where id = $1`, source.ID)
		keep(w.sources.SyncNow(w.by(w.manager), source.ID))
		w.soon("the run fails", func() bool {
			return w.count(`select count(*) from analytics_data_sources where id = $1 and lease is not null`, source.ID) == 0
		})
		func() {
			defer func() { _ = recover() }() // a test of a connector that panics answers nothing at all
			keep(w.sources.Test(w.by(w.manager), source.ID))
		}()
		keep(w.sources.Source(w.by(w.manager), source.ID))
		keep(w.sources.Runs(w.by(w.manager), source.ID, api.PageQuery{Limit: 100}))
		keep(w.sources.ClientSources(w.by(w.viewer), api.PageQuery{Limit: 10}))
	}
	keep(w.sources.Update(w.by(w.manager), source.ID, datasource.Change{Credentials: []byte(`{"token": "` + canary + ` two"}`)}, ""))
	keep(w.sources.Update(w.by(w.manager), source.ID, datasource.Change{Credentials: []byte(`{"tokem": "` + canary + `"}`)}, ""))
	raw, err := json.Marshal(answers)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), canary) {
		t.Error("an answer holds a credential")
	}
	if tables := w.leaks(canary); len(tables) > 0 {
		t.Errorf("a credential stands in %v", tables)
	}
	if logged.holds(canary) {
		t.Error("a credential stands in the log")
	}
	if tables := w.leaks("not shared with this token"); len(tables) == 0 {
		t.Error("the search finds nothing at all")
	}
}

func TestTokensAreRenewedOnceAndKeptBeforeTheyAreUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	d := w.draft("shop")
	d.Credentials = []byte(fmt.Sprintf(`{"token": %q, "expires": %q}`, canary, time.Now().Add(time.Minute).UTC().Format(time.RFC3339)))
	source, err := w.sources.Create(w.by(w.manager), d)
	if err != nil {
		t.Fatal(err)
	}
	w.settled(source.ID)
	w.sync(source.ID)
	if token := w.token(source); token != canary+"+" {
		t.Errorf("the token was renewed to %q", strings.TrimPrefix(token, canary))
	}
	if at := w.read(source.ID).TokenExpiresAt; at == nil || time.Until(*at) < 23*time.Hour {
		t.Errorf("it ends at %v", at)
	}
	if tables := w.leaks(canary); len(tables) > 0 {
		t.Errorf("a renewed token stands in %v", tables)
	}
}

// token is what the source's credentials hold, unsealed.
func (w *world) token(source datasource.Source) string {
	w.t.Helper()
	var sealed string
	w.scan(`select api_credentials #>> '{}' from analytics_data_sources where id = $1`, []any{source.ID}, &sealed)
	plain, err := w.box.Open(sealed, source.ID.String())
	if err != nil {
		w.t.Fatal(err)
	}
	var c credentials
	if err := json.Unmarshal(plain, &c); err != nil {
		w.t.Fatal(err)
	}
	return c.Token
}

func TestKeysAreRotated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 3 {
		w.connect(fmt.Sprint("shop ", i))
	}
	source := w.connect("shop")
	rotating, err := secret.Load("", w.keys)
	if err != nil {
		t.Fatal(err)
	}
	if err := rotating.Rotate(); err != nil {
		t.Fatal(err)
	}
	command := *w.sources
	command.Secrets = rotating
	ctx := actor.As(t.Context(), "portal secrets rotate")
	if n, err := command.Reseal(ctx); err != nil || n != 4 {
		t.Errorf("%d sealed again, %v", n, err)
	}
	if n, err := command.Reseal(ctx); err != nil || n != 0 {
		t.Errorf("the second time %d are sealed again, %v", n, err)
	}
	if w.token(source) != canary { // by a portal that runs since before
		t.Error("a portal that runs can't open what was sealed again")
	}
	if w.count(`select count(*) from audit_events where action = 'data_source.reseal'`) == 0 {
		t.Error("nothing in the trail tells of it")
	}
	if matches, _ := filepath.Glob(filepath.Join(w.keys, "*")); len(matches) != 1 {
		t.Errorf("the folder of the keys holds %v", matches)
	}
}

func TestACiphertextOfAnotherSourceDoesNotOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	one, two := w.connect("one"), w.connect("two")
	w.settled(one.ID)
	w.settled(two.ID)
	w.exec(`update analytics_data_sources set api_credentials = (select api_credentials from analytics_data_sources where id = $1) where id = $2`, one.ID, two.ID)
	w.sync(two.ID)
	if now := w.read(two.ID); now.Status != datasource.NeedsAuthorisation {
		t.Errorf("with another source's credentials it is %s: %s", now.Status, now.Message)
	}
}

// byOAuth is a source that waits to be authorised in a browser.
func (w *world) byOAuth() datasource.Source {
	w.t.Helper()
	d := w.draft("shop")
	d.ConnectionType, d.Credentials = "oauth", []byte(`{"client_id": "agency", "client_secret": "`+canary+`"}`)
	source, err := w.sources.Create(w.by(w.manager), d)
	if err != nil {
		w.t.Fatal(err)
	}
	if source.Status != datasource.NeedsAuthorisation {
		w.t.Errorf("before anybody authorised it, it is %s", source.Status)
	}
	return source
}

func TestAClientAuthorisesByALink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source := w.byOAuth()
	link, err := w.sources.CreateReconnectLink(w.by(w.manager), source.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.sources.CreateReconnectLink(w.by(w.agent), source.ID)
	wants(t, "a link by an agent", err, fault.Forbidden)
	token := link.URL[strings.LastIndex(link.URL, "=")+1:]
	if tables := w.leaks(token); len(tables) > 0 {
		t.Errorf("the link's token stands in %v", tables)
	}
	_, err = w.sources.Depart(w.by(w.viewer), token)
	wants(t, "a viewer", err, fault.Forbidden)
	_, err = w.sources.Depart(w.by(w.stranger), token)
	wants(t, "another company's admin", err, fault.NotFound)
	_, err = w.sources.Depart(w.by(w.admin), "made-up")
	wants(t, "a made-up link", err, fault.NotFound)

	state := func() string {
		t.Helper()
		address, err := w.sources.Depart(w.by(w.admin), token)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(address)
		if err != nil || u.Host != "counter.example" {
			t.Fatalf("it leads to %s, %v", address, err)
		}
		return u.Query().Get("state")
	}
	elsewhere := w.admin
	elsewhere.SessionID = w.viewer.SessionID
	_, err = w.sources.Arrive(w.by(elsewhere), url.Values{"state": {state()}, "code": {"code"}})
	wants(t, "coming back in another session", err, fault.Conflict)
	_, err = w.sources.Arrive(w.by(w.admin), url.Values{"state": {"made-up"}, "code": {"code"}})
	wants(t, "a made-up state", err, fault.Conflict)
	_, err = w.sources.Arrive(w.by(w.admin), url.Values{"state": {state()}, "error": {"access_denied"}})
	wants(t, "a refusal", err, fault.Conflict)
	good := state()
	made, err := w.sources.Arrive(w.by(w.admin), url.Values{"state": {good}, "code": {"code"}})
	if err != nil || made.ConnectionStatus != "connected" {
		t.Fatalf("authorised: %s, %v", made.ConnectionStatus, err)
	}
	_, err = w.sources.Arrive(w.by(w.admin), url.Values{"state": {good}, "code": {"code"}})
	wants(t, "the same state again", err, fault.Conflict)
	_, err = w.sources.Depart(w.by(w.admin), token)
	wants(t, "the link again", err, fault.NotFound)
	if w.count(`select count(*) from audit_events where action = 'data_source.authorise' and actor_id = $1 and customer_id = $2`, w.admin.ID, w.acme) != 1 {
		t.Error("the trail does not say who authorised it")
	}
	if tables := w.leaks(canary); len(tables) > 0 {
		t.Errorf("a secret stands in %v", tables)
	}
}
