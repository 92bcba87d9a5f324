package app_test

import (
	"net/http"
	"strings"

	"clientportal/internal/app/apptest"
)

// takenTo is how far the quote in an address has come, by what follows it.
var takenTo = []struct {
	ending string
	steps  string // of the agency, and approve of the customer
}{
	{"/staff/quotes/{quoteId}/send", ""},
	{"/projects/{quoteId}/start", "send approve"},
	{"/quotes/{quoteId}/start", "send approve"},
	{"/quotes/{quoteId}/complete", "send approve start"},
	{"/quotes/{quoteId}/updates", "send approve"},
	{"/quotes/{quoteId}/deliverables", "send approve"},
	{"/quotes/{quoteId}/attachments", "send approve"},
	{"/quotes/{quoteId}/deliverables/{deliverableId}", "send approve"},
	{"/quotes/{quoteId}/phases", "send approve"},
	{"/api/staff/quotes/{quoteId}", ""},
	{"/quotes/{quoteId}", "send"},
}

// fillQuote puts the ids of a fresh quote of Acme's, of its phase and of a
// deliverable in the place of those in {}.
func (s *scene) fillQuote(path string) string {
	path = strings.Replace(path, "quotes/{id}", "quotes/{quoteId}", 1)
	if !strings.Contains(path, "{quoteId}") {
		return path
	}
	steps := "send approve start"
	for _, way := range takenTo {
		if strings.HasSuffix(path, way.ending) || strings.Contains(path, way.ending+"/") {
			steps = way.steps
			break
		}
	}
	quote, phase := s.quote(strings.Fields(steps))
	if strings.Contains(path, "attachments/{id}") {
		path = strings.Replace(path, "{id}", s.projectFile(quote), 1)
	}
	path = strings.NewReplacer("{quoteId}", quote, "{phaseId}", phase).Replace(path)
	if before, after, delivered := strings.Cut(path, "deliverables/{"); delivered {
		_, after, _ = strings.Cut(after, "}")
		id := s.create("staff admin", "/api/staff/quotes/"+quote+"/deliverables", map[string]any{"name": "Screens"})
		path = before + "deliverables/" + id + after
	}
	return path
}

// projectFile is a file of an update.
func (s *scene) projectFile(quote string) string {
	s.t.Helper()
	at := "/api/staff/quotes/" + quote
	update := s.create("staff admin", at+"/updates", map[string]any{"body": "Search is ready."})
	var made struct{ Items []struct{ ID string } }
	s.caller("staff admin").Upload(at+"/attachments", "file", map[string]string{"update_id": update},
		apptest.File{Name: "plan.txt", Content: []byte("The plan.")}).Must(s.t, http.StatusCreated).Decode(s.t, &made)
	return made.Items[0].ID
}

// quote makes a quote of Acme's with one phase, and takes it some steps on.
func (s *scene) quote(steps []string) (id, phase string) {
	s.t.Helper()
	var made struct {
		ID     string
		Phases []struct{ ID string }
	}
	s.caller("staff admin").JSON(http.MethodPost, "/api/staff/quotes", map[string]any{
		"customer_id": s.Acme.ID, "name": "Relaunch", "phases": []map[string]any{{"name": "Design"}},
	}).Must(s.t, http.StatusCreated).Decode(s.t, &made)
	for _, step := range steps {
		if step != "approve" {
			s.caller("staff admin").Send(http.MethodPost, "/api/staff/quotes/"+made.ID+"/"+step, "", nil).Must(s.t, http.StatusOK)
			continue
		}
		path := "/api/client-portal/quotes/" + made.ID
		tag := s.caller("admin").Get(path).Must(s.t, http.StatusOK).Header.Get("ETag")
		s.caller("admin").With("If-Match", tag).JSON(http.MethodPost, path+"/approve", map[string]any{}).Must(s.t, http.StatusOK)
	}
	return made.ID, made.Phases[0].ID
}
