package project_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"clientportal/internal/project"
	"clientportal/internal/route"
	"clientportal/internal/route/routetest"
	"clientportal/internal/web"
)

// desk is a house with its pages.
type desk struct {
	house
	table *route.Table
}

func newDesk(t *testing.T) desk {
	t.Helper()
	d := desk{newHouse(t), routetest.NewTable()}
	shell := func(http.ResponseWriter, *http.Request) web.Page {
		return web.Page{Clock: web.Clock{Now: today.Time}}
	}
	pages := web.NewPages(d.table, shell, web.Flashes{})
	d.Pages(pages)
	d.StaffPages(pages)
	return d
}

// sight is what somebody gets to see.
type sight struct {
	status         int
	html, location string
}

func (d desk) get(who context.Context, path string) sight {
	return d.send(httptest.NewRequestWithContext(who, http.MethodGet, path, nil))
}

// post sends a form of names and values.
func (d desk) post(who context.Context, path string, fields ...string) sight {
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequestWithContext(who, http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.send(r)
}

func (d desk) send(r *http.Request) sight {
	w := httptest.NewRecorder()
	d.table.ServeHTTP(w, r)
	return sight{w.Code, w.Body.String(), w.Header().Get("Location")}
}

var (
	marks = regexp.MustCompile(`<[^>]*>`)
	white = regexp.MustCompile(`\s+`)
)

func (g sight) words() string {
	return html.UnescapeString(white.ReplaceAllString(marks.ReplaceAllString(g.html, " "), " "))
}

// is fails the test unless the page has this status and says, or holds in a field,
// all of this.
func (g sight) is(t *testing.T, what string, status int, says ...string) sight {
	t.Helper()
	if g.status != status {
		t.Errorf("%s: answered %d, want %d: %s", what, g.status, status, g.words())
	}
	for _, text := range says {
		if !strings.Contains(g.words(), text) && !strings.Contains(g.html, `"`+html.EscapeString(text)+`"`) {
			t.Errorf("%s: no %q in: %s", what, text, g.words())
		}
	}
	return g
}

// tag is the entity tag that the page's first form carries.
func (g sight) tag(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`name="tag" value="([^"]*)"`).FindStringSubmatch(g.html)
	if found == nil {
		t.Fatalf("no tag in: %s", g.words())
	}
	return html.UnescapeString(found[1])
}

func TestAQuoteIsWrittenReadAndApprovedInPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	form := []string{"customer_id", d.acme.String(), "name", "Loyalty programme", "tax_rate", "20",
		"lines[0].description", "Build", "lines[0].quantity", "7.5", "lines[0].unit", "h", "lines[0].unit_price", "1,000",
		"lines[1].description", "", "lines[1].quantity", "", "phases[0].name", "Design", "phases[0].planned_start", "2026-04-01", "phases[0].planned_end", "2026-04-30"}
	d.post(d.manager, "/staff/quotes", append(form, "do", "add lines")...).is(t, "a line more", 200, "Loyalty programme", "lines[2].description", "7.5")
	if g := d.post(d.manager, "/staff/quotes", append(form, "do", "remove lines 0")...); strings.Contains(g.html, `value="7.5"`) || !strings.Contains(g.html, "Loyalty programme") {
		t.Errorf("a line less: %s", g.html)
	}
	made := d.post(d.manager, "/staff/quotes", append(form, "do", "save")...)
	if made.status != http.StatusSeeOther {
		t.Fatalf("saved: %d %s", made.status, made.words())
	}
	path := strings.TrimPrefix(made.location, "/staff")
	d.get(d.manager, made.location).is(t, "draft", 200, "Loyalty programme", "€9,000.00", "Draft")
	d.get(d.approver, path).is(t, "a draft to its customer", 404)
	d.get(d.approver, "/quotes").is(t, "the customer's quotes", 200, "No quotes yet")
	d.post(d.manager, made.location+"/send").is(t, "send", 303)
	read := d.get(d.approver, path).is(t, "to decide", 200, "Approve €9,000.00", "7.5 h", "1 to 30 Apr", "Tax, 20")
	for _, reader := range []context.Context{d.viewer, d.member} {
		if g := d.get(reader, path).is(t, "only to read", 200); strings.Contains(g.html, `action="`+path+`/approve"`) {
			t.Error("somebody who may not decide is asked to")
		}
	}
	d.get(d.foreign, path).is(t, "foreign", 404)

	edit := d.get(d.manager, made.location+"/edit").is(t, "edit", 200, "Saving makes version 2")
	d.post(d.manager, made.location+"/edit", append(form, "tag", edit.tag(t), "name", "Loyalty club")...).is(t, "a new version", 303)
	again := d.post(d.approver, path+"/approve", "tag", read.tag(t), "comment", "Go ahead").
		is(t, "changed meanwhile", http.StatusPreconditionFailed, "This is version 2 as it is now", "Go ahead", "Loyalty club")
	d.post(d.approver, path+"/reject", "tag", again.tag(t)).is(t, "a rejection without a reason", 422, "Say why")
	d.post(d.approver, path+"/approve", "tag", again.tag(t), "comment", "Go ahead").is(t, "approve", 303)
	d.get(d.viewer, path).is(t, "approved", 200, "Approved by approver, version 2", "Go ahead")
	d.get(d.viewer, "/projects").is(t, "a project", 200, "Loyalty club", "0 of 1 phase done")
}

func TestAQuotesFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.post(d.manager, "/staff/quotes", "customer_id", d.acme.String(), "name", "", "valid_until", "soon", "tax_rate", "much",
		"lines[0].description", "Build", "lines[0].quantity", "many", "lines[0].unit_price", "95.00",
		"phases[0].name", "Design", "phases[0].planned_start", "2026-05-02", "phases[0].planned_end", "2026-05-01").
		is(t, "faults", 422, "The quote is not saved yet: 5 things to fix", "Fill in the name.", "Write a day as year, month and day",
			"Write a percentage", "Write a number above 0", "Choose a day that is not before the first.", "soon", "much", "many", "95.00", "2026-05-02")
	d.get(d.agent, "/staff/quotes/new").is(t, "an agent", 403)
	d.post(d.agent, "/staff/quotes", "customer_id", d.acme.String(), "name", "Mine").is(t, "an agent's quote", 403)
	d.post(d.manager, "/staff/quotes", "customer_id", d.boltline.String(), "name", "Theirs").is(t, "of a customer of others", 404)
}

func TestAProjectIsFollowedAndSignedOffInPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	quote := d.quote(t, "Storefront relaunch", project.InProgress)
	phases, err := d.Phases(d.manager, quote.ID)
	if err != nil {
		t.Fatal(err)
	}
	path := "/projects/" + quote.ID.String()
	design := "/staff" + path + "/phases/" + phases[0].ID.String()
	d.post(d.agent, design, "status", "completed", "actual_start", "2026-03-05", "actual_end", "2026-03-01").
		is(t, "ends before it starts", 422, "Choose a day that is not before the first.", "2026-03-05")
	d.post(d.agent, design, "status", "waiting_for_client", "progress_percent", "40", "waiting_on", "Texts for 62 products").is(t, "wait", 303)
	d.post(d.agent, "/staff"+path+"/updates", "body", "Search is **finished**.").is(t, "update", 303)
	d.post(d.agent, "/staff"+path+"/deliverables", "name", "Design", "url", "ftp://x").is(t, "a bad link", 422, "Give a whole address", "ftp://x")
	d.post(d.agent, "/staff"+path+"/deliverables", "name", "Screens", "url", "https://preview.example/").is(t, "deliver", 303)

	seen := d.get(d.approver, path).is(t, "the project", 200, "Waiting for you: Texts for 62 products", "Send it with a ticket", "computed from the phases", "Search is finished", "Screens")
	d.get(d.foreign, path).is(t, "foreign", 404)
	d.get(d.otherAgent, "/staff"+path).is(t, "an agent of others", 404)
	d.get(d.agent, "/staff/projects?view=client").is(t, "what waits for clients", 200, "Storefront relaunch", "Texts for 62 products")
	if g := d.get(d.viewer, path).is(t, "a viewer", 200); strings.Contains(g.html, "/accept") || strings.Contains(g.html, "/tickets/new") {
		t.Error("a viewer is asked to do what they may not")
	}
	of := strings.TrimSuffix(regexp.MustCompile(path+`/deliverables/[^"]*/accept`).FindString(seen.html), "/accept")
	d.post(d.approver, of+"/changes", "tag", seen.tag(t)).is(t, "changes without words", 422, "Say what should be changed.")
	d.post(d.approver, of+"/accept", "tag", `"older"`, "comment", "Fine").is(t, "another round", 412, "This changed after you opened the page", "Fine")
	d.post(d.member, of+"/accept", "tag", seen.tag(t)).is(t, "a member", 403)
	d.post(d.approver, of+"/accept", "tag", seen.tag(t), "comment", "Fine").is(t, "accept", 303)
	d.get(d.agent, "/staff"+path).is(t, "accepted", 200, "Accepted by approver", "Fine")
}
