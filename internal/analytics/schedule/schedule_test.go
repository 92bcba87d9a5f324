package schedule_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/analytics/schedule"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/fault"
)

var due = noon.Add(time.Hour)

func TestAReportGoesOutOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.plan(t, "owner", "member")
	if !s.NextDueAt.Equal(due) || w.events(t, "report_schedule.create") != 1 {
		t.Fatalf("it is due at %s", s.NextDueAt)
	}
	if n := len(w.begin(t, due.Add(-time.Second))); n != 0 {
		t.Fatalf("%d reports before their moment", n)
	}
	var portals sync.WaitGroup
	for range 4 {
		portals.Go(func() {
			if err := w.BeginDue(clock.At(w.system, due)); err != nil {
				t.Error(err)
			}
		})
	}
	portals.Wait()
	reports := w.begin(t, due)
	if len(reports) != 1 || reports[0].From.String() != "2026-11-18" || reports[0].To.String() != "2026-11-24" {
		t.Fatalf("the reports are %+v", reports)
	}
	id := reports[0].ID
	for range 4 {
		portals.Go(func() {
			if _, err := w.Make(clock.At(w.system, due), id); err != nil {
				t.Error(err)
			}
		})
	}
	portals.Wait()
	if files := w.fileCount(t); files != 1 || w.events(t, "report.send") != 1 {
		t.Errorf("%d documents are kept, sent %d times", files, w.events(t, "report.send"))
	}
	if to := w.send(t, id, due); !slices.Equal(to, []string{"member", "owner"}) {
		t.Errorf("mails to %q", to)
	}
	if to := w.send(t, id, due); len(to) > 0 {
		t.Errorf("once more to %q", to)
	}
	m := w.postbox.sent[0]
	if len(m.Attachments) != 1 || !bytes.HasPrefix(m.Attachments[0].Content, []byte("%PDF-")) || m.Attachments[0].Name != "acme-leads-2026-11-18-to-2026-11-24.pdf" ||
		!strings.Contains(m.Text, "https://portal.example/analytics/reports/"+id.String()) || !strings.Contains(m.Text, "Sessions: 371, −11.7%") || m.Unsubscribe == "" {
		t.Errorf("%d attachments, %s", len(m.Attachments), m.Text)
	}
	if next := w.begin(t, due.AddDate(0, 0, 7)); len(next) != 2 || !next[0].DueAt.Equal(due.AddDate(0, 0, 7)) {
		t.Errorf("a week later there are %d", len(next))
	}
}

func (w *world) fileCount(t *testing.T) (n int) {
	t.Helper()
	for list := w.files.List(nil); ; n++ {
		if _, err := list.Next(t.Context()); err != nil {
			return n
		}
	}
}

func TestOfMomentsThatWereMissedTheLastCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.plan(t, "owner")
	reports := w.begin(t, due.AddDate(0, 0, 22))
	if len(reports) != 1 || !reports[0].DueAt.Equal(due.AddDate(0, 0, 21)) || reports[0].To.String() != "2026-12-15" {
		t.Errorf("after three weeks there are %+v", reports)
	}
	w.exec(t, `update customers set timezone = 'America/New_York' where id = $1`, w.acme)
	if n := len(w.begin(t, due.AddDate(0, 0, 23))); n != 1 {
		t.Errorf("%d reports after a move", n)
	}
	list, err := w.Schedules(w.manager, schedule.PlanFilter{}, api.PageQuery{Limit: 10})
	if err != nil || len(list.Items) != 1 || list.Items[0].NextDueAt.UTC().Format(time.RFC3339) != "2026-12-23T19:00:00Z" {
		t.Errorf("after a move to New York it is due at %v (%v)", list.Items, err)
	}
}

func TestAReportOfSourcesThatAreBehindIsHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.plan(t, "owner")
	w.exec(t, `update analytics_data_sources set last_sync_at = $1`, noon.AddDate(0, 0, -3))
	id := w.begin(t, due)[0].ID
	w.make(t, id, due)
	if r := w.reports(t, w.admin)[0]; r.Status != schedule.Held || len(r.Reasons) != 1 || !strings.HasPrefix(r.Reasons[0], "Acme: ") {
		t.Fatalf("it is %s for %q", r.Status, r.Reasons)
	}
	if sent := w.send(t, id, due); len(sent) > 0 || len(w.reports(t, w.owner)) > 0 {
		t.Errorf("a held report reaches %q", sent)
	}
	if _, err := w.Report(w.owner, id); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a client reads a held report: %v", err)
	}
	if told := w.told(t, "report_held"); !slices.Equal(told, []string{"manager"}) {
		t.Errorf("%q are told", told)
	}
	later := due.Add(time.Hour)
	if err := w.Release(clock.At(w.agent, later), id, ""); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("an agent releases it: %v", err)
	}
	if err := w.Release(clock.At(w.other, later), id, ""); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("one who does not serve the customer releases it: %v", err)
	}
	if err := w.Release(clock.At(w.manager, later), id, "Figures end on **Sunday**."); err != nil {
		t.Fatal(err)
	}
	if err := w.Drop(clock.At(w.manager, later), id); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("it is dropped after it was released: %v", err)
	}
	w.make(t, id, later)
	if sent := w.send(t, id, later); !slices.Equal(sent, []string{"owner"}) || !strings.Contains(w.postbox.sent[0].Text, "Figures end on Sunday.") {
		t.Errorf("released, it reaches %q", sent)
	}
	if w.events(t, "report.hold") != 1 || w.events(t, "report.release") != 1 {
		t.Error("the trail does not tell of it")
	}
}

// told are the names of those with a notification of a kind.
func (w *world) told(t *testing.T, kind string) (names []string) {
	t.Helper()
	for name, id := range w.ids {
		var n int
		w.one(t, &n, `select count(*) from notifications where kind = $1 and coalesce(user_id, employee_id) = $2`, kind, id)
		if n > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestWhoHasLeftOrIsKeptFromTheDashboardGetsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.plan(t, "owner", "member", "viewer")
	w.exec(t, `update client_portal_users set is_active = false where id = $1`, w.ids["member"])
	w.exec(t, `insert into dashboard_denials (customer_id, dashboard_id, user_id) values ($1, $2, $3)`, w.acme, w.board, w.ids["viewer"])
	id := w.begin(t, due)[0].ID
	w.make(t, id, due)
	if to := w.send(t, id, due); !slices.Equal(to, []string{"owner"}) {
		t.Errorf("mails to %q", to)
	}
	if told := w.told(t, "report"); !slices.Equal(told, []string{"owner"}) {
		t.Errorf("%q are told", told)
	}
	if _, err := w.Report(w.viewer, id); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("who is kept from the dashboard reads it: %v", err)
	}
	if _, _, err := w.File(w.foreign, id); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another company reads it: %v", err)
	}
	if name, content, err := w.File(w.owner, id); err != nil || !strings.HasSuffix(name, ".pdf") || len(content) < 1000 {
		t.Errorf("the document: %q, %d bytes, %v", name, len(content), err)
	}
}

func TestAMailOfWhichNobodyKnowsIsNotSentTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.plan(t, "owner")
	id := w.begin(t, due)[0].ID
	w.make(t, id, due)
	w.postbox.err = errors.New("the server is down")
	if err := w.Send(clock.At(w.system, due), id, w.ids["owner"]); err == nil {
		t.Fatal("the failure is lost")
	}
	w.postbox.err = nil
	w.exec(t, `update report_mails set status = 'sending', changed_at = $1`, due) // a portal stopped here
	if to := w.send(t, id, due.Add(time.Hour)); len(to) > 0 {
		t.Errorf("once more to %q", to)
	}
	if err := w.SendAgain(clock.At(w.manager, due.Add(time.Minute)), id, w.ids["owner"]); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("one on its way is sent again: %v", err)
	}
	if err := w.SendAgain(clock.At(w.manager, due.Add(time.Hour)), id, w.ids["owner"]); err != nil {
		t.Fatal(err)
	}
	if to := w.send(t, id, due.Add(time.Hour)); !slices.Equal(to, []string{"owner"}) {
		t.Errorf("asked for again, it reaches %q", to)
	}
}

func TestASentReportStaysAndTellsWhatHasChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.plan(t, "owner")
	id := w.begin(t, due)[0].ID
	w.make(t, id, due)
	w.exec(t, `update metric_facts set value = value - 14 where day = '2026-11-20'`)
	w.keepMonths(t)
	ctx := clock.At(w.owner, due.Add(time.Hour))
	r, err := w.Report(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	want := schedule.Restated{Widget: "Sessions", Label: "Sessions", Reported: "371", Now: "357"}
	if len(r.Restated) != 1 || r.Restated[0] != want || r.Report.Widgets[0].Figures[0].Value.String() != "371" || r.Mails != nil {
		t.Errorf("restated %+v, want %+v", r.Restated, want)
	}
	w.exec(t, `delete from analytics_dashboard_configs where id = $1`, w.board)
	if r, err = w.Report(ctx, id); err != nil || r.DashboardID != nil || len(r.Restated) > 0 || r.Report == nil {
		t.Errorf("without its dashboard: %+v, %v", r.Summary, err)
	}
	if w.events(t, "report.view") != 2 {
		t.Errorf("%d events of views", w.events(t, "report.view"))
	}
}

func TestAReportWaitsForPeopleWhoAreBeingCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(t, `update analytics_dashboard_configs set config = replace(config::text, 'sessions', 'total_users')::jsonb`)
	w.plan(t, "owner")
	id := w.begin(t, due)[0].ID
	if !w.make(t, id, due.Add(time.Minute)) {
		t.Error("it does not wait")
	}
	if w.make(t, id, due.Add(time.Hour)) || w.reports(t, w.admin)[0].Status != schedule.Sent {
		t.Error("it waits for ever")
	}
}

func TestAReportWaitsForDaysThatAreStillToCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.plan(t, "owner")
	for kind, until := range map[string]string{"sync": "2026-11-26", "backfill": "2026-11-26"} {
		w.exec(t, `insert into sync_runs (id, customer_id, source_id, kind, status, asked_by, from_day, until_day, done_from, asked_at)
			values (gen_random_uuid(), $1, $2, $3, case $3 when 'sync' then 'succeeded' else 'running' end, 'test',
			        case $3 when 'sync' then date '2026-11-22' else '2025-10-25' end, $4, case $3 when 'backfill' then date '2026-11-22' end, now())`, w.acme, w.source, kind, until)
	}
	id := w.begin(t, due)[0].ID
	if !w.make(t, id, due.Add(time.Minute)) {
		t.Error("it does not wait")
	}
	w.make(t, id, due.Add(time.Hour))
	if r := w.reports(t, w.admin)[0]; r.Status != schedule.Held || len(r.Reasons) != 1 || !strings.HasSuffix(r.Reasons[0], " to 21 Nov 2026 still to come.") {
		t.Errorf("it is %s for %q", r.Status, r.Reasons)
	}
}

func TestWhoMaySetWhatGoesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.plan(t, "owner")
	plan := w.weekly("owner")
	for name, ctx := range map[string]struct {
		code fault.Code
		do   func() error
	}{
		"an agent":              {fault.Forbidden, func() error { _, err := w.Create(w.agent, w.board, plan); return err }},
		"another's manager":     {fault.NotFound, func() error { _, err := w.Create(w.other, w.board, plan); return err }},
		"a client":              {fault.Forbidden, func() error { _, err := w.Create(w.owner, w.board, plan); return err }},
		"a client that lists":   {fault.Forbidden, func() error { _, err := w.Schedule(w.owner, s.ID); return err }},
		"no such dashboard":     {fault.NotFound, func() error { _, err := w.Create(w.admin, uuid.New(), plan); return err }},
		"nobody":                {fault.Invalid, func() error { _, err := w.Create(w.admin, w.board, w.weekly()); return err }},
		"another's person":      {fault.Invalid, func() error { _, err := w.Create(w.admin, w.board, w.weekly("foreign")); return err }},
		"a stale tag":           {fault.Stale, func() error { _, err := w.Update(w.admin, s.ID, plan, `"1"`); return err }},
		"another's schedule":    {fault.NotFound, func() error { return w.Remove(w.other, s.ID) }},
		"an agent that ends it": {fault.Forbidden, func() error { return w.Remove(w.agent, s.ID) }},
		"no day": {fault.Invalid, func() error {
			p := w.weekly("owner")
			p.Weekday, p.MonthDay = 0, 31
			_, err := w.Update(w.admin, s.ID, p, "")
			return err
		}},
	} {
		if err := ctx.do(); fault.CodeOf(err) != ctx.code {
			t.Errorf("%s: %v, want %s", name, err, ctx.code)
		}
	}
	plan.Rhythm = schedule.Rhythm{Cadence: schedule.Monthly, MonthDay: 31, Hour: 8}
	changed, err := w.Update(clock.At(w.manager, noon), s.ID, plan, s.Tag())
	if err != nil || changed.NextDueAt.UTC().Format(time.RFC3339) != "2026-11-30T07:00:00Z" {
		t.Errorf("changed, it is due at %s (%v)", changed.NextDueAt, err)
	}
	if err := w.Remove(w.manager, s.ID); err != nil || w.events(t, "report_schedule.remove") != 1 || w.events(t, "report_schedule.update") != 1 {
		t.Errorf("ended: %v", err)
	}
}
