package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var (
	hrefs     = regexp.MustCompile(`href="(/[^"#]*)`)
	postForms = regexp.MustCompile(`<form[^>]*method="post"[^>]*action="([^"]*)"`)
)

// TestViewOffersNothingThatItRefuses walks every page that a view leads to, and looks
// for links and forms that the view does not let through.
func TestViewOffersNothingThatItRefuses(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.quote([]string{"send"})
	project, _ := s.quote([]string{"send", "approve", "start"})
	s.create("staff admin", "/api/staff/quotes/"+project+"/deliverables", map[string]any{"name": "Screens"})
	s.invitation("")
	s.Settle(t)
	manager := s.signIn("manager")
	s.viewAs(manager, s.Acme.Admin.ID, "/")

	seen := map[string]bool{"/": true}
	for open := []string{"/"}; len(open) > 0; open = open[1:] {
		got := manager.Get(open[0])
		if got.Status != http.StatusOK {
			t.Errorf("a view leads to %s, which answers %d: %.200s", open[0], got.Status, got.Body)
			continue
		}
		for _, form := range postForms.FindAllStringSubmatch(string(got.Body), -1) {
			if form[1] != "/staff/stop-viewing" {
				t.Errorf("in a view, %s offers to post to %s", open[0], form[1])
			}
		}
		for _, link := range hrefs.FindAllStringSubmatch(string(got.Body), -1) {
			path := strings.ReplaceAll(link[1], "&amp;", "&")
			if !seen[path] && !strings.HasPrefix(path, "/static/") && !strings.HasPrefix(path, "//") {
				seen[path] = true
				open = append(open, path)
			}
		}
	}
	for _, path := range []string{"/tickets/" + s.Acme.Ticket.ID.String(), "/projects/" + project, "/quotes", "/people", "/notifications"} {
		if !seen[path] {
			t.Errorf("the walk did not come to %s: %v", path, seen)
		}
	}
}
