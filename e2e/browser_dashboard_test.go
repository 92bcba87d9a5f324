package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/app/apptest"
)

// testDashboards builds a dashboard in front of numbers that a program sends, shows it
// to the client, and has it go out as a report.
func testDashboards(t *testing.T, s *stage) {
	const reader = "owner@elm-studio.example"
	chief := s.Staff(t, "admin@agency.example")
	customer := customerNamed(t, chief, "Elm Studio")
	pushDeals(t, chief, s.Nobody(t), customer)

	w := s.window(t)
	w.signIn("/staff/login", "admin@agency.example")
	w.open("/staff/customers/" + customer + "/dashboards")
	w.choose("Begin with", "Nothing: an empty dashboard")
	w.fill("Name", "Deals")
	w.press("Make the dashboard")
	w.sees("The dashboard is there.", "Nothing stands here yet")
	builder := w.path()
	testBuilding(w, builder)

	w.press("See it as the client")
	w.arrives("/preview")
	w.sees("Deals of the fair", "of the days have passed", "60", "By channel")
	client := s.window(t)
	client.signIn("/login", reader)
	client.open("/analytics/" + strings.TrimPrefix(builder, "/staff/dashboards/"))
	client.sees("Fairs and shops", "Deals of the fair", "60", "By channel")
	client.inspect()
	testScheduling(t, s, w, client, reader)
}

// testBuilding adds widgets, changes them, and puts them into another order.
func testBuilding(w *window, builder string) {
	w.t.Helper()
	w.press("Add a widget")
	w.press("Goal")
	w.choose("Metric 1", "Sent by a program: Deals")
	w.press("Save") // without a goal
	w.sees("The widget is not saved yet")
	w.inspect()
	w.fill("Title", "Deals of the fair")
	w.choose("Only where", "Channel")
	w.fill("Is", "Fair")
	w.choose("Better", "Higher is better")
	w.fill("Goal for a month", "100")
	w.press("Save")
	w.sees("The widget is saved.", "Goal: Deals of Fair")

	w.press("Add a widget")
	w.press("Bars")
	w.fill("Title", "By channel")
	w.choose("Metric 1", "Sent by a program: Deals")
	w.choose("Split by", "Channel")
	w.press("Save")
	w.sees("Bars: Deals by channel")
	w.press("Add a widget")
	w.press("Text")
	w.fill("Text", "Numbers of the **fair**.")
	w.press("Save")
	w.sees("3 widgets")
	w.orderIs("w1,w2,w3")
	w.inspect()

	w.press("Wider: By channel")
	await[bool](w, "the widget is no wider", `document.querySelector("#widget-w2").classList.contains("lg:col-span-7")`)
	for range 2 { // the focus has stayed on the button
		w.key(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))
	}
	w.stands("Move later: By channel")
	w.key(kb.Enter)
	w.orderIs("w1,w3,w2")
	w.drag(`[data-widget="w2"]`, `[data-widget="w1"]`)
	w.orderIs("w2,w1,w3")
	w.do(chromedp.Reload())
	w.orderIs("w2,w1,w3")

	if name, err := evaluate[string](w, `field("Name").value`); err != nil || name != "Deals" {
		w.fail("the name's field holds %q (%v)", name, err)
	}
	w.fill("Name", "Fairs and shops")
	await[bool](w, "there is no Save beside the name", `press(field("Name").form.querySelector("button"))`)
	w.sees("Saved.", "Fairs and shops", "Shown to Elm Studio")
	w.arrives(builder)
}

// testScheduling has the dashboard go out, and looks for it on both sides. However many
// portals, or jobs, look for what is due: it goes out once.
func testScheduling(t *testing.T, s *stage, w, client *window, reader string) {
	t.Helper()
	w.press("Reports")
	w.press("Schedules")
	w.press("Send a report")
	w.press("Fairs and shops")
	w.press("Save") // to nobody
	w.sees("Choose at least one person.")
	w.inspect()
	w.press("Aoife Brennan")
	w.press("Save")
	w.sees("The report goes out by itself now.", "Fairs and shops", "Aoife Brennan")

	database := superuser(t, s.DB)
	if _, err := database.Exec(t.Context(), `
		update report_schedules s set next_due_at = now() - interval '1 minute' from analytics_dashboard_configs d
		where d.id = s.dashboard_id and d.dashboard_name = 'Fairs and shops'`); err != nil {
		t.Fatal(err)
	}
	if _, err := database.Exec(t.Context(), `insert into river_job (kind, args, max_attempts) select 'report_due', '{}', 1 from generate_series(1, 3)`); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(3 * patience); len(reportsTo(t, s, reader)) == 0; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.open("/staff/reports")
			w.fail("no report arrives")
		}
	}
	s.Settle(t)
	mails := reportsTo(t, s, reader)
	if len(mails) != 1 {
		t.Fatalf("%d mails arrived, want one", len(mails))
	}
	link := s.URL + "/analytics/reports/"
	at := strings.Index(mails[0].Text, link)
	if len(mails[0].Files) != 1 || at < 0 {
		t.Fatalf("the report has %d files and its link at %d:\n%s", len(mails[0].Files), at, mails[0].Text)
	}
	for name, content := range mails[0].Files {
		if !strings.HasSuffix(name, ".pdf") || !bytes.HasPrefix(content, []byte("%PDF-")) {
			t.Errorf("%s is attached, and begins with %.20q", name, content)
		}
	}
	address, _, _ := strings.Cut(mails[0].Text[at:], "\n")
	client.open(strings.TrimSpace(address))
	client.sees("Fairs and shops", "Deals of the fair", "Download the PDF")
	client.inspect()
	client.press("Analytics")
	client.press("Reports")
	client.arrives("/analytics/reports")
	client.sees("Fairs and shops", "Sent")
	w.press("All")
	w.press("Fairs and shops")
	w.sees("To whom", "Sent")
	w.inspect()
}

// sendReport has a report of each customer's first dashboard sent, so that its pages are
// there: held, since the demo's systems are not connected here, then released.
func sendReport(t *testing.T, s *stage) {
	t.Helper()
	rows, err := superuser(t, s.DB).Query(t.Context(), `insert into scheduled_reports (id, customer_id, dashboard_id, dashboard_name, due_at, range_from, range_to,
			range_preset, compare, status, reasons, created_at, updated_at)
		select gen_random_uuid(), customer_id, id, dashboard_name, now(), current_date - 7, current_date - 1, 'last_7_days', 'previous_period', 'held', '{behind}', now(), now()
		from analytics_dashboard_configs returning id::text`)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	chief := s.Staff(t, "admin@agency.example")
	for _, id := range ids {
		chief.JSON(http.MethodPost, "/api/staff/reports/"+id+"/release", map[string]any{"note": "Until *Sunday*."}).Must(t, http.StatusOK)
	}
	s.Settle(t)
}

// reportsTo are the mails with the report to somebody.
func reportsTo(t *testing.T, s *stage, email string) []apptest.Mail {
	t.Helper()
	return slices.DeleteFunc(s.Mails(t), func(m apptest.Mail) bool {
		return m.To != email || !strings.Contains(m.Header.Get("Subject"), "Fairs and shops")
	})
}

func customerNamed(t *testing.T, by *apptest.Caller, name string) string {
	t.Helper()
	var list struct{ Items []struct{ ID, Name string } }
	by.Get("/api/staff/customers?limit=100").Must(t, http.StatusOK).Decode(t, &list)
	for _, c := range list.Items {
		if c.Name == name {
			return c.ID
		}
	}
	t.Fatalf("there is no customer %s", name)
	return ""
}

// pushDeals makes a source of a customer's to which a program sends two deals a day
// at the fair, and one on the web.
func pushDeals(t *testing.T, chief, program *apptest.Caller, customer string) {
	t.Helper()
	var source struct{ ID string }
	chief.JSON(http.MethodPost, "/api/staff/data-sources", map[string]any{"customer_id": customer, "source_type": "push", "source_name": "Till"}).
		Must(t, http.StatusCreated).Decode(t, &source)
	chief.JSON(http.MethodPut, "/api/staff/data-sources/"+source.ID+"/own-metrics", map[string]any{"metrics": []map[string]any{
		{"name": "push.deals", "label": "Deals", "unit": "count", "aggregation": "sum", "dimensions": []string{"channel"}},
	}}).Must(t, http.StatusOK)
	var token struct{ Token string }
	chief.JSON(http.MethodPost, "/api/staff/data-sources/"+source.ID+"/push-token", nil).Must(t, http.StatusCreated).Decode(t, &token)
	var rows []map[string]any
	for ago := range 40 {
		day := time.Now().UTC().AddDate(0, 0, -ago).Format(time.DateOnly)
		for channel, deals := range map[string]int{"Fair": 2, "Web": 1} {
			rows = append(rows, map[string]any{"day": day, "metric": "push.deals", "value": fmt.Sprint(deals), "dimensions": map[string]string{"channel": channel}})
		}
	}
	program.With("Authorization", "Bearer "+token.Token).JSON(http.MethodPost, "/api/push/batches", map[string]any{"batch": "all", "rows": rows}).Must(t, http.StatusOK)
}

// orderIs waits until the builder's widgets stand in this order, as the portal has them.
func (w *window) orderIs(want string) {
	w.t.Helper()
	await[bool](w, "the widgets are not in the order "+want,
		`settled() && [...document.querySelectorAll("[data-widget]")].map((card) => card.dataset.widget).join() === %s`, want)
}

// drag takes an element with the mouse and lets it go over another.
func (w *window) drag(from, to string) {
	w.t.Helper()
	type point struct{ X, Y float64 }
	middle := func(selector string) point {
		return await[point](w, "there is no "+selector, `(() => {
			const { x, y, width, height } = document.querySelector(%s).getBoundingClientRect();
			return { X: x + width / 2, Y: y + height / 2 };
		})()`, selector)
	}
	await[bool](w, "the widgets are not in sight", `(document.querySelector(%s).scrollIntoView({ block: "center", behavior: "instant" }), true)`, to)
	start, end := middle(from), middle(to)
	move := func(kind input.DispatchMouseEventType, at point, buttons int64) {
		_, err := chromedp.Call(w.ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, Buttons: buttons, ClickCount: 1,
		})
		if err != nil {
			w.fail("drag: %v", err)
		}
	}
	move(input.DispatchMouseEventTypeMouseMoved, start, 0)
	move(input.DispatchMouseEventTypeMousePressed, start, 1)
	for step := range 8 {
		part := float64(step+1) / 8
		move(input.DispatchMouseEventTypeMouseMoved, point{start.X + (end.X-start.X)*part, start.Y + (end.Y-start.Y)*part}, 1)
	}
	move(input.DispatchMouseEventTypeMouseReleased, end, 0)
}
