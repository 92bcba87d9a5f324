package analytics_test

import (
	"context"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/api"
	"clientportal/internal/fault"
)

func TestACompanysAdminSaysWhoSeesADashboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site := w.site()
	d := w.build(t, one("number", "ga4.sessions"))
	page, readers := "/analytics/"+d.ID.String(), "/analytics/readers/"+d.ID.String()
	shows(t, "to the admin", visit(site, w.owner, page), 200, "Who sees it", `href="/analytics/reports"`)
	if strings.Contains(visit(site, w.viewer, page).Body.String(), "Who sees it") {
		t.Error("a viewer is offered to say who sees it")
	}
	shows(t, "the form", visit(site, w.owner, readers), 200, "Who sees it", "admin, sees every dashboard")
	shows(t, "a member's", visit(site, w.member, readers), 403)
	shows(t, "of another company", visit(site, w.foreign, readers), 404)
	viewer, _ := actor.From(w.viewer)
	owner, _ := actor.From(w.owner)
	member, _ := actor.From(w.member)
	shows(t, "an admin kept away", send(site, w.owner, readers, url.Values{"asked": {owner.ID.String()}, "readers": {"*"}}), 422, "An admin of the customer sees every dashboard.")
	if answer := send(site, w.owner, readers, url.Values{"asked": {viewer.ID.String(), member.ID.String()}, "reader": {member.ID.String()}, "readers": {"*"}}); answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != page {
		t.Errorf("saved: %d %s", answer.Code, answer.Header())
	}
	_, err := w.Dashboard(w.viewer, d.ID)
	refused(t, "the viewer reads", err, fault.NotFound)
	_, err = w.Dashboard(w.member, d.ID)
	if err != nil {
		t.Errorf("the member reads: %v", err)
	}
	again := visit(site, w.owner, readers)
	shows(t, "the form again", again, 200, `value="`+member.ID.String()+`" checked`, `name="reader" value="`+viewer.ID.String()+`"`)
	if strings.Contains(again.Body.String(), `value="`+viewer.ID.String()+`" checked`) {
		t.Error("whoever does not see it is ticked")
	}
}

func TestAStaleFormLetsNobodyInAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site := w.site()
	viewer, _ := actor.From(w.viewer)
	member, _ := actor.From(w.member)
	for what, by := range map[string]struct {
		who   context.Context
		path  string
		other url.Values
	}{
		"a company's admin": {w.owner, "/analytics/readers/", nil},
		"the agency":        {w.manager, "/staff/dashboards/", url.Values{"dashboard_name": {"Numbers"}, "is_active": {"on"}}},
	} {
		d := w.build(t, one("number", "ga4.sessions"))
		path := by.path + d.ID.String()
		sees := func(who context.Context) bool {
			_, err := w.Dashboard(who, d.ID)
			return err == nil
		}
		// tag is that of the readers in the form as it is drawn.
		tag := func(answer *httptest.ResponseRecorder) string {
			_, rest, _ := strings.Cut(answer.Body.String(), `name="readers" value="`)
			value, _, _ := strings.Cut(rest, `"`)
			return html.UnescapeString(value)
		}
		form := url.Values{"asked": {viewer.ID.String(), member.ID.String()}, "reader": {viewer.ID.String()}, "readers": {tag(visit(site, by.who, path))}}
		maps.Copy(form, by.other)
		if err := w.KeepFrom(w.owner, d.ID, "", []uuid.UUID{viewer.ID}); err != nil {
			t.Fatal(err)
		}
		late := uuid.New()
		w.exec(t, `insert into client_portal_users (id, customer_id, email) values ($1, $2, $3)`, late, w.acme, late.String()+"@x.example")
		w.exec(t, `insert into customer_members (customer_id, user_id, role) values ($1, $2, 'viewer')`, w.acme, late)
		again := send(site, by.who, path, form)
		shows(t, what, again, http.StatusPreconditionFailed, "Somebody changed who sees this dashboard", `value="`+viewer.ID.String()+`" checked`, `value="`+late.String()+`" checked`)
		if strings.Contains(again.Body.String(), `value="`+member.ID.String()+`" checked`) {
			t.Errorf("%s: whoever was not ticked is", what)
		}
		if sees(w.viewer) || !sees(w.member) {
			t.Errorf("%s: the stale form counts", what)
		}
		form.Add("asked", late.String())
		form.Add("reader", late.String())
		form.Set("readers", tag(again))
		if saved := send(site, by.who, path, form); saved.Code != http.StatusSeeOther || !sees(w.viewer) || sees(w.member) {
			t.Errorf("%s, once more: %d; the viewer sees it: %v, the member: %v", what, saved.Code, sees(w.viewer), sees(w.member))
		}

		form.Set("readers", "*")
		form.Del("asked")
		shows(t, what+" asks about nobody", send(site, by.who, path, form), http.StatusBadRequest)
		if sees(w.member) {
			t.Errorf("%s: a form that asks about nobody lets all in", what)
		}
	}
}

// The agency's change of a dashboard and a company's of its readers take turns.
func TestReadersChangeInTurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.build(t, one("number", "ga4.sessions"))
	viewer, _ := actor.From(w.viewer)
	readers, err := w.Readers(w.manager, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	tag := api.ContentTag(readers)

	conn, err := pgx.Connect(t.Context(), w.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	do := func(sql string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	do(`begin`)
	do(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, d.ID.String())
	changed := make(chan error, 1)
	go func() {
		_, err := w.UpdateDashboard(w.manager, d.ID, analytics.Change{Denied: &[]uuid.UUID{}, Readers: tag}, "")
		changed <- err
	}()
	for waiting := false; !waiting; time.Sleep(10 * time.Millisecond) {
		select {
		case err := <-changed:
			t.Fatalf("it is changed beside the other's change: %v", err)
		default:
		}
		if err := conn.QueryRow(t.Context(), `select exists (select from pg_locks where locktype = 'advisory' and not granted
			and database = (select oid from pg_database where datname = current_database()))`).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	do(`set local lock_timeout = '2s'`) // the dashboard's row is held: the denial must not wait for it
	do(`insert into dashboard_denials (customer_id, dashboard_id, user_id, created_at) values ($1, $2, $3, now())`, w.acme, d.ID, viewer.ID)
	do(`commit`)
	refused(t, "a change of what the readers were", <-changed, fault.Stale)
	if _, err := w.Dashboard(w.viewer, d.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the viewer reads: %v", err)
	}
}

func TestOfMoreThanAYearAnExportIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Formats = map[string]analytics.Format{"csv": {Label: "Table (CSV)"}}
	site := w.site()
	d := w.build(t, one("number", "ga4.sessions"))
	page := "/analytics/" + d.ID.String()
	shows(t, "of a year", visit(site, w.viewer, page+"?range=last_365_days"), 200, "/reports?compare=previous_period&amp;format=csv")
	years := visit(site, w.viewer, page+"?from=2024-01-01&to=2026-10-31")
	shows(t, "of years", years, 200, `action="/analytics/exports"`, `value="`+d.ID.String()+`"`, `value="2024-01-01"`, "made in the background")
	if strings.Contains(years.Body.String(), "format=csv") {
		t.Error("of years, the file can be had at once too")
	}
	shows(t, "of years, for the agency", visit(site, w.manager, "/staff/dashboards/"+d.ID.String()+"/preview?from=2024-01-01&to=2026-10-31"), 200, `action="/staff/exports"`)
}
