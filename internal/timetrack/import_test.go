package timetrack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack"
)

// togglHead is the first line of a report of Toggl Track.
const togglHead = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount ()\n"

// emailOf is the address of an employee.
func (h house) emailOf(t *testing.T, of actor.Actor) (email string) {
	t.Helper()
	h.row(t, `select email from employees where id = $1`, []any{of.ID}, &email)
	return email
}

func (h house) row(t *testing.T, sql string, args []any, into ...any) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	tx, err := h.Pool().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, `set role portal_system`); err != nil {
		t.Fatal(err)
	}
	if err := tx.QueryRow(ctx, sql, args...).Scan(into...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (h house) entries(t *testing.T) (n, minutes int) {
	t.Helper()
	h.row(t, `select count(*), coalesce(sum(minutes), 0) from time_tracking where deleted_at is null`, nil, &n, &minutes)
	return n, minutes
}

func (h house) report(t *testing.T, lines ...string) []byte {
	t.Helper()
	who, _ := actor.From(h.agent)
	return []byte(togglHead + strings.ReplaceAll(strings.Join(lines, "\n")+"\n", "<agent>", h.emailOf(t, who)))
}

func TestImportTwiceAddsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := h.report(t,
		"An agent,<agent>,ACME,relaunch,Development,Search,Yes,2026-03-05,09:00:00,2026-03-05,10:30:00,01:30:00,,",
		"An agent,<agent>,Acme,Relaunch,,Call,No,2026-03-05,11:00:00,,,0:20:00,call,",
		"An agent,<agent>,Acme,Relaunch,,Call,No,2026-03-05,11:00:00,,,0:20:00,call,", // once more, and meant so
		"An agent,<agent>,Acme,Shop,,Feed,Yes,2026-03-06,09:00:00,,,0:40:00,,",
	)
	id, err := h.Upload(h.agent, "toggl.csv", file)
	if err != nil {
		t.Fatal(err)
	}
	_, tried, err := h.Review(h.agent, id)
	if n, _ := h.entries(t); err != nil || tried.Accepted != 4 || tried.Hours != 170 || n != 0 || !slices.Equal(tried.Unknown, []string{"Shop"}) {
		t.Fatalf("tried %+v, %v, and %d entries are there", tried, err, n)
	}
	for range 2 {
		if _, err := h.RunImport(h.agent, id); err != nil {
			t.Fatal(err)
		}
	}
	if n, minutes := h.entries(t); n != 4 || minutes != 170 {
		t.Errorf("%d entries, %d minutes", n, minutes)
	}
	again, err := h.ImportFile(h.agent, file, timetrack.ImportOptions{}, false)
	if err != nil || again.Accepted != 0 || again.Unchanged != 4 {
		t.Errorf("again %+v, %v", again, err)
	}
	var category, project string
	var billable bool
	h.row(t, `select category, project_id, billable from time_tracking where task_description = 'Search'`, nil, &category, &project, &billable)
	if category != "Development" || project != "Q-1" || !billable {
		t.Errorf("category %q, project %q, billable %t", category, project, billable)
	}
	if got := h.events(t, id); !slices.Equal(got, []string{"time_import.upload", "time_import.run"}) {
		t.Errorf("events %q", got)
	}
}

func TestImportTellsRowByRowWhatIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	report, err := h.ImportFile(h.agent, h.report(t,
		"An agent,<agent>,Acme,,,Fine,Yes,2026-03-05,09:00:00,,,01:30:00,,",
		"An agent,<agent>,Boltline,,,Of a customer not served,Yes,2026-03-05,09:00:00,,,01:30:00,,",
		"Nobody,nobody@agency.example,Acme,,,By nobody,Yes,2026-03-05,09:00:00,,,01:30:00,,",
		"An admin,,Acme,,,Of another,Yes,2026-03-05,09:00:00,,,01:30:00,,",
		"An agent,<agent>,Acme,,,Ahead,Yes,2026-03-12,09:00:00,,,01:30:00,,",
		"An agent,<agent>,Acme,,,Ambiguous,Yes,03/04/2026,09:00:00,,,01:30:00,,",
		"An agent,<agent>,Acme,,,Too long,Yes,2026-03-05,09:00:00,,,25:00:00,,",
		"An agent,<agent>,Acme,,,,Yes,2026-03-05,09:00:00,,,0,,",
	), timetrack.ImportOptions{}, true)
	if err != nil {
		t.Fatal(err)
	}
	var refused []string
	for _, r := range report.Refusals {
		for _, reason := range r.Reasons {
			refused = append(refused, fmt.Sprintf("%d %s", r.Line, reason.Column))
		}
	}
	want := []string{"3 client", "4 user", "5 user", "6 start", "7 start", "8 duration", "9 description", "9 duration"}
	if !slices.Equal(refused, want) || report.Accepted != 1 {
		t.Errorf("refused %q, accepted %d", refused, report.Accepted)
	}
}

func TestAmbiguousDatesAreReadAsTheImporterSays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := h.report(t, "An agent,<agent>,Acme,,,Search,Yes,03/02/2026,09:00:00,,,1:00:00,,")
	id, err := h.Upload(h.agent, "x.csv", file)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.SetImportOptions(h.agent, id, timetrack.ImportOptions{DateOrder: "day_first"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.RunImport(h.agent, id); err != nil {
		t.Fatal(err)
	}
	var worked string
	h.row(t, `select date_worked::text from time_tracking`, nil, &worked)
	if worked != "2026-02-03" {
		t.Errorf("worked on %s", worked)
	}
	if err := h.SetImportOptions(h.agent, id, timetrack.ImportOptions{}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("other options after the import: %v", err)
	}
}

func TestUploadsAreTheirUploaders(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := h.report(t, "An agent,<agent>,Acme,,,Search,Yes,2026-03-05,09:00:00,,,1:00:00,,")
	id, err := h.Upload(h.agent, "x.csv", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Review(h.manager, id); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a colleague reads it: %v", err)
	}
	if _, err := h.RunImport(h.admin, id); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a colleague imports it: %v", err)
	}
	if _, err := h.Upload(h.owner, "x.csv", file); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a client uploads: %v", err)
	}
	if _, err := h.ImportFile(h.owner, file, timetrack.ImportOptions{}, true); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a client imports: %v", err)
	}
	if _, _, err := h.Review(h.agent, uuid.New()); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("an upload that is none: %v", err)
	}
}

func TestImportLogsForOthersByManagersOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := h.report(t, "An agent,<agent>,Acme,,,=cmd(),Yes,2026-03-05,09:00:00,,,1:00:00,,")
	report, err := h.ImportFile(h.manager, file, timetrack.ImportOptions{}, false)
	if err != nil || report.Accepted != 1 {
		t.Fatalf("by a manager: %+v, %v", report, err)
	}
	var description string
	h.row(t, `select task_description from time_tracking`, nil, &description)
	if description != "=cmd()" {
		t.Errorf("description %q", description)
	}
}
