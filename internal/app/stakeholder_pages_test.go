package app_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"testing"
)

var shownStakeholder = regexp.MustCompile(`Person (\d+)`)

// The list of a customer's stakeholders leads to its end, and from there back through
// the same pages.
func TestStakeholdersBothWays(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`insert into customer_stakeholders (id, customer_id, email, first_name, last_name)
		select gen_random_uuid(), $1, 'p' || n || '@acme.example', 'Person', lpad(n::text, 3, '0') from generate_series(1, 130) n`, s.Acme.ID)
	manager := s.caller("manager")
	beside := func(body []byte, rel string) string {
		found := regexp.MustCompile(`rel="` + rel + `" href="([^"]*)"`).FindSubmatch(body)
		if found == nil {
			return ""
		}
		return html.UnescapeString(string(found[1]))
	}
	var pages [][]string
	path, last := "/staff/customers/"+s.Acme.ID.String()+"/stakeholders?q=person", ""
	for path != "" {
		body := manager.Get(path).Must(t, http.StatusOK).Body
		pages = append(pages, names(body))
		last, path = path, beside(body, "next")
	}
	if len(pages) < 3 {
		t.Fatalf("%d pages", len(pages))
	}
	path = beside(manager.Get(last).Must(t, http.StatusOK).Body, "prev")
	for _, want := range slices.Backward(pages[:len(pages)-1]) {
		if path == "" {
			t.Fatal("the way back ends early")
		}
		body := manager.Get(path).Must(t, http.StatusOK).Body
		if got := names(body); !slices.Equal(got, want) {
			t.Errorf("back on %s: %q, want %q", path, got, want)
		}
		path = beside(body, "prev")
	}
	if path != "" {
		t.Errorf("before the first page is %s", path)
	}
	manager.Get("/staff/customers/"+s.Acme.ID.String()+"/stakeholders?before=none-of-ours").Must(t, http.StatusSeeOther)
}

// names are those of the page's table, each once.
func names(body []byte) (all []string) {
	for _, found := range shownStakeholder.FindAllSubmatch(body, -1) {
		if name := string(found[1]); !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
